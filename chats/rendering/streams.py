"""The latest chats of a topic -> what most people shared in them, and what was liked most, as it stands now.

Read anew for each reader: what somebody takes back is gone from here with it.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject, Length
from django.utils.safestring import SafeString

from chats.analysis import links
from chats.models import Chat, Participation, StoredPage, TranscriptLine, TweetLink
from chats.models.tweet import Role, Withheld
from chats.rendering import part, resources, text
from chats.rendering.reading import is_research
from chats.rendering.resources import FirstLink
from chats.sources.base import Span

MOST = 4  # of what was said
LIKED = 30  # tweets among which they are found
SHORTEST, LONGEST = 40, 280  # letters of what can stand alone
# Lines of published transcripts that are their author's own words: also some that no network marks repeat another.
SHOWN = {"transcript__publication__isnull": False, "retweet_of": "", "tweet__withheld": Withheld.SHOWN}


class Bite(NamedTuple):
    """Something somebody said: its HTML, who it was, and where it stands."""

    html: SafeString
    name: str
    handle: str
    chat: Chat
    place: str


def shared(chats: Iterable[Chat]) -> list[FirstLink]:
    """The links that most people shared, over all of these chats."""
    own = TranscriptLine.objects.filter(transcript__chat__in=chats, **SHOWN)
    rows = TweetLink.objects.filter(tweet__in=own.values("tweet")).select_related("tweet")
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
    part_in = Participation.objects.filter(chat=OuterRef("transcript__chat"), author=OuterRef("tweet__author"))
    who = part_in.exclude(role=Role.COMMUNITY).values(fact=JSONObject(name="name", handle="handle"))
    alone = {"tweet__asked": None, "tweet__reply_to": "", "tweet__is_sensitive": False}
    rows: QuerySet[TranscriptLine] = (
        TranscriptLine.objects.filter(transcript__chat__in=here, tweet__likes__gt=0, **alone, **SHOWN)
        .annotate(letters=Length("tweet__text"), who=Subquery(who[:1]))
        .annotate(is_long=Exists(StoredPage.objects.filter(transcript=OuterRef("transcript"), path=part.SECOND)))
        .filter(letters__gte=SHORTEST, letters__lte=LONGEST, who__isnull=False)
        .select_related("tweet", "transcript")
        .order_by(F("tweet__likes").desc(), "tweet__created_at", "tweet")[:LIKED]
    )
    first: dict[int, TranscriptLine] = {}
    for row in rows:
        first.setdefault(row.tweet.author_id, row)
    return [_bite(row, here[row.transcript.chat_id]) for row in [*first.values()][:MOST]]


def _bite(row: TranscriptLine, chat: Chat) -> Bite:
    told: Any = row  # with what ``liked`` annotated
    tweet = row.tweet
    html = text.html(tweet.text, [Span(*span) for span in tweet.spans], network=tweet.network)
    is_copy = row.placed_by == "copy"
    below = part.below(row.transcript, row.question, is_copy=is_copy, is_whole=not told.is_long)
    place = f"{chat.get_absolute_url()}{below}#t{tweet.number}"
    return Bite(html, told.who["name"], told.who["handle"], chat, place)
