"""A search that found nothing -> what may help: the words one by one, what may have been meant, no filters."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F

from accounts.models import Community
from blog import search as writing
from chats.models import Chat, Topic
from chats.rendering import numbers
from chats.search import found, spelling
from chats.search import kinds as talk
from chats.search.asked import Asked, read, read_all
from chats.search.found import Kind
from wecops.chosen import Chosen

FINDS = {
    "chat": "chat,chats",
    "post": "post,posts",
    "piece": "piece,pieces",
    "tweet": "tweet,tweets",
    "film": "film,films",
    "event": "event,events",
    "topic": "topic,topics",
}


class Lone(NamedTuple):
    """A word that finds something by itself: what, in words, and where that leads."""

    word: str
    finds: str
    address: str


class Meant(NamedTuple):
    """What was probably meant, how much it finds, and where that leads."""

    words: str
    number: int
    address: str


def kinds(community: Community, asked: Asked, now: datetime) -> list[Kind]:
    """Everything that can be found, of all floors."""
    return [*talk.kinds(community, asked, now), *writing.kinds(community, asked, now)]


def facts(community: Community, asked: Asked, chosen: Chosen, unfiltered: int, now: datetime) -> dict[str, Any]:
    """What the page says instead of results, ``unfiltered`` being how many there are without the filters."""
    told: dict[str, Any] = {"is_empty": True, "unfiltered": unfiltered, "bare": chosen.bare.at()}
    if unfiltered:
        return told
    words = asked.single
    near = spelling.nearest(words, _titles(community, now))
    counts = _counts(community, list(dict.fromkeys([*words, *near])), now)
    right = {word: word if counts[word] else other for word, other in zip(words, near, strict=True)}
    lone = [each for each in dict.fromkeys(right.values()) if counts[each]] if len(right) > 1 else []
    return told | {
        "lone": [Lone(each, _finds(counts[each]), chosen.bare.at(words=each)) for each in lone],
        "meant": _meant(community, asked, chosen, right, now),
    }


def _titles(community: Community, now: datetime) -> list[Any]:
    """The titles of all that readers may know of, each as ``title``."""
    topics = Topic.objects.of(community).annotate(title=F("name"))
    return [Chat.objects.of(community), topics, *writing.titles(community, now)]


def _counts(community: Community, words: Sequence[str], now: datetime) -> dict[str, dict[str, int]]:
    """How many of each kind each word finds: two queries."""
    searches = read_all(words, community)
    counts = found.counted_each([[] if each.trouble else kinds(community, each, now) for each in searches])
    return dict(zip(words, counts, strict=True))


def _finds(counts: dict[str, int]) -> str:
    return numbers.listed([numbers.counted(counts[kind], words) for kind, words in FINDS.items() if counts.get(kind)])


def _meant(community: Community, asked: Asked, chosen: Chosen, right: dict[str, str], now: datetime) -> Meant | None:
    """The same search with each word that nobody has written as the nearest one; None where that changes nothing."""
    words = asked.words
    for typed, known in right.items():
        words = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", known, words)
    if words == asked.words:
        return None
    better = read(words, community)
    counted = {} if better.trouble else found.counted_each([kinds(community, better, now)])[0]
    return Meant(words, sum(counted.values()), chosen.bare.at(words=words))
