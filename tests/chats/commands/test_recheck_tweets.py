"""Asking networks in the foreground whether tweets are still there."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from chats import ingest
from chats.models import Tweet
from tests.factories.chats import ChatFactory
from tests.factories.records import seen
from tests.simulators.practice import practice
from tests.simulators.x_api import Clock, XApi

pytestmark = pytest.mark.django_db


@pytest.fixture
def x(settings):
    facts = practice()
    with XApi(facts, Clock(facts.ends_at)) as api:
        settings.X_API_URL, settings.X_BEARER_TOKEN = api.url, api.token
        yield api


def run(**options):
    out = StringIO()
    call_command("recheck_tweets", stdout=out, **options)
    return json.loads(out.getvalue())


def test_recheck_tweets_says_what_became_of_how_many(x):
    there = x.seen[0]
    tweets = [seen(number) for number in (int(there.id), 1500000000000000000, 1500000000000000001)]
    ingest.merge(ChatFactory(), tuple(tweets), why="file")

    assert run() == {"x": {"checked": 3, "gone": 2, "returned": 0}}
    assert Tweet.objects.get(withheld="").network_id == there.id


def test_recheck_tweets_keeps_to_its_budget(x):
    ingest.merge(ChatFactory(), tuple(seen(1500000000000000000 + n) for n in range(5)), why="file")

    assert run(budget=2) == {"x": {"checked": 2, "gone": 2, "returned": 0}}


@pytest.mark.parametrize("budget", [0, -5])
def test_recheck_tweets_of_nothing_gets_a_sentence(budget):
    with pytest.raises(CommandError, match="--budget must be 1 or more"):
        run(budget=budget)


def test_recheck_tweets_where_no_tweet_is_to_be_asked_for_gets_a_sentence(x, settings):
    ingest.merge(ChatFactory(), (seen(1500000000000000000),), why="file")
    run()
    settings.RECHECKS_A_DAY, asked = 0, len(x.requests)

    with pytest.raises(CommandError, match="RECHECKS_A_DAY is 0"):
        run()

    assert len(x.requests) == asked


def test_recheck_tweets_may_be_told_to_ask_for_all(x):
    assert run(budget=10**30) == {"x": {"checked": 0, "gone": 0, "returned": 0}}


def test_recheck_tweets_without_access_gets_a_sentence():
    with pytest.raises(CommandError, match="No network is set up, so nobody can be asked"):
        run()
