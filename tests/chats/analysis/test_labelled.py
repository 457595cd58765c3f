"""Lines of JSON -> chats, and placements -> lines."""

import json
import os
import subprocess
import sys

import pytest

from chats.analysis.attribution import place
from chats.analysis.labelled import BadLine, read, tell
from chats.analysis.records import Placement
from tests.chats.analysis.building import at
from tests.chats.analysis.labelling import chat_lines, line

TELL = """
from chats.analysis.attribution import place
from chats.analysis.labelled import read, tell
from tests.chats.analysis.labelling import chat_lines
rows, (chat,) = read(chat_lines("a"))
print("".join(tell(rows, place(chat.tweets, chat.questions, ends_at=None))), end="")
"""
FIRST = line("a", 1, "Q1 Where do you sleep?", 5, author="host", question=1)


def test_read_makes_a_chat_of_every_name():
    rows, chats = read([FIRST, line("b", 1, "Hello", 1), "\n", line("a", 2, "The inn", 4, reply_to="p1", label=[1])])

    assert [row["pid"] for row in rows] == ["p1", "p1", "p2"]
    assert [(chat.name, [tweet.key for tweet in chat.tweets]) for chat in chats] == [("a", [2, 0]), ("b", [1])]
    inn, head = chats[0].tweets
    assert (inn.reply_to, inn.labels, inn.is_host, inn.created_at) == (0, (1,), False, at(4))
    assert (head.is_host, head.reply_to, head.author) == (True, None, 0)


def test_read_keeps_the_order_of_the_file_within_a_moment():
    (chat,) = read([line("a", number, str(number), 5) for number in (3, 1, 2)])[1]

    assert [tweet.text for tweet in chat.tweets] == ["3", "1", "2"]


def test_read_takes_the_questions_that_are_given_and_dates_them_by_their_earliest_copy():
    lines = [FIRST, line("a", 2, "Where do you sleep?", 3), line("a", 3, "Q2 What about me?", 6, author="host")]

    (chat,) = read(lines)[1]

    assert [(question.number, question.asked_at, question.tweet) for question in chat.questions] == [(1, at(3), 1)]


def test_read_finds_the_questions_where_none_are_given():
    lines = [
        line("a", 1, "Q1 Where do you sleep?", 5),
        line("a", 2, "Q2 What about me?", 6, author="user1"),
        line("a", 3, "You first", 7),
    ]

    (chat,) = read(lines)[1]

    assert [(question.number, question.asked_at) for question in chat.questions] == [(1, at(5)), (2, at(6))]
    assert [tweet.is_host for tweet in chat.tweets] == [True, True, False]


@pytest.mark.parametrize(
    "bad",
    [
        "no JSON\n",
        "[]\n",
        "null\n",
        "[" * 100_000 + "\n",
        "{}\n",
        FIRST.replace('"p1"', "1"),
        FIRST.replace("2026-11", "yesterday"),
        FIRST.replace('"question": 1', '"question": "1"'),
        line("a", 1, "x", 1, label=1),
        line("a", 1, "x", 1, label=["1"]),
        line("a", 1, "x", 1, gold="1"),
        line("a", 1, "x", 1, reply_to=["p1"]),
    ],
)
def test_read_names_the_line_that_is_no_tweet(bad):
    with pytest.raises(BadLine, match=r"^Line 2 is no tweet: ") as raised:
        read([FIRST, bad])

    assert len(str(raised.value)) < 200


def test_times_without_a_zone_are_utc():
    (chat,) = read([FIRST.replace("+00:00", ""), FIRST])[1]

    assert {tweet.created_at for tweet in chat.tweets} == {at(5)}


def test_seen_hides_labels():
    (chat,) = read(chat_lines("a"))[1]

    blank, half = chat.seen("all"), chat.seen("half")

    assert [tweet.labels for tweet in blank.tweets] == [()] * 10
    assert blank.truth == chat.truth
    assert {tweet.text.split()[2]: tweet.labels for tweet in half.tweets if tweet.labels} == {
        "inn,": (1,),
        "tent,": (1,),
        "stew,": (2,),
        "rice,": (2,),
    }
    assert len(half.truth) == 4


def test_tell_has_a_line_for_every_row():
    rows, _ = read([FIRST, line("a", 2, "The inn", 6)])

    told = list(tell(rows, {1: Placement(None, "answer", "model", 0.4), 0: Placement(1, "question", "host", 1.0)}))

    assert [json.loads(each) for each in told] == [
        {"chat": "a", "pid": "p1", "question": 1, "reason": "host", "confidence": 1.0},
        {"chat": "a", "pid": "p2", "question": None, "reason": "model", "confidence": 0.4},
    ]


@pytest.mark.parametrize("order_of_hashes", ["1", "2"])
def test_placing_is_the_same_to_the_byte_in_every_process(order_of_hashes):
    environment = {**os.environ, "PYTHONHASHSEED": order_of_hashes}

    told = subprocess.run([sys.executable, "-c", TELL], env=environment, capture_output=True, text=True, check=True)

    rows, (chat,) = read(chat_lines("a"))
    assert told.stdout == "".join(tell(rows, place(chat.tweets, chat.questions, ends_at=None)))
