from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from chats.sources.files.times import parse, when
from chats.sources.files.values import Unusable
from tests.chats.sources.building import moment, tweet_id

LONDON = ZoneInfo("Europe/London")
EIGHT = datetime(2021, 3, 4, 20, 0, tzinfo=UTC)
NAIVE = EIGHT.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Thu Mar 04 20:00:00 +0000 2021", EIGHT),
        ("Thu Mar 4 20:00:00 +0000 2021", EIGHT),
        ("Thu Mar 04 22:30:00 +0230 2021", EIGHT),
        ("Thu Mar 04 17:30:00 -0230 2021", EIGHT),
        ("2021-03-04T20:00:00.000Z", EIGHT),
        ("2021-03-04T20:00:00Z", EIGHT),
        ("2021-03-04 21:00:00+01:00", EIGHT),
        ("2021-03-04T20:00:00.123456Z", EIGHT + timedelta(microseconds=123_456)),
        ("2021-03-04T20:00:00", NAIVE),
        ("04/03/2021 20:00:00", NAIVE),
        ("4/3/2021 20:00", NAIVE),
    ],
)
def test_time_is_read_in_every_shape(value, expected):
    read = parse(value)

    assert (read, read.tzinfo is None) == (expected, expected.tzinfo is None)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "last night",
        "Thu Mär 04 20:00:00 +0000 2021",
        "Thu Feb 30 20:00:00 +0000 2021",
        "Thu Mar 04 24:00:00 +0000 2021",
        "Thu Mar 04 20:00:60 +0000 2021",
        "Thu Mar 04 20:00:00 UTC 2021",
        "Mar Thu 04 20:00:00 +0000 2021",
        "2021-13-04T20:00:00Z",
        "2021-03-04T20:00:00+99:00",
        "31/02/2021 20:00:00",
        "12/31/2021 20:00:00",
        "31/03/21 20:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1969-12-31T23:59:59Z",
        "٠٤/٠٣/٢٠٢١ 20:00:00",
        "2021-\ud800",
        "Thu Mar 04 20:00:00 +0000 2021\n",
        1614888000,
        None,
        [],
    ],
)
def test_what_is_no_time_is_none(value):
    assert parse(value) is None


@pytest.mark.parametrize(
    ("stated", "zone", "expected"),
    [
        (None, UTC, moment(3)),
        ("", UTC, moment(3)),
        ("last night", UTC, moment(3)),
        ("Thu Mar 04 20:01:00 +0000 2021", UTC, moment(3)),
        ("Thu Mar 04 20:01:02 +0000 2021", UTC, moment(3)),
        ("Thu Mar 04 20:01:03 +0000 2021", UTC, EIGHT + timedelta(seconds=63)),
        ("Thu Mar 04 19:00:00 +0000 2021", UTC, EIGHT - timedelta(hours=1)),
        ("04/03/2021 20:01:00", UTC, moment(3)),
        ("03/04/2021 20:01:00", UTC, moment(3)),
        ("04/03/2021 20:01:00", timezone(timedelta(hours=9)), moment(3)),
        ("2021-03-04T20:01:00", timezone(timedelta(hours=9)), moment(3)),
    ],
)
def test_id_tells_the_millisecond_unless_a_time_with_its_zone_contradicts(stated, zone, expected):
    assert abs(when(tweet_id(3), stated, zone) - expected) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("04/03/2010 20:00:00", datetime(2010, 3, 4, 20, 0, tzinfo=UTC)),
        ("04/07/2010 20:00:00", datetime(2010, 7, 4, 19, 0, tzinfo=UTC)),
        ("28/03/2010 01:30:00", datetime(2010, 3, 28, 1, 30, tzinfo=UTC)),
        ("31/10/2010 01:30:00", datetime(2010, 10, 31, 0, 30, tzinfo=UTC)),
        ("2010-07-04T20:00:00", datetime(2010, 7, 4, 19, 0, tzinfo=UTC)),
        ("2010-07-04T20:00:00Z", datetime(2010, 7, 4, 20, 0, tzinfo=UTC)),
        ("2010-07-04 20:00:00 UTC", datetime(2010, 7, 4, 20, 0, tzinfo=UTC)),
        ("2010-07-04 20:00:00 +0200", datetime(2010, 7, 4, 18, 0, tzinfo=UTC)),
        ("7/4/10 20:00", datetime(2010, 7, 4, 19, 0, tzinfo=UTC)),
        ("01/01/1970 00:00", datetime(1969, 12, 31, 23, 0, tzinfo=UTC)),
    ],
)
def test_old_id_tells_nothing_and_a_time_without_a_zone_is_in_the_given_one(stated, expected):
    read = when("17700000000", stated, LONDON)

    assert (read, read.tzinfo) == (expected, UTC)


@pytest.mark.parametrize(
    ("tweet_id", "ms"), [("1099511627777", 1288834974657 + 262_144), (str(2**63 - 1), 3487858230208)]
)
def test_first_and_last_id_that_tell_a_time(tweet_id, ms):
    assert when(tweet_id, None, UTC) == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        (None, "No time"),
        ("", "No time"),
        ("May", "The time 'May' cannot be read"),
        (["May"], "The time (an object or a list) cannot be read"),
        (10**30, "The time (a very large number) cannot be read"),
        ("x" * 99, f"The time '{'x' * 40}…' cannot be read"),
    ],
)
def test_no_time_at_all_is_a_reason(stated, reason):
    with pytest.raises(Unusable) as raised:
        when("12", stated, UTC)

    assert str(raised.value) == reason
