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

from chats.ingest import sightings
from chats.ingest.sightings import CHANGEABLE, Key, Sighting
from chats.models import Chat
from chats.models.tweet import GONE
from chats.sources.base import SourceAuthor, SourceTweet

MOST_LINKS = 500  # of one tweet; nobody shares so many, but a file may say anything

COLUMNS = ("network", "network_id", *CHANGEABLE)
STAGED = ("author", "handle", "name", "followers", "raw", *COLUMNS)
# Of the session and no longer: a second worker has another of the same name.
STAGING = """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged AS
    SELECT ''::text AS author, ''::text AS handle, ''::text AS name, 0 AS followers, ''::bytea AS raw, {columns}
    FROM chats_tweet WITH NO DATA;
    TRUNCATE staged
"""
COPY = "COPY staged ({staged}) FROM STDIN"
# LIMIT and OFFSET keep the database from reading all authors or a whole chat to find what one page names: it thinks
# that cheaper as long as nobody has counted a new chat's tweets.
AUTHOR = """LATERAL (
    SELECT id, handle, name, seen_at FROM chats_author
    WHERE (network, network_id) = ({of}.network, {of}.author) LIMIT 1
) AS author"""
# The newest sighting names somebody.  In the order of the key, so that two workers never wait for each other crosswise.
AUTHORS = """
    INSERT INTO chats_author (network, network_id, handle, name, seen_at)
    SELECT newest.network, newest.author, newest.handle, newest.name, newest.created_at
    FROM (
        SELECT DISTINCT ON (network, author) network, author, handle, name, created_at FROM staged
        ORDER BY network, author, created_at DESC, handle DESC, name DESC
    ) AS newest LEFT JOIN {author} ON true
    WHERE author.id IS NULL
       OR (author.seen_at, author.handle, author.name) < (newest.created_at, newest.handle, newest.name)
    ORDER BY newest.network, newest.author
    ON CONFLICT (network, network_id) DO UPDATE
    SET handle = excluded.handle, name = excluded.name, seen_at = excluded.seen_at
    WHERE (chats_author.seen_at, chats_author.handle, chats_author.name)
        < (excluded.seen_at, excluded.handle, excluded.name)
"""
# Frozen is the most followers that anybody was seen with; unknown stays unknown.
PARTICIPATIONS = """
    INSERT INTO chats_participation
        (chat_id, author_id, followers, role, sent, replies_got, repliers, quotes_got, retweets_got, retweets_given)
    SELECT %(chat)s, seen.id, seen.followers, '', 0, 0, 0, 0, 0, 0
    FROM (
        SELECT author.id, max(staged.followers) AS followers FROM staged, {author} GROUP BY author.id
    ) AS seen LEFT JOIN LATERAL (
        SELECT id, followers FROM chats_participation WHERE (chat_id, author_id) = (%(chat)s, seen.id) LIMIT 1
    ) AS known ON true
    WHERE known.id IS NULL OR known.followers IS DISTINCT FROM greatest(known.followers, seen.followers)
    ORDER BY seen.id
    ON CONFLICT (chat_id, author_id) DO UPDATE SET followers = excluded.followers
"""
# How many of the staged tweets are stored, and the keys of those of which something else is said now.
KNOWN = """
    SELECT count(*), array_agg(tweet.id) FILTER (WHERE tweet.withheld <> ALL(%s) AND ({old}) IS DISTINCT FROM ({new}))
    FROM staged, LATERAL (
        SELECT * FROM chats_tweet WHERE (network, network_id) = (staged.network, staged.network_id) OFFSET 0
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
        UPDATE chats_tweet AS tweet SET {sets} FROM staged
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
_AUTHORS = AUTHORS.format(author=AUTHOR.format(of="newest"))
_AUTHOR = AUTHOR.format(of="staged")
_PARTICIPATIONS = PARTICIPATIONS.format(author=_AUTHOR)
_KNOWN = KNOWN.format(old=_named("tweet", CHANGEABLE), new=_named("staged", CHANGEABLE))
_NEW = NEW.format(
    columns=", ".join(COLUMNS),
    staged=_named("staged"),
    author=_AUTHOR,
    links=LINKS.format(tweets="new", most=MOST_LINKS),
)
_CHANGED = CHANGED.format(sets=", ".join(f"{column} = staged.{column}" for column in CHANGEABLE))
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
        _stage(cursor, found.items())
        cursor.execute(_AUTHORS)
        cursor.execute(_PARTICIPATIONS, {"chat": chat.pk})
        cursor.execute(_KNOWN, [list(GONE), chat.pk])
        known, different = cursor.fetchone()
        changed = _changed(chat, found, different or [])
        if known < len(found):
            cursor.execute(_NEW, [chat.pk])
        if changed:
            _stage(cursor, changed)
            cursor.execute(_CHANGED, [chat.pk])
            cursor.execute(_CHANGED_LINKS, [chat.pk])
    created = len(found) - known
    outside = sum(not chat.opens_at <= tweet.created_at < chat.closes_at for tweet in seen)
    return Counts(len(seen), created, len(changed), len(seen) - created - len(changed), outside)


def _stage(cursor: CursorWrapper, found: Iterable[tuple[Key, Sighting]]) -> None:
    """Fill the staging table with these and nothing else."""
    cursor.execute(_STAGING)
    with cursor.copy(_COPY) as copy:
        for key, sighting in found:
            copy.write_row(_row(key, sighting))


def _row(key: Key, sighting: Sighting) -> list:
    """The columns of ``STAGED``.  All but numbers are written out here: psycopg looks at every list and time anew."""
    author, values = sighting.author, sighting.values
    row = [author.id, author.handle[:100], author.name[:200], _followers(author), _packed(sighting.raw), *key]
    row += [_WRITTEN.get(name, _as_is)(values[name]) for name in CHANGEABLE]
    return row


def _changed(chat: Chat, found: dict[Key, Sighting], different: list[int]) -> list[tuple[Key, Sighting]]:
    """What says something new of a stored tweet, merged with what is stored."""
    changed = []
    for before in chat.tweets.filter(pk__in=different).order_by("pk").values(*COLUMNS) if different else ():
        key = (before.pop("network"), before.pop("network_id"))
        sighting = found[key]
        after = sightings.merged(before, sighting.values)
        if after != before:
            raw = sighting.raw if sightings.is_fuller(sighting.values, before) else None
            changed.append((key, Sighting(sighting.author, after, raw)))
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


def _followers(author: SourceAuthor) -> int | None:
    return None if author.followers is None else min(author.followers, sightings.LARGEST_COUNT)


def _packed(raw: bytes | None) -> bytes | None:
    """zlib with a small window: the records are small, and setting up a large one costs three times the packing."""
    if raw is None:
        return None
    packer = zlib.compressobj(wbits=12, memLevel=5)
    return packer.compress(raw) + packer.flush()
