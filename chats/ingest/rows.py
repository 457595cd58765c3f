"""Sightings -> Author, Participation and Tweet rows of one chat, inside the caller's transaction.

A page goes into a staging table in one COPY; from there the database merges it set by set, which costs a fifth of
what the same rows cost one by one.
"""

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, fields

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
_SPANS = STAGED.index("spans")
# Of the session and no longer: a second worker has another of the same name.
STAGING = """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged AS
    SELECT ''::text AS author, ''::text AS handle, ''::text AS name, 0 AS followers, ''::bytea AS raw, {columns}
    FROM chats_tweet WITH NO DATA;
    TRUNCATE staged
"""
COPY = "COPY staged ({staged}) FROM STDIN"
# The newest sighting names somebody.  In the order of the key, so that two workers never wait for each other crosswise.
AUTHORS = """
    INSERT INTO chats_author (network, network_id, handle, name, seen_at)
    SELECT DISTINCT ON (network, author) network, author, handle, name, created_at FROM staged
    ORDER BY network, author, created_at DESC, handle DESC, name DESC
    ON CONFLICT (network, network_id) DO UPDATE
    SET handle = excluded.handle, name = excluded.name, seen_at = excluded.seen_at
    WHERE (chats_author.seen_at, chats_author.handle, chats_author.name)
        < (excluded.seen_at, excluded.handle, excluded.name)
"""
# Frozen is the most followers that anybody was seen with; unknown stays unknown.
PARTICIPATIONS = """
    INSERT INTO chats_participation
        (chat_id, author_id, followers, role, sent, replies_got, repliers, quotes_got, retweets_got, retweets_given)
    SELECT %s, author.id, max(staged.followers), '', 0, 0, 0, 0, 0, 0
    FROM staged JOIN chats_author AS author ON (author.network, author.network_id) = (staged.network, staged.author)
    GROUP BY author.id ORDER BY author.id
    ON CONFLICT (chat_id, author_id) DO UPDATE
    SET followers = greatest(chats_participation.followers, excluded.followers)
    WHERE chats_participation.followers IS DISTINCT FROM greatest(chats_participation.followers, excluded.followers)
"""
DIFFERENT = """
    SELECT tweet.id FROM staged JOIN chats_tweet AS tweet USING (network, network_id)
    WHERE tweet.chat_id = %s AND tweet.withheld <> ALL(%s) AND ({old}) IS DISTINCT FROM ({new})
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
        SELECT %s, author.id, '', {staged}
        FROM staged JOIN chats_author AS author ON (author.network, author.network_id) = (staged.network, staged.author)
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
_DIFFERENT = DIFFERENT.format(old=_named("tweet", CHANGEABLE), new=_named("staged", CHANGEABLE))
_NEW = NEW.format(
    columns=", ".join(COLUMNS), staged=_named("staged"), links=LINKS.format(tweets="new", most=MOST_LINKS)
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
        cursor.execute(AUTHORS)
        cursor.execute(PARTICIPATIONS, [chat.pk])
        changed = _changed(cursor, chat, found)
        cursor.execute(_NEW, [chat.pk])
        created = cursor.fetchone()[0]
        if changed:
            _stage(cursor, changed)
            cursor.execute(_CHANGED, [chat.pk])
            cursor.execute(_CHANGED_LINKS, [chat.pk])
    outside = sum(not chat.opens_at <= tweet.created_at < chat.closes_at for tweet in seen)
    return Counts(len(seen), created, len(changed), len(seen) - created - len(changed), outside)


def _stage(cursor: CursorWrapper, found: Iterable[tuple[Key, Sighting]]) -> None:
    """Fill the staging table with these and nothing else."""
    cursor.execute(_STAGING)
    with cursor.copy(_COPY) as copy:
        for key, sighting in found:
            copy.write_row(_row(key, sighting))


def _row(key: Key, sighting: Sighting) -> list:
    author, values = sighting.author, sighting.values
    row = [author.id, author.handle[:100], author.name[:200], _followers(author), _packed(sighting.raw), *key]
    row += [values[name] for name in CHANGEABLE]
    row[_SPANS] = json.dumps(values["spans"])
    return row


def _changed(cursor: CursorWrapper, chat: Chat, found: dict[Key, Sighting]) -> list[tuple[Key, Sighting]]:
    """What of the staged tweets says something new of one that is stored, merged with what is stored."""
    cursor.execute(_DIFFERENT, [chat.pk, list(GONE)])
    different = [pk for (pk,) in cursor.fetchall()]
    changed = []
    for before in chat.tweets.filter(pk__in=different).order_by("pk").values(*COLUMNS) if different else ():
        key = (before.pop("network"), before.pop("network_id"))
        sighting = found[key]
        after = sightings.merged(before, sighting.values)
        if after != before:
            raw = sighting.raw if sightings.is_fuller(sighting.values, before) else None
            changed.append((key, Sighting(sighting.author, after, raw)))
    return changed


def _followers(author: SourceAuthor) -> int | None:
    return None if author.followers is None else min(author.followers, sightings.LARGEST_COUNT)


def _packed(raw: bytes | None) -> bytes | None:
    """zlib with a small window: the records are small, and setting up a large one costs three times the packing."""
    if raw is None:
        return None
    packer = zlib.compressobj(wbits=12, memLevel=5)
    return packer.compress(raw) + packer.flush()
