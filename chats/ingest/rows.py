"""Sightings -> rows of one chat, inside the caller's transaction.

What is new goes into its table in one COPY.  What is known goes into a staging table in another, where the database
finds out set-wise what says something else of it.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import F

from chats.ingest import batches, copying, packing, people, removal, sightings, tombstones, versions
from chats.ingest.batches import Batch
from chats.ingest.sightings import CHANGEABLE, COLUMNS, Key, Sighting
from chats.ingest.tombstones import Gone
from chats.models import Chat
from chats.sources.base import SourceTweet

MOST_LINKS = 500  # of one tweet; nobody shares so many, but a file may say anything

# OFFSET keeps the chat out of what is looked up: as long as nobody has counted a new chat's tweets, the database thinks
# it cheapest to read all of them for each that a page names.
STORED = """
    SELECT page.network, page.id, tweet.withheld FROM unnest(%s::text[], %s::text[]) AS page (network, id), LATERAL (
        SELECT chat_id, withheld FROM chats_tweet WHERE (network, network_id) = (page.network, page.id) OFFSET 0
    ) AS tweet WHERE tweet.chat_id = %s
"""
# The name of the sequence in a query of its own, or it would be looked up for every id.
IDS = "SELECT nextval((SELECT pg_get_serial_sequence('chats_tweet', 'id'))::regclass) FROM generate_series(1, %s)"
NEW = f"chats_tweet (id, chat_id, withheld, gone_with, author_id, {', '.join(COLUMNS)})"
SHOWN = "\t"  # neither withheld nor gone with another
LINKS = "chats_tweetlink (tweet_id, position, url, leads_to)"
# Of the session, and empty after every page: a second worker has another of the same name.
STAGING = """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged ON COMMIT DELETE ROWS
        AS SELECT author_id, {columns} FROM chats_tweet WITH NO DATA;
    TRUNCATE staged
"""
STAGED = f"staged (author_id, {', '.join(COLUMNS)})"
COMPARED = ("author_id", *CHANGEABLE)
DIFFERENT = """
    SELECT tweet.id FROM staged, LATERAL (
        SELECT * FROM chats_tweet WHERE (network, network_id) = (staged.network, staged.network_id) OFFSET 0
    ) AS tweet WHERE tweet.chat_id = %s AND ({old}) IS DISTINCT FROM ({new})
"""
CHANGED = """
    UPDATE chats_tweet AS tweet SET {sets} FROM staged
    WHERE tweet.id = ANY(%s) AND (tweet.network, tweet.network_id) = (staged.network, staged.network_id)
"""
RECORDS = "chats_rawpage (chat_id, tweets, body)"
UNLINKED = "DELETE FROM chats_tweetlink WHERE tweet_id = ANY(%s)"

_STAGING = STAGING.format(columns=", ".join(COLUMNS))
_DIFFERENT = DIFFERENT.format(
    old=", ".join(f"tweet.{name}" for name in COMPARED), new=", ".join(f"staged.{name}" for name in COMPARED)
)
_CHANGED = CHANGED.format(sets=", ".join(f"{name} = staged.{name}" for name in COMPARED))


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows that were read."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    outside_window: int = 0
    rejected: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Counts)))


def merge(chat: Chat, seen: Sequence[SourceTweet], *, why: str, batch: Batch | None = None) -> Counts:
    """Tweets seen anywhere -> rows of ``chat``, whose build row the caller has locked: nobody merges beside us.

    ``batch`` is what ``prepare`` has made of them, where that was done before.
    """
    whole = versions.told(chat, seen)
    batch = batch if batch and whole is seen else batches.prepare(whole, why=why)
    if not batch.sightings:
        return Counts()
    seen, joined = whole, versions.joined(chat, whole)
    with connection.cursor() as cursor, ThreadPoolExecutor(1, thread_name_prefix="packing") as beside:
        stored = _stored(cursor, chat, batch.sightings)
        silence = tombstones.silence(cursor, chat, batch.sightings, stored, seen)
        if silence:
            batch = batches.silenced(batch, seen, silence)
        found = batch.sightings
        authors = people.write(cursor, chat, batch.people)
        new = [key for key in found if key not in stored] if stored else list(found)
        records = _records(found[key] for key in new)
        body = beside.submit(packing.packed, list(records.values()))  # zlib lets go of the interpreter
        _add(cursor, chat, batch, new, authors, silence.gone if silence else {})
        _keep(cursor, chat, records, body.result())
        changed = _change(cursor, chat, batch, stored, authors) if stored else []
    for network, ids, reason in silence.late if silence else ():
        removal.take_back(network, ids, withheld=reason)
    opens_at, closes_at = chat.opens_at, chat.closes_at
    outside = sum(not opens_at <= tweet.created_at < closes_at for tweet in seen)
    unchanged = len(seen) - len(new) - len(changed)
    # What was put together has changed, whatever became of the tweets that told of it.
    return Counts(len(seen), len(new), len(changed) + joined, max(0, unchanged - joined), outside)


def _stored(cursor: CursorWrapper, chat: Chat, keys: Iterable[Key]) -> dict[Key, str]:
    """What the chat has of these, and why each is withheld."""
    networks, ids = zip(*keys, strict=True)
    cursor.execute(STORED, [copying.literal(networks), copying.literal(ids), chat.pk])
    return {(network, id_): withheld for network, id_, withheld in cursor.fetchall()}


def _add(
    cursor: CursorWrapper, chat: Chat, batch: Batch, new: list[Key], authors: dict[Key, int], gone: dict[Key, Gone]
) -> None:
    if not new:
        return
    cursor.execute(IDS, [len(new)])
    tweets = [(id_, batch.sightings[key]) for (id_,), key in zip(cursor.fetchall(), new, strict=True)]
    chat_id = chat.pk
    withheld = {key: copying.texts(why) for key, why in gone.items()}
    lines = [
        f"{id_}\t{chat_id}\t{withheld.get(key, SHOWN)}\t{authors[tweet.network, tweet.writer]}\t{batch.lines[key]}"
        for (id_, tweet), key in zip(tweets, new, strict=True)
    ]
    copying.send(cursor, NEW, lines)
    _link(cursor, tweets)


def _change(
    cursor: CursorWrapper, chat: Chat, batch: Batch, stored: dict[Key, str], authors: dict[Key, int]
) -> list[Sighting]:
    """Write what says something new of a stored tweet, merged with what is stored; returns the merged ones."""
    known = batch.sightings
    _stage(cursor, [(known[key], line) for key, line in batch.lines.items() if key in stored], authors)
    cursor.execute(_DIFFERENT, [chat.pk])
    changed = {}
    for id_, author, before in _read(chat, [id_ for (id_,) in cursor.fetchall()]):
        authors.setdefault((before.network, before.writer), author)
        after = sightings.merged(before, known[before.key])
        if after._replace(raw=None) != before:
            changed[id_] = after
    if changed:
        _stage(cursor, [(after, batches.line(after)) for after in changed.values()], authors)
        cursor.execute(_CHANGED, [list(changed)])
        cursor.execute(UNLINKED, [list(changed)])
        _link(cursor, changed.items())
        # The last record kept of a tweet is its fullest: one that says less keeps none.
        records = _records(changed.values())
        _keep(cursor, chat, records, packing.packed(list(records.values())))
    return list(changed.values())


def _read(chat: Chat, ids: list[int]) -> Iterable[tuple[int, int, Sighting]]:
    """(Primary key, the author's, sighting) of stored tweets."""
    if not ids:
        return
    stored = chat.tweets.filter(pk__in=ids).order_by("pk").annotate(writer=F("author__network_id"))
    for id_, author, *values in stored.values_list("pk", "author_id", *COLUMNS, "writer"):
        yield id_, author, sightings.of_row(values)


def _stage(cursor: CursorWrapper, known: list[tuple[Sighting, str]], authors: dict[Key, int]) -> None:
    """Fill the staging table with these, each with its line, and nothing else."""
    cursor.execute(_STAGING)
    copying.send(cursor, STAGED, [f"{authors[tweet.network, tweet.writer]}\t{line}" for tweet, line in known])


def _link(cursor: CursorWrapper, tweets: Iterable[tuple[int, Sighting]]) -> None:
    lines = [
        copying.texts((str(id_), str(position), url, leads_to or url))
        for id_, sighting in tweets
        if sighting.spans
        for position, (url, leads_to) in enumerate(_links(sighting))
    ]
    if lines:
        copying.send(cursor, LINKS, lines)


def _links(sighting: Sighting) -> list[tuple[str, str]]:
    """Where the links of a tweet go, and where they end."""
    links = [(target, leads_to) for kind, _, _, target, _, leads_to in sighting.spans if kind == "link"]
    return links[:MOST_LINKS]


def _records(tweets: Iterable[Sighting]) -> dict[str, bytes]:
    return {f"{tweet.network} {tweet.network_id}": tweet.raw for tweet in tweets if tweet.raw}


def _keep(cursor: CursorWrapper, chat: Chat, records: dict[str, bytes], body: bytes) -> None:
    if records:
        copying.send(cursor, RECORDS, [f"{chat.pk}\t{copying.array(list(records))}\t{copying.binary(body)}"])
