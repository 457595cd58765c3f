"""The people behind a community, and its sisters -> the page of the team, and that of all communities here."""

from datetime import datetime
from typing import Any, NamedTuple

from accounts.models import Community, TeamMember
from chats import impact
from chats.models import Chat
from wecops.views import CommunityPage


class Served(NamedTuple):
    """Somebody of the team, how many chats they ran, and when they served: "since 2019", "2016 to 2023"."""

    member: TeamMember
    chats: int
    years: str


class Team(CommunityPage):
    """Roles, ranks and academics, years served and chats run; those who left stay, below the others."""

    template_name = "team.html"

    def facts(self, community: Community, now: datetime) -> dict[str, Any]:
        team = list(community.team.all())
        ran = impact.chats_run(team, community, now)
        served = [Served(member, len(ran[member.pk]), _years(member)) for member in team]
        serving = [each for each in served if each.member.left_on is None]
        return {
            "serving": serving,
            "alumni": [each for each in served if each.member.left_on],
            "academics": sum(each.member.is_academic for each in serving),
            "years": sum(((each.member.left_on or now.date()) - each.member.joined_on).days for each in served) // 365,
            "chats": len(set().union(*ran.values())),
        }


def _years(member: TeamMember) -> str:
    since, left = member.joined_on.year, member.left_on
    if left is None:
        return f"since {since}"
    return str(since) if left.year == since else f"{since} to {left.year}"


class Sister(NamedTuple):
    """Another community here, and the chat it holds next, if one is announced."""

    community: Community
    next_chat: Chat | None


class Communities(CommunityPage):
    """The sister communities, each in its own colours: nothing else of theirs is shown at another's address."""

    template_name = "communities.html"

    def facts(self, community: Community, now: datetime) -> dict[str, Any]:
        every = [_sister(each, now) for each in Community.objects.order_by("name")]
        return {
            "sisters": [each for each in every if each.community != community],
            "themes": sorted({each.community.theme for each in every if each.community.theme} - {community.theme}),
        }


def _sister(community: Community, now: datetime) -> Sister:
    return Sister(community, Chat.objects.of(community).ahead(now).going_ahead().first())
