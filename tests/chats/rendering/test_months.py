"""A month on the wall: whole weeks, each chat at the day of its address, whatever clocks do."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from chats.models import Chat
from chats.rendering import months

LONDON = "Europe/London"
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def chat(starts_at, zone=LONDON, *, title="A chat", status="scheduled"):
    ends_at = starts_at + timedelta(hours=1)
    local_date = starts_at.astimezone(ZoneInfo(zone)).date()
    made = Chat(
        pk=1,
        title=title,
        slug="s",
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=zone,
        status=status,
        local_date=local_date,
    )
    made._prefetched_objects_cache = {"hosts": [SimpleNamespace(name="Nell Harrow")]}
    return made


def free(starts_at):
    return SimpleNamespace(pk=7, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))


def entries(weeks):
    return {field.stamp: field.entries for week in weeks for field in week if field.entries}


@pytest.mark.parametrize(
    ("first", "begin", "end", "rows"),
    [
        (date(2026, 11, 1), "2026-10-26", "2026-12-06", 6),
        (date(2027, 2, 1), "2027-02-01", "2027-02-28", 4),
        (date(2028, 2, 1), "2028-01-31", "2028-03-05", 5),
    ],
)
def test_weeks_are_whole_and_begin_on_mondays(first, begin, end, rows):
    weeks = months.weeks(first, [], now=NOW, zone=LONDON)

    fields = [field for week in weeks for field in week]
    assert (fields[0].stamp, fields[-1].stamp, len(weeks)) == (begin, end, rows)
    assert {len(week) for week in weeks} == {7}
    assert [f.day for f in fields if f.tone == "out"] == [f.day for f in fields if f.day.month != first.month]
    assert [f.number for f in fields if f.tone == "today"] == ["20"] * (first.month == 11)


def test_today_is_the_day_where_the_community_is_at_home():
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)

    weeks = months.weeks(date(2026, 11, 1), [], now=late, zone="Australia/Sydney")

    assert [field.stamp for week in weeks for field in week if field.tone == "today"] == ["2026-11-21"]


def test_a_chat_stands_at_its_own_day_across_the_change_of_clocks():
    """At half past eleven at night on both sides of the last Sunday of October, which has 25 hours."""
    nights = [datetime(2026, 10, day, 23, 30, tzinfo=ZoneInfo(LONDON)) for day in (24, 25, 26)]

    weeks = months.weeks(date(2026, 10, 1), map(chat, nights), now=NOW, zone=LONDON)

    assert list(entries(weeks)) == ["2026-10-24", "2026-10-25", "2026-10-26"]


def test_span_misses_no_chat_that_the_grid_can_show():
    begin, end = months.span(date(2026, 12, 1))

    first, last = months.days(date(2026, 12, 1))[0], months.days(date(2026, 12, 1))[-1]
    earliest = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo("Pacific/Kiritimati"))
    latest = datetime(last.year, last.month, last.day, 23, 59, tzinfo=ZoneInfo("Pacific/Pago_Pago"))
    assert begin < earliest < latest < end


EVENING = datetime(2026, 12, 3, 21, tzinfo=UTC)
A_WEEK = timedelta(days=7)
CHATS = [
    chat(NOW - timedelta(days=1), title="Over"),
    chat(NOW - timedelta(minutes=5), title="Now"),
    chat(EVENING, title="Planned"),
    chat(EVENING + A_WEEK, title="Elsewhen", status="moved"),
    chat(EVENING + 2 * A_WEEK, title="Off", status="cancelled"),
]


def test_each_entry_on_the_wall_says_how_it_stands():
    shown = [CHATS[0], *CHATS[2:]]
    weeks = months.weeks(date(2026, 12, 1), shown[1:], now=NOW, zone=LONDON) + months.weeks(
        date(2026, 11, 1), shown[:1], now=NOW, zone=LONDON
    )

    told = [(entry.before, entry.title, entry.tone) for each in entries(weeks).values() for entry in each]
    assert told == [
        ("9 pm. ", "Planned", ""),
        ("9 pm. New date: ", "Elsewhen", ""),
        ("Cancelled: ", "Off", "off"),
        ("", "Over", "past"),
    ]


def test_agenda_tells_chats_and_free_evenings_in_the_order_of_time():
    slot = free(EVENING + timedelta(days=1))

    lines = months.agenda(CHATS, now=NOW, zone=LONDON, slots=[slot], propose="/propose/")
    weeks = months.weeks(date(2026, 12, 1), [], now=NOW, zone=LONDON, slots=[slot], propose="/propose/")

    assert [(line.title, line.state) for line in lines] == [
        ("Over", ""),
        ("Now", "live"),
        ("Planned", "confirmed"),
        ("", ""),
        ("Elsewhen", "moved"),
        ("Off", "cancelled"),
    ]
    assert (lines[3].address, lines[3].zone, lines[2].hosts) == (
        "/propose/?slot=7",
        "UK time (GMT)",
        ("Nell Harrow",),
    )
    assert (lines[2].day, lines[2].hours) == ("Thursday 3 December 2026", "9 to 10 pm")
    assert lines[2].stamps == ("2026-12-03T21:00+00:00", "2026-12-03T22:00+00:00")
    assert entries(weeks) == {"2026-12-04": (("/propose/?slot=7", "9 pm. Host wanted", "", "open"),)}


def test_a_free_evening_is_not_shown_where_nobody_can_propose():
    slot = free(EVENING)

    lines = months.agenda([], now=NOW, zone=LONDON, slots=[slot])
    weeks = months.weeks(date(2026, 12, 1), [], now=NOW, zone=LONDON, slots=[slot])

    assert (lines, entries(weeks)) == ([], {})
