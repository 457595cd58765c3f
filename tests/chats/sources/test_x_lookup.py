"""What X says of ids, counts and accounts, from the simulated X."""

import json
from datetime import timedelta

import pytest

from chats.sources import x_lookup
from chats.sources.base import SourceError
from chats.sources.x_asking import Access
from chats.sources.x_lookup import Gone, lookup
from tests.simulators import x_answers
from tests.simulators.faulty import answer, playing
from tests.simulators.practice import practice
from tests.simulators.x_api import Clock, XApi


@pytest.fixture(scope="session")
def facts():
    return practice()


@pytest.fixture(params=["tweet", "post", "mixed"])
def api(facts, request):
    with XApi(facts, Clock(facts.ends_at + timedelta(hours=16)), vocabulary=request.param) as api:
        yield api


@pytest.fixture
def asking(api):
    with Access(api.url, api.token, deadline=timedelta(seconds=5)).open() as asking:
        yield asking


def test_lookup_tells_what_is_still_there(api, asking, facts):
    ids = [said.id for said in facts.public if not said.retweet_of and not said.truth.deleted_at][:100]

    looked = lookup(asking, ids)

    assert {tweet.id for tweet in looked.tweets} == set(ids)
    assert (looked.gone, looked.unclear, looked.rejected) == ((), (), ())
    assert looked.reads == len(ids) + (looked.reads - len(ids)) * (api.vocabulary == "post")


def test_lookup_tells_why_a_tweet_is_gone(api, asking, facts):
    (deleted,) = [said for said in facts.public if said.truth.deleted_at]
    (protected,) = [said for said in facts.tweets if said.truth.is_protected]
    there, other = [said for said in facts.public if not said.quote_of and not said.reply_to][:2]
    api.suspended.add(other.author.handle)

    looked = lookup(asking, [deleted.id, protected.id, there.id, other.id, "1234567890123456789"])

    assert {each.id for each in looked.tweets} == {there.id}
    assert set(looked.gone) == {
        Gone(deleted.id, "not-found"),
        Gone(protected.id, "not-authorized"),
        Gone(other.id, "suspended"),
        Gone("1234567890123456789", "not-found"),
    }
    assert looked.unclear == ()


def test_an_answer_of_nothing_but_missing_ids_is_one(asking):
    looked = lookup(asking, ["1234567890123456789"])

    assert (looked.tweets, looked.gone) == ((), (Gone("1234567890123456789", "not-found"),))


NOT_THE_TWEET = [
    x_answers.not_found("5", "referenced_tweets.id"),
    {**x_answers.suspended("5", "somebody"), "parameter": "entities.mentions.username", "resource_type": "user"},
    {**x_answers.not_found("5"), "type": "https://api.x.com/2/problems/internal-error"},
    {**x_answers.not_found("5"), "type": "https://api.x.com/2/problems/resource-unavailable"},
    {**x_answers.not_found("5"), "type": "about:blank"},
    {**x_answers.not_found("6"), "detail": "of another tweet"},
    {**x_answers.not_found("5"), "resource_id": None, "value": None},
    {},
]


@pytest.mark.parametrize("error", NOT_THE_TWEET)
def test_only_an_error_on_the_id_itself_says_that_a_tweet_is_gone(error):
    script = answer(json.dumps({"errors": [error]}).encode())
    with playing(lambda wire: wire.send(script)) as (server, _), Access(server.url, "token").open() as asking:
        looked = lookup(asking, ["5"])

    assert (looked.gone, looked.unclear) == ((), ("5",))


def test_a_tweet_that_is_there_is_never_gone():
    body = {"data": [{"id": "5", "text": "What I said"}], "errors": [x_answers.not_found("5")]}
    script = answer(json.dumps(body).encode())
    with playing(lambda wire: wire.send(script)) as (server, _), Access(server.url, "token").open() as asking:
        looked = lookup(asking, ["5"])

    assert (looked.gone, looked.unclear, len(looked.rejected)) == ((), (), 1)


@pytest.mark.parametrize("ids", [[], ["1"] * 101, ["1", "x"], ["1,2"], [""], [str(2**63)]])
def test_a_lookup_that_x_would_refuse_is_not_asked(api, asking, ids):
    with pytest.raises(SourceError) as error:
        lookup(asking, ids)

    assert (error.value.code, error.value.permanent, api.requests) == ("x_ids", True, [])


def test_counts_tell_what_a_search_would_find(api, asking, facts):
    starts_at, ends_at = facts.starts_at - timedelta(minutes=15), facts.ends_at + timedelta(minutes=90)

    counted = x_lookup.counts(asking, "#wecops", starts_at=starts_at, ends_at=ends_at)

    truth = [said.at for said in api.seen if "#wecops" in said.text.lower() and not said.retweet_of]
    assert counted.tweets == sum(starts_at <= at < ends_at for at in truth)
    assert (counted.buckets[0].starts_at, counted.buckets[-1].ends_at) == (starts_at, ends_at)
    assert len(counted.buckets) == 165
    assert (counted.requests, api.ledger.counts, api.ledger.reads) == (1, 1, 0)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": []},
        {"errors": [{"title": "x"}]},
        {"data": [{"start": "soon", "end": "later", "tweet_count": 1}], "meta": {"total_tweet_count": 1}},
        {"data": [{"start": "2026-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"}], "meta": {"total_tweet_count": 1}},
    ],
)
def test_a_count_that_is_none_is_an_error(facts, body):
    script = answer(json.dumps(body).encode())
    with (
        playing(lambda wire: wire.send(script)) as (server, _),
        Access(server.url, "token").open() as asking,
        pytest.raises(SourceError) as error,
    ):
        x_lookup.counts(asking, "#a", starts_at=facts.starts_at, ends_at=facts.ends_at)

    assert (error.value.code, error.value.permanent) == ("x_no_answer", False)


def test_an_account_has_a_number_under_its_handle(asking, facts):
    host = facts.hosts[0]

    assert x_lookup.number_of(asking, host.handle.upper()) == host.id
