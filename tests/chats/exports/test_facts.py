"""Values -> transcript.json: its shape, what third parties may not have, and the fingerprint."""

import gzip
import json

import pytest

from chats.models import StoredPage
from tests.factories.chats import QuestionFactory
from tests.factories.conversation import CONVERSATION

pytestmark = pytest.mark.django_db


def document():
    return json.loads(gzip.decompress(StoredPage.objects.get(path="transcript.json").body))


def test_document_has_the_promised_shape(built):
    found = document()

    assert list(found) == sorted(["schema", "chat", "transcript", "completeness", "questions", "tweets", "stats"])
    assert found["schema"] == 1
    assert found["chat"] == {
        "slug": "first-night",
        "title": "First night",
        "hashtags": ["WeCops"],
        "starts_at": "2026-11-18T21:00:00Z",
        "ends_at": "2026-11-18T22:00:00Z",
        "time_zone": "Europe/London",
        "hosts": [],
        "url": "http://127.0.0.1:8000/chats/2026/11/18/first-night/",
    }
    assert found["transcript"] == {"version": 1, "built_at": "2026-11-24T09:00:00Z", "sha256": built.sha256}
    assert found["questions"] == [
        {
            "number": 1,
            "text": None,
            "asked_at": "2026-11-18T21:01:00Z",
            "tweet": 3,
        },
        {"number": 2, "text": None, "asked_at": "2026-11-18T21:10:00Z", "tweet": 7},
    ]
    assert found["stats"] == {
        "people": 4,
        "tweets": 9,
        "replies": 1,
        "retweets": 1,
        "potential_impressions": 2770,
        "potential_audience": 930,
        "followers_known": 3,
        "busiest_minute": "2026-11-18T21:01:00Z",
    }


def test_document_gives_third_parties_ids_but_no_words_of_x(built):
    reply = document()["tweets"][4]

    assert reply == {
        "number": 5,
        "id": "104",
        "network": "x",
        "author": None,
        "text": None,
        "created_at": "2026-11-18T21:03:00Z",
        "in_reply_to": 4,
        "depth": 1,
        "kind": "reply",
        "question": 1,
        "placed_by": "reply",
        "confidence": 0.9,
        "why_captured": ["file"],
        "counts": {"likes": None, "reposts": None, "replies": None, "quotes": None},
        "url": "https://x.com/i/web/status/104",
    }


def test_document_gives_the_words_of_questions_that_hosts_declared(chat, build):
    QuestionFactory(chat=chat, number=2, text="Who helped you?")

    build(chat, *CONVERSATION)

    assert [question["text"] for question in document()["questions"]] == [None, "Who helped you?"]


def test_document_names_nobody_of_x(built):
    whole = json.dumps(document())

    assert [name for name in ("ann", "bob", "cat", "Take a pen", "Who helped") if name in whole] == []


def test_document_is_whole_where_the_operator_says_so(chat, build, built, settings):
    settings.EXPORT_TEXT = "public"

    build(chat)

    assert (document()["tweets"][4]["text"], document()["tweets"][4]["author"]["handle"]) == ("And a sandwich", "bob")
