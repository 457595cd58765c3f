"""How people speak of a moment ahead."""

from datetime import UTC, datetime, timedelta

import pytest

from chats.rendering import coming

LONDON = "Europe/London"
WINTER = datetime(2026, 11, 26, 21, 0, tzinfo=UTC)
SUMMER = datetime(2026, 6, 25, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "left", "sentence"),
    [
        (timedelta(days=6, hours=10, minutes=42, seconds=59), (6, 10, 42), "6 days, 10 hours and 42 minutes"),
        (timedelta(days=1, minutes=1), (1, 0, 1), "1 day, 0 hours and 1 minute"),
        (timedelta(hours=1, minutes=5), (0, 1, 5), "1 hour and 5 minutes"),
        (timedelta(seconds=59), (0, 0, 0), "0 minutes"),
        (-timedelta(days=3), (0, 0, 0), "0 minutes"),
    ],
)
def test_left_counts_down_in_days_hours_and_minutes(ahead, left, sentence):
    found = coming.left(WINTER - ahead, WINTER)

    assert (found, found.sentence, found.is_any) == (left, sentence, ahead >= timedelta(minutes=1))


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 11, 26, 0, 0, tzinfo=UTC), "today"),
        (datetime(2026, 11, 25, 23, 59, tzinfo=UTC), "tomorrow"),
        (datetime(2026, 11, 20, 9, 0, tzinfo=UTC), "in 6 days"),
    ],
)
def test_nearness_counts_the_days_of_the_calendar(now, words):
    assert coming.nearness(now, WINTER, LONDON) == words


def test_nearness_counts_days_where_the_chat_is():
    """At half past eleven at night in London it is the next day in Auckland already."""
    now = WINTER - timedelta(hours=22)

    assert coming.nearness(now, WINTER, "Pacific/Auckland") == "tomorrow"
    assert coming.nearness(now - timedelta(hours=1), WINTER, LONDON) == "tomorrow"


def test_tile_is_the_day_where_the_chat_is():
    assert coming.tile(WINTER, LONDON) == ("Thu", 26, "Nov")
    assert coming.tile(WINTER, "Pacific/Auckland") == ("Fri", 27, "Nov")


@pytest.mark.parametrize(("moment", "letters"), [(WINTER, "GMT"), (SUMMER, "BST")])
def test_zone_letters_know_winter_and_summer(moment, letters):
    assert coming.zone_letters(moment, LONDON) == letters


def test_elsewhere_tells_time_and_day_of_other_places():
    assert coming.elsewhere(WINTER) == [
        ("Copenhagen, Berlin", "10 pm Thu"),
        ("Toronto, New York", "4 pm Thu"),
        ("Sydney", "8 am Fri"),
        ("Auckland", "10 am Fri"),
    ]
