"""Words that were taken back -> whoever repeats them unmarked, "RT @x: ...", in rows or in what is read later.

A source that marks no retweets gives them as tweets of their own.  Of the words nothing is kept but keyed hashes, which
tell that somebody else says the same.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.backends.utils import CursorWrapper
from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from django.utils.crypto import salted_hmac

from chats.analysis import copies
from chats.analysis.copies import Mark
from chats.ingest import sightings
from chats.ingest.sightings import Key, Sighting
from chats.models import Chat, Participation, Tombstone, Tweet
from chats.models.tweet import GONE, SEARCHED
from chats.sources.base import SourceTweet

BEARING = """
    SELECT network, network_id, why, words FROM chats_tombstone
    WHERE network = ANY(%s::text[]) AND words && %s::varchar[]
"""


UNTOLD = {"reposts": None, "reply_to": "", "quote_of": ""}  # of what may be another's: its source marks no retweets


class Said(NamedTuple):
    """One stored tweet, and its words."""

    pk: int
    chat: int
    id: str
    author: int
    at: datetime
    text: str
    reposts: int | None
    reply_to: str
    quote_of: str

    @property
    def order(self) -> tuple[datetime, int]:
        return self.at, self.pk

    def bears(self) -> set[Mark]:
        return copies.borne_by(self.text, may_repeat=self.reposts is None and not self.reply_to and not self.quote_of)


class Echoes(NamedTuple):
    """Rows that repeat one of some tweets, by their keys, each with its id; and the marks that each of these leaves."""

    rows: dict[int, str]
    marks: dict[str, set[Mark]]


class Bearer(NamedTuple):
    """Who repeats what is gone: why that is, and its id."""

    why: str
    original: str


def of(network: str, ids: Iterable[str]) -> Echoes:
    """Who repeats these tweets, while their words are still here.

    A repeat that names their author is one anywhere; one that only says the same, in their own chat and later.  Who
    says what somebody else said before has no such repeats: they are the other's.
    """
    found = Echoes({}, defaultdict(set))
    spoken = _said(Tweet.objects.filter(network=network, network_id__in=ids, retweet_of="").exclude(text=""))
    names = _names({each.author for each in spoken})
    own = {each.pk for each in spoken}
    unmarked = Tweet.objects.filter(network=network, retweet_of="").exclude(withheld__in=GONE)
    here = {chat: _bearing(unmarked.filter(chat=chat, **UNTOLD)) for chat in {each.chat for each in spoken}}
    for each in spoken:
        marks = copies.left_by(each.text, names[each.author])
        bearing = here[each.chat] | _bearing(_naming(unmarked, names[each.author]))
        same = [(other, marks & borne) for other, borne in bearing.items() if other.pk != each.pk]
        alike = [other for other, shared in same if _is_alike(other, each, shared)]
        if any(other.order < each.order and other.pk not in own for other in alike):
            marks = {mark for mark in marks if mark.name}
            alike = []
        by_hand = [other for other, shared in same if any(mark.name for mark in shared)]
        found.rows.update({other.pk: each.id for other in [*alike, *by_hand] if other.pk not in own})
        found.marks[each.id] |= marks
    return found


def remember(network: str, marks: Mapping[str, set[Mark]]) -> None:
    """Write into the tombstone of each of these ids by what its repeats will be known."""
    for id_, left in marks.items():
        if left:
            words = sorted(_hashed(network, mark) for mark in left)
            Tombstone.objects.filter(network=network, network_id=id_).update(words=words)


def heard(
    cursor: CursorWrapper, chat: Chat, seen: Mapping[Key, Sighting], here: Mapping[Key, tuple[str, datetime]]
) -> dict[Key, Bearer]:
    """What of a page repeats tweets that are gone.  ``here`` are those of the page itself: by whom, and when."""
    borne: dict[str, list[tuple[Key, Mark]]] = defaultdict(list)
    for key, sighting in seen.items():
        for mark in _borne(sighting):
            borne[_hashed(sighting.network, mark)].append((key, mark))
    if not borne:
        return {}
    cursor.execute(BEARING, [list({network for network, _ in seen}), list(borne)])
    stones = cursor.fetchall()
    gone = dict(here) | _stored(chat, {(network, id_) for network, id_, *_ in stones}) if stones else {}
    found = {}
    for network, id_, why, words in stones:
        for key, mark in (each for word in words for each in borne.get(word, ())):
            if mark.name or _is_later(seen[key], gone.get((network, id_))):
                found[key] = Bearer(why, id_)
    return found


def learnt(seen: Sequence[SourceTweet], gone: Iterable[Key]) -> dict[Key, set[Mark]]:
    """What those of a page leave that are gone without having been here."""
    marks: dict[Key, set[Mark]] = defaultdict(set)
    keys = set(gone)
    for tweet in seen:
        if (key := sightings.key_of(tweet)) in keys and not tweet.retweet_of:
            marks[key] |= copies.left_by(tweet.text, {tweet.author.handle} - {""})
    return marks


def _said(tweets: QuerySet[Tweet]) -> list[Said]:
    columns = ("pk", "chat_id", "network_id", "author_id", "created_at", "text", "reposts", "reply_to", "quote_of")
    return [Said(*row) for row in tweets.values_list(*columns)]


def _names(authors: set[int]) -> dict[int, set[str]]:
    """Every handle that each is known by, now or in a chat."""
    names: dict[int, set[str]] = defaultdict(set)
    rows = Participation.objects.filter(author__in=authors).values_list("author", "handle", "author__handle")
    for author, then, now in rows:
        names[author] |= {name.lower() for name in (then, now) if name}
    return names


def _naming(unmarked: QuerySet[Tweet], names: Iterable[str]) -> QuerySet[Tweet]:
    """Which of these name one of the names after "RT", and a few more."""
    sought = Q(pk__in=())
    for name in names:
        for lead in ("RT", "MT"):
            sought |= Q(vector=SearchQuery(f"{lead} {name}", config="english"))
    return unmarked.annotate(vector=SearchVector(Left("text", SEARCHED), config="english")).filter(sought)


def _bearing(tweets: QuerySet[Tweet]) -> dict[Said, set[Mark]]:
    return {said: said.bears() for said in _said(tweets)}


def _is_alike(other: Said, said: Said, shared: set[Mark]) -> bool:
    return any(not mark.name for mark in shared) and other.chat == said.chat and other.author != said.author


def _borne(sighting: Sighting) -> set[Mark]:
    if not sighting.text or sighting.retweet_of:
        return set()
    is_unmarked = sighting.reposts is None and not sighting.reply_to and not sighting.quote_of
    return copies.borne_by(sighting.text, may_repeat=is_unmarked)


def _stored(chat: Chat, keys: set[Key]) -> dict[Key, tuple[str, datetime]]:
    """Who wrote each of these of a chat, and when."""
    rows = chat.tweets.filter(network_id__in={id_ for _, id_ in keys})
    columns = ("network", "network_id", "author__network_id", "created_at")
    return {(network, id_): (writer, at) for network, id_, writer, at in rows.values_list(*columns)}


def _is_later(sighting: Sighting, gone: tuple[str, datetime] | None) -> bool:
    """Whether somebody else says after ``gone``, in the same chat, what that said."""
    if gone is None:
        return False
    writer, at = gone
    return sighting.writer != writer and sighting.created_at >= at


def _hashed(network: str, mark: Mark) -> str:
    """Nobody can try out what the words were without the key, which no dump of the database holds."""
    return hashlib.blake2b("\t".join([network, *mark]).encode(), digest_size=16, key=_key()).hexdigest()


@cache
def _key() -> bytes:
    return salted_hmac("chats.ingest.echoes", "words", algorithm="sha256").digest()
