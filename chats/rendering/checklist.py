"""When a chat is, and what is done already -> what its hosts do on which day before and after it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chats.rendering import coming, times
from chats.rendering.coming import Tile

BEFORE = timedelta(hours=1)  # the chat, when its hosts sit down
A_DAY = timedelta(days=1)


class Task(NamedTuple):
    """``key`` is what is kept of it once it is done; ``leads_to`` a text of the pack, or "print", "chat" or "card"."""

    key: str
    words: str
    leads_to: str = ""
    is_done: bool = False


class Day(NamedTuple):
    """One date of the list: its tile, its heading, whether it is over, and what to do."""

    tile: Tile
    heading: str
    when: str
    is_past: bool
    tasks: tuple[Task, ...]


# Days before the chat, heading, tasks.
DAYS = (
    (
        14,
        "Two weeks before",
        (
            Task("questions", "Questions agreed with everybody who hosts, and with the team"),
            Task("reading", "Reading chosen, three things at most"),
            Task("care", "A care note written, if it may be hard to read for some"),
        ),
    ),
    (
        7,
        "One week before",
        (
            Task("announced", "Announce it, with the picture", "announcement"),
            Task("invited", "Ask three people you would love to hear from"),
            Task("aloud", "Read the questions aloud, and change what you stumble on"),
        ),
    ),
    (
        1,
        "The day before",
        (
            Task("reminded", "Remind people", "day-before"),
            Task("shared-out", "Settle who asks, who answers and who greets those who are new"),
            Task("printed", "Print the one page for the evening", "print"),
        ),
    ),
    (
        0,
        "On the day, from {from}",
        (
            Task("hour-before", "Tell people that it is in an hour", "hour-before"),
            Task("welcomed", "Welcome tweet at {starts}", "welcome"),
            Task("asked", "Ask the questions, each at its time", "question-1"),
            Task("thanked", "Thanks at {thanks}, then say what is next", "thanks"),
        ),
    ),
    (
        -1,
        "The morning after",
        (
            Task("read", "Read it through: does every answer stand under its question?", "chat"),
            Task("thanked-in-person", "Thank those who said the most, and those who were new"),
            Task("handed-on", "Say what should be handed on, and to whom"),
        ),
    ),
)
KEYS = frozenset(task.key for _, _, tasks in DAYS for task in tasks)


def days(starts_at: datetime, zone: str, *, thanks_at: datetime, done: Collection[str], now: datetime) -> list[Day]:
    """The whole list; ``done`` are keys."""
    said = {
        "from": times.clock(starts_at - BEFORE, zone),
        "starts": times.clock(starts_at, zone),
        "thanks": times.clock(thanks_at, zone),
    }
    local, today = starts_at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    found = []
    for before, heading, tasks in DAYS:
        day = local - before * A_DAY  # by the clocks there
        told = tuple(task._replace(words=task.words.format(**said), is_done=task.key in done) for task in tasks)
        is_past = day.date() < today
        found.append(Day(coming.tile(day, zone), heading.format(**said), times.near_day(day, zone), is_past, told))
    return found
