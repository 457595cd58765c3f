"""Times and days as people say them."""

from datetime import UTC, datetime

import pytest

from chats.rendering import times

UK = "Europe/London"


def at(hour, minute=0, *, day=12, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "said"),
    [
        (at(21), UK, "9 pm"),
        (at(21, 3), UK, "9.03 pm"),
        (at(0, 5), UK, "12.05 am"),
        (at(12), UK, "12 pm"),
        (at(20, month=7), UK, "9 pm"),  # British Summer Time
        (at(21), "Europe/Copenhagen", "10 pm"),
    ],
)
def test_clock(moment, zone, said):
    assert times.clock(moment, zone) == said


@pytest.mark.parametrize(
    ("moment", "zone", "said"),
    [
        (at(21), UK, "Thursday 12 November 2026"),
        (at(23, 30, month=7), UK, "Monday 13 July 2026"),
        (at(23, 30), "Australia/Sydney", "Friday 13 November 2026"),
    ],
)
def test_day(moment, zone, said):
    assert times.day(moment, zone) == said


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "said"),
    [
        (at(21), at(22), "9 to 10 pm"),
        (at(20, 45), at(23, 30), "8.45 to 11.30 pm"),
        (at(11, 30), at(13), "11.30 am to 1 pm"),
        (at(23), at(0, day=13), "11 pm to midnight"),
        (at(23), at(1, day=13), "11 pm on 12 Nov to 1 am on 13 Nov"),
        (at(9), at(17, day=16), "9 am on 12 Nov to 5 pm on 16 Nov"),
    ],
)
def test_hours(starts_at, ends_at, said):
    assert times.hours(starts_at, ends_at, UK) == said


@pytest.mark.parametrize(
    ("zone", "said"), [(UK, "UK time"), ("Europe/Copenhagen", "Copenhagen time"), ("America/New_York", "New York time")]
)
def test_zone_word(zone, said):
    assert times.zone_word(zone) == said


@pytest.mark.parametrize(
    ("moment", "zone", "said"),
    [
        (at(21, day=20, month=3), UK, "5 pm in New York, an hour later than usual"),
        (at(21, day=1, month=3), UK, ""),
        (at(20, day=29, month=3), UK, ""),  # on this day clocks change in the UK
        (at(21, day=28, month=10), UK, "5 pm in New York, an hour later than usual"),
        (at(21, day=1, month=11), UK, ""),  # and on this one in the US
        (at(20, month=7), UK, ""),
        (at(20, day=20, month=3), "Europe/Berlin", "4 pm in New York, an hour later than usual"),
        (at(20, month=7), "Australia/Sydney", ""),
    ],
)
def test_weeks_in_which_clocks_in_the_us_are_out_of_step(moment, zone, said):
    assert times.odd_week(moment, zone) == said
