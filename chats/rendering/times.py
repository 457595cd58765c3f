"""Moments -> the words for them, as people say them: "9.03 pm", "Thursday 12 November 2026"."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ABROAD = "America/New_York"


def clock(moment: datetime, zone: str) -> str:
    """The time of day there: "9 pm", "9.03 pm"."""
    local = moment.astimezone(ZoneInfo(zone))
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    return f"{hour}.{local.minute:02} {half}" if local.minute else f"{hour} {half}"


def day(moment: datetime, zone: str) -> str:
    """The day there: "Thursday 12 November 2026"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y}"


def near_day(moment: datetime, zone: str) -> str:
    """The day there, of a year that nobody has to be told: "Thursday 12 November"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B}"


def short_day(moment: datetime, zone: str) -> str:
    """The day there without its year: "12 Nov"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b}"


class Watch:
    """Says times of day in a zone, with the day when it is another than that of ``first``."""

    def __init__(self, first: datetime, zone: str) -> None:
        self._zone = zone
        self._day = short_day(first, zone)
        self._said: dict[datetime, str] = {}  # many tweets share a minute

    def say(self, moment: datetime) -> str:
        minute = moment.replace(second=0, microsecond=0)
        if minute not in self._said:
            day, said = short_day(minute, self._zone), clock(minute, self._zone)
            self._said[minute] = said if day == self._day else f"{day}, {said}"
        return self._said[minute]


def hours(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """From when to when there: "9 to 10 pm", "11.30 am to 1 pm", "11 pm to midnight"; with days where they differ."""
    start, end = clock(starts_at, zone), clock(ends_at, zone)
    place = ZoneInfo(zone)
    last = (ends_at - timedelta(microseconds=1)).astimezone(place).date()
    if starts_at.astimezone(place).date() != last:
        return f"{start} on {short_day(starts_at, zone)} to {end} on {short_day(ends_at, zone)}"
    if end == "12 am":
        return f"{start} to midnight"
    return f"{start[:-3]} to {end}" if start[-2:] == end[-2:] else f"{start} to {end}"


def stamp(moment: datetime, zone: str) -> str:
    """For machines, with that zone's distance from UTC: "2026-07-01T21:00+01:00"."""
    return moment.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")


def zone_word(zone: str) -> str:
    """What people call that zone: "UK time", "Paris time"."""
    return "UK time" if zone == "Europe/London" else f"{zone.rpartition('/')[2].replace('_', ' ')} time"


def odd_week(moment: datetime, zone: str) -> str:
    """Where clocks there and in New York are not as far apart as usual: "5 pm in New York, an hour later than usual".

    So it is for some weeks in March, and for one in autumn, because clocks change on other days in the US.  Else "".
    """
    apart = _apart(moment, zone)
    usual = [_apart(moment.replace(month=month, day=1), zone) for month in (1, 7)]
    if apart in usual:
        return ""
    return f"{clock(moment, ABROAD)} in New York, an hour {'later' if apart < usual[0] else 'earlier'} than usual"


def _apart(moment: datetime, zone: str) -> timedelta:
    """How much later it is there than in New York."""
    here, abroad = (moment.astimezone(ZoneInfo(name)).utcoffset() or timedelta() for name in (zone, ABROAD))
    return here - abroad
