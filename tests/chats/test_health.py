"""Rows of captures and builds -> what is wrong at the moment; when it is mended, nothing is left of it."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from accounts import leases
from chats import health, ingest
from chats.ingest import spending
from chats.models import Build, Capture, Notice, Occasion, Proposal, Recheck
from tests.factories.chats import ChatFactory
from tests.factories.records import page, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    leases.record_tick("plan")
    return leases.clock()


def asked(chat, **fields):
    return chat.captures.create(**{"source": "x", "query": "#WeCops", "why": "hashtag", **fields})


def wrong(now):
    return [(incident.code, incident.chat) for incident in health.incidents(now)]


def test_nothing_is_wrong_with_a_portal_that_ticks(chat, now):
    assert wrong(now) == []


@pytest.mark.parametrize("minutes", [2, 600])
def test_a_worker_that_is_silent_is_the_first_thing_to_know(chat, now, minutes):
    assert wrong(now + timedelta(minutes=minutes)) == [("worker_silent", None)]


def test_captures_that_fail_alike_are_one_incident_and_it_clears_itself(chat, now):
    first, other = (
        ChatFactory(starts_at=now, ends_at=now + timedelta(hours=1)),
        ChatFactory(ends_at=now + timedelta(hours=1)),
    )
    for each in (first, other):
        for number in range(3):
            asked(each, query=f"query {number}", error_code="unavailable", error="X is out of order.", looked_at=now)

    before = wrong(now)
    Capture.objects.filter(chat=first).update(error_code="", error="")

    assert before == [("unavailable", first), ("unavailable", other)]
    assert wrong(now) == [("unavailable", other)]


def test_what_was_put_aside_is_told_by_another_word(chat, now):
    asked(chat, error_code="killed", error="The worker died.", quarantined_at=Now(), completed_at=Now())

    assert wrong(now) == [("capture_put_aside", chat)]


@pytest.mark.parametrize(("days", "codes"), [(4, []), (5.5, ["capture_about_to_be_lost"]), (8, [])])
def test_the_alarm_comes_before_the_network_forgets(now, days, codes):
    ended = now - timedelta(days=days)
    chat = ChatFactory(starts_at=ended - timedelta(hours=1), ends_at=ended)
    asked(chat, looked_at=None)

    assert [code for code, _ in wrong(now)] == codes


def test_a_chat_that_was_looked_at_since_raises_no_alarm(now):
    ended = now - timedelta(days=5.5)
    chat = ChatFactory(starts_at=ended - timedelta(hours=1), ends_at=ended)
    asked(chat, looked_at=now - timedelta(days=4.5))

    assert wrong(now) == []


def test_a_build_that_waits_too_long_is_told(chat, now):
    Build.objects.filter(chat=chat).update(next_due_at=now - timedelta(minutes=6))

    assert wrong(now) == [("build_late", chat)]


def test_a_recheck_that_fails_is_told(now):
    Recheck.objects.create(network="x", error_code="x_unauthorized", error="X does not accept the token.")

    assert wrong(now) == [("recheck_failing", None)]


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"error_code": ""}, []),
        ({}, ["notice_failing"]),
        ({"quarantined_at": Now()}, ["notice_put_aside"]),
        ({"quarantined_at": Now(), "sent_at": Now()}, []),
        ({"quarantined_at": Now(), "starts_at": Now() - timedelta(hours=1)}, []),  # too late to mend
    ],
)
def test_letters_that_cannot_be_written_are_told_until_the_evening(chat, now, fields, codes):
    told = {"error_code": "refused", "error": "No address.", "starts_at": now + timedelta(days=1), **fields}
    proposal = Proposal.objects.create(community=chat.community, hashtag="WeCops", title="Secret", created_at=now)
    Notice.objects.create(chat=chat, occasion=Occasion.HOSTS, **told)
    Notice.objects.create(proposal=proposal, occasion=Occasion.CONFIRM_28, **told)

    found = health.incidents(now)

    assert [(each.code, each.chat) for each in found] == [(code, about) for code in codes for about in (chat, None)]
    assert not any("Secret" in each.said + each.public for each in found)


@pytest.mark.parametrize(
    ("live", "fields", "state"),
    [
        ([], {}, "off"),
        (["x"], None, "waiting"),
        (["x"], {"next_due_at": Now()}, "working"),
        (["x"], {"next_due_at": Now() + timedelta(days=1)}, "waiting"),
        (["x"], {"next_due_at": Now(), "error_code": "unavailable"}, "failing"),
        (["x"], {"next_due_at": Now(), "error_code": "budget_spent"}, "spent"),
        (["x"], {"completed_at": Now()}, "waiting"),
        (["x"], {"paused_at": Now()}, "paused"),
        (["x"], {"paused_at": Now(), "completed_at": Now()}, "waiting"),
    ],
)
def test_a_source_says_how_it_does(now, live, fields, state):
    if fields is not None:
        asked(ChatFactory(starts_at=now, ends_at=now + timedelta(hours=1)), **fields)

    assert [source.state for source in health.sources(live, now)] == [state, "off", "off"]


def test_reading_a_chat_is_not_asking_whether_its_tweets_are_still_there(chat):
    ingest.merge(chat, [seen(1)], why="hashtag")
    spending.read(chat, "x", page(seen(1)))
    before = health.last_check()
    Recheck.objects.create(network="x", answered_at=chat.starts_at)

    assert (before, health.last_check()) == (None, chat.starts_at)


def test_what_failed_long_ago_and_can_no_longer_be_mended_says_nothing_of_today(now):
    old = ChatFactory(starts_at=now - timedelta(days=400), ends_at=now - timedelta(days=399))
    asked(old, error_code="x_forbidden", error="X does not allow this.", quarantined_at=Now())

    assert [source.state for source in health.sources(["x"], now)] == ["waiting", "off", "off"]
