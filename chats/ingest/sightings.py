"""Sightings of one tweet -> what to keep of them.  Calculates only; whatever the order, the outcome is the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from chats.sources.base import SourceTweet

COUNTS = ("likes", "reposts", "replies", "quotes")
REFERENCES = ("conversation", "reply_to", "quote_of", "retweet_of")
CONTENT = ("version_id", "text", "url", "lang", "hashtags", "spans", "alt_texts")
# What another sighting of a tweet may change; everything else is its identity, or given by us.
CHANGEABLE = (*CONTENT, *COUNTS, *REFERENCES, "created_at", "edits", "why_captured", "is_sensitive")

parts_of_span = attrgetter("kind", "start", "end", "target", "shown", "leads_to")  # astuple takes ten times as long

LONGEST_ID = 300
LONGEST_HANDLE = 100
LONGEST_NAME = 200
LONGEST_URL = 500
LARGEST_COUNT = 2**31 - 1

# What stands for the id of an author whom a source knows by handle alone; a real one takes its place.
BY_HANDLE = "handle:"

Key = tuple[str, str]


@dataclass(slots=True)
class Sighting:
    """Everything one page says of one tweet: the values for its row, its author's id among them, and its record.

    ``raw`` is None where the stored record has won.
    """

    values: dict[str, Any]
    raw: bytes | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as one page saw them: the newest sighting names them, ``followers`` are the most they were seen with."""

    seen_at: datetime
    handle: str
    name: str
    followers: int | None


def collect(seen: Iterable[SourceTweet], *, why: str) -> dict[Key, Sighting]:
    """Tweets of a page -> one sighting for each (network, id of the first version), sorted by that key.

    Sorted, so that two workers that write the same rows never wait for each other crosswise.
    """
    sightings: dict[Key, Sighting] = {}
    for tweet in seen:
        key = (tweet.network, tweet.edits[0] if tweet.edits else tweet.id)
        values = _of_source(tweet, why)
        known = sightings.get(key)
        if known is None:
            sightings[key] = Sighting(values, tweet.raw)
        else:
            known.raw = tweet.raw if is_fuller(values, known.values) else known.raw
            known.values = merged(known.values, values)
    return dict(sorted(sightings.items()))


def people(seen: Iterable[SourceTweet]) -> dict[Key, Person]:
    """Tweets of a page -> everybody who wrote one, by (network, id), sorted by that key."""
    names: dict[Key, tuple[datetime, str, str]] = {}
    followers: dict[Key, int | None] = {}
    for tweet in seen:
        author = tweet.author
        key = (author.network, author.id)
        name = (tweet.created_at, author.handle[:LONGEST_HANDLE], author.name[:LONGEST_NAME])
        names[key] = max(names.get(key, name), name)
        known = followers.get(key)
        if author.followers is not None and (known is None or author.followers > known):
            known = min(author.followers, LARGEST_COUNT)
        followers[key] = known
    return {key: Person(*names[key], followers[key]) for key in sorted(names)}


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The newer version of an edited tweet wins, else the fuller text; references and counts only ever grow."""
    winner = max(one, other, key=_fullness)
    values = {name: winner[name] for name in CONTENT}
    values |= {name: max(one[name], other[name]) for name in (*REFERENCES, "created_at", "is_sensitive")}
    for name in COUNTS:
        values[name] = max((count for count in (one[name], other[name]) if count is not None), default=None)
    values["edits"] = max(one["edits"], other["edits"], key=lambda ids: (len(ids), ids))
    values["why_captured"] = sorted({*one["why_captured"], *other["why_captured"]})
    values["writer"] = min(one["writer"], other["writer"], key=lambda writer: (writer.startswith(BY_HANDLE), writer))
    return values


def is_fuller(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether ``one``'s content wins over ``other``'s."""
    return _fullness(one) > _fullness(other)


def _fullness(values: dict[str, Any]) -> tuple:
    """A total order of sightings: by version, then by how much they hold, then by anything that tells them apart."""
    version = int(values["version_id"]) if values["version_id"].isdigit() else 0
    return (version, len(values["text"]), len(values["spans"]), *(values[name] for name in CONTENT))


def _of_source(tweet: SourceTweet, why: str) -> dict[str, Any]:
    """A record -> the values of its row, cut to what the columns hold: no outside value may break a whole page."""
    return {
        **{name: _count(getattr(tweet, name)) for name in COUNTS},
        **{name: getattr(tweet, name)[:LONGEST_ID] for name in REFERENCES},
        "writer": tweet.author.id,
        "version_id": tweet.id if tweet.edits else "",
        "text": tweet.text,
        "url": tweet.url if len(tweet.url) <= LONGEST_URL else "",
        "lang": tweet.lang[:20],
        "created_at": tweet.created_at,
        "hashtags": [tag[:LONGEST_ID] for tag in tweet.hashtags],
        "spans": [list(parts_of_span(span)) for span in tweet.spans],
        "alt_texts": list(tweet.alt_texts),
        "edits": list(tweet.edits),
        "why_captured": [why],
        "is_sensitive": tweet.is_sensitive,
    }


def _count(count: int | None) -> int | None:
    return None if count is None else max(0, min(count, LARGEST_COUNT))
