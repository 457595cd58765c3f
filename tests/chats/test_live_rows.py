"""What a live source gives, in rows and in the transcript: the same through any fault, and the same as from a file."""

from datetime import timedelta

import pytest

from accounts import leases
from chats import archive, ingest
from chats.models import Tweet
from chats.sources import x
from chats.sources.x_asking import Access
from tests.chats.sources.capturing import Captured, capture
from tests.factories.chats import ChatFactory
from tests.simulators.practice import practice
from tests.simulators.x_api import Clock, XApi
from tests.simulators.x_faults import FAULTS


@pytest.fixture(scope="module")
def facts():
    return practice(2)  # four pages of a hundred tweets


class InRows(Captured):
    """Stores each page as a capture does."""

    chat = None

    def store(self, page):
        super().store(page)
        ingest.merge(self.chat, page.tweets, why="x")


def transcript_of(facts, now, faults=(), vocabulary="tweet", *, live=()):
    """(sha256, tweets in rows) of the chat as X tells it the next morning.

    ``live`` are the waits between the polls before that.
    """
    before = sum(live, timedelta())
    clock = Clock(facts.ends_at + timedelta(hours=13) - before)
    captured = InRows()
    captured.chat = ChatFactory(
        starts_at=facts.starts_at, ends_at=facts.ends_at, slug="one-evening", title="One evening"
    )
    with XApi(facts, clock, vocabulary=vocabulary, faults=list(faults)) as api:
        access = Access(api.url, api.token, deadline=timedelta(seconds=0.5))
        source = x.XSource(access, x.recent("#wecops"), starts_at=facts.starts_at - timedelta(minutes=15))
        for wait in live:
            capture(source, clock, captured)
            clock.advance(wait)
        capture(source, clock, captured)
    number = Tweet.objects.filter(chat=captured.chat).count()
    transcript = archive.build(leases.claim_one(captured.chat.build), now)
    captured.chat.delete()
    return transcript.sha256, number


@pytest.fixture(scope="module")
def once():
    """The first of something that always comes out the same."""
    return {}


@pytest.fixture
def expected(db, facts, now, once):
    if not once:
        once["of a faultless run"] = transcript_of(facts, now)
    return once["of a faultless run"]


@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_makes_another_transcript(facts, now, expected, name):
    assert expected[1] == 369
    assert transcript_of(facts, now, FAULTS[name]()) == expected


@pytest.mark.parametrize("vocabulary", ["post", "mixed"])
def test_neither_vocabulary_makes_another_transcript(facts, now, expected, vocabulary):
    assert transcript_of(facts, now, vocabulary=vocabulary) == expected


def test_following_the_chat_live_makes_no_other_transcript(facts, now, expected):
    """One tweet is edited meanwhile, and is one row."""
    live = (
        [timedelta(minutes=1)] * 90 + [timedelta(minutes=15)] * 6 + [timedelta(hours=1)] * 11 + [timedelta(minutes=14)]
    )

    assert transcript_of(facts, now, live=live) == expected
