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
HEADS = (101, 102)
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
    found = judge(survey(TWEETS, QUESTIONS, {2: (2,)}, {}, HEADS), WEIGHTS)

    assert list(found) == [1, 2, 3]
    assert (found[1], found[2]) == ({}, {1: 1.0})
    assert list(found[3]) == [1, 0]
    assert sum(found[3].values()) == pytest.approx(1.0)


def test_judge_believes_of_a_reply_what_it_believes_of_its_parent():
    follows = {2: 1, 3: 2}
    chat = survey(
        [TWEETS[1], said(1, "Soup", minute=12), TWEETS[3], TWEETS[4]], QUESTIONS[:1], {1: (1,)}, follows, HEADS
    )

    assert judge(chat, WEIGHTS) == {1: {0: 1.0}, 2: {0: 1.0}, 3: {0: 1.0}}


def test_judge_knows_nothing_of_a_reply_whose_parent_has_no_say():
    chat = survey(TWEETS, QUESTIONS, {}, {2: 99}, HEADS)

    assert judge(chat, WEIGHTS)[2] == {}


def test_judge_hears_in_the_second_pass_what_is_known_of_others():
    """Words that are labelled elsewhere, here by another question than time would say."""
    chats = [survey(TWEETS, QUESTIONS, labels, {}, HEADS) for labels in ({}, {2: (1,)})]

    alone, informed = (judge(chat, WEIGHTS)[3] for chat in chats)

    assert informed[0] > 2 * alone[0]
