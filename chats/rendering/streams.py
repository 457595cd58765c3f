"""The latest chats of a topic -> what most people shared in them, and what was liked most, as it stands now.

Read anew for each reader: what somebody takes back is gone from here with it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject, Length
from django.utils.safestring import SafeString

from chats.analysis import links
from chats.models import Chat, Participation, Tweet, TweetLink
from chats.models.tweet import Role, Withheld
from chats.rendering import resources, text
from chats.rendering.reading import is_research
from chats.rendering.resources import FirstLink
from chats.sources.base import Span

MOST = 4  # of what was said
LIKED = 30  # tweets among which they are found
SHORTEST, LONGEST = 40, 280  # letters of what can stand alone
SHOWN = {"number__isnull": False, "withheld": Withheld.SHOWN, "retweet_of": ""}


class Bite(NamedTuple):
    """Something somebody said: its HTML, who it was, and where it stands."""

    html: SafeString
    name: str
    handle: str
    chat: Chat
    place: str


def shared(chats: Iterable[Chat]) -> list[FirstLink]:
    """The links that most people shared, over all of these chats."""
    told = {f"tweet__{name}": value for name, value in SHOWN.items()}
    rows = TweetLink.objects.filter(tweet__chat__in=chats, **told).select_related("tweet")
    fields = ("leads_to", "url", "position", "tweet__author", "tweet__created_at", "tweet__hashtags")
    found = (
        links.Shared(
            row.tweet_id, row.tweet.author_id, row.tweet.created_at, row.leads_to or row.url, "", 0, row.position,
            is_research(row.tweet),  # type: ignore[arg-type]  # all that it asks for is there
        )
        for row in rows.only(*fields)
    )  # fmt: skip
    return resources.firsts(links.group(found))


def liked(chats: Iterable[Chat]) -> list[Bite]:
    """The answers that were liked most, one of each person; the community's own words are not among them."""
    here = {chat.pk: chat for chat in chats}
    known = Participation.objects.filter(chat=OuterRef("chat"), author=OuterRef("author")).exclude(role=Role.COMMUNITY)
    rows: QuerySet[Tweet] = (
        Tweet.objects.filter(chat__in=here, likes__gt=0, asked=None, reply_to="", is_sensitive=False, **SHOWN)
        .annotate(letters=Length("text"), who=Subquery(known.values(fact=JSONObject(name="name", handle="handle"))[:1]))
        .filter(letters__gte=SHORTEST, letters__lte=LONGEST, who__isnull=False)
        .order_by(F("likes").desc(), "created_at", "pk")[:LIKED]
    )
    first: dict[int, Tweet] = {}
    for row in rows:
        first.setdefault(row.author_id, row)
    return [_bite(row, here[row.chat_id]) for row in [*first.values()][:MOST]]


def _bite(row: Tweet, chat: Chat) -> Bite:
    who = row.who  # type: ignore[attr-defined]  # from ``liked``
    html = text.html(row.text, [Span(*span) for span in row.spans], network=row.network)
    return Bite(html, who["name"], who["handle"], chat, f"{chat.get_absolute_url()}transcript/#t{row.number}")
