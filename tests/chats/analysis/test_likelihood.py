"""Surveys and weights -> likelihoods."""

from math import exp

import pytest

from chats.analysis.likelihood import FEATURES, judge, likelihoods
from chats.analysis.survey import survey
from chats.analysis.weights import WEIGHTS
from tests.chats.analysis.building import asked, question, said

TWEETS = [
    said(1, "Just a bed", minute=-1),
    asked(101, "Q1 Where do you sleep?", minute=0),
    asked(102, "Q2 Who pays for meals?", minute=10),
    said(2, "Soup, and the county pays", minute=12),
    said(3, "Soup, and more of it", minute=13),
]
QUESTIONS = [question(1, minute=0, tweet=101), question(2, minute=10, tweet=102)]


def test_the_table_of_weights_has_every_feature():
    assert tuple(WEIGHTS) == FEATURES


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], []),
        ([(1.0, 2.0)], [1.0]),
        ([(0.0, 0.0), (0.0, 0.0)], [0.5, 0.5]),
        ([(1.0, 0.0), (0.0, 1.0)], [1 / (1 + exp(1)), exp(1) / (1 + exp(1))]),
        ([(1000.0, 0.0), (0.0, 1000.0)], [0.0, 1.0]),
    ],
)
def test_likelihoods_are_a_softmax_that_never_overflows(rows, expected):
    assert likelihoods(rows, [1.0, 2.0]) == pytest.approx(expected)


def test_judge_is_certain_of_labels_and_silent_before_the_first_question():
    found = judge(survey(TWEETS, QUESTIONS, {2: (2,)}, {101: 1, 102: 2}, ()), WEIGHTS)

    assert list(found) == [1, 2, 3]
    assert (found[1], found[2]) == ({}, {1: 1.0})
    assert list(found[3]) == [1, 0]
    assert sum(found[3].values()) == pytest.approx(1.0)


def test_judge_hears_in_the_second_pass_what_is_known_of_others():
    """Words that are labelled elsewhere, here by another question than time would say."""
    chats = [survey(TWEETS, QUESTIONS, labels, {101: 1, 102: 2}, ()) for labels in ({}, {2: (1,)})]

    alone, informed = (judge(chat, WEIGHTS)[3] for chat in chats)

    assert informed[0] > 2 * alone[0]
