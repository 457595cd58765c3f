"""Conversations -> what is plainly no answer, and what it is instead."""

import pytest

from chats.analysis.asides import find
from chats.analysis.questions import latest
from tests.chats.analysis.building import ANN, BOB, END, asked, question, said

QUESTIONS = [question(1, minute=5, tweet=101), question(2, minute=20, tweet=102), question(3)]
HEADS = [asked(101, "Q1 Who helped?", minute=5), asked(102, "Q2 And who else?", minute=20)]


def aside(tweet):
    tweets = sorted([*HEADS, tweet], key=lambda each: each.created_at)
    return find(tweets, QUESTIONS, latest(tweets, QUESTIONS), END).get(tweet.key)


@pytest.mark.parametrize(
    ("tweet", "kind"),
    [
        (said(1, "The custody sergeant", minute=10), None),
        (said(1, "Hello all", minute=10), "chatter"),
        (said(1, "Hello all", minute=2), None),
        (said(1, "Gotta go, enjoy", minute=10), "chatter"),
        (said(1, "Sam from Kent", minute=10, author=BOB), "introduction"),
        (said(1, "Hi! Sam from Kent", minute=10, author=BOB), "introduction"),
        (said(1, "Sam from Kent", minute=2, author=BOB), None),
        (said(1, "Good night all", minute=40), "closing"),
        (said(1, "Hi! Sam from Kent", minute=61, author=BOB), "closing"),
        (asked(1, "Cool, some are at Q2 already. I shall post it anyway", minute=10), "chatter"),
        (asked(1, "Almost time for Q3, keep going", minute=30), "chatter"),
        (asked(1, "Lovely, still hungry for more on Q2", minute=30), None),
        (asked(1, "Did I miss Q2? A tutor helped me most", minute=10), None),
        (asked(1, "Will Q1 and Q2 ever end?", minute=10), None),
        (said(1, "Can’t wait for Q2", minute=10, author=ANN), None),
    ],
)
def test_find_tells_asides_from_answers(tweet, kind):
    assert aside(tweet) == kind
