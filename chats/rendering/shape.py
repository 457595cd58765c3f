"""A chat's minutes -> the shape of its hour: bars, tones and question marks as plain numbers, ready to be drawn.

Across everything is in percent of the width, so a drawing fits every column; up and down it is in pixels, so the words
beside it never shrink.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

MINUTE = timedelta(minutes=1)
MOST_BARS = 120  # a longer chat draws several minutes as one bar
FILLED = 0.72  # of a bar's share of the width; the rest is the gap to the next
LOWEST = 2  # pixels: one tweet beside a hundred is still seen
NAME_PERCENT, TIME_PERCENT = 6, 9.5  # the width of "Q12" and of "10.47" on a phone: closer ones would touch
LATE_PERCENT = 94  # from here a label would leave the page, so it ends where the drawing does


class Bar(NamedTuple):
    """One bar: ``x`` and ``width`` in percent, ``y`` (of its top) and ``height`` in pixels."""

    x: float
    y: float
    width: float
    height: float


class Stretch(NamedTuple):
    """The bars of one question, or of what came before the first.  Neighbours differ in ``tone``, "a" or "b"."""

    tone: str
    bars: tuple[Bar, ...]


class Mark(NamedTuple):
    """Where a question was asked: ``x`` in percent, and when if that is known and there is room to say it.

    ``is_shown`` is False where its label would touch the one before; ``is_late`` where it would leave the page.
    """

    number: int
    x: float
    at: datetime | None
    is_shown: bool
    is_late: bool


def stretches(minutes: Sequence[int], questions: Sequence[int | None], *, height: float) -> tuple[Stretch, ...]:
    """Bars of at most ``height`` pixels, one a minute; a minute without tweets has none."""
    step = -(-len(minutes) // MOST_BARS) or 1
    counts = [sum(minutes[start : start + step]) for start in range(0, len(minutes), step)]
    toned = zip(_tones(questions[::step]), _bars(counts, height), strict=True)
    found = []
    for tone, pairs in groupby(toned, key=lambda pair: pair[0]):
        bars = tuple(bar for _, bar in pairs if bar.height)
        found += [Stretch("ab"[tone % 2], bars)] if bars else []
    return tuple(found)


def marks(asked: Iterable[tuple[int, datetime]], *, starts_at: datetime, ends_at: datetime) -> tuple[Mark, ...]:
    """The questions that were asked while the drawing runs, by the moment they were asked."""
    moments = sorted(asked, key=lambda pair: pair[1])
    minutes = (ends_at - starts_at) / MINUTE
    places = [(number, (at - starts_at) // MINUTE, at) for number, at in moments]
    return _marks((number, minute / minutes * 100, at) for number, minute, at in places if 0 <= minute < minutes)


def changes(questions: Sequence[int | None]) -> tuple[Mark, ...]:
    """The same where nobody kept the moments: each question's first minute."""
    first = {number: questions.index(number) for number in questions if number is not None}
    return _marks((number, place / len(questions) * 100, None) for number, place in first.items())


def _tones(questions: Sequence[int | None]) -> list[int]:
    """A number for each bar that rises whenever another question is open; 1 before the first."""
    tones: list[int] = []
    for place, question in enumerate(questions):
        is_other = question != questions[place - 1] if place else question is not None
        tones.append((tones[-1] if tones else 1) + is_other)
    return tones


def _bars(counts: Sequence[int], height: float) -> list[Bar]:
    most = max(counts, default=0) or 1
    share = 100 / (len(counts) or 1)
    tall = [max(LOWEST, round(count / most * height, 1)) if count else 0 for count in counts]
    return [
        Bar(round(place * share, 2), round(height - each, 1), round(share * FILLED, 2), each)
        for place, each in enumerate(tall)
    ]


def _marks(places: Iterable[tuple[int, float, datetime | None]]) -> tuple[Mark, ...]:
    found: list[Mark] = []
    named_to = timed_to = 0.0
    for number, x, at in places:
        is_late = x > LATE_PERCENT
        is_shown = (100 - NAME_PERCENT if is_late else x) >= named_to
        start = 100 - TIME_PERCENT if is_late else x
        is_timed = is_shown and start >= timed_to
        found.append(Mark(number, round(x, 2), at if is_timed else None, is_shown, is_late))
        named_to = x + NAME_PERCENT if is_shown else named_to
        timed_to = start + TIME_PERCENT if is_timed else timed_to
    return tuple(found)
