"""Conversations -> what is measured of each tweet by itself."""

from math import exp, log

import pytest

from chats.analysis.survey import ALONE, measure, survey
from tests.chats.analysis.building import ANN, BOB, asked, question, said

HEADS = (101, 102, 103)
TWEETS = [
    asked(101, "Q1 Where do you sleep?", minute=0),
    asked(102, "Q2 Who pays for meals?", minute=10),
    asked(103, "Q3 What about dogs?", minute=30),
]
QUESTIONS = [
    question(1, minute=0, tweet=101, text="Where do you sleep?"),
    question(2, minute=10, tweet=102, text="Who pays for meals?"),
    question(3, minute=30, tweet=103, text="What about dogs?"),
]


def looked(*tweets, labels=None, follows=None, silent=()):
    everything = sorted([*TWEETS, *tweets], key=lambda tweet: (tweet.created_at, tweet.key))
    return survey(everything, QUESTIONS, labels or {}, follows or {}, {*HEADS, *silent})


def features(tweet, *others):
    """The features of a tweet by candidate, those that are 0 left out."""
    chat = looked(tweet, *others)
    one = chat.said[tweet.key]
    rows = measure(one, chat)
    return {
        chat.asked[place].number: {name: value for name, value in zip(ALONE, row, strict=True) if value}
        for place, row in zip(one.candidates, rows, strict=True)
    }


@pytest.mark.parametrize(("minute", "numbers"), [(-1, []), (0.1, [1]), (10, [2, 1]), (29.9, [2, 1]), (30.5, [3, 2, 1])])
def test_candidates_are_asked_already_and_the_latest_comes_first(minute, numbers):
    chat = looked(said(1000, "Nobody", minute=minute))

    assert [chat.asked[place].number for place in chat.said[1000].candidates] == numbers


@pytest.mark.parametrize(
    ("text", "second", "fields", "latest"),
    [
        ("Nobody has ever paid for any meal of mine", 14, {}, 1),
        ("Nobody has ever paid for any meal of mine", 15, {}, 2),
        ("Nobody", 5, {}, 2),
        ("Nobody has ever paid for any meal of mine", 5, {"is_host": True}, 2),
    ],
)
def test_nobody_writes_a_sentence_at_once(text, second, fields, latest):
    chat = looked(said(1, text, minute=10 + second / 60, **fields))

    assert chat.asked[chat.said[1].candidates[0]].number == latest


def test_a_clock_of_whole_minutes_forbids_nothing():
    """Where each tweet stands at its minute, ten o'clock may be a minute later."""
    chat = looked(said(1000, "Nobody has ever paid for any meal of mine", minute=10))

    assert len(chat.said[1000].candidates) == 2


def test_measure_tells_the_time():
    found = features(said(1, "x" * 90, minute=35))

    assert found[3] == {
        "since_asked": log(6),
        "too_long": pytest.approx(90 / 140 * exp(-5 / 4)),
        "newcomer": 1.0,
    }
    assert found[2] == {
        "since_next": log(6),
        "stood": log(21),
        "begun_before": pytest.approx(1 / (1 + exp(4.5 / 0.25))),
        "typed_before": pytest.approx(1 / (1 + exp(3.5 / 0.6))),
    }
    assert (found[1]["since_next"], found[1]["stood"]) == (log(26), log(11))


def test_measure_knows_hosts_and_first_persons():
    ours, theirs = (features(said(1, text, minute=12, is_host=True)) for text in ("We do", "They do"))

    assert (ours[1]["host_late"], ours[1]["personal"]) == (1.0, 1.0)
    assert {"host_late", "personal"}.isdisjoint(ours[2])
    assert "personal" not in theirs[1]


def test_measure_compares_words_by_how_rare_they_are():
    """Of a text that is half the question and half nothing, and of the question itself."""
    same = features(said(1, "Sleep", minute=12), said(2, "Dogs, dogs", minute=13))
    half = features(said(1, "Sleep and work", minute=12), said(2, "Dogs, dogs", minute=13))

    assert (same[1]["words"], "words" in same[2]) == (pytest.approx(1.0), False)
    assert 0.5 < half[1]["words"] < 0.8


def test_who_has_answered_is_no_newcomer():
    chat = looked(
        said(1, "The inn behind the town hall", minute=2),
        said(2, "The inn again and again", minute=3),
        said(3, "The barn, with a view", minute=4, author=BOB),
    )

    assert [one.newness for one in chat.said.values()] == [1.0, exp(-0.8 / 0.7), 1.0]


@pytest.mark.parametrize(
    ("tweet", "weight"),
    [
        (said(1, "The inn behind the town hall", minute=2), 0.8),
        (said(1, "@ann The inn behind the town hall", minute=2), 0.25),
        (said(1, "The inn behind the town hall?", minute=2), 0.8 * 0.6),
        (said(1, "The inn", minute=2), 0.8 * 0.6),
        (said(1, "The inn behind the town hall", minute=-2), 0.0),
        (said(2, "The inn", minute=-2), 1.0),
    ],
)
def test_a_tweet_weighs_what_it_looks_like_as_an_answer(tweet, weight):
    assert looked(tweet, labels={2: (1,)}).said[tweet.key].weight == pytest.approx(weight)


def test_what_is_silent_has_no_say():
    chat = looked(said(1, "The inn", minute=2), said(2, "Q1 Where?", minute=3), silent={1})

    assert list(chat.said) == [2]


def test_labels_are_kept_by_the_order_of_asking():
    chat = looked(said(1, "The inn", minute=2, author=ANN), labels={1: (3, 9, 1)})

    assert chat.said[1].labels == (2, 0)


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("and the barn", True),
        ("... and the barn", True),
        ("2/2 the barn", True),
        ("2 the barn", True),
        ("Also: the barn", True),
        ("Andes, mostly", False),
        ("The barn and the inn", False),
        ("1/2 The barn", False),
    ],
)
def test_continuations_are_told_by_how_they_begin(text, goes_on):
    assert looked(said(1, text, minute=2)).said[1].goes_on is goes_on


def test_survey_of_nothing_is_empty():
    assert survey([], [], {}, {}, ()).said == {}
    assert survey([], [question(1, minute=0)], {}, {}, ()).asked == ()
