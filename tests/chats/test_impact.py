"""The sums behind the numbers: each adds up to what the pages of the chat say, at the same cost for every archive."""

from datetime import timedelta

import pytest

from accounts.models import Community
from chats import impact
from chats.models import Tweet
from tests.factories.chats import START, ChatFactory, wecops
from tests.factories.conversation import CONVERSATION
from tests.factories.records import seen

WEEK = timedelta(days=7)

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening(built, now):
    return impact.latest_evening(wecops(), now)


def test_an_empty_archive_has_nothing_to_sum(now):
    assert impact.latest_evening(wecops(), now) is None
    assert impact.totals(wecops(), now) == impact.Totals(chats=0, tweets=0, people=0, first=None)


@pytest.fixture
def earlier(build):
    """A chat of the week before, with one tweet of somebody else."""
    starts_at = START - WEEK
    chat = ChatFactory(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    build(chat, seen(900, author="dee", minute=5 - WEEK // timedelta(minutes=1)))
    return chat


def test_totals_are_those_of_all_archived_chats(built, earlier, now):
    Community.objects.create(slug="other", name="Other", handle="other", hashtags=["Other"], domain="other.example")

    assert impact.totals(wecops(), now) == impact.Totals(chats=2, tweets=10, people=5, first=START - WEEK)


def test_every_sum_adds_up(evening):
    stats = evening.stats

    assert evening.found - stats.retweets - evening.left_out == stats.tweets == 9
    assert evening.wrote + evening.only_retweeted == stats.people == 4
    assert evening.replies_here + evening.replies_elsewhere == stats.replies == 1
    assert (evening.question, evening.answers) == (1, ((2, "that say the number"),))
    assert evening.answered == 2


def test_what_was_removed_is_part_of_the_sum(built, build, chat, now):
    Tweet.objects.filter(network_id="107").update(withheld="hidden")
    build(chat)

    found = impact.latest_evening(wecops(), now)

    assert (found.found, found.left_out, found.stats.tweets) == (10, 1, 8)


def test_who_only_retweets_is_a_person_too(chat, build, now):
    build(chat, *CONVERSATION, seen(400, "RT @ann: A1", author="dee", minute=6, retweet_of="103"))

    found = impact.latest_evening(wecops(), now)

    assert (found.wrote, found.only_retweeted, found.stats.people) == (4, 1, 5)


def test_the_newest_archived_chat_is_the_evening(built, earlier, now):
    assert impact.latest_evening(wecops(), now).chat == built.chat


def test_a_chat_without_questions_has_no_answers_to_sum(earlier, now):
    found = impact.latest_evening(wecops(), now)

    assert (found.question, found.answers, found.answered) == (None, (), 0)
