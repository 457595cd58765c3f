"""A month on the wall: whole weeks, each chat at the day of its address, whatever clocks do."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from chats.rendering import months

LONDON = "Europe/London"


def chat(starts_at, zone=LONDON):
    return SimpleNamespace(starts_at=starts_at, local_date=starts_at.astimezone(ZoneInfo(zone)).date())


def held(weeks):
    return {str(field.day): len(field.chats) for week in weeks for field in week if field.chats}


@pytest.mark.parametrize(
    ("first", "begin", "end", "rows"),
    [
        (date(2026, 11, 1), "2026-10-26", "2026-12-06", 6),
        (date(2027, 2, 1), "2027-02-01", "2027-02-28", 4),
        (date(2028, 2, 1), "2028-01-31", "2028-03-05", 5),
    ],
)
def test_weeks_are_whole_and_begin_on_mondays(first, begin, end, rows):
    weeks = months.weeks(first, [], today=date(2026, 11, 20), zone=LONDON)

    fields = [field for week in weeks for field in week]
    assert (str(fields[0].day), str(fields[-1].day), len(weeks)) == (begin, end, rows)
    assert {len(week) for week in weeks} == {7}
    assert [field.day for field in fields if field.is_outside] == [f.day for f in fields if f.day.month != first.month]
    assert [field.day for field in fields if field.is_today] == [date(2026, 11, 20)] * (first.month == 11)


def test_a_chat_stands_at_its_own_day_across_the_change_of_clocks():
    """At half past eleven at night on both sides of the last Sunday of October, which has 25 hours."""
    nights = [datetime(2026, 10, day, 23, 30, tzinfo=ZoneInfo(LONDON)) for day in (24, 25, 26)]

    weeks = months.weeks(date(2026, 10, 1), map(chat, nights), today=date(2026, 10, 1), zone=LONDON)

    assert held(weeks) == {"2026-10-24": 1, "2026-10-25": 1, "2026-10-26": 1}


def test_span_misses_no_chat_that_the_grid_can_show():
    begin, end = months.span(date(2026, 12, 1))

    first, last = months.days(date(2026, 12, 1))[0], months.days(date(2026, 12, 1))[-1]
    earliest = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo("Pacific/Kiritimati"))
    latest = datetime(last.year, last.month, last.day, 23, 59, tzinfo=ZoneInfo("Pacific/Pago_Pago"))
    assert begin < earliest < latest < end


def test_agenda_tells_chats_and_free_evenings_in_the_order_of_time():
    evening = datetime(2026, 12, 3, 21, tzinfo=UTC)
    chats = [chat(evening), chat(evening + timedelta(days=14))]
    free = SimpleNamespace(pk=7, starts_at=evening + timedelta(days=7), ends_at=evening + timedelta(days=7, hours=1))

    lines = months.agenda(chats, [free])
    weeks = months.weeks(date(2026, 12, 1), chats, today=date(2026, 12, 1), zone=LONDON, slots=[free])

    assert [(line.chat, line.slot) for line in lines] == [(chats[0], None), (None, free), (chats[1], None)]
    assert [str(f.day) for week in weeks for f in week if f.slots] == ["2026-12-10"]
