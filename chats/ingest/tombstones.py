"""Tweets that were taken back -> whatever is read of them later, wherever, is kept without words, names and records.

A removal writes a tombstone for each version it knows of; only the network's own word on the tweet takes it away again.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.backends.utils import CursorWrapper

from chats.ingest import copying, echoes
from chats.ingest.sightings import Key, Sighting
from chats.models import Chat, Tombstone, Withheld
from chats.models.tweet import GONE, PEOPLES_WISH
from chats.sources.base import SourceTweet

ANY = "SELECT EXISTS (SELECT FROM chats_tombstone WHERE network = ANY(%s))"
FOUND = """
    SELECT network, network_id, why FROM chats_tombstone
    WHERE network = ANY(%s::text[]) AND network_id = ANY(%s::text[])
"""
# What may be an id in a raw record: X's are numbers, those of other networks are addresses.
NAMED = re.compile(rb'"(\d+|at://[^"\\]+|https?://[^"\\]+)"')


class Gone(NamedTuple):
    """Why a tweet is gone, and which one that it retweets or repeats took it along; "" for none."""

    why: str
    gone_with: str = ""


class Silence(NamedTuple):
    """What of a page must not be kept as it was read.

    ``gone`` are tweets of which nothing but the place is; of ``unrecorded`` ones the raw record names one that is gone.
    ``late`` are stored ones that turn out to be gone: the ids to take back, and why.
    """

    gone: dict[Key, Gone]
    unrecorded: set[Key]
    late: list[tuple[str, set[str], Withheld]]


def write(network: str, ids: Collection[str], why: Withheld) -> bool:
    """Whether there is any that did not stand there, for this reason or a person's."""
    told = {*Tombstone.objects.filter(network=network, network_id__in=ids).values_list("network_id", flat=True)}
    news = sorted({*ids} - told)
    Tombstone.objects.bulk_create(
        [Tombstone(network=network, network_id=id_, why=why) for id_ in news], ignore_conflicts=True
    )
    weaker = Tombstone.objects.filter(network=network, network_id__in=told, why=Withheld.GONE_FROM_NETWORK)
    raised = weaker.update(why=why) if why in PEOPLES_WISH else 0
    return bool(news or raised)


def silence(
    cursor: CursorWrapper,
    chat: Chat,
    seen: Mapping[Key, Sighting],
    stored: Mapping[Key, str],
    told: Sequence[SourceTweet],
) -> Silence | None:
    """What of a page is gone, by the tombstones and by the rows that ``stored`` says are withheld; None for nothing.

    ``told`` is the page as its source gave it.
    """
    is_any = _is_any(cursor, seen)
    stones = _stones(cursor, seen) if is_any else {}
    gone = {key: Gone(why) for key, why in stored.items() if why in GONE}
    late = []
    for key, sighting in seen.items() if stones else ():
        found = _found(sighting, stones)
        if found is None:
            continue
        gone.setdefault(key, found)
        ids = {found.gone_with} if found.gone_with else _versions(sighting)
        if key in stored and _settles(found.why, stored[key]):
            late.append((sighting.network, ids, Withheld(found.why)))
        elif not found.gone_with and any((sighting.network, id_) not in stones for id_ in ids):
            write(sighting.network, ids, Withheld(found.why))
    if is_any:
        late += _echoes(cursor, chat, seen, stored, told, gone)
    unrecorded = {key for key, sighting in seen.items() if _holds_any(sighting, stones)} if stones else set()
    return Silence(gone, unrecorded, late) if gone or unrecorded else None


def _echoes(
    cursor: CursorWrapper,
    chat: Chat,
    seen: Mapping[Key, Sighting],
    stored: Mapping[Key, str],
    told: Sequence[SourceTweet],
    gone: dict[Key, Gone],
) -> list[tuple[str, set[str], Withheld]]:
    """Add to ``gone`` what repeats a tweet that is; returns those of it that are to be taken back."""
    own = [key for key, found in gone.items() if not found.gone_with]
    for (network, id_), marks in echoes.learnt(told, own).items():
        echoes.remember(network, {id_: marks})
    here = {key: (seen[key].writer, seen[key].created_at) for key in own}
    late = []
    for key, (why, original) in echoes.heard(cursor, chat, seen, here).items():
        if key not in gone:
            gone[key] = Gone(why, original)
            if key in stored:
                late.append((key[0], _versions(seen[key]), Withheld(why)))
    return late


def _is_any(cursor: CursorWrapper, seen: Iterable[Key]) -> bool:
    """Most pages come from a network without any tombstone."""
    cursor.execute(ANY, [copying.literal(sorted({network for network, _ in seen}))])
    return cursor.fetchone() == (True,)


def _stones(cursor: CursorWrapper, seen: Mapping[Key, Sighting]) -> dict[Key, str]:
    """Why each tweet is gone that a page holds or names."""
    ids = _named(seen.values())
    cursor.execute(FOUND, [list({network for network, _ in seen}), list(ids)])
    return {(network, id_): why for network, id_, why in cursor.fetchall()}


def _found(sighting: Sighting, stones: Mapping[Key, str]) -> Gone | None:
    network = sighting.network
    whys = [stones[network, id_] for id_ in _versions(sighting) if (network, id_) in stones]
    if whys:
        return Gone(next((why for why in whys if why in PEOPLES_WISH), whys[0]))
    original = stones.get((network, sighting.retweet_of))
    return Gone(original, sighting.retweet_of) if original else None


def _settles(why: str, stored: str) -> bool:
    """Whether a stored tweet is to be taken back, or for a reason that stands above its own."""
    return stored not in GONE or (why in PEOPLES_WISH and stored not in PEOPLES_WISH)


def _versions(sighting: Sighting) -> set[str]:
    return {sighting.network_id, *sighting.edits, *filter(None, [sighting.version_id])}


def _holds_any(sighting: Sighting, stones: Mapping[Key, str]) -> bool:
    return any((sighting.network, id_) in stones for id_ in _named([sighting]))


def named_in(records: Iterable[bytes]) -> set[str]:
    """Whatever may be an id in raw records."""
    return {id_.decode(errors="replace") for id_ in set(NAMED.findall(b"\n".join(records)))}


def _named(seen: Collection[Sighting]) -> set[str]:
    """Every tweet that these, or their records, may hold something of; one search through all, as most hold nothing."""
    named = named_in(sighting.raw for sighting in seen if sighting.raw)
    for sighting in seen:
        named |= _versions(sighting)
        named.update((sighting.retweet_of, sighting.quote_of, sighting.reply_to))
    return named - {""}
