"""Labelled chats of other communities -> that their questions are found, and their answers placed, as well as was said.

The weights were fitted on these very chats: the figures that count leave each chat out (docs/measurements.md).
"""

from datetime import timedelta

import pytest

from chats.analysis import trial
from chats.analysis.attribution import place
from chats.analysis.labelled import read
from chats.analysis.questions import find_questions
from chats.analysis.records import Tweet

FAMILIES = ("critlib_dev", "ngss21_dev", "ngssS_dev")
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def chats(chat_samples):
    files = [chat_samples / "labelled" / f"{family}.jsonl" for family in FAMILIES]
    return [chat for file in files for chat in read(file.read_text(encoding="utf-8").splitlines())[1]]


def found_at(chat):
    """When each question was asked, for a stranger who knows no host."""
    tweets = [Tweet(each.key, each.author, each.text, each.created_at, reply_to=each.reply_to) for each in chat.tweets]
    return {question.number: question.asked_at for question in find_questions(tweets, ())}


def test_questions_are_found_within_a_minute_where_no_host_is_known(chats):
    """The one that is not was announced 63 seconds before it was asked, and labelled there."""
    late = [
        (chat.name, question.number)
        for chat in chats
        for question in chat.questions
        if abs(found_at(chat)[question.number] - question.asked_at) > MINUTE
    ]

    assert sum(len(chat.questions) for chat in chats) == 133
    assert late == [("ngss21-2021-01-08", 1)]


@pytest.mark.parametrize(("situation", "accuracy", "gap"), [("all", 0.89, 0.05), ("half", 0.88, 0.07)])
def test_answers_are_placed_as_well_as_was_promised(chats, situation, accuracy, gap):
    found = []
    for chat in chats:
        seen = chat.seen(situation)
        found += trial.pairs(seen, place(seen.tweets, seen.questions, ends_at=None))

    verdict = trial.judge(found)

    assert verdict.accuracy >= accuracy
    assert verdict.coverage >= 0.75
    assert verdict.calibration_error <= gap
