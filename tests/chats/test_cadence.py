"""The times of a chat and the clock -> when its sources are looked at again."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from chats.ingest.cadence import Evening, is_sweep, next_look
from tests.simulators import tonight
from tests.simulators.x_api import LIMITS
from wecops.launcher import demo

OPENS = datetime(2026, 11, 18, 20, 45, tzinfo=UTC)
ENDS = OPENS + timedelta(minutes=75)
CLOSES = ENDS + timedelta(minutes=90)
MORNING = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
EVENING = Evening(OPENS, ENDS, CLOSES, MORNING)


def looks(evening=EVENING, *, conversations=0, takes=timedelta(0)):
    """Every look from before the chat to the last, each of which ``takes`` so long."""
    now, found = evening.opens_at - timedelta(days=1), []
    while (now := next_look(evening, now, conversations=conversations)) is not None:
        found.append(now)
        now += takes
    return found


def longest_between(moments, begin, end):
    inside = [moment for moment in moments if begin <= moment <= end]
    return max(later - earlier for earlier, later in pairwise(inside))


def test_the_first_look_is_when_the_window_opens():
    assert looks()[0] == OPENS


def test_looks_follow_each_other_closely_while_people_talk_and_slower_after():
    found = looks()

    assert longest_between(found, OPENS, ENDS) <= timedelta(seconds=30)
    assert longest_between(found, ENDS, CLOSES) <= timedelta(minutes=2)
    assert longest_between(found, CLOSES, MORNING) <= timedelta(hours=1)


def test_a_look_comes_when_the_networks_last_half_minute_has_settled():
    assert [end + timedelta(seconds=45) in looks() for end in (ENDS, CLOSES)] == [True, True]


def test_after_the_morning_only_sweeps_are_left():
    late = [moment - CLOSES for moment in looks() if moment > MORNING + timedelta(hours=1)]

    assert late == [timedelta(hours=24), timedelta(days=6)]


@pytest.mark.parametrize("conversations", [6, 12, 40])
def test_however_many_questions_are_asked_x_answers_all_looks(conversations):
    quarter = ENDS - timedelta(minutes=15)

    asked = 2 * sum(quarter <= look < ENDS for look in looks())
    asked += conversations * sum(quarter <= look < ENDS for look in looks(conversations=conversations))

    assert asked < 350 < LIMITS["recent"]


def test_the_demos_evening_asks_no_more_than_its_x_answers():
    facts, scale = tonight.tonight(OPENS), int(demo.LIVE["CAPTURE_TIME_SCALE"])
    lead_in, tail = (timedelta(minutes=tonight.TIMES[name]) for name in ("lead_in_minutes", "tail_minutes"))
    evening = Evening(OPENS - lead_in, facts.ends_at, facts.ends_at + tail, MORNING, scale)
    threads = sum(said.truth.why == "asked" for said in facts.tweets)

    asked = 2 * len(looks(evening)) + threads * len(looks(evening, conversations=threads))

    assert LIMITS["recent"] < asked < tonight.MAY_ASK["recent"]


def test_a_slow_look_misses_no_sweep():
    found = looks(takes=timedelta(seconds=50))

    swept = [now for before, now in pairwise(found) if is_sweep(EVENING, before, now)]
    assert [moment - CLOSES for moment in swept] == [timedelta(hours=1), timedelta(hours=24), timedelta(days=6)]


def test_a_server_that_slept_sweeps_once_when_it_wakes():
    woken = CLOSES + timedelta(days=2)

    assert is_sweep(EVENING, ENDS, woken)
    assert not is_sweep(EVENING, woken, woken + timedelta(minutes=1))
    assert next_look(EVENING, woken) == CLOSES + timedelta(days=6)


def test_conversations_are_read_less_often():
    assert len(looks(conversations=6)) * 1.5 < len(looks())
    assert longest_between(looks(conversations=6), OPENS, ENDS) == timedelta(seconds=30)


@pytest.mark.parametrize("scale", [2, 10])
def test_a_rehearsal_divides_every_interval(scale):
    found = looks(EVENING._replace(scale=scale))

    assert longest_between(found, OPENS, ENDS) <= timedelta(seconds=20 / scale)
    assert found[-1] == CLOSES + timedelta(days=6) / scale
