"""Placements and the truth -> a verdict."""

import pytest

from chats.analysis.labelled import read
from chats.analysis.records import Placement
from chats.analysis.trial import Verdict, judge, pairs
from tests.chats.analysis.labelling import chat_lines, line


def found(*lines, situation="all", right=1):
    """What is scored where everything is placed under one question, surer from tweet to tweet."""
    (chat,) = read([*chat_lines("a")[:2], *lines])[1]
    placed = {tweet.key: Placement(right, "answer", "model", tweet.key / 100) for tweet in chat.tweets}
    return list(pairs(chat.seen(situation), placed))


def answer(number, text, minute, **fields):
    return line("a", number, text, minute, **{"gold": [1], "half_visible": False} | fields)


def test_pairs_are_right_or_wrong_and_as_sure_as_the_placement():
    lines = [answer(1, "The inn", 12), answer(2, "The soup", 22, gold=[2]), answer(3, "Both, always", 23, gold=[1, 2])]

    assert found(*lines) == [(True, 0.02), (False, 0.03), (True, 0.04)]
    assert found(*lines, right=None) == [(False, 0.02), (False, 0.03), (False, 0.04)]


@pytest.mark.parametrize(
    ("lines", "situation"),
    [
        ([answer(1, "Always the inn by the sea", 12), answer(2, "RT @x: Always the inn by the sea", 13)], "all"),
        ([answer(1, "Always the inn by the sea", 12), answer(2, "Where do you sleep?", 13)], "all"),
        ([answer(1, "Always the inn by the sea", 12), answer(2, "Elsewhere", 13, gold=[9])], "all"),
        ([answer(1, "Always the inn by the sea", 12), answer(2, "Too early", 9)], "all"),
        ([answer(1, "Always the inn by the sea", 12), answer(2, "Seen", 13, half_visible=True)], "half"),
        (
            [
                answer(1, "Always the inn by the sea", 12),
                answer(2, "Only the barn on the hill", 13),
                answer(3, "Only the barn on the hill", 14, half_visible=True),
            ],
            "half",
        ),
    ],
)
def test_pairs_leave_copies_what_is_seen_and_what_has_no_question(lines, situation):
    assert found(*lines, situation=situation) == [(True, 0.02)]


def test_judge_of_nothing_is_nothing():
    assert judge([]) == Verdict(0, 0.0, 0.0, 0.0)


def test_judge_counts_the_surest_that_are_right_in_nineteen_of_twenty():
    sure, guessed = [(True, 0.95)] * 19 + [(False, 0.95)], [(False, 0.5)] * 20

    assert judge(guessed + sure) == Verdict(40, 0.475, 0.5, 0.25)


def test_judge_trusts_no_handful():
    assert judge([(True, 1.0)] * 14).coverage == 0.0
    assert judge([(True, 1.0)] * 15).coverage == 1.0
