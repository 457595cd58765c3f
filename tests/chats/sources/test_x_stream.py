"""X's filtered stream beside its search: the same tweets, sooner, and whatever becomes of the stream none less."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chats.sources.x_asking import Access
from chats.sources.x_stream import XStream
from chats.sources.x_sweeps import XSearch
from tests.chats.sources.capturing import Captured, capture
from tests.simulators import x_answers
from tests.simulators.practice import practice
from tests.simulators.quickening import quickened
from tests.simulators.x_api import Clock, XApi
from tests.simulators.x_exchange import Reply
from tests.simulators.x_stream import Stream

QUICKER = 10
LASTS = timedelta(seconds=0.5)


@pytest.fixture(scope="module")
def facts():
    """Six minutes of a chat, of which nobody takes anything back; what lacks the hashtag quotes a tweet that has it."""
    facts = quickened(practice(), QUICKER)
    tagged = next(said.id for said in facts.public if "#wecops" in said.text.lower())
    kept = []
    for said in facts.tweets:
        quotes = said.quote_of or ("" if "#" in said.text or said.retweet_of else tagged)
        kept.append(replace(said, quote_of=quotes, truth=replace(said.truth, deleted_at=None)))
    return replace(facts, tweets=tuple(kept))


def window(facts):
    return {"starts_at": facts.starts_at - timedelta(minutes=2), "ends_at": facts.ends_at + timedelta(minutes=30)}


def heard(facts, stream, *, looks=4):
    """The chat's middle with the stream, a second of ours being a minute, and its end by the search alone."""
    clock, captured = Clock(facts.starts_at + timedelta(minutes=1), scale=60), Captured()
    with XApi(facts, clock, stream=stream) as api:
        access = Access(api.url, api.token, deadline=timedelta(seconds=5))
        for _ in range(looks):
            source = XStream(access, "#WeCops", reach="recent", lasts=LASTS, **window(facts))
            capture(source, clock, captured)
        clock.advance(timedelta(hours=1))
        before = set(captured.tweets)
        capture(XSearch(access, "#WeCops", reach="recent", **window(facts)), clock, captured)
    return captured, before


@pytest.fixture(scope="module")
def searched(facts):
    clock = Clock(facts.ends_at + timedelta(hours=1))
    with XApi(facts, clock) as api:
        source = XSearch(Access(api.url, api.token), "#WeCops", reach="recent", **window(facts))
        return capture(source, clock)


def told(captured):
    return {each.reason for page in captured.pages for each in page.missing}


def test_with_the_stream_there_is_just_what_the_search_finds(facts, searched):
    stream = Stream()

    captured, _ = heard(facts, stream)

    assert captured.said == searched.said
    assert 0 < len({*stream.told} & {*searched.tweets}) < len({*stream.told})  # quotes of what has the hashtag, too
    assert ([rule["value"] for rule in stream.rules.values()], told(captured)) == (["(#WeCops) -is:retweet"], set())
    assert (captured.errors, stream.connections) == ([], 4)


BREAKS = [("close", "broke off"), ("end", "hung up"), ("error", "operational-disconnect")]


@pytest.mark.parametrize(("how", "said"), BREAKS)
def test_a_stream_that_breaks_costs_nothing(facts, searched, how, said):
    stream = Stream(breaks=[(1, how), (0, how)])

    captured, _ = heard(facts, stream)

    assert captured.said == searched.said
    assert [said in reason for reason in told(captured)] == [True]


def test_a_stream_that_only_says_that_it_is_there_ends_with_the_look(facts):
    stream, clock = Stream(), Clock(facts.starts_at + timedelta(days=1))
    with XApi(facts, clock, stream=stream) as api:
        source = XStream(Access(api.url, api.token), "#WeCops", reach="recent", lasts=LASTS, **window(facts))
        captured = capture(source, clock)

    assert stream.kept_alive > 0
    assert (captured.errors, told(captured), captured.pages[-1].is_last) == ([], set(), True)


def test_a_search_that_takes_as_long_as_the_look_leaves_the_stream_no_time(facts):
    stream, clock = Stream(), Clock(facts.starts_at + timedelta(days=1))
    with XApi(facts, clock, stream=stream) as api:
        lasts = timedelta(microseconds=1)
        source = XStream(Access(api.url, api.token), "#WeCops", reach="recent", lasts=lasts, **window(facts))
        captured = capture(source, clock)

    assert (stream.connections, stream.rules) == (0, {})
    assert (captured.errors, told(captured), captured.pages[-1].is_last) == ([], set(), True)


DENIED = {403: ("Forbidden", "X does not allow this."), 429: ("Too Many Requests", "Too Many Requests")}


@pytest.mark.parametrize("status", DENIED)
def test_a_stream_that_is_denied_leaves_the_search_and_a_plain_sentence(facts, searched, status):
    title, said = DENIED[status]
    stream = Stream(denied=Reply(status, x_answers.plain(status, title), ()))

    captured, _ = heard(facts, stream, looks=1)

    assert captured.said == searched.said
    (missing,) = {each for page in captured.pages for each in page.missing}
    assert missing.reason.startswith("X's stream cannot be had, so its search is read alone: ")
    assert said in missing.reason
    assert missing.retry_after >= timedelta(minutes=1)


def test_rules_of_other_evenings_are_taken_back_and_those_of_others_stay(facts):
    rules = {
        "1": {"id": "1", "value": "(#Older) -is:retweet", "tag": "portal"},
        "2": {"id": "2", "value": "cats", "tag": "not ours"},
    }
    stream = Stream(rules=rules)

    heard(facts, stream, looks=1)

    assert sorted(rule["value"] for rule in stream.rules.values()) == ["(#WeCops) -is:retweet", "cats"]
