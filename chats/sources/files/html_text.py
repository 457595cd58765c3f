"""HTML as social networks write it -> plain text and the spans that mean something in it.

A paragraph is a blank line, a break is a line's end.  An address stands whole in the text, with what the network shows
of it beside.
"""

import html
import re
from collections.abc import Mapping

import nh3

from chats.sources.base import Span, SpanKind
from chats.sources.files.spans import Content
from chats.sources.files.values import Unusable, string

_LONGEST = 100_000  # characters; a tenth of that is a long essay
_MOST_TAGS = 2_000  # more of them, one in another, and parsing takes for ever
_PARAGRAPHS = {"p", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
_BREAKS = {"br", "li"}
_KEPT = {*_PARAGRAPHS, *_BREAKS, "a", "span"}
_ATTRIBUTES = {"a": {"href", "class"}, "span": {"class"}, "p": {"class"}}
_TOKEN = re.compile(r'<(/?)([a-z0-9]+)((?:\s[\w-]+="[^"]*")*)>|([^<]+)')
_ATTRIBUTE = re.compile(r'\s([\w-]+)="([^"]*)"')
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def content_of(markup: object, handles: Mapping[str, str]) -> Content:
    """``handles`` are those of the people who are mentioned, by the address of their page."""
    text = string(markup)
    if len(text) > _LONGEST or text.count("<") > _MOST_TAGS:
        raise Unusable("Its text is longer than anybody writes")
    clean = nh3.clean(text, tags=_KEPT, attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel=None)
    writer = _Writer(handles)
    for token in _TOKEN.finditer(clean):
        writer.take(*token.groups(""))
    return writer.content()


class _Writer:
    """What was written so far, and the link and the spans of markup that are open."""

    def __init__(self, handles: Mapping[str, str]) -> None:
        self._handles = handles
        self._text = ""
        self._break = ""
        self._spans: list[Span] = []
        self._link: tuple[int, str, str] | None = None  # start, address, class
        self._classes: list[str] = []
        self._shown = ""
        self._is_repeating = False

    def take(self, closes: str, tag: str, attributes: str, words: str) -> None:
        """One token: a piece of text, or a tag."""
        if words:
            self._write(_BLANKS.sub(" ", html.unescape(words)))
        elif tag == "span":
            self._span(closes, dict(_ATTRIBUTE.findall(attributes)))
        elif tag == "a":
            self._end_link() if closes else self._begin_link(dict(_ATTRIBUTE.findall(attributes)))
        elif tag in _PARAGRAPHS:
            self._is_repeating = not closes and "quote-inline" in attributes
            self._break = "\n\n"
        elif not closes:
            self._break = "\n\n" if self._break == "\n\n" else self._break + "\n"

    def content(self) -> Content:
        text = self._text.rstrip()
        spans = [span for span in self._spans if span.end <= len(text)]
        tags = dict.fromkeys(span.target for span in spans if span.kind == "hashtag")
        return Content(text, tuple(spans), tuple(tags))

    def _write(self, words: str) -> None:
        """A paragraph that repeats what is quoted is for those who cannot see the quoted tweet itself."""
        if self._is_repeating:
            return
        if not self._text or self._break:
            words = words.lstrip(" ")
        if words:
            self._text = (self._text.rstrip(" ") if self._break else self._text) + (self._break if self._text else "")
            self._text, self._break = self._text + words, ""
            if self._link and "invisible" not in self._classes:
                self._shown += words

    def _span(self, closes: str, attributes: Mapping[str, str]) -> None:
        if not closes:
            self._classes.append(attributes.get("class", ""))
        elif self._classes and self._classes.pop() == "ellipsis":
            self._shown += "\u2026"

    def _begin_link(self, attributes: Mapping[str, str]) -> None:
        self._write("")
        address = html.unescape(attributes.get("href", ""))
        self._link, self._shown = (len(self._text), address, attributes.get("class", "")), ""

    def _end_link(self) -> None:
        if self._link:
            begun, address, classes = self._link
            start = begun + len(self._text[begun:]) - len(self._text[begun:].lstrip())
            if span := self._meaning(start, address, classes.split()):
                self._spans.append(span)
        self._link = None

    def _meaning(self, start: int, address: str, classes: list[str]) -> Span | None:
        stands = self._text[start:].rstrip()
        end = start + len(stands)
        if len(stands) < 2 or not address:
            return None
        if "hashtag" in classes or stands[0] == "#":
            return Span("hashtag", start, end, stands[1:]) if stands[0] == "#" and stands[1:].strip() else None
        if stands[0] == "@" and ("mention" in classes or address in self._handles):
            return Span("mention", start, end, self._handles.get(address, stands[1:]))
        kind: SpanKind = "link"
        return Span(kind, start, end, address, shown(stands, self._shown, address), address)


def shown(stands: str, visible: str, address: str) -> str:
    """What to show for a link: what its author showed, unless that is an address to somewhere else."""
    words, target = _bare(stands), _bare(address)
    if target.startswith(words.rstrip(".\u2026/")) or not re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:[/?#:]\S*)?", words):
        return visible if visible != stands else ""
    return target[:30] + "\u2026" if len(target) > 30 else target


def _bare(address: str) -> str:
    return re.sub(r"\Ahttps?://(?:www\.)?", "", address.strip(), flags=re.I)
