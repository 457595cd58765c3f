"""What people write -> safe HTML.  Markdown without raw HTML, and a sanitiser behind it as the second lock."""

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import nh3
from django.utils.safestring import SafeString
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong", "table", "tbody",
    "td", "th", "thead", "tr", "ul",
}  # fmt: skip

# What stands below somebody else's words has no headings, tables or lines across.
REMARK_TAGS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"}

_JOINERS = "\u200c\u200d"
_SENTENCE_END = re.compile(r"(?<=[.?!…]) ")

_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?')\]*]")
_markdown = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
_remarks = MarkdownIt("commonmark", {"html": False, "breaks": True, "typographer": False})
_remarks.disable(["heading", "lheading", "hr", "image", "reference"])


class Part(NamedTuple):
    """What stands under one heading: ``anchor`` is its place on the page.  Before the first, both are ""."""

    anchor: str
    title: str
    html: SafeString


def html(text: str, *, rel: str = "nofollow ugc noopener") -> SafeString:
    """CommonMark with tables -> HTML of ``TAGS`` only; links leave with ``rel``, by which we vouch for none of them."""
    return _clean(_markdown.render(text), link_rel=rel)


def parts(text: str) -> list[Part]:
    """What the team writes, cut at its headings of the second level; links are the team's own and may be followed."""
    environment: dict[str, Any] = {}
    tokens = _markdown.parse(text, environment)
    starts = {n for n, each in enumerate(tokens) if each.type == "heading_open" and each.tag == "h2" and not each.level}
    found: dict[str, Part] = {}
    for start, end in itertools.pairwise(sorted({0, *starts, len(tokens)})):
        is_headed = start in starts
        title = _plain(tokens[start + 1]) if is_headed else ""
        anchor = _anchor(title, found) if is_headed else ""
        body = tokens[start + 3 if is_headed else start : end]  # a heading is three: open, words, close
        rendered = _markdown.renderer.render(body, _markdown.options, environment)
        found[anchor] = Part(anchor, title, _clean(rendered, link_rel="noopener"))
    return list(found.values())


def _plain(heading: Token) -> str:
    return "".join(each.content for each in heading.children or ())


def _anchor(title: str, taken: Collection[str]) -> str:
    """A word for an address, and none that is there already."""
    word = slugify(title) or "part"
    words = itertools.chain([word], (f"{word}-{number}" for number in itertools.count(2)))
    return next(each for each in words if each not in taken)


def _clean(rendered: str, *, link_rel: str) -> SafeString:
    clean = nh3.clean(
        rendered,
        tags=TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=link_rel,
    )
    return SafeString(clean)


def remark(text: str) -> SafeString:
    """What somebody says below somebody else's words -> HTML of ``REMARK_TAGS`` only: bare addresses become links."""
    clean = nh3.clean(
        _remarks.render(text),
        tags=REMARK_TAGS,
        attributes={"*": set(), "a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="nofollow ugc noopener",
    )
    return SafeString(clean)


def _link_addresses(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline":
            token.children = list(_linked(state.md, token.children or []))


def _linked(md: MarkdownIt, tokens: list[Token]) -> Iterator[Token]:
    """The same words, with each bare address outside links as a link."""
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type.startswith("link_") else 0
        done = 0
        for found in _ADDRESS.finditer(token.content) if token.type == "text" and not depth else ():
            href = md.normalizeLink(found[0])
            yield Token("text", "", 0, content=token.content[done : found.start()])
            yield Token("link_open", "a", 1, attrs={"href": href})
            yield Token("text", "", 0, content=found[0])
            yield Token("link_close", "a", -1)
            done = found.end()
        if done:
            yield Token("text", "", 0, content=token.content[done:])
        else:
            yield token


_remarks.core.ruler.push("addresses", _link_addresses)


def one_line(text: str, longest: int = 120) -> str:
    """A name in one line, without what cannot be seen or turns the words beside it around; empty if nothing is left.

    What joins emoji into one stays.
    """
    kept = (each if _may_stand(each) else " " for each in text[: 4 * longest])
    line = " ".join("".join(kept).split())[:longest].strip()
    return line if any(unicodedata.category(each)[0] in "LNPS" for each in line) else ""


def lines(text: str) -> str:
    """What somebody wrote in several lines, whole, without what cannot be seen."""
    kept = (each if each == "\n" or _may_stand(each) else " " for each in text.replace("\r\n", "\n"))
    return "".join(kept).strip()


def sentences(text: str) -> list[str]:
    """What somebody wrote, sentence by sentence, each in one line; one at least, which may be empty."""
    return _SENTENCE_END.split(" ".join(text.split()))


def _may_stand(character: str) -> bool:
    return character.isprintable() or character in _JOINERS or "\U000e0020" <= character <= "\U000e007f"
