"""Google sheets that TAGS filled, saved as CSV -> tweets.

A sheet turns long ids into 3.08E+17; the address in ``status_url`` is text and keeps the id.  A retweet is known only
by its text, an author without a whole id by the handle.
"""

import re
from collections.abc import Iterator
from datetime import tzinfo
from functools import partial
from typing import BinaryIO

from chats.sources.base import SourceAuthor, SourceTweet
from chats.sources.files import csv_rows, json_lines
from chats.sources.files.lines import Line, Position, Row, sample
from chats.sources.files.spans import alt_texts, content
from chats.sources.files.times import when
from chats.sources.files.values import Unusable, count, known_id, mapping, quoted, required_handle, required_id

_NEEDED = frozenset({"id_str", "from_user", "text"})
_TELLING = frozenset({"entities_str", "status_url", "from_user_id_str", "user_followers_count"})
_ADDRESS = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/[^/]+/status(?:es)?/([0-9]{1,19})")


def recognised(start: list[Line]) -> int:
    columns = set(csv_rows.header(start).columns)
    return len(start) if columns >= _NEEDED and columns & _TELLING else 0


def read(file: BinaryIO, position: Position, zone: tzinfo) -> Iterator[Row]:
    header = csv_rows.header(sample(file))
    return csv_rows.read(file, position, header=header, needs=_NEEDED, parse=partial(_tweet, zone=zone))


def _tweet(row: dict[str, str], *, zone: tzinfo) -> SourceTweet:
    tweet_id = _id(row)
    author = _author(row)
    entities = _entities(row)
    says = content(row["text"], entities)
    if not says.text.strip():
        raise Unusable("There is no text")
    return SourceTweet(
        network="x",
        id=tweet_id,
        author=author,
        text=says.text,
        created_at=when(tweet_id, row.get("created_at") or row.get("time"), zone),
        url=f"https://x.com/{author.handle}/status/{tweet_id}",
        reply_to=known_id(row.get("in_reply_to_status_id_str")),
        hashtags=says.hashtags,
        spans=says.spans,
        alt_texts=alt_texts(entities.get("media")),
        raw=json_lines.encode(row),
    )


def _id(row: dict[str, str]) -> str:
    address = _ADDRESS.match(row.get("status_url", ""))
    stated = address[1] if address else row["id_str"]
    if "E+" in stated.upper():
        raise Unusable(f"The id {quoted(stated)} was cut short by a spreadsheet, and status_url does not hold it")
    return required_id(stated)


def _author(row: dict[str, str]) -> SourceAuthor:
    handle = required_handle(row["from_user"])
    author_id = known_id(row.get("from_user_id_str")) or f"handle:{handle.lower()}"
    return SourceAuthor("x", author_id, handle, handle, count(row.get("user_followers_count")))


def _entities(row: dict[str, str]) -> dict:
    try:
        return mapping(json_lines.decode(row.get("entities_str", "")))
    except Unusable:
        return {}
