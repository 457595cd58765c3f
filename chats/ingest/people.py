"""Who wrote the tweets of a page -> Author and Participation rows, and the authors' keys for the tweets' rows."""

import json
from typing import Any

from django.db.backends.utils import CursorWrapper

from chats.ingest import sightings
from chats.ingest.sightings import Key
from chats.models import Chat
from chats.sources.base import SourceTweet

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
KEYS = "SELECT seen.network, seen.id, author.id FROM {seen}, {author}"


_JOINED = {"seen": SEEN, "author": AUTHOR.format(of="seen.network, seen.id")}
_AUTHORS = AUTHORS.format(
    **_JOINED,
    is_newer=NEWER.format(old="author", new="seen"),
    is_newer_still=NEWER.format(old="chats_author", new="excluded"),
)
_PARTICIPATIONS = PARTICIPATIONS.format(
    **_JOINED,
    is_newer=NEWER.format(old="known", new="seen"),
    is_newer_still=NEWER.format(old="part", new="excluded"),
)
_KEYS = KEYS.format(**_JOINED)


def write(cursor: CursorWrapper, chat: Chat, seen: tuple[SourceTweet, ...]) -> dict[Key, int]:
    """Everybody who wrote a tweet of the page: who they are, and who they are in this chat.

    Returns the primary key of each author by (network, id).
    """
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
    cursor.execute(_KEYS, values)
    return {(network, id_): author for network, id_, author in cursor.fetchall()}
