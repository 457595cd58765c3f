"""What twarc wrote from X's API 1.1, tweets one on a line or in a list -> tweets."""

from collections.abc import Iterator
from datetime import tzinfo
from functools import partial
from typing import BinaryIO

from chats.sources.base import SourceAuthor, SourceTweet
from chats.sources.files import documents, json_lines
from chats.sources.files.documents import Kind
from chats.sources.files.json_lines import Outcome
from chats.sources.files.lines import Position, Row
from chats.sources.files.spans import Content, alt_texts, content, retweeted
from chats.sources.files.times import opened, when
from chats.sources.files.values import (
    Unusable,
    count,
    known_id,
    line_of_text,
    mapping,
    required_handle,
    required_id,
    string,
)

_LISTS = ("statuses",)


def read(file: BinaryIO, position: Position, zone: tzinfo) -> Iterator[Row]:
    return documents.read(file, position, KIND, partial(_tweets, zone=zone))


def _is_ours(record: dict) -> bool:
    return _is_tweet(next(iter(json_lines.wrapped(record, _LISTS)), record))


def _is_tweet(record: dict) -> bool:
    has_id = "id_str" in record or "id" in record
    return has_id and isinstance(record.get("user"), dict) and ("full_text" in record or "text" in record)


def _tweets(record: dict, *, zone: tzinfo) -> Iterator[Outcome]:
    listed = json_lines.wrapped(record, _LISTS)
    if listed:
        yield from json_lines.each(listed, partial(_tweets, zone=zone))
        return
    try:
        yield tweet(record, zone)
    except Unusable as unusable:
        yield str(unusable)


def tweet(record: dict, zone: tzinfo) -> SourceTweet:
    tweet_id = required_id(record.get("id_str") or record.get("id"))
    author = _author(record)
    original = mapping(record.get("retweeted_status"))
    retweet_of = _id(original, "id")
    says = _said(record, original)
    return SourceTweet(
        network="x",
        id=tweet_id,
        author=author,
        text=says.text,
        created_at=when(tweet_id, record.get("created_at"), zone),
        url=f"https://x.com/{author.handle}/status/{tweet_id}",
        lang=string(record.get("lang")),
        reply_to=_id(record, "in_reply_to_status_id"),
        quote_of="" if retweet_of else _quoted(record),
        retweet_of=retweet_of,
        hashtags=says.hashtags,
        spans=says.spans,
        alt_texts=alt_texts(_media(original or record)),
        likes=count(record.get("favorite_count")),
        reposts=count(record.get("retweet_count")),
        replies=count(record.get("reply_count")),
        quotes=count(record.get("quote_count")),
        is_sensitive=record.get("possibly_sensitive") is True,
        raw=json_lines.encode(record),
    )


def _quoted(record: dict) -> str:
    return _id(record, "quoted_status_id") or _id(mapping(record.get("quoted_status")), "id")


def _author(record: dict) -> SourceAuthor:
    user = mapping(record.get("user"))
    handle = required_handle(user.get("screen_name"))
    author_id = required_id(user.get("id_str") or user.get("id"), of="author's id")
    name = line_of_text(user.get("name")) or handle
    return SourceAuthor(
        "x", author_id, handle, name, count(user.get("followers_count")), opened(user.get("created_at"))
    )


def _said(record: dict, original: dict) -> Content:
    """A retweet says the whole original, where that is known with its author."""
    if original:
        try:
            return retweeted(required_handle(mapping(original.get("user")).get("screen_name")), _content(original))
        except Unusable:
            pass
    return _content(record)


def _content(record: dict) -> Content:
    extended = mapping(record.get("extended_tweet"))
    for holder, name in ((record, "full_text"), (extended, "full_text"), (record, "text")):
        says = content(holder.get(name), holder.get("entities"), {"media": _media(record)})
        if says.text.strip():
            return says
    raise Unusable("There is no text")


def _media(record: dict) -> object:
    """The list that has all pictures of a tweet; that in its plain entities has the first only."""
    extended = mapping(record.get("extended_tweet"))
    return mapping(extended.get("extended_entities") or record.get("extended_entities") or record.get("entities")).get(
        "media"
    )


def _id(record: dict, name: str) -> str:
    return known_id(record.get(f"{name}_str") or record.get(name))


KIND = Kind(_is_ours, _LISTS)
