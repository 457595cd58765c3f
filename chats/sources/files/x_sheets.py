"""Rows of X's tweets by column name -> tweets.  What a spreadsheet spoils is made good from the other columns.

A sheet turns long ids into 3.08E+17; an address is text and keeps the id.  An author without a whole id is known by
the handle, a tweet without its entities by what can be found in its text.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import NamedTuple

from chats.sources.base import SourceAuthor, SourceTweet
from chats.sources.files import json_lines
from chats.sources.files.finding import entities_of
from chats.sources.files.spans import Content, alt_texts, content, retweeted
from chats.sources.files.times import when
from chats.sources.files.values import (
    Unusable,
    count,
    known_id,
    line_of_text,
    mapping,
    quoted,
    required_handle,
    required_id,
    string,
    versions,
)

_ADDRESS = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/[^/]+/status(?:es)?/([0-9]{1,19})")
_TRUE = {"TRUE", "True", "true", "1"}


class Columns(NamedTuple):
    """The columns of a dialect that may hold each thing; the first that is not empty counts.

    ``passed_on`` is the original of a retweet or the quoted tweet, as ``kind`` says.  ``leads`` are where the links of
    the text end, in their order, or in that of ``shorts``, the addresses that stand in the text.
    """

    id: tuple[str, ...]
    handle: tuple[str, ...]
    author_id: tuple[str, ...]
    followers: tuple[str, ...]
    reply_to: tuple[str, ...]
    time: tuple[str, ...] = ("created_at",)
    lang: tuple[str, ...] = ("lang",)
    sensitive: tuple[str, ...] = ("possibly_sensitive",)
    address: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    conversation: tuple[str, ...] = ()
    quote_of: tuple[str, ...] = ()
    retweet_of: tuple[str, ...] = ()
    retweeted: tuple[str, ...] = ()
    original: tuple[str, ...] = ()
    passed_on: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    likes: tuple[str, ...] = ()
    reposts: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    shorts: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    media: tuple[str, ...] = ()


def tweet(
    row: Mapping[str, str], zone: tzinfo, _line: int, *, columns: Columns, is_escaped: bool = False
) -> SourceTweet:
    """A row -> its tweet.  ``is_escaped``: a line break in a text is written as a backslash and an n."""
    tweet_id = _whole_id(_cell(row, columns.id), _cell(row, columns.address))
    author = _author(row, columns)
    references = _references(row, columns)
    says = _said(row, columns, references["retweet_of"], is_escaped=is_escaped)
    return SourceTweet(
        network="x",
        id=tweet_id,
        author=author,
        text=says.text,
        created_at=when(tweet_id, _cell(row, columns.time), zone),
        url=f"https://x.com/{author.handle or 'i'}/status/{tweet_id}",
        lang=string(_cell(row, columns.lang)),
        conversation=_id(row, columns.conversation),
        reply_to=_id(row, columns.reply_to),
        hashtags=says.hashtags,
        spans=says.spans,
        alt_texts=_alt_texts(row, columns),
        likes=count(_cell(row, columns.likes)),
        reposts=count(_cell(row, columns.reposts)),
        replies=count(_cell(row, columns.replies)),
        quotes=count(_cell(row, columns.quotes)),
        edits=versions(tweet_id, _listed(_cell(row, columns.edits))),
        is_sensitive=_cell(row, columns.sensitive) in _TRUE,
        raw=json_lines.encode(dict(row)),
        **references,
    )


def _cell(row: Mapping[str, str], names: Iterable[str]) -> str:
    """What the first of the columns holds that is not empty; R writes NA for nothing."""
    for name in names:
        cell = row.get(name, "")
        if cell and cell != "NA":
            return cell
    return ""


def _id(row: Mapping[str, str], names: Iterable[str]) -> str:
    return known_id(_bare(_cell(row, names)))


def _whole_id(stated: str, address: str) -> str:
    found = _ADDRESS.match(address)
    if found:
        return required_id(found[1])
    if "E+" in stated.upper():
        raise Unusable(f"The id {quoted(stated)} was cut short by a spreadsheet, and no address holds it")
    return required_id(_bare(stated))


def _bare(stated: str) -> str:
    """R puts an x before numbers that a spreadsheet would cut."""
    return stated.removeprefix("x")


def _author(row: Mapping[str, str], columns: Columns) -> SourceAuthor:
    """Where no column could hold the handle, a number alone says who it was."""
    author_id = _id(row, columns.author_id)
    handle = _cell(row, columns.handle)
    if not author_id or any(name in row for name in columns.handle):
        handle = required_handle(handle)
    name = line_of_text(_cell(row, columns.name)) or handle or f"Author {author_id}"
    return SourceAuthor(
        "x", author_id or f"handle:{handle.lower()}", handle, name, count(_cell(row, columns.followers))
    )


def _references(row: Mapping[str, str], columns: Columns) -> dict[str, str]:
    retweet_of, quote_of = _id(row, columns.retweet_of), _id(row, columns.quote_of)
    if passed_on := _id(row, columns.passed_on):
        is_retweet = _cell(row, columns.kind) == "retweet"
        retweet_of, quote_of = (passed_on, "") if is_retweet else ("", passed_on)
    return {"retweet_of": retweet_of, "quote_of": "" if retweet_of else quote_of}


def _said(row: Mapping[str, str], columns: Columns, retweet_of: str, *, is_escaped: bool) -> Content:
    """A retweet says the whole original where the row holds that, and always whose it is."""
    text = row["text"]
    if is_escaped:
        text = text.replace("\\n", "\n")
    whole = _cell(row, columns.original)
    says = _content(row, columns, text)
    if retweet_of and (whole or not text.startswith("RT @")):
        try:
            handle = required_handle(_cell(row, columns.retweeted))
            says = retweeted(handle, _content(row, columns, whole) if whole else says)
        except Unusable:
            pass
    if not says.text.strip():
        raise Unusable("There is no text")
    return says


def _content(row: Mapping[str, str], columns: Columns, text: str) -> Content:
    if columns.entities:
        return content(text, mapping(_decoded(_cell(row, columns.entities))))
    shorts = [short for name in columns.shorts for short in _listed(row.get(name, ""))]
    leads = [lead for name in columns.leads for lead in _listed(row.get(name, ""))]
    tags = [tag.lstrip("#") for tag in _listed(_cell(row, columns.hashtags))]
    return content(text, entities_of(text, tags=tags, shorts=shorts, leads=leads))


def _alt_texts(row: Mapping[str, str], columns: Columns) -> tuple[str, ...]:
    if columns.entities:
        return alt_texts(mapping(_decoded(_cell(row, columns.entities))).get("media"))
    return alt_texts(_decoded(_cell(row, columns.media)))


def _listed(cell: str) -> list[str]:
    """A list that stands in one cell: parted by blanks, or as JSON, of words or of the objects X makes of them."""
    if cell[:1] != "[":
        return [word for word in cell.split() if word != "NA"]
    listed = _decoded(cell)
    words = [_word(each) for each in listed] if isinstance(listed, list) else []
    return [word for word in words if word]


def _word(value: object) -> str:
    found = mapping(value)
    return string(found.get("tag") or found.get("expanded_url") if found else value)


def _decoded(cell: str) -> object:
    try:
        return json_lines.decode(cell) if cell else None
    except Unusable:
        return None
