"""Times in every shape that files use, and times hidden in ids -> moments in UTC."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from chats.sources.files.values import Unusable, quoted

# X's ids carry the millisecond of their making above bit 22, since this moment (1288834974657 ms after 1970).
_FIRST_MILLISECOND = datetime(2010, 11, 4, 1, 42, 54, 657_000, UTC)
# Ids given before that scheme were smaller than this.
_SMALLEST_TIMED_ID = 2**40
_TOLERANCE = timedelta(seconds=2)
# Far from the ends of the calendar, where a zone could push a time out of it.
_YEARS = range(1970, 3000)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_X_TIME = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([0-9]{1,2}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-][0-9]{2})([0-9]{2}) ([0-9]{4})"
)
_SHEET_TIME = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2}) ([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_ZONE = re.compile(r" (?:UTC|([+-][0-9]{2}:?[0-9]{2}))$")


def when(tweet_id: str, stated: object, zone: tzinfo) -> datetime:
    """When a tweet was written, to the millisecond where its id says so and does not contradict ``stated``.

    ``zone`` is that of times without one.  Such a time gives way to the id: its zone, and whether the day or the month
    stands first, are guesses.
    """
    told = parse(stated)
    hidden = _of_id(tweet_id)
    if hidden and (told is None or told.tzinfo is None or abs(hidden - told) <= _TOLERANCE):
        return hidden
    return required(stated, zone)


def required(stated: object, zone: tzinfo) -> datetime:
    """A time in UTC; ``zone`` is that of times without one."""
    told = parse(stated)
    if told:
        return (told if told.tzinfo else told.replace(tzinfo=zone)).astimezone(UTC)
    raise Unusable(f"The time {quoted(stated)} cannot be read" if stated else "No time")


@lru_cache(4096)
def _opened(value: str) -> datetime | None:
    told = parse(value)
    return told.astimezone(UTC) if told and told.tzinfo else None


def opened(value: object) -> datetime | None:
    """When an account was opened, in UTC; None where that is not told.  The same few say it again and again."""
    return _opened(value) if isinstance(value, str) else None


def parse(value: object) -> datetime | None:
    """X's old shape, ISO 8601 or a spreadsheet's, with a zone if it names one; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = _iso(value) or _x(value) or _sheet(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment and moment.year in _YEARS else None


def _iso(value: str) -> datetime | None:
    if value[4:5] != "-":
        return None
    return datetime.fromisoformat(value if value[-1] == "Z" else _ZONE.sub(lambda zone: zone[1] or "+00:00", value))


def _x(value: str) -> datetime | None:
    found = _X_TIME.fullmatch(value)
    if not found:
        return None
    day, hour, minute, second, off_hours, off_minutes, year = (int(found[n]) for n in range(2, 9))
    offset = timedelta(hours=off_hours, minutes=-off_minutes if found[6][0] == "-" else off_minutes)
    return datetime(year, _MONTHS.index(found[1]) + 1, day, hour, minute, second, tzinfo=UTC) - offset


def _sheet(value: str) -> datetime | None:
    """Day first, as British sheets have it; but where the year has two digits, the month: those are American."""
    found = _SHEET_TIME.fullmatch(value)
    if not found:
        return None
    day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
    if year < 100:
        day, month, year = month, day, year + 2000
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001, a sheet names no zone


def _of_id(tweet_id: str) -> datetime | None:
    number = int(tweet_id)
    return _FIRST_MILLISECOND + timedelta(milliseconds=number >> 22) if number > _SMALLEST_TIMED_ID else None
