"""X's search against the simulated X: everything, once, at no more than it must cost."""

from datetime import timedelta

import pytest

from chats.sources import x
from chats.sources.x_asking import Access
from tests.chats.sources.capturing import Captured, capture
from tests.simulators.practice import practice
from tests.simulators.x_api import Clock, XApi
from tests.simulators.x_prices import optimum

QUERY = "#wecops"
SOON = timedelta(seconds=5)


@pytest.fixture(scope="session")
def facts():
    return practice()


@pytest.fixture
def after(facts):
    """The next morning, when nothing has been deleted yet."""
    return Clock(facts.ends_at + timedelta(hours=13))


def access(api, **how):
    return Access(api.url, api.token, deadline=SOON, **how)


def searching(api, *, listing=None, **how):
    starts_at = api.facts.starts_at - timedelta(minutes=15)
    return x.XSource(access(api, **how), listing or x.recent(QUERY), starts_at=starts_at)


def follow(source, clock, captured):
    """Every half a minute for two hours and more, and once the next morning."""
    for _ in range(400):
        capture(source, clock, captured)
        clock.advance(timedelta(seconds=30))
    clock.advance(timedelta(hours=10))
    capture(source, clock, captured)


def tagged(facts):
    """The tweets that a search for the hashtag must find: retweets are in none."""
    return {said.id: said for said in facts.public if not said.retweet_of and "#wecops" in said.text.lower()}


def test_a_search_after_the_chat_finds_every_tweet_once(facts, after):
    with XApi(facts, after) as api:
        captured = capture(searching(api), after)

    assert set(captured.tweets) == set(tagged(facts))
    assert (captured.errors, captured.again) == ([], 0)
    assert [page.is_last for page in captured.pages] == [False, True]
    assert len(api.requests) == 2


def test_what_is_captured_is_what_was_said(facts, after):
    with XApi(facts, after) as api:
        captured = capture(searching(api), after)

    truth = tagged(facts)
    assert {
        each.id: (each.text, each.author.handle, each.reply_to, each.quote_of) for each in captured.tweets.values()
    } == {said.id: (said.text, said.author.handle, said.reply_to, said.quote_of) for said in truth.values()}


def test_following_a_chat_live_finds_all_and_asks_no_more_than_it_must(facts):
    clock, captured = Clock(facts.starts_at - timedelta(minutes=14)), Captured()
    with XApi(facts, clock) as api:
        follow(searching(api), clock, captured)
        ledger = api.ledger

    assert set(captured.said) == set(tagged(facts))
    assert len(captured.tweets) == len(captured.said) + 1  # one was edited
    assert len(api.requests) == 401
    assert ledger.dollars <= 1.15 * optimum(tagged(facts).values())
    assert (sum(page.reads for page in captured.pages), sum(page.user_reads for page in captured.pages)) == (
        ledger.reads,
        ledger.user_reads,
    )


def test_a_tweet_that_is_shown_late_is_not_passed_over(facts):
    late = {each: timedelta(seconds=45) for each in list(tagged(facts))[50:200:7]}
    clock, captured = Clock(facts.starts_at - timedelta(minutes=14)), Captured()
    with XApi(facts, clock, late=late) as api:
        follow(searching(api), clock, captured)

    assert set(captured.said) == set(tagged(facts))


@pytest.mark.parametrize("vocabulary", ["tweet", "post", "mixed"])
def test_either_vocabulary_says_the_same(facts, after, vocabulary):
    with XApi(facts, after) as api:
        expected = capture(searching(api), after)
    with XApi(facts, after, vocabulary=vocabulary) as api:
        captured = capture(searching(api), after)

    assert captured.said == expected.said
    assert len(api.requests) == len(expected.pages) + (vocabulary == "post")


def test_the_vocabulary_is_remembered(facts, after):
    with XApi(facts, after, vocabulary="post") as api:
        captured = capture(searching(api), after)
        before = len(api.requests)
        capture(searching(api), after, captured)

    assert len(api.requests) == before + 1
