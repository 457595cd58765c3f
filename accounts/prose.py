"""What people write -> safe HTML.  Markdown without raw HTML, and a sanitiser behind it as the second lock."""

import re
import unicodedata

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong", "table", "tbody",
    "td", "th", "thead", "tr", "ul",
}  # fmt: skip

_JOINERS = "\u200c\u200d"
_SENTENCE_END = re.compile(r"(?<=[.?!…]) ")

_markdown = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


def html(text: str) -> SafeString:
    """CommonMark with tables -> HTML of ``TAGS`` only; links leave with ``rel="nofollow ugc noopener"``."""
    clean = nh3.clean(
        _markdown.render(text),
        tags=TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )
    return SafeString(clean)


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
