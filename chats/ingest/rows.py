"""Sightings -> Author, Participation and Tweet rows of one chat, inside the caller's transaction.

A page goes into a staging table in one COPY; from there the database merges it set by set, which costs a fifth of
what the same rows cost one by one.
"""

import json
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import F

from chats.ingest import sightings
from chats.ingest.sightings import CHANGEABLE, Key, Sighting
from chats.models import Chat
from chats.models.tweet import GONE
from chats.sources.base import SourceTweet

MOST_LINKS = 500  # of one tweet; nobody shares so many, but a file may say anything

COLUMNS = ("network", "network_id", *CHANGEABLE)
STAGED = ("writer", "raw", *COLUMNS)
# Of the session and no longer: a second worker has another of the same name.
STAGING = """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged AS
    SELECT ''::text AS writer, ''::bytea AS raw, {columns} FROM chats_tweet WITH NO DATA;
    TRUNCATE staged
"""
COPY = "COPY staged ({staged}) FROM STDIN"
SEEN = """
    (
        SELECT network, id, handle, name, least(seen_at, statement_timestamp()) AS seen_at, followers
        FROM json_to_recordset(%(people)s)
            AS page (network text, id text, handle text, name text, seen_at timestamptz, followers int)
    ) AS seen
"""
# LIMIT and OFFSET keep the database from reading all authors or a whole chat to find what one page names: it thinks
# that cheaper as long as nobody has counted a new chat's tweets.
AUTHOR = """LATERAL (
    SELECT id, handle, name, seen_at FROM chats_author WHERE (network, network_id) = ({of}) LIMIT 1
) AS author"""
# Who names somebody: the newest sighting; of two in one moment the later by code points, as Python orders them too,
# whatever order of letters the database was made with.
NEWER = """
    ({old}.seen_at, {old}.handle COLLATE "C", {old}.name COLLATE "C")
    < ({new}.seen_at, {new}.handle COLLATE "C", {new}.name COLLATE "C")
"""
# In the order of the key, so that two workers never wait for each other crosswise.
AUTHORS = """
    INSERT INTO chats_author (network, network_id, handle, name, seen_at)
    SELECT seen.network, seen.id, seen.handle, seen.name, seen.seen_at
    FROM {seen} LEFT JOIN {author} ON true WHERE author.id IS NULL OR {is_newer}
    ORDER BY seen.network, seen.id
    ON CONFLICT (network, network_id) DO UPDATE
    SET handle = excluded.handle, name = excluded.name, seen_at = excluded.seen_at WHERE {is_newer_still}
"""
# Frozen for the chat: who they were in it, and the most followers they were seen with; unknown stays unknown.
PARTICIPATIONS = """
    INSERT INTO chats_participation AS part
        (chat_id, author_id, handle, name, seen_at, followers,
         role, sent, replies_got, repliers, quotes_got, retweets_got, retweets_given)
    SELECT %(chat)s, author.id, seen.handle, seen.name, seen.seen_at, seen.followers, '', 0, 0, 0, 0, 0, 0
    FROM {seen}, {author} LEFT JOIN LATERAL (
        SELECT id, followers, handle, name, seen_at FROM chats_participation
        WHERE (chat_id, author_id) = (%(chat)s, author.id) LIMIT 1
    ) AS known ON true
    WHERE known.id IS NULL OR {is_newer} OR known.followers IS DISTINCT FROM greatest(known.followers, seen.followers)
    ORDER BY author.id
    ON CONFLICT (chat_id, author_id) DO UPDATE
    SET followers = greatest(part.followers, excluded.followers),
        handle = CASE WHEN {is_newer_still} THEN excluded.handle ELSE part.handle END,
        name = CASE WHEN {is_newer_still} THEN excluded.name ELSE part.name END,
        seen_at = greatest(part.seen_at, excluded.seen_at)
"""
# How many of the staged tweets are stored, and the keys of those of which something else is said now.
KNOWN = """
    SELECT count(*), array_agg(tweet.id) FILTER (WHERE tweet.withheld <> ALL(%s) AND ({old}) IS DISTINCT FROM ({new}))
    FROM staged, LATERAL (
        SELECT tweet.*, author.network_id AS writer FROM chats_tweet AS tweet JOIN chats_author AS author
        ON author.id = tweet.author_id
        WHERE (tweet.network, tweet.network_id) = (staged.network, staged.network_id) OFFSET 0
    ) AS tweet WHERE tweet.chat_id = %s
"""
LINKS = """
    INSERT INTO chats_tweetlink (tweet_id, position, url, leads_to)
    SELECT tweet.id, link.position - 1, link.url, coalesce(nullif(link.leads_to, ''), link.url)
    FROM {tweets} AS tweet, LATERAL (
        SELECT row_number() OVER (ORDER BY place) AS position, span ->> 3 AS url, span ->> 5 AS leads_to
        FROM jsonb_array_elements(tweet.spans) WITH ORDINALITY AS listed (span, place)
        WHERE span ->> 0 = 'link' ORDER BY place LIMIT {most}
    ) AS link
"""
NEW = """
    WITH new AS (
        INSERT INTO chats_tweet (chat_id, author_id, withheld, {columns})
        SELECT %s, author.id, '', {staged} FROM staged, {author}
        ON CONFLICT (chat_id, network, network_id) DO NOTHING
        RETURNING id, network, network_id, spans
    ), raw AS (
        INSERT INTO chats_rawrecord (tweet_id, body)
        SELECT new.id, staged.raw FROM new JOIN staged USING (network, network_id)
    ), links AS ({links})
    SELECT count(*) FROM new
"""
CHANGED = """
    WITH changed AS (
        UPDATE chats_tweet AS tweet SET author_id = staged.author_id, {sets}
        FROM (SELECT staged.*, author.id AS author_id FROM staged, {author}) AS staged
        WHERE tweet.chat_id = %s AND (tweet.network, tweet.network_id) = (staged.network, staged.network_id)
        RETURNING tweet.id, staged.raw
    ), unlinked AS (
        DELETE FROM chats_tweetlink WHERE tweet_id IN (SELECT id FROM changed)
    )
    INSERT INTO chats_rawrecord (tweet_id, body) SELECT id, raw FROM changed WHERE raw IS NOT NULL
    ON CONFLICT (tweet_id) DO UPDATE SET body = excluded.body
"""
STAGED_TWEETS = """(
    SELECT tweet.id, tweet.spans FROM staged JOIN chats_tweet AS tweet USING (network, network_id)
    WHERE tweet.chat_id = %s
)"""


def _named(table: str, columns: Iterable[str] = COLUMNS) -> str:
    return ", ".join(f"{table}.{column}" for column in columns)


_STAGING = STAGING.format(columns=", ".join(COLUMNS))
_COPY = COPY.format(staged=", ".join(STAGED))
_AUTHORS = AUTHORS.format(
    seen=SEEN,
    author=AUTHOR.format(of="seen.network, seen.id"),
    is_newer=NEWER.format(old="author", new="seen"),
    is_newer_still=NEWER.format(old="chats_author", new="excluded"),
)
_PARTICIPATIONS = PARTICIPATIONS.format(
    seen=SEEN,
    author=AUTHOR.format(of="seen.network, seen.id"),
    is_newer=NEWER.format(old="known", new="seen"),
    is_newer_still=NEWER.format(old="part", new="excluded"),
)
_WRITER = AUTHOR.format(of="staged.network, staged.writer")
_COMPARED = ("writer", *CHANGEABLE)
_KNOWN = KNOWN.format(old=_named("tweet", _COMPARED), new=_named("staged", _COMPARED))
_NEW = NEW.format(
    columns=", ".join(COLUMNS),
    staged=_named("staged"),
    author=_WRITER,
    links=LINKS.format(tweets="new", most=MOST_LINKS),
)
_CHANGED = CHANGED.format(sets=", ".join(f"{column} = staged.{column}" for column in CHANGEABLE), author=_WRITER)
_CHANGED_LINKS = LINKS.format(tweets=STAGED_TWEETS, most=MOST_LINKS)


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


def merge(chat: Chat, seen: tuple[SourceTweet, ...], *, why: str) -> Counts:
    """Tweets seen anywhere -> rows of ``chat``, whose build row the caller has locked: nobody merges beside us."""
    found = sightings.collect(seen, why=why)
    if not found:
        return Counts()
    with connection.cursor() as cursor:
        _write_people(cursor, chat, seen)
        _stage(cursor, found.items())
        cursor.execute(_KNOWN, [list(GONE), chat.pk])
        known, different = cursor.fetchone()
        changed = _changed(chat, found, different or [])
        created = 0
        if known < len(found):
            cursor.execute(_NEW, [chat.pk])
            (created,) = cursor.fetchone()
        if changed:
            _stage(cursor, changed)
            cursor.execute(_CHANGED, [chat.pk])
            cursor.execute(_CHANGED_LINKS, [chat.pk])
    outside = sum(not chat.opens_at <= tweet.created_at < chat.closes_at for tweet in seen)
    return Counts(len(seen), created, len(changed), len(seen) - created - len(changed), outside)


def _write_people(cursor: CursorWrapper, chat: Chat, seen: tuple[SourceTweet, ...]) -> None:
    """Everybody who wrote a tweet of the page: who they are, and who they are in this chat."""
    people = [
        {
            "network": network,
            "id": id_,
            "handle": person.handle,
            "name": person.name,
            "seen_at": person.seen_at.isoformat(),
            "followers": person.followers,
        }
        for (network, id_), person in sightings.people(seen).items()
    ]
    values: dict[str, Any] = {"chat": chat.pk, "people": json.dumps(people)}
    cursor.execute(_AUTHORS, values)
    cursor.execute(_PARTICIPATIONS, values)


def _stage(cursor: CursorWrapper, found: Iterable[tuple[Key, Sighting]]) -> None:
    """Fill the staging table with these and nothing else."""
    cursor.execute(_STAGING)
    with cursor.copy(_COPY) as copy:
        for key, sighting in found:
            copy.write_row(_row(key, sighting))


def _row(key: Key, sighting: Sighting) -> list:
    """The columns of ``STAGED``.  All but numbers are written out here: psycopg looks at every list and time anew."""
    values = sighting.values
    written = [_WRITTEN.get(name, _as_is)(values[name]) for name in CHANGEABLE]
    return [values["writer"], _packed(sighting.raw), *key, *written]


def _changed(chat: Chat, found: dict[Key, Sighting], different: list[int]) -> list[tuple[Key, Sighting]]:
    """What says something new of a stored tweet, merged with what is stored."""
    changed = []
    stored = chat.tweets.filter(pk__in=different).order_by("pk").values(*COLUMNS, writer=F("author__network_id"))
    for before in stored if different else ():
        key = (before.pop("network"), before.pop("network_id"))
        sighting = found[key]
        after = sightings.merged(before, sighting.values)
        if after != before:
            raw = sighting.raw if sightings.is_fuller(sighting.values, before) else None
            changed.append((key, Sighting(after, raw)))
    return changed


def _as_is(value: object) -> object:
    return value


def _array(words: list[str]) -> str:
    """PostgreSQL's way to write an array."""
    if not words:
        return "{}"
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
    return '{"' + '","'.join(quoted) + '"}'


_ARRAYS = ("hashtags", "alt_texts", "edits", "why_captured")
_WRITTEN: dict[str, Callable[[Any], object]] = {
    **dict.fromkeys(_ARRAYS, _array),
    "spans": json.dumps,
    "created_at": datetime.isoformat,
    "is_sensitive": str,
}


def _packed(raw: bytes | None) -> bytes | None:
    """zlib with a small window: the records are small, and setting up a large one costs three times the packing."""
    if raw is None:
        return None
    packer = zlib.compressobj(wbits=12, memLevel=5)
    return packer.compress(raw) + packer.flush()
