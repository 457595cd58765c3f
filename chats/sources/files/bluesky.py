"""Answers of Bluesky's API, searches, feeds and threads -> tweets.

Facets count the bytes of the text in UTF-8.  A post is known by its ``at://`` address, an author by the ``did``.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import BinaryIO

from chats.sources.base import SourceAuthor, SourceTweet
from chats.sources.files import documents, json_lines
from chats.sources.files.documents import Kind
from chats.sources.files.html_text import shown
from chats.sources.files.json_lines import Outcome
from chats.sources.files.lines import Position, Row
from chats.sources.files.spans import Content, Fitting, retweeted, settled
from chats.sources.files.times import opened, parse
from chats.sources.files.values import Unusable, count, line_of_text, mapping, mappings, quoted, string

_LISTS = ("posts", "feed")
_POST = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]{1,80})")
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,150}")
_HANDLE = re.compile(r"[A-Za-z0-9.-]{1,100}")
_WEB = re.compile(r"https?://[^\s\x00-\x20\x7f]+", re.I)
_LONGEST_URI = 300
_SENSITIVE = {"porn", "sexual", "nudity", "graphic-media", "gore", "nsfl", "!warn"}
_FOR_MEMBERS = "!no-unauthenticated"
_GONE = {"notFound": "This tweet is not there any more", "blocked": "This tweet is kept from whoever saved the file"}


def read(file: BinaryIO, position: Position, zone: tzinfo) -> Iterator[Row]:
    return documents.read(file, position, KIND, partial(tweets, zone=zone))


def tweets(record: dict, *, zone: tzinfo) -> Iterator[Outcome]:
    """One post, one entry of a feed, or one answer with many -> tweets."""
    listed = json_lines.wrapped(record, _LISTS)
    if listed:
        yield from json_lines.each(listed, partial(tweets, zone=zone), "here")
    elif thread := mapping(record.get("thread")) or (record if _is_node(record) else {}):
        for node in _nodes(thread):
            yield _outcome(node, zone)
    elif "record" in record or not any(name in record for name in _LISTS):
        yield _outcome(record, zone)


def _is_ours(record: dict) -> bool:
    if "thread" in record:
        return any("record" in mapping(node.get("post")) for node in _nodes(mapping(record["thread"])))
    entry = next(iter(json_lines.wrapped(record, _LISTS)), record)
    post = mapping(entry.get("post")) or entry
    return "uri" in post and "author" in post and "record" in post


KIND = Kind(_is_ours, _LISTS)


def _is_node(record: dict) -> bool:
    return "post" in record and ("replies" in record or "parent" in record) and "reason" not in record


def _nodes(thread: dict) -> Iterator[dict]:
    """The nodes of a thread from its top down, each before its replies."""
    top = thread
    above = [thread]
    while top := mapping(top.get("parent")):
        above.append(top)
    for parent in above[:0:-1]:
        yield {name: value for name, value in parent.items() if name not in ("parent", "replies")}
    waiting = [thread]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(mappings(node.get("replies")))


def _outcome(entry: dict, zone: tzinfo) -> Outcome:
    gone = next((said for name, said in _GONE.items() if entry.get(name) is True), "")
    if gone:
        return gone
    try:
        post = mapping(entry.get("post")) or entry
        reason = mapping(entry.get("reason"))
        is_repost = string(reason.get("$type")).endswith("reasonRepost")
        return _repost(post, reason, entry, zone) if is_repost else _tweet(post, zone)
    except Unusable as unusable:
        return str(unusable)


def _tweet(post: dict, zone: tzinfo) -> SourceTweet:
    uri = _uri(post.get("uri"))
    author = _author(mapping(post.get("author")))
    record = mapping(post.get("record"))
    says = _content(record)
    reply = mapping(record.get("reply"))
    quote_of = _quoted(mapping(record.get("embed")))
    described = _alt_texts(mapping(record.get("embed")))
    if not says.text.strip() and not quote_of and not record.get("embed"):
        raise Unusable("There is no text")
    return SourceTweet(
        network="bluesky",
        id=uri,
        author=author,
        text=says.text,
        created_at=_when(record.get("createdAt"), post.get("indexedAt"), zone),
        url=f"https://bsky.app/profile/{author.handle}/post/{uri.rpartition('/')[2]}",
        lang=next(iter(_strings(record.get("langs"))), ""),
        conversation=_known(mapping(reply.get("root")).get("uri")) or uri,
        reply_to=_known(mapping(reply.get("parent")).get("uri")),
        quote_of=quote_of,
        hashtags=says.hashtags,
        spans=says.spans,
        alt_texts=described,
        likes=count(post.get("likeCount")),
        reposts=count(post.get("repostCount")),
        replies=count(post.get("replyCount")),
        quotes=count(post.get("quoteCount")),
        is_sensitive=_is_sensitive(post, record),
        raw=json_lines.encode(post),
    )


def _repost(post: dict, reason: dict, entry: dict, zone: tzinfo) -> SourceTweet:
    """Reposts have an address of their own only since 2025; before, whose it is and of what makes one."""
    original = _tweet(post, zone)
    author = _author(mapping(reason.get("by")))
    says = retweeted(original.author.handle, Content(original.text, original.spans, original.hashtags))
    uri = string(reason.get("uri")) or f"{original.id}#{author.id}"
    return original._replace(
        id=uri[:_LONGEST_URI],
        author=author,
        text=says.text,
        created_at=_when(reason.get("indexedAt"), None, zone),
        conversation="",
        reply_to="",
        quote_of="",
        retweet_of=original.id,
        spans=says.spans,
        raw=json_lines.encode(entry),
    )


def _uri(value: object) -> str:
    if not value:
        raise Unusable("There is no uri, the address that is its id")
    if uri := _known(value):
        return uri
    raise Unusable(f"The uri {quoted(value)} is not that of a post")


def _known(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _LONGEST_URI and _POST.fullmatch(value) else ""


def _author(profile: dict) -> SourceAuthor:
    """Whoever asks not to be shown to strangers is not shown.  A handle that has lapsed gives way to the did."""
    if not profile:
        raise Unusable("There is no author")
    did, handle = profile.get("did"), profile.get("handle")
    if not isinstance(did, str) or not _DID.fullmatch(did):
        raise Unusable(f"The author's did {quoted(did)} is not one")
    if is_for_members(profile):
        raise Unusable("Its author asks not to be shown to people who are not signed in")
    if not isinstance(handle, str) or not _HANDLE.fullmatch(handle) or handle == "handle.invalid":
        handle = did
    name = line_of_text(profile.get("displayName")) or handle
    return SourceAuthor("bluesky", did, handle, name, joined_at=opened(profile.get("createdAt")))


def is_for_members(profile: dict) -> bool:
    """Whether somebody asks not to be shown to people who are not signed in."""
    return _FOR_MEMBERS in _labels(profile.get("labels"))


def _when(stated: object, indexed: object, zone: tzinfo) -> datetime:
    """Clients state any time they like: never later than the server saw it."""
    told = [
        moment if moment.tzinfo else moment.replace(tzinfo=zone) for moment in map(parse, (stated, indexed)) if moment
    ]
    if told:
        return min(told).astimezone(UTC)
    raise Unusable(f"The time {quoted(stated)} cannot be read" if stated else "No time")


def _content(record: dict) -> Content:
    text = record.get("text")
    text = text if isinstance(text, str) else ""
    fitting = _fitting(text, mappings(record.get("facets")))
    words, spans = settled(text, fitting, string)
    tags = [span.target for span in spans if span.kind == "hashtag"]
    return Content(words, spans, tuple(dict.fromkeys([*tags, *_strings(record.get("tags"))])))


def _fitting(text: str, facets: list[dict]) -> list[Fitting]:
    data = text.encode("utf-8", "surrogatepass")
    sound = [
        (start, end, feature)
        for facet in facets
        for feature in mappings(facet.get("features"))
        if 0 <= (start := _offset(facet, "byteStart")) < (end := _offset(facet, "byteEnd"))
    ]
    points = _code_points(data, {offset for start, end, _ in sound for offset in (start, end)})
    fitting = [_meaning(text, points[s], points[e], f) for s, e, f in sound if s in points and e in points]
    return [each for each in fitting if each]


def _offset(facet: dict, name: str) -> int:
    """Where a facet begins or ends; an end that is none lies before every beginning."""
    offset = mapping(facet.get("index")).get(name)
    return offset if type(offset) is int and offset >= 0 else -1


def _code_points(data: bytes, offsets: Iterable[int]) -> dict[int, int]:
    """Offsets in bytes -> offsets in code points; those inside a letter or beyond the text are left out."""
    found, done, length = {}, 0, 0
    for offset in sorted(offsets):
        if offset > len(data) or (data[offset : offset + 1] and data[offset] & 0xC0 == 0x80):
            continue
        length += len(data[done:offset].decode("utf-8", "surrogatepass"))
        found[offset], done = length, offset
    return found


def _meaning(text: str, start: int, end: int, feature: dict) -> Fitting | None:
    stands, kind = text[start:end], string(feature.get("$type")).rpartition("#")[2]
    tag = string(feature.get("tag"))
    if kind == "tag" and stands[:1] in ("#", "\uff03") and stands[1:].casefold() == tag.casefold() and tag:
        return start, end, "hashtag", tag, "", ""
    if kind == "mention" and stands[:1] == "@" and len(stands) > 1:
        return start, end, "mention", string(stands[1:]), "", ""
    uri = string(feature.get("uri"))
    if kind == "link" and _WEB.fullmatch(uri) and stands.strip():
        return start, end, "link", uri, shown(stands, stands, uri), uri
    return None


def _quoted(embed: dict) -> str:
    record = mapping(embed.get("record"))
    return _known(record.get("uri")) or _known(mapping(record.get("record")).get("uri"))


def _alt_texts(embed: dict) -> tuple[str, ...]:
    media = mapping(embed.get("media")) or embed
    described = [string(each.get("alt")).strip() for each in [*mappings(media.get("images")), media]]
    return tuple(text for text in described if text)


def _is_sensitive(post: dict, record: dict) -> bool:
    own = mapping(record.get("labels")).get("values")
    return bool(_SENSITIVE & (_labels(post.get("labels")) | _labels(own)))


def _labels(listed: object) -> set[str]:
    return {string(label.get("val")) for label in mappings(listed)}


def _strings(listed: object) -> list[str]:
    return [string(each) for each in listed if string(each)] if isinstance(listed, list) else []
