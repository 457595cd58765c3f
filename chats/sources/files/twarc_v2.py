"""Lines that twarc2 wrote from X's API 2 -> tweets.

A line is a whole answer ``{data: [...], includes, meta}``, an answer about one tweet ``{data: {...}, includes}``, or a
tweet as ``twarc2 flatten`` writes it.  Tweets that an answer merely includes serve to complete others.
"""

import re
from collections.abc import Iterator
from datetime import tzinfo
from functools import partial
from typing import BinaryIO

from chats.sources.base import SourceAuthor, SourceTweet
from chats.sources.files import documents, json_lines
from chats.sources.files.documents import Kind
from chats.sources.files.flattening import Includes, references
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
    mappings,
    required_handle,
    required_id,
    string,
    versions,
)

# What else twarc2 writes, told by a field that no tweet has.
_OTHERS = {
    "tweet_count": "a count of tweets",
    "post_count": "a count of tweets",
    "username": "an account",
    "owner_id": "a list of accounts",
}
_RETWEET = re.compile(r"RT @([A-Za-z0-9_]{1,50}): ")
_MOST_ERRORS = 3


def read(file: BinaryIO, position: Position, zone: tzinfo) -> Iterator[Row]:
    return documents.read(file, position, KIND, partial(tweets, zone=zone))


def tweets(record: dict, *, zone: tzinfo) -> Iterator[Outcome]:
    """One line, or one answer of the API -> its tweets; a string says why one of them is none."""
    data = record.get("data")
    if isinstance(data, list) and data:
        includes = Includes(record.get("includes"))
        for n, item in enumerate(data, 1):
            found = outcome(includes.whole(mapping(item)), zone)
            yield f"Tweet {n} of {len(data)} in this line: {found}" if isinstance(found, str) else found
    elif isinstance(data, dict):
        yield outcome(Includes(record.get("includes")).whole(data), zone)
    elif mappings(record.get("errors")):
        yield _errors(record)
    elif "data" not in record and "meta" not in record:
        yield outcome(record, zone)
    elif data is not None and data != []:
        yield "This line holds no tweet"


def _is_ours(record: dict) -> bool:
    if isinstance(record.get("data"), list | dict) or mappings(record.get("errors")):
        return True
    is_empty_answer = "result_count" in mapping(record.get("meta"))
    return is_empty_answer or ("id" in record and "text" in record and ("author_id" in record or "author" in record))


def _errors(record: dict) -> str:
    errors = mappings(record.get("errors"))
    words = [line_of_text(e.get("detail") or e.get("message") or e.get("title")) or "an error" for e in errors]
    return "X answered: " + "; ".join(word[:200] for word in words[:_MOST_ERRORS])


def outcome(whole: dict, zone: tzinfo) -> Outcome:
    """A tweet with all that belongs to it, as ``Includes.whole`` puts it together."""
    try:
        return _tweet(whole, zone)
    except Unusable as unusable:
        other = next((thing for field, thing in _OTHERS.items() if field in whole), "")
        return f"This is {other}, not a tweet" if other else str(unusable)


def _tweet(whole: dict, zone: tzinfo) -> SourceTweet:
    tweet_id = required_id(whole.get("id"))
    author = _author(whole)
    originals = {string(reference.get("type")): reference for reference in references(whole)}
    original = originals.get("retweeted", {})
    says = _said(whole, original)
    metrics = mapping(whole.get("public_metrics"))
    return SourceTweet(
        network="x",
        id=tweet_id,
        author=author,
        text=says.text,
        created_at=when(tweet_id, whole.get("created_at"), zone),
        url=f"https://x.com/{author.handle}/status/{tweet_id}",
        lang=string(whole.get("lang")),
        conversation=known_id(whole.get("conversation_id")),
        reply_to=known_id(originals.get("replied_to", {}).get("id")),
        quote_of=known_id(originals.get("quoted", {}).get("id")),
        retweet_of=known_id(original.get("id")),
        hashtags=says.hashtags,
        spans=says.spans,
        alt_texts=alt_texts(mapping((original or whole).get("attachments")).get("media")),
        likes=count(metrics.get("like_count")),
        reposts=count(metrics.get("repost_count", metrics.get("retweet_count"))),
        replies=count(metrics.get("reply_count")),
        quotes=count(metrics.get("quote_count")),
        edits=versions(tweet_id, whole.get("edit_history_tweet_ids") or whole.get("edit_history_post_ids")),
        is_sensitive=whole.get("possibly_sensitive") is True,
        raw=json_lines.encode(whole),
    )


def _author(whole: dict) -> SourceAuthor:
    user = mapping(whole.get("author"))
    stated = user.get("id") or whole.get("author_id")
    if not user and known_id(stated):
        raise Unusable(f"The author, number {stated}, is not described here")
    handle = required_handle(user.get("username"))
    followers = count(mapping(user.get("public_metrics")).get("followers_count"))
    author_id = required_id(stated, of="author's id")
    name = line_of_text(user.get("name")) or handle
    return SourceAuthor("x", author_id, handle, name, followers, opened(user.get("created_at")))


def _said(whole: dict, original: dict) -> Content:
    """A retweet says the whole original, where that is known; its author's handle also begins the short form."""
    if "text" in original:
        short = _RETWEET.match(string(whole.get("text")))
        handle = mapping(original.get("author")).get("username") or (short and short[1])
        try:
            return retweeted(required_handle(handle), _content(original))
        except Unusable:
            pass
    return _content(whole)


def _content(whole: dict) -> Content:
    note = mapping(whole.get("note_tweet") or whole.get("note_post"))
    if string(note.get("text")).strip():
        return content(note["text"], note.get("entities") or whole.get("entities"))
    says = content(whole.get("text"), whole.get("entities"))
    if says.text.strip():
        return says
    raise Unusable("There is no text")


KIND = Kind(_is_ours)
