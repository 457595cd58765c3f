"""A chat followed live through three faults at once, drawn by chance: the same in the end as without any."""

import random
from datetime import timedelta

import pytest

from chats.sources import x
from chats.sources.x_asking import Access
from tests.chats.sources.capturing import Captured, capture
from tests.simulators.practice import practice
from tests.simulators.x_api import Clock, XApi
from tests.simulators.x_faults import FAULTS, MORE

SEEDS = 20


@pytest.fixture(scope="module")
def facts():
    return practice(2)


def followed(facts, faults=(), vocabulary="tweet"):
    """From a quarter of an hour before to the next morning, as a capture goes; (all that was stored, requests)."""
    clock, captured = Clock(facts.starts_at - timedelta(minutes=14)), Captured()
    with XApi(facts, clock, faults=list(faults), vocabulary=vocabulary) as api:
        access = Access(api.url, api.token, deadline=timedelta(seconds=0.5))
        source = x.XSource(access, x.recent("#wecops"), starts_at=facts.starts_at - timedelta(minutes=15))
        for wait in [30] * 150 + [120] * 45 + [3600] * 11:
            capture(source, clock, captured)
            clock.advance(timedelta(seconds=wait))
        capture(source, clock, captured)
    return captured, len(api.requests)


@pytest.fixture(scope="module")
def faultless(facts):
    return followed(facts)


def test_a_chat_followed_live_through_three_faults_is_the_same(facts, faultless, deep):
    expected, least = faultless
    kinds = {**FAULTS, **MORE}
    for seed in range(SEEDS if deep else 3):
        chance = random.Random(seed)
        names = [chance.choice(list(kinds)) for _ in range(3)]
        faults = [fault for name in names for fault in kinds[name]()]
        for fault in faults:
            fault.page = chance.randrange(2, 200)

        captured, requests = followed(facts, faults, vocabulary=chance.choice(["tweet", "post", "mixed"]))

        assert captured.said == expected.said, f"seed {seed}: {names}"
        assert requests <= 1.3 * least + 10
