"""Building in the foreground."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import leases
from chats import ingest
from tests.factories.chats import ChatFactory
from tests.factories.conversation import CONVERSATION
from tests.factories.records import seen

pytestmark = pytest.mark.django_db

OUTSIDE = (
    "None of the 1 tweets of Outside can be shown: its window lies between 2026-11-18 20:45 and 2026-11-18 23:30 UTC."
)


def run(slug):
    out = StringIO()
    call_command("build_transcript", slug, stdout=out)
    return json.loads(out.getvalue())


def test_build_transcript_says_what_it_placed_and_why(chat):
    ingest.merge(chat, CONVERSATION, why="file")

    printed = run("first-night")

    sha256 = printed.pop("sha256")
    assert len(sha256) == 64
    assert printed == {
        "version": 1,
        "tweets": 10,
        "placed": {"copy": 1, "host": 2, "label": 2, "model": 1, "none": 3, "reply": 1},
    }


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("nobody", "There is no chat 'nobody'."),
        ("empty", "Empty has no tweets yet, so there is nothing to build."),
        ("outside", OUTSIDE),
        ("busy", "A worker is building this transcript just now. It will be there in a moment."),
    ],
)
def test_what_cannot_be_built_gets_a_sentence(slug, sentence):
    ChatFactory(slug="empty", title="Empty")
    ingest.merge(ChatFactory(slug="outside", title="Outside"), [seen(1, minute=-500)], why="file")
    leases.claim_one(ChatFactory(slug="busy").build)

    with pytest.raises(CommandError) as error:
        run(slug)

    assert str(error.value) == sentence
