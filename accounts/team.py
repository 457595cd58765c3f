"""Who joins the team -> their row, as "About We" shows it."""

from datetime import date

from accounts.models import Community, TeamMember


def welcome(
    community: Community, name: str, *, role: str, joined_on: date, **facts: str | bool | date | None
) -> TeamMember:
    """Write somebody down, behind those who are there; who stands there by this name already stays as they are."""
    defaults = {"role": role, "joined_on": joined_on, "position": community.team.count(), **facts}
    return TeamMember.objects.get_or_create(community=community, name=name, defaults=defaults)[0]
