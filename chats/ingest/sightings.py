"""Sightings of one tweet -> what to keep of them.  Calculates only; whatever the order, the outcome is the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from chats.sources.base import SourceTweet

COUNTS = ("likes", "reposts", "replies", "quotes")
REFERENCES = ("conversation", "reply_to", "quote_of", "retweet_of")
CONTENT = ("version_id", "text", "url", "lang", "hashtags", "spans", "alt_texts")

LONGEST_ID = 300
LONGEST_HANDLE = 100
LONGEST_NAME = 200
LONGEST_URL = 500
LONGEST_LANG = 20
LARGEST_COUNT = 2**31 - 1

# What stands for the id of an author whom a source knows by handle alone; a real one takes its place.
BY_HANDLE = "handle:"

UNSEEN = datetime(1970, 1, 1, tzinfo=UTC)  # of whoever must not be named: any sighting is newer

Key = tuple[str, str]


class Sighting(NamedTuple):
    """Everything one page says of one tweet, under the names of its columns, and who wrote it.

    ``writer`` is the author's id on the network.  ``raw`` is None where the stored record has won.
    """

    network: str
    network_id: str
    version_id: str
    text: str
    url: str
    lang: str
    conversation: str
    reply_to: str
    quote_of: str
    retweet_of: str
    likes: int | None
    reposts: int | None
    replies: int | None
    quotes: int | None
    created_at: datetime
    is_sensitive: bool
    hashtags: tuple[str, ...]
    alt_texts: tuple[str, ...]
    edits: tuple[str, ...]
    why_captured: tuple[str, ...]
    spans: tuple[tuple, ...]
    writer: str
    raw: bytes | None = None

    @property
    def key(self) -> Key:
        return self.network, self.network_id


COLUMNS = Sighting._fields[:-2]
# What another sighting of a tweet may change; the rest is its identity.
CHANGEABLE = COLUMNS[2:]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as one page saw them: the newest sighting names them, ``followers`` are the most they were seen with.

    ``joined_at`` is the earliest that was told.
    """

    seen_at: datetime
    handle: str
    name: str
    followers: int | None
    joined_at: datetime | None = None


def collect(seen: Iterable[SourceTweet], *, why: str) -> dict[Key, Sighting]:
    """Tweets of a page -> one sighting for each (network, id of the first version), sorted by that key.

    Sorted, so that two workers that write the same rows never wait for each other crosswise.
    """
    sightings: dict[Key, Sighting] = {}
    reasons = (why,)
    for tweet in seen:
        sighting = _of_source(tweet, reasons)
        key = (sighting.network, sighting.network_id)
        known = sightings.get(key)
        sightings[key] = merged(known, sighting) if known else sighting
    return {key: sightings[key] for key in sorted(sightings)}


def people(seen: Iterable[SourceTweet]) -> dict[Key, Person]:
    """Tweets of a page -> everybody who wrote one, by (network, id), sorted by that key."""
    names: dict[Key, tuple[datetime, str, str]] = {}
    followers: dict[Key, int | None] = {}
    joined: dict[Key, datetime] = {}
    for tweet in seen:
        author = tweet.author
        if author.joined_at:
            known_as = (author.network, author.id)
            joined[known_as] = min(joined.get(known_as, author.joined_at), author.joined_at)
        key, count = (author.network, author.id), author.followers
        named = (tweet.created_at, author.handle[:LONGEST_HANDLE], author.name[:LONGEST_NAME])
        if key not in names:
            names[key], followers[key] = named, _count(count)
            continue
        names[key] = max(names[key], named)
        known = followers[key]
        if count is not None and (known is None or count > known):
            followers[key] = _count(count)
    return {key: Person(*names[key], followers[key], joined.get(key)) for key in sorted(names)}


def unnamed(seen: Iterable[SourceTweet]) -> dict[Key, Person]:
    """Whoever wrote one of these, known by their network's number alone."""
    return {(tweet.author.network, tweet.author.id): Person(UNSEEN, "", "", None) for tweet in seen}


def emptied(sighting: Sighting) -> Sighting:
    """Its place, and what may be said of that without its words."""
    return sighting._replace(raw=None, text="", url="", lang="", hashtags=(), alt_texts=(), spans=())


def key_of(tweet: SourceTweet) -> Key:
    return tweet.network, tweet.edits[0] if tweet.edits else tweet.id


def merged(one: Sighting, other: Sighting) -> Sighting:
    """The newer version of an edited tweet wins, else the fuller text; references and counts only ever grow."""
    grown = {name: max(getattr(one, name), getattr(other, name)) for name in (*REFERENCES, "created_at")}
    for name in COUNTS:
        counts = (getattr(one, name), getattr(other, name))
        grown[name] = max((count for count in counts if count is not None), default=None)
    return max(one, other, key=_fullness)._replace(
        **grown,
        is_sensitive=one.is_sensitive or other.is_sensitive,
        edits=max(one.edits, other.edits, key=lambda ids: (len(ids), ids)),
        why_captured=tuple(sorted({*one.why_captured, *other.why_captured})),
        writer=min(one.writer, other.writer, key=lambda writer: (writer.startswith(BY_HANDLE), writer)),
    )


def _fullness(sighting: Sighting) -> tuple:
    """A total order of sightings: by version, then by how much they hold, then by anything that tells them apart."""
    version = int(sighting.version_id) if sighting.version_id.isdigit() else 0
    return (version, len(sighting.text), len(sighting.spans), *(getattr(sighting, name) for name in CONTENT))


def of_row(values: Iterable[Any]) -> Sighting:
    """The values of ``COLUMNS`` and the author's id on the network, as the database gives them."""
    row = Sighting._make(tuple(value) if isinstance(value, list) else value for value in [*values, None])
    return row._replace(spans=tuple(map(tuple, row.spans)))


def _of_source(tweet: SourceTweet, why: tuple[str, ...]) -> Sighting:
    """A record -> the values of its row, cut to what the columns hold: no outside value may break a whole page."""
    edits = tweet.edits
    return Sighting(
        network=tweet.network,
        network_id=edits[0] if edits else tweet.id,
        version_id=tweet.id if edits else "",
        text=tweet.text,
        url=tweet.url if len(tweet.url) <= LONGEST_URL else "",
        lang=tweet.lang[:LONGEST_LANG],
        conversation=tweet.conversation[:LONGEST_ID],
        reply_to=tweet.reply_to[:LONGEST_ID],
        quote_of=tweet.quote_of[:LONGEST_ID],
        retweet_of=tweet.retweet_of[:LONGEST_ID],
        likes=_count(tweet.likes),
        reposts=_count(tweet.reposts),
        replies=_count(tweet.replies),
        quotes=_count(tweet.quotes),
        created_at=tweet.created_at,
        is_sensitive=tweet.is_sensitive,
        hashtags=tuple([tag[:LONGEST_ID] for tag in tweet.hashtags]),
        alt_texts=tweet.alt_texts,
        edits=edits,
        why_captured=why,
        spans=tweet.spans,
        writer=tweet.author.id,
        raw=tweet.raw,
    )


def _count(count: int | None) -> int | None:
    if count is None or 0 <= count <= LARGEST_COUNT:
        return count
    return 0 if count < 0 else LARGEST_COUNT
