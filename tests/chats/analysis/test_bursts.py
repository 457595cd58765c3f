"""Moments -> conversations, in the shapes that hashtags have: chats on a quiet tag, on a busy one, and noise alone."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from chats.analysis import bursts
from chats.analysis.bursts import Burst

NIGHT = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GAP = timedelta(hours=3)


def evening(at, *, tweets=60, minutes=60, people=8):
    """Tweets evenly over an hour, by people in turn."""
    return [(at + minutes * MINUTE * n / tweets, f"person-{n % people}") for n in range(tweets)]


def noise(days, a_day):
    """People who use the tag for something else, at any time."""
    chance = random.Random(days)
    return [(NIGHT + timedelta(days=chance.uniform(-days, days)), f"stray-{n % 40}") for n in range(2 * days * a_day)]


def test_nothing_said_is_no_burst():
    assert bursts.find([], gap=GAP) == ()


def test_a_quiet_evening_is_one_burst_of_whole_quarters():
    assert bursts.find(evening(NIGHT + 2 * MINUTE, minutes=55), gap=GAP) == (
        Burst(NIGHT, NIGHT + timedelta(hours=1), 60, 8),
    )


def test_order_does_not_matter():
    spoken = [*evening(NIGHT), *evening(NIGHT + timedelta(days=14))]
    shuffled = random.Random(1).sample(spoken, len(spoken))

    assert bursts.find(shuffled, gap=GAP) == bursts.find(spoken, gap=GAP)


@pytest.mark.parametrize(("apart", "found"), [(timedelta(hours=2), 1), (timedelta(hours=8), 2), (timedelta(days=7), 2)])
def test_two_hours_are_one_burst_when_they_lie_close(apart, found):
    spoken = [*evening(NIGHT), *evening(NIGHT + apart)]

    assert len(bursts.find(spoken, gap=GAP)) == found


def test_a_chat_stands_out_from_a_busy_hashtag():
    spoken = [*noise(20, 60), *evening(NIGHT, tweets=150), *evening(NIGHT - timedelta(days=14), tweets=90)]

    found = bursts.find(spoken, gap=GAP)

    assert [(burst.starts_at, burst.ends_at) for burst in found] == [
        (NIGHT - timedelta(days=14), NIGHT - timedelta(days=14) + timedelta(hours=1)),
        (NIGHT, NIGHT + timedelta(hours=1)),
    ]


@pytest.mark.parametrize(
    "spoken",
    [noise(20, 60), evening(NIGHT, tweets=19), evening(NIGHT, people=2)],
    ids=["noise", "too few tweets", "too few people"],
)
def test_what_is_no_conversation_is_not_found(spoken):
    assert bursts.find(spoken, gap=GAP) == ()
