"""X's text and entities, old shape or new -> plain text and the spans that mean something in it.

X escapes ``& < >`` in texts, and its entities count code points of the escaped text: cut first, then undo the escapes,
and only then drop what cannot be stored.
An entity that does not fit its text is dropped; the text is kept.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from chats.sources.base import Span, SpanKind
from chats.sources.files.values import mapping, mappings, plain, string

_WEB = re.compile(r"https?://[^\s\x00-\x20\x7f]+", re.I)
_MEDIA_ADDRESS = re.compile(r"https?://(?:www\.)?(?:twitter|x)\.com/[^/\s]+/status/[0-9]+/(?:photo|video)/[0-9]+", re.I)
_LONGEST_TAG = 280


class Content(NamedTuple):
    """What a tweet says.  ``hashtags`` includes those whose span did not fit."""

    text: str
    spans: tuple[Span, ...] = ()
    hashtags: tuple[str, ...] = ()


def content(said: object, *entities: object) -> Content:
    """A text exactly as X gave it, and one or more of its ``entities`` objects -> what it says."""
    text = said if isinstance(said, str) else ""
    fitting: list[Fitting] = []
    tags: dict[str, None] = {}
    for group in map(mapping, entities):
        for name, listed in group.items():
            if read := _READERS.get(name):
                for entity in mappings(listed):
                    if fits := read(text, entity):
                        fitting.append(fits)
                    if name == "hashtags" and (tag := _tag(entity)):
                        tags[tag] = None
    return Content(*settled(text, fitting, plain), tuple(tags))


def retweeted(handle: str, original: Content) -> Content:
    """A whole original -> what its retweet says."""
    prefix = f"RT @{handle}: "
    return prefixed(prefix, original, Span("mention", 3, len(prefix) - 2, handle))


def prefixed(prefix: str, says: Content, *spans: Span) -> Content:
    """The same behind a few more words, in which ``spans`` mean something."""
    shift = len(prefix)
    moved = tuple(Span(s.kind, s.start + shift, s.end + shift, s.target, s.shown, s.leads_to) for s in says.spans)
    return Content(prefix + says.text, (*spans, *moved), says.hashtags)


def alt_texts(media: object) -> tuple[str, ...]:
    """The descriptions that pictures were given."""
    if not media:
        return ()
    described = [string(medium.get("alt_text") or medium.get("ext_alt_text")).strip() for medium in mappings(media)]
    return tuple(text for text in described if text)


# Start and end in the text as it was given, then kind, target, shown, leads_to.
Fitting = tuple[int, int, SpanKind, str, str, str]


def _hashtag(text: str, entity: dict) -> Fitting | None:
    return _signed(text, entity, "hashtag", "#\uff03", _tag(entity))


def _mention(text: str, entity: dict) -> Fitting | None:
    return _signed(text, entity, "mention", "@\uff20", string(entity.get("username") or entity.get("screen_name")))


def _signed(text: str, entity: dict, kind: SpanKind, signs: str, word: str) -> Fitting | None:
    start, end = _range(text, entity)
    cut = text[start:end]
    fits = word and cut[:1] in signs and (cut[1:] == word or string(cut)[1:].casefold() == word.casefold())
    return (start, end, kind, word, "", "") if fits else None


def _link(text: str, entity: dict) -> Fitting | None:
    start, end = _range(text, entity)
    target = plain(entity.get("url"))
    if plain(text[start:end]) != target or not _WEB.fullmatch(target):
        return None
    leads_to = string(
        entity.get("unwound_url") or mapping(entity.get("unwound")).get("url") or entity.get("expanded_url")
    )
    kind: SpanKind = "media" if "media_key" in entity or _MEDIA_ADDRESS.fullmatch(leads_to) else "link"
    return start, end, kind, target, string(entity.get("display_url")), leads_to if _WEB.fullmatch(leads_to) else ""


def _media(text: str, entity: dict) -> Fitting | None:
    return _link(text, {**entity, "media_key": ""})


# By the names of the lists in an ``entities`` object, old and new.
_READERS: dict[str, Callable[[str, dict], Fitting | None]] = {
    "hashtags": _hashtag,
    "mentions": _mention,
    "user_mentions": _mention,
    "urls": _link,
    "media": _media,
}


def _range(text: str, entity: dict) -> tuple[int, int]:
    """Start and end in ``text``, (0, 0) where there are none that make sense."""
    start, end = entity.get("start"), entity.get("end")
    if start is None:
        indices = entity.get("indices")
        start, end = indices if isinstance(indices, list) and len(indices) == 2 else (0, 0)
    if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text):
        return start, end
    return 0, 0


def _tag(entity: dict) -> str:
    tag = string(entity.get("tag") or entity.get("text"))
    return tag if len(tag) <= _LONGEST_TAG else ""


def settled(text: str, fitting: list[Fitting], undo: Callable[[str], str]) -> tuple[str, tuple[Span, ...]]:
    """Of spans that overlap only the first stays.  Cut there, ``undo`` what was done to every piece, measure anew."""
    spans: list[Span] = []
    pieces: list[str] = []
    done = length = 0
    whole = undo(text)
    for start, end, kind, target, shown, leads_to in sorted(fitting):
        if start < done:
            continue
        if whole == text:  # as in most
            spans.append(Span(kind, start, end, target, shown, leads_to))
        else:
            before, inside = undo(text[done:start]), undo(text[start:end])
            pieces += before, inside
            length += len(before) + len(inside)
            spans.append(Span(kind, length - len(inside), length, target, shown, leads_to))
        done = end
    return ("".join([*pieces, undo(text[done:])]) if pieces else whole), tuple(spans)
