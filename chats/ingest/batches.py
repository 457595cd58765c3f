"""Tweets of a page -> all that can be made of them before the database is asked; any thread may make it."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from chats.ingest import copying, sightings
from chats.ingest.sightings import Key, Person, Sighting
from chats.ingest.tombstones import Silence
from chats.sources.base import SourceTweet


@dataclass(frozen=True, slots=True)
class Batch:
    """What goes to the database together.

    ``lines`` are the columns of each sighting for COPY, ``people`` is JSON of everybody who wrote a tweet.
    """

    sightings: dict[Key, Sighting]
    lines: dict[Key, str]
    people: bytes


def prepare(seen: Sequence[SourceTweet], *, why: str) -> Batch:
    found = sightings.collect(seen, why=why)
    lines = {key: line(sighting) for key, sighting in found.items()}
    return Batch(found, lines, _told(sightings.people(seen)))


def silenced(batch: Batch, seen: Sequence[SourceTweet], silence: Silence) -> Batch:
    """The batch without what it says of tweets that are gone: words, names, and records that hold any of it."""
    found, lines = dict(batch.sightings), dict(batch.lines)
    for key in silence.unrecorded:
        found[key] = found[key]._replace(raw=None)
    for key in silence.gone:
        found[key] = sightings.emptied(found[key])
        lines[key] = line(found[key])
    there = [tweet for tweet in seen if sightings.key_of(tweet) not in silence.gone]
    people = sightings.unnamed(seen) | sightings.people(there)
    return Batch(found, lines, _told({key: people[key] for key in sorted(people)}))


def _told(people: dict[Key, Person]) -> bytes:
    return orjson.dumps(
        [
            {
                "network": network,
                "id": id_,
                "handle": person.handle,
                "name": person.name,
                "seen_at": person.seen_at,
                "joined_at": person.joined_at,
                "followers": person.followers,
            }
            for (network, id_), person in people.items()
        ]
    )


def line(sighting: Sighting) -> str:
    """The line of ``COLUMNS``: ten of text, four counts, a time and a truth, four arrays, and JSON."""
    # Numbers and not names in brackets: so the checker of types sees what stands there, and objects when it moves.
    likes, reposts, replies, quotes = map(copying.number, sighting[10:14])
    hashtags, alt_texts, edits, why_captured = map(copying.array, sighting[16:20])
    return (
        f"{copying.texts(sighting[:10])}\t{likes}\t{reposts}\t{replies}\t{quotes}\t{sighting.created_at.isoformat()}\t"
        f"{sighting.is_sensitive}\t{hashtags}\t{alt_texts}\t{edits}\t{why_captured}\t{_json(sighting.spans)}"
    )


def _json(spans: tuple[tuple, ...]) -> str:
    return copying.escaped(orjson.dumps(spans, default=tuple).decode()) if spans else "[]"
