"""A moment ahead -> how people speak of it: how far off it is, its date tile, and what the clocks say elsewhere."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chats.rendering import numbers, times

ELSEWHERE = (
    ("Copenhagen, Berlin", "Europe/Berlin"),
    ("Toronto, New York", "America/New_York"),
    ("Sydney", "Australia/Sydney"),
    ("Auckland", "Pacific/Auckland"),
)


class Left(NamedTuple):
    """What is left until something begins."""

    days: int
    hours: int
    minutes: int

    @property
    def is_any(self) -> bool:
        """Whether a minute or more is left."""
        return any(self)

    @property
    def sentence(self) -> str:
        """Without the noughts in front: "6 days, 0 hours and 42 minutes", "10 hours and 1 minute"."""
        parts = [("day,days", self.days), ("hour,hours", self.hours), ("minute,minutes", self.minutes)]
        while len(parts) > 1 and not parts[0][1]:
            parts.pop(0)
        return numbers.listed([numbers.counted(number, words) for words, number in parts])


class Tile(NamedTuple):
    """The three lines of a date tile: "Thu", 12, "Nov"."""

    weekday: str
    day: int
    month: str


def left(now: datetime, then: datetime) -> Left:
    """How long it is until ``then``; nothing once that has passed."""
    minutes = max(then - now, timedelta()) // timedelta(minutes=1)
    return Left(minutes // 1440, minutes // 60 % 24, minutes % 60)


def nearness(now: datetime, then: datetime, zone: str) -> str:
    """How far off a coming day is there: "today", "tomorrow", "in 6 days"."""
    days = (then.astimezone(ZoneInfo(zone)).date() - now.astimezone(ZoneInfo(zone)).date()).days
    return {0: "today", 1: "tomorrow"}.get(days) or f"in {numbers.counted(days, 'day,days')}"


def tile(moment: datetime, zone: str) -> Tile:
    local = moment.astimezone(ZoneInfo(zone))
    return Tile(f"{local:%a}", local.day, f"{local:%b}")


def elsewhere(moment: datetime) -> list[tuple[str, str]]:
    """When that is in other places: (cities, "10 pm Thu")."""
    return [(cities, f"{times.clock(moment, zone)} {tile(moment, zone).weekday}") for cities, zone in ELSEWHERE]


def zone_letters(moment: datetime, zone: str) -> str:
    """What that zone is called on that day: "GMT" in winter, "BST" in summer."""
    return moment.astimezone(ZoneInfo(zone)).tzname() or ""
