"""The words of a letter -> HTML and plain text from the same parts.

A template in templates/mails/ names the parts with the tags of ``mail_tags``; Django escapes whatever is set into its
words.  What somebody has edited is read back from the plain text, where every part has a shape of its own.
"""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Literal

from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.models import Community
from accounts.outbox import colours

Name = Literal["paragraph", "quiet", "care", "section", "button", "rows", "facts", "bite"]
# Turns the reading direction of what stands beside it; a name or a title never needs it.
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
NOTHING = SafeString("")
RULED = 60  # the longest line under a heading
PREHEADER = 90

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>')
_BREAK = re.compile(r"\s*<br>\s*")
_TAG = re.compile(r"<[^>]+>")
_ADDRESS = re.compile(r"https?://[^\s<>()\"]+[^\s<>()\".,;:!?]")
_HEADING = re.compile(r"(?P<words>.+)\n(?P<line>=+|-+)")
_BUTTON = re.compile(r"(?P<words>.+):\n(?P<address>https?://\S+)")
_ROW = re.compile(r"(?P<mark>\d+\.|Q\d+|•) (?P<words>.+)")
_FACT = re.compile(r"(?P<mark>[^:\n]{1,24}): (?P<words>.+)")
_BITE = re.compile(r"“(?P<words>.+)”\n(?P<by>.+)")


def tidy(text: str) -> str:
    """One line without what is not to be seen in it."""
    return " ".join(text.translate(CONTROLS).translate(TURNING).split())


def plain(words: str) -> str:
    """HTML of links, strong words and line breaks as text: a link is followed by its address, whole."""
    told = _LINK.sub(lambda link: link[1] if link[2] in link[1] else f"{link[2]} ({link[1]})", words)
    return unescape(_TAG.sub("", _BREAK.sub("\n", told)))


@dataclass(frozen=True, slots=True)
class Part:
    """``words`` are HTML that may hold links, strong words and line breaks.  ``aside`` is a button's address or whose
    words a bite is; ``rows`` are (mark, words)."""

    name: Name
    words: SafeString = NOTHING
    aside: str = ""
    rows: tuple[tuple[str, SafeString], ...] = ()

    @property
    def text(self) -> str:
        words = plain(self.words)
        match self.name:
            case "section":
                return f"{words}\n{'-' * min(RULED, len(words))}"
            case "button":
                return f"{words}:\n{self.aside}"
            case "bite":
                return f"“{words}”\n{self.aside}"
            case "facts":
                return "\n".join(f"{mark}: {plain(told)}" for mark, told in self.rows)
            case "rows":
                return "\n".join(f"{_counted(mark)} {plain(told)}" for mark, told in self.rows)
        return words


def _counted(mark: str) -> str:
    return f"{mark}." if mark.isdigit() else mark


@dataclass
class Letter:
    """What a letter says.  ``preheader`` is what mail programs show beside the subject."""

    subject: str = ""
    preheader: str = ""
    heading: str = ""
    parts: list[Part] = field(default_factory=list)
    foot: SafeString = NOTHING

    def add_row(self, name: Literal["rows", "facts"], mark: str, words: SafeString) -> None:
        """One more row below the last, or the first of a new table."""
        last = self.parts[-1] if self.parts else None
        if last and last.name == name:
            self.parts[-1] = Part(name, rows=(*last.rows, (mark, words)))
        else:
            self.parts.append(Part(name, rows=((mark, words),)))

    def html(self, community: Community) -> str:
        return render_to_string("mails/base.html", self._told(community)).strip() + "\n"

    @property
    def text(self) -> str:
        blocks = [f"{self.heading}\n{'=' * min(RULED, len(self.heading))}", *(part.text for part in self.parts)]
        return "\n\n".join([*blocks, *([f"--\n{plain(self.foot)}"] if self.foot else [])]) + "\n"

    def _told(self, community: Community) -> dict[str, Any]:
        return {"letter": self, "community": community, "colours": colours.of(community)}


def written(template: str, context: dict[str, Any]) -> Letter:
    """The letter that templates/mails/``template``.html makes of ``context``."""
    letter = Letter()
    render_to_string(f"mails/{template}.html", {**context, "letter": letter})
    return letter


def read(subject: str, text: str) -> Letter:
    """The letter that somebody has edited as plain text: each block is the part whose shape it has."""
    body, _, foot = text.replace("\r\n", "\n").strip().partition("\n--\n")
    letter = Letter(subject, foot=_linked(foot))
    for block in filter(None, (each.strip() for each in re.split(r"\n\s*\n", body))):
        _read(block, letter)
    letter.heading = letter.heading or subject
    letter.preheader = next((plain(part.words)[:PREHEADER] for part in letter.parts if part.name == "paragraph"), "")
    return letter


def _read(block: str, letter: Letter) -> None:
    lines = block.split("\n")
    if found := _HEADING.fullmatch(block):
        if found["line"].startswith("=") and not letter.heading:
            letter.heading = tidy(found["words"])
        else:
            letter.parts.append(Part("section", _linked(found["words"])))
    elif found := _BUTTON.fullmatch(block):
        letter.parts.append(Part("button", _linked(found["words"]), found["address"]))
    elif found := _BITE.fullmatch(block):
        letter.parts.append(Part("bite", _linked(found["words"]), tidy(found["by"])))
    elif all(_ROW.fullmatch(line) for line in lines):
        _read_rows("rows", _ROW, lines, letter)
    elif len(lines) > 1 and all(_FACT.fullmatch(line) for line in lines):
        _read_rows("facts", _FACT, lines, letter)
    else:
        letter.parts.append(Part("paragraph", _linked(block)))


def _read_rows(name: Literal["rows", "facts"], shape: re.Pattern[str], lines: list[str], letter: Letter) -> None:
    for found in filter(None, map(shape.fullmatch, lines)):
        letter.add_row(name, found["mark"].rstrip("."), _linked(found["words"]))


def _linked(text: str) -> SafeString:
    """Plain words as HTML: whole addresses become links, line ends breaks."""
    return format_html_join(SafeString("<br>"), "{}", ((_addressed(tidy(line)),) for line in text.split("\n")))


def _addressed(line: str) -> SafeString:
    pieces, end = [], 0
    for found in _ADDRESS.finditer(line):
        pieces += [conditional_escape(line[end : found.start()]), format_html('<a href="{0}">{0}</a>', found[0])]
        end = found.end()
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, conditional_escape(line[end:])]))
