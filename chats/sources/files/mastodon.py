"""Answers of Mastodon's API, timelines, contexts and searches -> tweets.

A status has another id on every server and one ``uri`` everywhere: that is the id here.  Replies name the server's own
id, so a file is read twice: first for what each of these ids means.  A content warning stands before the text.  A
version that was edited has no id but the millisecond of it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import BinaryIO
from urllib.parse import urlsplit

from chats.sources.base import SourceAuthor, SourceTweet
from chats.sources.files import documents, json_lines
from chats.sources.files.documents import Kind
from chats.sources.files.html_text import content_of
from chats.sources.files.json_lines import Outcome
from chats.sources.files.lines import Position, Row
from chats.sources.files.spans import Content, prefixed, retweeted
from chats.sources.files.times import opened, parse, required
from chats.sources.files.values import Unusable, count, line_of_text, mapping, mappings, quoted, string

_LISTS = ("statuses", "ancestors", "descendants")
_MOST_KNOWN = 200_000  # ids of one file; more than any chat has
_LONGEST_URI, _LONGEST_AUTHOR = 300, 200
_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.I)
_HANDLE = re.compile(r"[\w.-]{1,60}(?:@[\w.:-]{1,80})?", re.A)
_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
_PUBLIC = ("public", "unlisted")


def read(file: BinaryIO, position: Position, zone: tzinfo) -> Iterator[Row]:
    known: dict[str, str] = {}
    for record in documents.records(file, KIND):
        for status in _statuses(record):
            status_id, uri = string(status.get("id")), string(status.get("uri"))
            if status_id and uri and len(known) < _MOST_KNOWN:
                known[status_id] = uri[:_LONGEST_URI]
    return documents.read(file, position, KIND, partial(tweets, known=known, zone=zone))


def tweets(record: dict, *, known: Mapping[str, str], zone: tzinfo) -> Iterator[Outcome]:
    """One status, or one answer with several -> tweets.  ``known``: the uri of every id of the server."""
    listed = json_lines.wrapped(record, _LISTS)
    if listed:
        yield from json_lines.each(listed, partial(tweets, known=known, zone=zone), "here")
    elif "account" in record or not any(name in record for name in _LISTS):
        try:
            yield _tweet(record, known, zone)
        except Unusable as unusable:
            yield str(unusable)


def _is_ours(record: dict) -> bool:
    status = next(iter(json_lines.wrapped(record, _LISTS)), record)
    return "uri" in status and "content" in status and isinstance(status.get("account"), dict)


KIND = Kind(_is_ours, _LISTS)


def _statuses(record: dict) -> Iterator[dict]:
    for status in json_lines.wrapped(record, _LISTS) or [record]:
        yield status
        if reblog := mapping(status.get("reblog")):
            yield reblog


def _tweet(status: dict, known: Mapping[str, str], zone: tzinfo) -> SourceTweet:
    uri = _uri(status)
    author = _author(mapping(status.get("account")))
    original = mapping(status.get("reblog"))
    shared = original or status
    says = _said(original) if original else _content(status)
    version = "" if original else _version(status, zone)
    return SourceTweet(
        network="mastodon",
        id=version or uri,
        author=author,
        text=says.text,
        created_at=required(status.get("created_at"), zone),
        url=_address(status.get("url")),
        lang=string(shared.get("language")),
        reply_to=_referred(status.get("in_reply_to_id"), known),
        quote_of="" if original else _quoted(status, known),
        retweet_of=_uri(original) if original else "",
        hashtags=_hashtags(shared, says),
        spans=says.spans,
        alt_texts=_alt_texts(shared),
        likes=count(shared.get("favourites_count")),
        reposts=count(shared.get("reblogs_count")),
        replies=count(shared.get("replies_count")),
        quotes=count(shared.get("quotes_count")),
        edits=(uri, version) if version else (),
        is_sensitive=shared.get("sensitive") is True or bool(_warning(shared)),
        raw=json_lines.encode(status),
    )


def _uri(status: dict) -> str:
    uri = status.get("uri")
    if not uri:
        raise Unusable("There is no uri, the address that is its id")
    if isinstance(uri, str) and _ADDRESS.fullmatch(uri) and len(uri) <= _LONGEST_URI and string(uri) == uri:
        return uri
    if isinstance(uri, str) and re.fullmatch(r"tag:[^\s<>\"']{1,290}", uri) and string(uri) == uri:
        return uri  # how servers before Mastodon named it
    raise Unusable(f"The uri {quoted(uri)} is not one")


def _version(status: dict, zone: tzinfo) -> str:
    """When it was last edited, in milliseconds: the later version has the larger number."""
    edited_at = parse(status.get("edited_at"))
    if not edited_at:
        return ""
    moment = edited_at if edited_at.tzinfo else edited_at.replace(tzinfo=zone)
    return str((moment - _FIRST_MOMENT) // timedelta(milliseconds=1))


def _author(account: dict) -> SourceAuthor:
    """The handle with the server's name, which is left out of those of the server itself."""
    if not account:
        raise Unusable("There is no author")
    page = _address(account.get("url")) or _address(account.get("uri"))
    if not page or len(page) > _LONGEST_AUTHOR:
        raise Unusable("The author's page has no address")
    handle = _handle(account, page)
    name = line_of_text(account.get("display_name")) or string(account.get("username")) or handle
    followers = count(account.get("followers_count"))
    return SourceAuthor("mastodon", page, handle, name, followers, opened(account.get("created_at")))


def _handle(account: dict, page: str) -> str:
    stated = account.get("acct") or account.get("username")
    if not isinstance(stated, str) or not _HANDLE.fullmatch(stated):
        raise Unusable(f"The author's handle {quoted(stated)} is not one")
    return stated if "@" in stated else f"{stated}@{_host(page)}"


def _host(page: str) -> str:
    try:
        return urlsplit(page).netloc.rpartition("@")[2]
    except ValueError:
        raise Unusable(f"The author's page {quoted(page)} has no address") from None


def _said(original: dict) -> Content:
    return retweeted(_author(mapping(original.get("account"))).handle, _content(original))


def _content(status: dict) -> Content:
    """Only what everybody may read; a picture may say all there is to say."""
    if status.get("visibility", "public") not in _PUBLIC:
        raise Unusable("It is not public")
    says = content_of(status.get("content"), _handles(status))
    warning = _warning(status)
    if warning:
        says = prefixed(f"{warning}\n\n" if says.text else warning, says)
    if not says.text and not mappings(status.get("media_attachments")) and not status.get("quote"):
        raise Unusable("There is no text")
    return says


def _warning(status: dict) -> str:
    return line_of_text(status.get("spoiler_text"))


def _handles(status: dict) -> dict[str, str]:
    handles = {}
    for mention in mappings(status.get("mentions")):
        page = _address(mention.get("url"))
        try:
            handles[page] = _handle(mention, page)
        except Unusable:
            continue
    return handles


def _hashtags(status: dict, says: Content) -> tuple[str, ...]:
    """As they stand in the text, and those that only the server knows."""
    stand = {tag.casefold() for tag in says.hashtags}
    named = (string(tag.get("name")) for tag in mappings(status.get("tags")))
    return (*says.hashtags, *dict.fromkeys(name for name in named if name and name.casefold() not in stand))


def _alt_texts(status: dict) -> tuple[str, ...]:
    described = [string(medium.get("description")).strip() for medium in mappings(status.get("media_attachments"))]
    return tuple(text for text in described if text)


def _quoted(status: dict, known: Mapping[str, str]) -> str:
    quote = mapping(status.get("quote"))
    whole = mapping(quote.get("quoted_status")) or quote
    return string(whole.get("uri"))[:_LONGEST_URI] or _referred(quote.get("quoted_status_id"), known)


def _referred(status_id: object, known: Mapping[str, str]) -> str:
    """The uri behind an id of the server; the id itself where the file does not hold that status."""
    named = string(status_id)[:_LONGEST_URI]
    return known.get(named) or named


def _address(value: object) -> str:
    address = string(value)
    return address if _ADDRESS.fullmatch(address) else ""
