"""Every fault of X: what is captured is complete, holds nothing twice, and is equal to what it is without the fault."""

from contextlib import suppress
from datetime import timedelta
from functools import cache
from itertools import islice

import pytest

from chats.sources import x
from chats.sources.base import SourceError
from chats.sources.x_asking import Access
from tests.chats.sources.capturing import Captured, capture
from tests.simulators.practice import practice
from tests.simulators.x_api import Clock, XApi
from tests.simulators.x_faults import ALWAYS, FAULTS, MORE, Fault, same_again


@pytest.fixture(scope="module")
def facts():
    """Four pages of a hundred tweets."""
    return practice(2)


def clock_after(facts):
    return Clock(facts.ends_at + timedelta(hours=13))


def searching(api, deadline=timedelta(seconds=5)):
    access = Access(api.url, api.token, deadline=deadline)
    return x.XSource(access, x.recent("#wecops"), starts_at=api.facts.starts_at - timedelta(minutes=15))


@pytest.fixture(scope="module")
def faultless(facts):
    clock = clock_after(facts)
    with XApi(facts, clock) as api:
        captured = capture(searching(api), clock)
    assert (len(captured.tweets), len(captured.pages), len(api.requests)) == (369, 4, 4)
    return captured


@pytest.fixture(scope="module")
def spoilt(facts):
    """What each fault led to, and how many requests; each is run once."""

    @cache
    def spoilt(name):
        clock = clock_after(facts)
        with XApi(facts, clock, faults={**FAULTS, **MORE}[name]()) as api:
            captured = capture(searching(api, timedelta(seconds=0.5)), clock)
        return captured, len(api.requests)

    return spoilt


def test_there_are_as_many_faults_as_clients_were_tried_with():
    assert len(FAULTS) == 23


@pytest.mark.parametrize("name", [*FAULTS, *MORE])
def test_no_fault_changes_what_is_captured(faultless, spoilt, name):
    captured, requests = spoilt(name)

    assert captured.said == faultless.said
    assert requests <= 1.3 * len(faultless.pages) + 10


WAITS = {
    "429 with headers": ("x_rate_limit", 301),
    "429, reset an hour ago": ("x_rate_limit", 10),
    "429 without headers": ("x_rate_limit", 60),
    "429, reset in a day": ("x_rate_limit", 900),
    "429, usage cap": ("x_cap", 3 * 3600),
    "503 once": ("unavailable", 10),
    "401 once": ("x_unauthorized", 10),
    "500 as HTML once": ("unavailable", 10),
    "reset before the headers": ("unreachable", 10),
    "reset inside the body": ("unreachable", 10),
    "closed inside the body": ("unreachable", 10),
    "JSON cut short with 200": ("bad_json", 10),
    "HTML with 200": ("not_json", 10),
    "200 with only errors": ("x_no_answer", 10),
    "no answer for 40 seconds": ("too_slow", 10),
    "429 for haste": ("x_rate_limit", 10),
    "402 without credit": ("x_cap", 2 * 3600),
    "403 usage cap": ("x_cap", 2 * 3600),
}


@pytest.mark.parametrize("name", WAITS)
def test_each_fault_has_its_name_and_its_wait(spoilt, name):
    captured, _ = spoilt(name)
    code, seconds = WAITS[name]

    assert set(captured.errors) == {code}
    assert abs(captured.waited - timedelta(seconds=seconds)) <= timedelta(seconds=1)


@pytest.mark.parametrize("name", ["clean", "partial errors", "token that expired", "token loop"])
def test_what_is_no_reason_to_wait_makes_nobody_wait(spoilt, name):
    captured, _ = spoilt(name)

    assert captured.errors == []


@pytest.mark.parametrize("pages", [1, 2, 3])
@pytest.mark.parametrize("name", ["clean", "token that expired", "token loop", "503 once"])
def test_a_death_after_any_page_loses_nothing_and_repeats_nothing(facts, faultless, name, pages):
    """What was read was stored; whoever comes next goes on behind it."""
    clock, captured = clock_after(facts), Captured()
    with XApi(facts, clock, faults=FAULTS[name]()) as api:
        with suppress(SourceError):
            for page in islice(searching(api).pages(""), pages):
                captured.store(page)
        capture(searching(api), clock, captured)

    assert captured.said == faultless.said
    assert captured.again == 0


@pytest.mark.parametrize("pages", [0, 1, 2, 3])
def test_a_death_before_a_page_is_stored_costs_one_request(facts, faultless, pages):
    clock, captured = clock_after(facts), Captured()
    with XApi(facts, clock) as api:
        coming = searching(api).pages("")
        for _ in range(pages):
            captured.store(next(coming))
        next(coming)
        coming.close()
        capture(searching(api), clock, captured)

    assert captured.said == faultless.said
    assert (captured.again, len(api.requests)) == (0, len(faultless.pages) + 1)


@pytest.mark.parametrize("name", ["429 with headers", "429, usage cap", "503 once", "no answer for 40 seconds"])
def test_what_passes_by_itself_uses_up_no_attempt(facts, name):
    clock = clock_after(facts)
    with XApi(facts, clock, faults=FAULTS[name]()) as api, pytest.raises(SourceError) as error:
        list(searching(api, timedelta(seconds=0.5)).pages(""))

    assert (error.value.waiting, error.value.permanent) == (True, False)


def test_a_token_that_is_refused_is_told_and_waited_out(facts):
    clock = clock_after(facts)
    with XApi(facts, clock, token="another") as api:
        source = searching(api)
        api.token = "yet another"
        with pytest.raises(SourceError) as error:
            list(source.pages(""))

    assert (error.value.code, error.value.waiting) == ("x_unauthorized", True)
    assert "another" not in str(error.value)


def test_the_token_stands_in_no_description():
    assert "secret" not in repr(Access("https://api.x.com", "secret"))


def test_the_same_tweets_for_ever_stop_the_sweep_and_keep_the_place(facts, faultless):
    """As in February 2026.  Whoever asks again later pays one request, until X has come to its senses."""
    clock, captured = clock_after(facts), Captured()
    fault = Fault(same_again, times=ALWAYS)
    with XApi(facts, clock, faults=[fault]) as api:
        with pytest.raises(SourceError) as error:
            capture(searching(api), clock, captured, patience=3)
        asked_in_vain = len(api.requests)
        fault.times = 0
        capture(searching(api), clock, captured)

    assert (error.value.code, error.value.waiting) == ("x_circles", True)
    assert asked_in_vain == 1 + 3 + 3 + 3
    assert captured.said == faultless.said


def test_a_sweep_that_outlives_the_reach_of_the_search_goes_on(facts, faultless):
    """Its beginning was a week ago to the minute when it began."""
    clock, captured = Clock(facts.starts_at - timedelta(minutes=15) + timedelta(days=7)), Captured()
    with XApi(facts, clock) as api:
        captured.store(next(searching(api).pages("")))
        clock.advance(timedelta(minutes=10))
        capture(searching(api), clock, captured)

    deleted = {said.id for said in facts.tweets if said.truth.deleted_at}
    reach = clock.now() - timedelta(days=7)
    in_reach = {
        each: tweet for each, tweet in faultless.said.items() if tweet.created_at >= reach and each not in deleted
    }
    assert captured.said == in_reach
    assert len(faultless.said) > len(in_reach) > 300
