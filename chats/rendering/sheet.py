"""What is planned for a chat -> the lines of the one page that its host prints, so short that one page is enough."""

from datetime import datetime
from typing import NamedTuple

from chats.analysis import lengths
from chats.rendering import pack, times
from chats.rendering.pack import Evening

ROOM = 1500  # letters of all questions together
SHORTEST = 50
WIDTH = 80  # letters in a printed row, narrow fonts and wide ones taken together
ROWS = 14  # more are set smaller and closer


class Line(NamedTuple):
    """``mark`` is "Q1" or a word; ``when`` the clock there, "" where nobody knows."""

    mark: str
    when: str
    words: str


def lines(evening: Evening) -> list[Line]:
    """The hour from hello to thanks.  Where there are many long questions, each is cut at a word."""
    room = max(SHORTEST, ROOM // max(1, len(evening.questions)))
    asked = [
        Line(f"Q{each.number}", _clock(each.at, evening), lengths.shortened(each.text, room))
        for each in evening.questions
    ]
    warning = Line("10 to go", _clock(evening.ends_at - pack.WARNING, evening), "Say that ten minutes are left.")
    return [
        Line("Hello", _clock(evening.starts_at, evening), "Who are you, and where are you writing from?"),
        *asked,
        *([warning] if evening.ends_at - evening.starts_at >= pack.SHORTEST else []),
        Line("Thanks", _clock(evening.ends_at - pack.THANKS, evening), "Say where to read it again, and what is next."),
    ]


def is_crowded(told: list[Line]) -> bool:
    """Whether so much is said that only small type leaves room for the rest of the page."""
    return sum(1 + len(line.words) // WIDTH for line in told) > ROWS


def _clock(moment: datetime | None, evening: Evening) -> str:
    return times.clock(moment, evening.zone) if moment else ""
