"""Who wrote the tweets of a page -> Author and Participation rows, and the authors' keys for the tweets' rows."""

from django.db.backends.utils import CursorWrapper

from chats.ingest.sightings import Key
from chats.models import Chat

# Who names somebody: the newest sighting; of two in one moment the later by code points, as Python orders them too,
# whatever order of letters the database was made with.
NEWER = """
    ({old}.seen_at, {old}.handle COLLATE "C", {old}.name COLLATE "C")
    < ({new}.seen_at, {new}.handle COLLATE "C", {new}.name COLLATE "C")
"""
# LIMIT keeps the database from reading all authors or a whole chat to find what one page names: it thinks that cheaper
# as long as nobody has counted a new chat's tweets.  Rows are written in the order of their keys, so that two workers
# never wait for each other crosswise.  An author whom another worker wrote meanwhile is written again, at worst as they
# are, because only what is written gives back its key.
# The part in a chat is frozen: who they were in it, and the most followers they were seen with; unknown stays unknown.
WRITE = """
    WITH seen AS MATERIALIZED (
        SELECT network, id, handle, name, least(seen_at, statement_timestamp()) AS seen_at, joined_at, followers
        FROM json_to_recordset(%(people)s) AS page
            (network text, id text, handle text, name text, seen_at timestamptz, joined_at timestamptz, followers int)
    ), found AS MATERIALIZED (
        SELECT seen.*, author.id AS author_id,
            author.id IS NULL OR {names_author}
            OR author.joined_at IS DISTINCT FROM least(author.joined_at, seen.joined_at) AS is_news
        FROM seen LEFT JOIN LATERAL (
            SELECT id, handle, name, seen_at, joined_at FROM chats_author
            WHERE (network, network_id) = (seen.network, seen.id) LIMIT 1
        ) AS author ON true
    ), written AS (
        INSERT INTO chats_author AS author (network, network_id, handle, name, seen_at, joined_at)
        SELECT network, id, handle, name, seen_at, joined_at FROM found WHERE is_news ORDER BY network, id
        ON CONFLICT (network, network_id) DO UPDATE
        SET joined_at = least(author.joined_at, excluded.joined_at),
            handle = CASE WHEN {names_author_still} THEN excluded.handle ELSE author.handle END,
            name = CASE WHEN {names_author_still} THEN excluded.name ELSE author.name END,
            seen_at = greatest(author.seen_at, excluded.seen_at)
        RETURNING id, network, network_id
    ), known AS (
        SELECT network, id, author_id, handle, name, seen_at, followers FROM found WHERE NOT is_news
        UNION ALL
        SELECT network, found.id, written.id, handle, name, seen_at, followers
        FROM written JOIN found USING (network) WHERE found.id = written.network_id
    ), parts AS (
        INSERT INTO chats_participation AS part
            (chat_id, author_id, handle, name, seen_at, followers,
             role, sent, replies_got, repliers, quotes_got, retweets_got, retweets_given)
        SELECT %(chat)s, author_id, known.handle, known.name, known.seen_at, known.followers, '', 0, 0, 0, 0, 0, 0
        FROM known LEFT JOIN LATERAL (
            SELECT id, followers, handle, name, seen_at FROM chats_participation
            WHERE (chat_id, author_id) = (%(chat)s, known.author_id) LIMIT 1
        ) AS part ON true
        WHERE part.id IS NULL OR {names_part}
            OR part.followers IS DISTINCT FROM greatest(part.followers, known.followers)
        ORDER BY author_id
        ON CONFLICT (chat_id, author_id) DO UPDATE
        SET followers = greatest(part.followers, excluded.followers),
            handle = CASE WHEN {names_part_still} THEN excluded.handle ELSE part.handle END,
            name = CASE WHEN {names_part_still} THEN excluded.name ELSE part.name END,
            seen_at = greatest(part.seen_at, excluded.seen_at)
    )
    SELECT network, id, author_id FROM known
"""

_WRITE = WRITE.format(
    names_author=NEWER.format(old="author", new="seen"),
    names_author_still=NEWER.format(old="author", new="excluded"),
    names_part=NEWER.format(old="part", new="known"),
    names_part_still=NEWER.format(old="part", new="excluded"),
)


def write(cursor: CursorWrapper, chat: Chat, people: bytes) -> dict[Key, int]:
    """Everybody who wrote a tweet of the page, as JSON: who they are, and who they are in this chat.

    Returns the primary key of each author by (network, id).
    """
    cursor.execute(_WRITE, {"chat": chat.pk, "people": people.decode()})
    return {(network, id_): author for network, id_, author in cursor.fetchall()}
