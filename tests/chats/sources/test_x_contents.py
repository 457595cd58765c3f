"""What stands in X's answers may be anything: no tweet is lost because of what stands beside it."""

import copy
import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from chats.sources import x
from chats.sources.x_asking import Access
from tests.chats.sources.breaking import misplace, places
from tests.chats.sources.capturing import capture
from tests.simulators.practice import practice
from tests.simulators.x_api import Clock, XApi
from tests.simulators.x_faults import ALWAYS, FAULTS, Fault

BROKEN_A_PAGE = 25
SEED = 2026


@pytest.fixture(scope="module")
def facts():
    return practice(2)


def captured_of(facts, faults=()):
    clock = Clock(facts.ends_at + timedelta(hours=13))
    with XApi(facts, clock, faults=list(faults)) as api:
        access = Access(api.url, api.token, deadline=timedelta(seconds=5))
        source = x.XSource(access, x.recent("#wecops"), starts_at=facts.starts_at - timedelta(minutes=15))
        return capture(source, clock), len(api.requests)


@pytest.fixture(scope="module")
def faultless(facts):
    return captured_of(facts)[0]


def among(said, expected):
    return {each: tweet for each, tweet in said.items() if each in expected}


def putting(text):
    """Puts a piece of JSON before the tweets of every page."""

    def spoil(fault, api, request, good):
        return good._replace(raw=good.data.replace(b'"data": [', b'"data": [' + text + b", ", 1))

    return Fault(spoil, page=1, times=ALWAYS)


POISON = {
    "null": b"null",
    "a number": b"7",
    "a text": b'"tweet"',
    "a list": b"[[]]",
    "nothing": b"{}",
    "NaN": b'{"id": NaN, "text": "x"}',
    "Infinity": b'{"id": "5", "text": "x", "author_id": -Infinity}',
    "5,000 digits": b'{"id": ' + b"9" * 5000 + b', "text": "x"}',
    "100,000 deep": b'{"id": "5", "text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "an id twice": b'{"id": "5", "id": "x", "text": "x"}',
    "an id that is no number": b'{"id": "x1", "text": "x"}',
    "an id of 2^63": b'{"id": "9223372036854775808", "text": "x"}',
    "an id below 0": b'{"id": "-5", "text": "x"}',
    "NUL": b'{"id": "5", "text": "\\u0000"}',
    "half a letter": b'{"id": "5", "text": "\\ud800"}',
    "broken UTF-8": b'{"id": "5", "text": "\xff\xfe"}',
}


@pytest.mark.parametrize("name", POISON)
def test_what_is_no_tweet_is_told_and_costs_no_other(facts, faultless, name):
    captured, requests = captured_of(facts, [putting(POISON[name])])

    assert captured.said == faultless.said
    assert [len(page.rejected) for page in captured.pages] == [1] * 4
    assert {rejected.line for page in captured.pages for rejected in page.rejected} == {1}
    assert requests == 4


def misleading(tweet_id):
    """A whole tweet under an id that would move the place to go on from: far back or far ahead."""

    def spoil(fault, api, request, good):
        return good._replace(body={**good.body, "data": [{**good.body["data"][0], "id": tweet_id}, *good.body["data"]]})

    return Fault(spoil, page=1, times=ALWAYS)


@pytest.mark.parametrize("tweet_id", ["1", "2123155619460223275", str(2**63 - 1)])
@pytest.mark.parametrize("name", ["clean", "token that expired", "token loop"])
def test_an_id_that_lies_misleads_nobody(facts, faultless, tweet_id, name):
    captured, requests = captured_of(facts, [misleading(tweet_id), *FAULTS[name]()])

    assert among(captured.said, faultless.said) == faultless.said
    assert requests <= 6


@pytest.mark.parametrize("tweet_id", ["1", str(2**63 - 1)])
def test_after_an_id_that_lies_the_next_sweep_finds_what_is_new(facts, faultless, tweet_id):
    clock = Clock(facts.starts_at + timedelta(minutes=30))
    with XApi(facts, clock, faults=[misleading(tweet_id)]) as api:
        access = Access(api.url, api.token)
        source = x.XSource(access, x.recent("#wecops"), starts_at=facts.starts_at - timedelta(minutes=15))
        captured = capture(source, clock)
        clock.advance(timedelta(hours=13, minutes=30))
        capture(source, clock, captured)

    assert among(captured.said, faultless.said) == faultless.said


def breaking(chance):
    """Puts broken copies of its tweets into every page, under ids that nobody else has."""

    def spoil(fault, api, request, good):
        data = list(good.body["data"])
        for _ in range(BROKEN_A_PAGE):
            bad = copy.deepcopy(chance.choice(good.body["data"]))
            bad["id"] = bad["conversation_id"] = str(int(bad["id"]) - chance.randrange(1, 1000))
            misplace(chance, places(bad))
            data.insert(chance.randrange(len(data) + 1), bad)
        return good._replace(raw=json.dumps({**good.body, "data": data}).encode())

    return Fault(spoil, page=1, times=ALWAYS)


def test_malformed_tweets_cost_no_valid_one(facts, faultless, deep):
    """5,000 of them, or 200,000 with ``--deep``."""
    for n in range((200_000 if deep else 5_000) // (4 * BROKEN_A_PAGE)):
        captured, requests = captured_of(facts, [breaking(random.Random(SEED + n))])

        assert among(captured.said, faultless.said) == faultless.said, f"seed {SEED + n}"
        assert (captured.errors, requests) == ([], 4)


def test_pages_of_the_longest_texts_are_read_a_few_at_a_time(facts):
    """A hundred texts as long as X allows, where one such sign counts as two, are more than the door lets in."""
    tagged = [said for said in facts.public if not said.retweet_of and "#wecops" in said.text.lower()]
    texts = {said.id: said.text + " " + "🫠" * (12_499 - len(said.text)) for said in tagged[:120]}
    longer = replace(facts, tweets=tuple(replace(said, text=texts.get(said.id, said.text)) for said in facts.tweets))

    captured, requests = captured_of(longer)

    assert {each: captured.tweets[each].text for each in texts} == texts
    assert len(captured.tweets) == len(tagged)
    assert requests < 45
