"""Capturing in the foreground, and finding the chat that is meant among several communities."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import leases
from accounts.models import Community
from chats import ingest
from chats.models import Capture, Chat
from tests.chats.sources.building import json_lines, v2_page, v2_tweet
from tests.factories.chats import START, ChatFactory
from tests.simulators.practice import practice
from tests.simulators.x_api import Clock, XApi

pytestmark = pytest.mark.django_db


@pytest.fixture
def capture(chat, tmp_path):
    file = tmp_path / "chat.jsonl"
    file.write_bytes(json_lines(v2_page([v2_tweet(n) for n in range(3)])))
    return ingest.plan_file(chat, str(file))


def run(slug, **options):
    out = StringIO()
    call_command("capture", slug, stdout=out, **options)
    return json.loads(out.getvalue())


def test_capture_does_what_is_due(capture):
    leases.make_due(capture)

    printed = run("first-night")

    assert (printed["chat"], printed["sources"]["file"]["created"]) == ("first-night", 3)


def test_capture_leaves_what_is_due_later(capture):
    Capture.objects.update(next_due_at=timezone.now() + timedelta(hours=1))

    assert run("first-night") == {"chat": "first-night", "sources": {}}


def test_capture_asks_which_community_is_meant(capture):
    facts = {"name": "WeNurses", "handle": "WeNurses", "hashtags": ["WeNurses"], "domain": "nurses.example"}
    other = Community.objects.create(slug="wenurses", **facts)
    ChatFactory(slug="first-night", community=other)

    with pytest.raises(CommandError) as error:
        run("first-night")

    assert str(error.value) == "Say which community with --community: wecops, wenurses."
    with pytest.raises(CommandError, match=r"No network of Chat \d+ is set up"):
        run("first-night", community="wenurses")


@pytest.mark.parametrize(
    ("facts", "token", "sentence"),
    [
        ({}, "", "No network of First night is set up: x, mastodon, bluesky. .env.example says how."),
        ({}, "a", "First night is not near: a chat is captured from 14 days before it to 7 days after."),
        ({"networks": []}, "a", "First night is to be captured from no network: tick one on its page at the desk."),
        (
            {"status": "cancelled", "status_reason": "Snow"},
            "a",
            "First night is cancelled, so there is nothing to capture.",
        ),
    ],
)
def test_capture_of_a_chat_of_which_nothing_is_planned_says_why(chat, settings, facts, token, sentence):
    settings.X_BEARER_TOKEN = token
    Chat.objects.update(starts_at=START.replace(year=2020), ends_at=START.replace(year=2021), **facts)

    with pytest.raises(CommandError) as error:
        run("first-night")

    assert str(error.value) == sentence


def test_capture_of_an_unknown_chat_gets_a_sentence():
    with pytest.raises(CommandError) as error:
        run("nobody")

    assert str(error.value) == "There is no chat 'nobody'."


def test_capture_tells_what_a_network_was_asked_and_what_it_costs(settings):
    facts = practice(starts_at=leases.clock() - timedelta(hours=6))
    chat = ChatFactory(starts_at=facts.starts_at, ends_at=facts.ends_at)
    with XApi(facts, Clock(facts.ends_at + timedelta(hours=2))) as x:
        settings.X_API_URL, settings.X_BEARER_TOKEN = x.url, x.token
        told = run(chat.slug)["sources"]["x"]

    assert (told["created"], told["requests"], told["waits"]) == (chat.tweets.count(), len(x.requests), 0)
    assert told["cost_usd"] == pytest.approx(x.ledger.dollars)


def test_capture_of_a_network_that_does_not_answer_says_so_and_tells_the_rest(settings, capture):
    leases.make_due(capture)
    now = leases.clock()
    Chat.objects.update(starts_at=now - timedelta(hours=6), ends_at=now - timedelta(hours=5))
    settings.X_API_URL, settings.X_BEARER_TOKEN = "http://127.0.0.1:9", "token"
    out = StringIO()

    with pytest.raises(CommandError) as error:
        call_command("capture", "first-night", stdout=out)

    assert json.loads(out.getvalue())["sources"]["file"]["created"] == 3
    assert str(error.value).startswith("x, #WeCops: ")


def test_capture_goes_on_with_a_look_that_takes_long(settings, monkeypatch):
    facts = practice(starts_at=leases.clock() - timedelta(hours=6))
    chat = ChatFactory(starts_at=facts.starts_at, ends_at=facts.ends_at)
    monkeypatch.setattr(ingest.opening, "is_long", lambda began_at: True)  # after every page
    with XApi(facts, Clock(facts.ends_at + timedelta(hours=2))) as x:
        settings.X_API_URL, settings.X_BEARER_TOKEN = x.url, x.token
        run(chat.slug)

    assert set(chat.captures.values_list("began_at", flat=True)) == {None}


def test_capture_says_so_when_somebody_else_takes_it_over(capture, monkeypatch):
    leases.make_due(capture)
    work = ingest.ingest

    def taken_over(claim):
        leases.revoke(Capture.objects.get(pk=claim.id))
        return work(claim)

    monkeypatch.setattr(ingest, "ingest", taken_over)

    with pytest.raises(CommandError, match="was claimed again"):
        call_command("capture", "first-night", stdout=StringIO())
