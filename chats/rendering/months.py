"""Chats and free slots of a month -> its weeks, as a calendar on the wall has them: seven days each, Monday first."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from chats.models import Chat

A_DAY = timedelta(days=1)


class Slot(Protocol):
    """An evening that nobody has yet."""

    starts_at: datetime
    ends_at: datetime


class Day(NamedTuple):
    """One field of the grid; ``is_outside``: of the month before or after."""

    day: date
    is_outside: bool
    is_today: bool
    chats: Sequence[Chat]
    slots: Sequence[Slot]


class Planned(NamedTuple):
    """One line of what is to come: a chat, or a slot that is free."""

    starts_at: datetime
    chat: Chat | None = None
    slot: Slot | None = None


def days(first: date) -> list[date]:
    """The days that the grid of the month of ``first`` shows, whole weeks of them."""
    return [day for week in Calendar().monthdatescalendar(first.year, first.month) for day in week]


def span(first: date) -> tuple[datetime, datetime]:
    """Between which moments a chat begins whose day, wherever it is held, can be in that grid."""
    shown = days(first)
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (shown[0], shown[-1]))
    return begin - A_DAY, end + 2 * A_DAY


def weeks(first: date, chats: Iterable[Chat], *, today: date, zone: str, slots: Iterable[Slot] = ()) -> list[list[Day]]:
    """The grid of the month of ``first``.  A chat stands at the day of its address, a slot at its day in ``zone``."""
    held, free = defaultdict(list), defaultdict(list)
    for chat in chats:
        held[chat.local_date].append(chat)
    for slot in slots:
        free[slot.starts_at.astimezone(ZoneInfo(zone)).date()].append(slot)
    fields = [Day(day, day.month != first.month, day == today, held[day], free[day]) for day in days(first)]
    return [fields[at : at + 7] for at in range(0, len(fields), 7)]


def agenda(chats: Iterable[Chat], slots: Iterable[Slot] = ()) -> list[Planned]:
    """Chats and free slots in the order of time."""
    lines = [Planned(chat.starts_at, chat=chat) for chat in chats]
    return sorted(lines + [Planned(slot.starts_at, slot=slot) for slot in slots], key=lambda line: line.starts_at)
