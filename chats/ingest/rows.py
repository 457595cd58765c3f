"""Sightings -> Author, Participation and Tweet rows of one chat, inside the caller's transaction."""

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.db import connection

from chats.ingest import sightings
from chats.ingest.sightings import Key, Sighting
from chats.models import Author, Chat, RawRecord, Tweet, TweetLink
from chats.models.tweet import GONE
from chats.sources.base import SourceTweet

AUTHORS = """
    INSERT INTO chats_author (network, network_id, handle, name, seen_at)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[]) ORDER BY 1, 2
    ON CONFLICT (network, network_id) DO UPDATE
    SET handle = excluded.handle, name = excluded.name, seen_at = excluded.seen_at
    WHERE (chats_author.seen_at, chats_author.handle, chats_author.name)
        < (excluded.seen_at, excluded.handle, excluded.name)
"""
PARTICIPATIONS = """
    INSERT INTO chats_participation
        (chat_id, author_id, followers, role, sent, replies_got, repliers, quotes_got, retweets_got, retweets_given)
    SELECT %s, author, followers, '', 0, 0, 0, 0, 0, 0 FROM unnest(%s::bigint[], %s::int[]) AS seen (author, followers)
    ORDER BY author
    ON CONFLICT (chat_id, author_id) DO UPDATE
    SET followers = greatest(chats_participation.followers, excluded.followers)
    WHERE chats_participation.followers IS DISTINCT FROM greatest(chats_participation.followers, excluded.followers)
"""
COLUMNS = [field.attname for field in Tweet._meta.concrete_fields if field.name not in ("id", "number")]
# All rows as one document: binding every value of every row for itself takes several times as long.
TWEETS = """
    INSERT INTO chats_tweet ({columns})
    SELECT {columns} FROM json_populate_recordset(NULL::chats_tweet, %s)
    RETURNING network, network_id, id
""".format(columns=", ".join(COLUMNS))  # noqa: S608 - names of our own columns

MOST_LINKS = 500  # of one tweet; nobody shares so many, but a file may say anything


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
    authors = _write_authors(found.values())
    _write_participations(chat, authors, found.values())
    rows = {(row.network, row.network_id): row for row in chat.tweets.filter(network_id__in=[key[1] for key in found])}
    created, updated, raw = [], [], {}
    for key, sighting in found.items():
        row = rows.get(key)
        if row is None:
            author = authors[sighting.author.network, sighting.author.id]
            row = Tweet(chat=chat, author_id=author, network=key[0], network_id=key[1], **sighting.values)
            created.append(row)
            raw[key] = sighting.raw
        elif row.withheld not in GONE and _refresh(row, sighting, raw):
            updated.append(row)
    _write_tweets(created, updated, raw)
    outside = sum(not chat.opens_at <= tweet.created_at < chat.closes_at for tweet in seen)
    unchanged = len(seen) - len(created) - len(updated)
    return Counts(len(seen), len(created), len(updated), unchanged, outside)


def _refresh(row: Tweet, sighting: Sighting, raw: dict[Key, bytes]) -> bool:
    """Bring a stored tweet up to date in memory; whether anything changed."""
    before = sightings.of_row(row)
    after = sightings.merged(before, sighting.values)
    if after == before:
        return False
    if sightings.is_fuller(sighting.values, before):
        raw[row.network, row.network_id] = sighting.raw
    for name, value in after.items():
        setattr(row, name, value)
    return True


def _write_authors(found: Iterable[Sighting]) -> dict[Key, int]:
    """The rows of everybody in ``found``: (network, network id) -> primary key.  The newest sighting names them."""
    newest: dict[Key, tuple] = {}
    for sighting in found:
        author = sighting.author
        key = (author.network, author.id)
        seen = (sighting.values["created_at"], author.handle[:100], author.name[:200])
        newest[key] = max(newest.get(key, seen), seen)
    columns = [[*key, handle, name, seen_at] for key, (seen_at, handle, name) in sorted(newest.items())]
    with connection.cursor() as cursor:
        cursor.execute(AUTHORS, [list(column) for column in zip(*columns, strict=True)])
    rows = Author.objects.filter(network_id__in=[key[1] for key in newest])
    return {(row.network, row.network_id): row.pk for row in rows}


def _write_participations(chat: Chat, authors: dict[Key, int], found: Iterable[Sighting]) -> None:
    """Freeze the most followers anybody was seen with; unknown stays unknown."""
    followers: dict[int, int | None] = {}
    for sighting in found:
        pk = authors[sighting.author.network, sighting.author.id]
        known = [count for count in (followers.get(pk), sighting.author.followers) if count is not None]
        followers[pk] = min(max(known), sightings.LARGEST_COUNT) if known else None
    with connection.cursor() as cursor:
        cursor.execute(PARTICIPATIONS, [chat.pk, list(followers), list(followers.values())])


def _write_tweets(created: list[Tweet], updated: list[Tweet], raw: dict[Key, bytes]) -> None:
    _create(created)
    if updated:
        Tweet.objects.bulk_update(updated, sightings.CHANGEABLE)
        TweetLink.objects.filter(tweet__in=updated).delete()
    TweetLink.objects.bulk_create(link for row in [*created, *updated] for link in _links(row))
    RawRecord.objects.bulk_create(
        [
            RawRecord(tweet=row, body=zlib.compress(raw[row.network, row.network_id]))
            for row in [*created, *updated]
            if (row.network, row.network_id) in raw
        ],
        update_conflicts=True,
        unique_fields=["tweet"],
        update_fields=["body"],
    )


def _create(rows: list[Tweet]) -> None:
    """Insert tweets; they learn their primary keys."""
    values = [{column: getattr(row, column) for column in COLUMNS} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(TWEETS, [json.dumps(values, default=str)])
        keys = {(network, network_id): pk for network, network_id, pk in cursor.fetchall()}
    for row in rows:
        row.pk = keys[row.network, row.network_id]


def _links(row: Tweet) -> list[TweetLink]:
    found = [span for span in row.spans if span[0] == "link"][:MOST_LINKS]
    return [
        TweetLink(tweet=row, position=position, url=target, leads_to=leads_to or target)
        for position, (_, _, _, target, _, leads_to) in enumerate(found)
    ]
