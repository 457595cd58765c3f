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
from chats.models import Capture
from tests.chats.sources.building import json_lines, v2_page, v2_tweet
from tests.factories.chats import ChatFactory

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
    assert run("first-night", community="wenurses") == {"chat": "first-night", "sources": {}}


def test_capture_of_an_unknown_chat_gets_a_sentence():
    with pytest.raises(CommandError) as error:
        run("nobody")

    assert str(error.value) == "There is no chat 'nobody'."
