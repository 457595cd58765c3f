"""Words and how many people used them -> a drawing of them: by the alphabet, larger when more people used them.

It comes in two widths, so that no word shrinks on a phone.  Every word is fitted into the width that it was given, so
none touches its neighbour in whatever font.
"""

from collections.abc import Iterator, Sequence
from math import sqrt
from typing import NamedTuple

from django.utils.safestring import SafeString

from chats.analysis.records import Used
from chats.rendering import text

WIDE, NARROW = 720, 340  # units of the drawing, about a pixel each
SMALLEST = 15
LARGEST = {WIDE: 44, NARROW: 34}
GAP = 18  # between two words
LEADING = 1.3  # a line's height, in its largest letters: room for their tails
OFTEN = 0.5  # of the way from the fewest people to the most

# The widths of the text font's letters at this weight, in hundredths of its size.
_LETTERS = (
    "a53 b59 c54 d59 e55 f39 g60 h57 i26 j29 k53 l24 m87 n57 o58 p60 q59 r37 s47 t40 u57 v55 w82 x52 y57 z48 '24 -41"
)
LETTER = {" ": 24} | {letter[0]: int(letter[1:]) for letter in _LETTERS.split()}
OTHER_LETTER, WIDE_LETTER = 62, 100
FIRST_WIDE = "\u2e80"

DRAWING = """\
<svg class="cloud {name}" viewBox="0 0 {width} {height}" role="img" aria-label="{label}" focusable="false">\
<g text-anchor="middle">
{words}</g></svg>
"""
WORD = '<text{often} x="{x:g}" y="{y:g}" font-size="{size:g}" textLength="{width:g}">{text}</text>\n'


class Word(NamedTuple):
    """One word: ``x`` of its middle, ``y`` of the line it stands on, its ``size`` and ``width``, all in units."""

    used: Used
    x: float
    y: float
    size: float
    width: float
    is_often: bool


def html(words: Sequence[Used]) -> SafeString:
    """Both drawings; the style sheet shows the one that fits."""
    label = f"{len(words)} words, larger when more people used them. The table below says the same in numbers."
    drawings = (("cloud--wide", WIDE), ("cloud--narrow", NARROW))
    return SafeString("".join(_drawn(words, name, width, label) for name, width in drawings))


def arrange(words: Sequence[Used], width: int) -> tuple[list[Word], float]:
    """Where each word stands, and how high the drawing is."""
    sized = [_sized(used, share, width) for used, share in _shares(words)]
    placed: list[Word] = []
    top = 0.0
    for line in _lines(sized, width):
        tall = max(word.size for word in line)
        x = (width - sum(word.width for word in line) - GAP * (len(line) - 1)) / 2
        for word in line:
            placed.append(word._replace(x=round(x + word.width / 2, 1), y=round(top + tall, 1)))
            x += word.width + GAP
        top += tall * LEADING
    return placed, round(top, 1)


def _shares(words: Sequence[Used]) -> Iterator[tuple[Used, float]]:
    """By the alphabet, with how far each is from the fewest people (0) to the most (1)."""
    counts = [used.people for used in words]
    fewest, most = min(counts, default=0), max(counts, default=0)
    for used in sorted(words, key=lambda each: each.text):
        yield used, (used.people - fewest) / (most - fewest) if most > fewest else 0.5


def _sized(used: Used, share: float, width: int) -> Word:
    per_size = sum(LETTER.get(letter) or _unusual(letter) for letter in used.text) / 100
    size = min(round(SMALLEST + (LARGEST[width] - SMALLEST) * sqrt(share)), width // per_size)
    return Word(used, 0, 0, size, round(size * per_size, 1), is_often=share >= OFTEN)


def _unusual(letter: str) -> int:
    return WIDE_LETTER if letter >= FIRST_WIDE else OTHER_LETTER


def _lines(words: Sequence[Word], width: int) -> Iterator[list[Word]]:
    line: list[Word] = []
    room = float(width)
    for word in words:
        if line and word.width > room:
            yield line
            line, room = [], float(width)
        line.append(word)
        room -= word.width + GAP
    if line:
        yield line


def _drawn(words: Sequence[Used], name: str, width: int, label: str) -> str:
    placed, height = arrange(words, width)
    drawn = (
        WORD.format(
            often=' class="often"' if word.is_often else "",
            x=word.x,
            y=word.y,
            size=word.size,
            width=word.width,
            text=text.words(word.used.text),
        )
        for word in placed
    )
    return DRAWING.format(name=name, width=width, height=height, label=label, words="".join(drawn))
