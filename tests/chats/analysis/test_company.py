"""Surveys and beliefs -> what the rest of the chat says of each tweet."""

from math import exp, log

import pytest

from chats.analysis.company import TOGETHER, USUAL, USUAL_LAG, Company
from chats.analysis.survey import survey
from tests.chats.analysis.building import BOB, CAT, asked, question, said

HEADS = (101, 102)
ASKED = [asked(101, "Q1 Where do you sleep?", minute=0), asked(102, "Q2 Who pays for meals?", minute=10)]
QUESTIONS = [
    question(1, minute=0, tweet=101, text="Where do you sleep?"),
    question(2, minute=10, tweet=102, text="Who pays for meals?"),
]
UNSURE = {1: 0.5, 0: 0.5}


def features(key, tweets, *, labels=None, beliefs=None):
    """The features of one tweet for the latest question and the one before, those that are 0 left out."""
    everything = sorted([*ASKED, *tweets], key=lambda tweet: (tweet.created_at, tweet.key))
    chat = survey(everything, QUESTIONS, labels or {}, {}, HEADS)
    believed = {
        each: dict.fromkeys(one.labels, 1.0) or (beliefs or {}).get(each, UNSURE) for each, one in chat.said.items()
    }
    rows = Company(chat, believed).measure(key)
    return [{name: value for name, value in zip(TOGETHER, row, strict=True) if value} for row in rows]


def without_habit(rows):
    return [{name: value for name, value in row.items() if name not in ("habit", "alike")} for row in rows]


def test_an_authors_label_speaks_for_tweets_near_it():
    tweets = [
        said(1, "barn", minute=11),
        said(2, "inn", minute=12),
        said(3, "soup", minute=15),
        said(4, "x", author=BOB, minute=13),
    ]

    found = features(2, tweets, labels={1: (1,), 3: (2,), 4: (1,)})

    assert without_habit(found) == [{"behind": exp(-1), "not_yet": 1.0}, {"before": pytest.approx(exp(-1 / 3))}]


def test_a_label_of_two_numbers_speaks_half_for_each():
    found = features(2, [said(1, "barn", minute=12), said(2, "inn", minute=12)], labels={1: (1, 2)})

    assert without_habit(found) == [{"before": 0.5}, {"before": 0.5}]


@pytest.mark.parametrize(("minute", "expected"), [(12, [0.3, 0.7]), (15, [0.3, 0.7]), (16, [0.0, 0.0])])
def test_a_continuation_goes_with_the_tweet_before(minute, expected):
    tweets = [said(1, "The barn 1/2", minute=11), said(2, "2/2 and the inn", minute=minute)]

    found = features(2, tweets, beliefs={1: {1: 0.3, 0: 0.7}})

    shares = [row.get("goes_on", 0.0) for row in found]
    assert shares == [pytest.approx(share * exp(-(minute - 11) / 3)) for share in expected]


def test_habit_is_how_far_behind_the_others_of_an_author_are():
    """A label counts for one, a tweet without for less; the tweet itself counts nothing."""
    tweets = [
        said(key, f"The {word} behind the town hall", minute=11 + key) for key, word in enumerate(("inn", "barn"))
    ]

    labelled = features(0, tweets, labels={1: (1,)})
    guessed = features(0, tweets, beliefs={1: {1: 0.25, 0: 0.75}})

    assert [row["habit"] for row in labelled] == [
        pytest.approx(log((share + USUAL * usual) / (1 + USUAL)))
        for share, usual in zip((0.0, 1.0), USUAL_LAG, strict=False)
    ]
    assert [row["habit"] for row in guessed] == [
        pytest.approx(log((0.4 * 0.8 * share + USUAL * usual) / (0.4 * 0.8 + USUAL)))
        for share, usual in zip((0.25, 0.75), USUAL_LAG, strict=False)
    ]


def test_alike_counts_what_others_say_under_a_question():
    tweets = [
        said(1, "Soup in the canteen", minute=11, author=BOB),
        said(2, "Soup behind the barn", minute=12),
        said(3, "Hay in the loft", minute=13, author=CAT),
    ]

    found = features(2, tweets, labels={1: (2,), 3: (1,)})
    alone = features(2, tweets[1:2], beliefs={2: {1: 1.0, 0: 0.0}})

    assert found[0]["alike"] > 1.0
    assert "alike" not in found[1]
    assert [row.get("alike") for row in alone] == [None, None]


def test_alike_knows_the_words_of_the_questions():
    found = features(1, [said(1, "Sleeping is for others", minute=12)])

    assert [row.get("alike", 0.0) > 0 for row in found] == [False, True]
