"""Chats, events and free slots -> the calendar on the wall (whole weeks, Monday first) and the list of what is coming.

Every word of a line is made here, once; lines and walls that are equal are drawn once (``chat_tags``).
"""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from chats.models import Chat, Event, EventStatus, Status
from chats.rendering import coming, events, times
from chats.rendering.coming import Tile

A_DAY = timedelta(days=1)


class Slot(Protocol):
    """An evening that nobody has yet."""

    pk: int
    starts_at: datetime
    ends_at: datetime


class Day(NamedTuple):
    """One field of the wall: ``stamp`` for machines, ``tone`` is "today", "out" (of another month) or ""."""

    day: date
    stamp: str
    number: str
    tone: str
    entries: tuple["Entry", ...]


class Entry(NamedTuple):
    """A chat, event or free slot in its field: ``before`` stands before its title.

    ``tone`` is "off", "past", "open", "event" or "".
    """

    address: str
    before: str
    title: str
    tone: str


class Line(NamedTuple):
    """One line of what is to come: a chat, an event, or a slot that is free.

    ``state`` is "cancelled", "live", "moved", "confirmed", "event" or, of what is over, "".  What can still be put into
    a calendar has a ``file``, an event has a ``place``.  ``is_long``: it lasts for days, so nobody's own hour stands
    beside it.
    """

    starts_at: datetime
    tile: Tile
    day: str
    hours: str
    zone: str
    stamps: tuple[str, str]
    state: str = ""
    address: str = ""
    file: str = ""
    title: str = ""  # none: a slot that is free
    summary: str = ""
    reason: str = ""
    hosts: tuple[str, ...] = ()
    place: str = ""
    is_long: bool = False


def days(first: date) -> list[date]:
    """The days that the grid of the month of ``first`` shows, whole weeks of them."""
    return [day for week in Calendar().monthdatescalendar(first.year, first.month) for day in week]


def span(first: date) -> tuple[datetime, datetime]:
    """Between which moments a chat begins whose day, wherever it is held, can be in that grid."""
    shown = days(first)
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (shown[0], shown[-1]))
    return begin - A_DAY, end + 2 * A_DAY


def weeks(
    first: date,
    evenings: Iterable[Chat | Event],
    *,
    now: datetime,
    zone: str,
    slots: Iterable[Slot] = (),
    propose: str = "",
) -> tuple[tuple[Day, ...], ...]:
    """The wall of the month of ``first``.

    A chat stands at the day of its address, an event at every day of it, a slot at its day in ``zone``.

    ``propose`` is where a slot is asked for; without it none is shown.
    """
    entries = defaultdict(list)
    for evening in evenings:
        if isinstance(evening, Event):
            for day in evening.days:
                entries[day].append(_event_entry(evening, now))
        else:
            entries[evening.local_date].append(_entry(evening, now))
    for slot in slots if propose else ():
        before = f"{times.clock(slot.starts_at, zone)}. Host wanted"
        day = slot.starts_at.astimezone(ZoneInfo(zone)).date()
        entries[day].append(Entry(f"{propose}?slot={slot.pk}", before, "", "open"))
    today = now.astimezone(ZoneInfo(zone)).date()
    fields = [
        Day(day, day.isoformat(), str(day.day), _tone(day, first, today), tuple(entries.get(day, ())))
        for day in days(first)
    ]
    return tuple(tuple(fields[at : at + 7]) for at in range(0, len(fields), 7))


def _tone(day: date, first: date, today: date) -> str:
    if day == today:
        return "today"
    return "" if day.month == first.month else "out"


def _entry(chat: Chat, now: datetime) -> Entry:
    address = chat.get_absolute_url()
    if chat.status == Status.CANCELLED:
        return Entry(address, "Cancelled: ", chat.title, "off")
    if chat.ends_at <= now:
        return Entry(address, "", chat.title, "past")
    moved = "New date: " if chat.status == Status.MOVED else ""
    return Entry(address, f"{times.clock(chat.starts_at, chat.time_zone)}. {moved}", chat.title, "")


def _event_entry(event: Event, now: datetime) -> Entry:
    if event.status == EventStatus.CANCELLED:
        return Entry(event.get_absolute_url(), "Cancelled: ", event.title, "off")
    return Entry(event.get_absolute_url(), "", event.title, "past" if event.ends_at <= now else "event")


def agenda(
    evenings: Iterable[Chat | Event], *, now: datetime, zone: str, slots: Iterable[Slot] = (), propose: str = ""
) -> list[Line]:
    """Chats, events and, where one can ``propose``, free slots in the order of time; slots are told in ``zone``."""
    lines = [_event_line(each, now) if isinstance(each, Event) else _chat_line(each, now) for each in evenings]
    if propose:
        lines += [_line(slot, zone)._replace(address=f"{propose}?slot={slot.pk}") for slot in slots]
    return sorted(lines, key=lambda line: line.starts_at)


def _chat_line(chat: Chat, now: datetime) -> Line:
    address, state = chat.get_absolute_url(), _state(chat, now)
    return _line(chat, chat.time_zone)._replace(
        state=state,
        address=address,
        file=f"{address}calendar.ics" if state in ("confirmed", "moved") else "",
        title=chat.title,
        summary=chat.summary,
        reason=chat.status_reason,
        hosts=tuple(host.name for host in chat.hosts.all()),
    )


def _event_line(event: Event, now: datetime) -> Line:
    state = _event_state(event, now)
    return _line(event, event.time_zone)._replace(
        day=events.days(event),
        hours=events.hours(event),
        state=state,
        address=event.get_absolute_url(),
        file=event.file_path if state == "event" else "",
        title=event.title,
        summary=event.summary,
        reason=event.status_reason,
        place=event.place,
        is_long=len(event.days) > 1,
    )


def _event_state(event: Event, now: datetime) -> str:
    if event.status == EventStatus.CANCELLED:
        return "cancelled"
    if event.ends_at <= now:
        return ""
    return "live" if event.starts_at <= now else "event"


def _line(evening: Chat | Event | Slot, zone: str) -> Line:
    starts_at, ends_at = evening.starts_at, evening.ends_at
    return Line(
        starts_at=starts_at,
        tile=coming.tile(starts_at, zone),
        day=times.day(starts_at, zone),
        hours=times.hours(starts_at, ends_at, zone),
        zone=f"{times.zone_word(zone)} ({coming.zone_letters(starts_at, zone)})",
        stamps=(times.stamp(starts_at, zone), times.stamp(ends_at, zone)),
    )


def _state(chat: Chat, now: datetime) -> str:
    if chat.status == Status.CANCELLED:
        return "cancelled"
    if chat.ends_at <= now:
        return ""
    if chat.starts_at <= now:
        return "live"
    return "moved" if chat.status == Status.MOVED else "confirmed"
