"""The texts of a chat's hosts: each at its time, none longer than X takes, and each found again by what reads it."""

import textwrap
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chats.analysis import lengths
from chats.analysis.labels import read_label
from chats.analysis.questions import find_questions
from chats.analysis.records import Question, Tweet
from chats.models import ChatHost, Proposal, Status
from chats.rendering import pack, sheet
from chats.rendering.pack import Asked, Evening, Following
from tests.factories.chats import ChatFactory, QuestionFactory

START = datetime(2026, 11, 26, 21, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SITE = "https://wecops.example"
QUESTIONS = ("What do you ask first, and why that?", "Which question has led you to somebody fastest?")


def evening(**facts):
    values = {
        "title": "The first hour: when someone goes missing",
        "hashtag": "WeCops",
        "address": f"{SITE}/1/",
        "starts_at": START,
        "ends_at": START + 60 * MINUTE,
        "zone": "Europe/London",
        "late_until": START + 150 * MINUTE,
        "propose": f"{SITE}/propose/",
        "hosts": (("Inês Carvoal", "ines_carvoal"), ("Hal Stenbury", "hal@example.social")),
        "questions": tuple(
            Asked(number, text, START + (10 * number - 5) * MINUTE) for number, text in enumerate(QUESTIONS, 1)
        ),
        "summary": "What to ask, and how to be with the family",
    }
    return Evening(**{**values, **facts})


def told(**facts):
    return {text.key: text for text in pack.texts(evening(**facts))}


SAID = """
One week before, Thursday 19 November
  Thursday 26 November, 9 pm UK time: The first hour: when someone goes missing. With @ines_carvoal and Hal
  Stenbury. What to ask, and how to be with the family. https://wecops.example/1/ #WeCops
The day before, Wednesday 25 November
  Tomorrow, 9 pm UK time: The first hour: when someone goes missing. Two questions, and no wrong way to answer.
  New? Start with A1 and end with the hashtag. That is all. https://wecops.example/1/ #WeCops
An hour before, 8 pm UK time
  In an hour, at 9 pm UK time: The first hour: when someone goes missing. Come to talk, or just to read along.
  https://wecops.example/1/ #WeCops
Welcome, 9 pm UK time
  Good evening and welcome to #WeCops. I am Inês Carvoal, with Hal Stenbury. Tonight: The first hour: when
  someone goes missing. Some of us have been the family. Come and go as you need. Say hello: who are you, and
  where are you writing from?
Question 1, 9.05 pm UK time
  Q1 What do you ask first, and why that? Answer with A1 and #WeCops
Question 2, 9.15 pm UK time
  Q2 Which question has led you to somebody fastest? Answer with A2 and #WeCops
Ten minutes left, 9.50 pm UK time
  Ten minutes left: time enough for the answer that you have been putting off. #WeCops
Thank you, 9.58 pm UK time
  Thank you, all of you. Go on if you like: answers count until 11.30 pm. Every one of them will stand under its
  question, to read again: https://wecops.example/1/ #WeCops
What is next, 10 pm UK time
  The next date is not set yet. What should we talk about? Offer to host it: https://wecops.example/propose/
  #WeCops
"""


def test_every_text_stands_at_its_time():
    texts = told(care="Some of us have been the family.").values()

    wrapped = [(text.label, *textwrap.wrap(text.words, 110)) for text in texts]
    assert "\n".join("\n  ".join(lines) for lines in wrapped) == SAID.strip()
    assert all(text.is_whole for text in texts)


def test_the_next_chat_is_told_by_its_own_clock():
    following = Following(
        "Reading the comments", datetime(2027, 7, 1, 20, tzinfo=UTC), "Europe/London", f"{SITE}/next/"
    )

    assert told(following=following)["next"].words == (
        f"Next, on Thursday 1 July, 9 pm UK time: Reading the comments. {SITE}/next/ #WeCops"
    )


def test_what_was_moved_or_called_off_is_told_first():
    reason = {"reason": "The search team has been called out"}

    moved, off = told(status=Status.MOVED, **reason), told(status=Status.CANCELLED, **reason)

    assert next(iter(moved.values())).words.startswith("New date, Thursday 26 November, 9 pm UK time: The first hour")
    assert [*off] == ["called-off", "next"]
    assert "The search team has been called out." in off["called-off"].words


def test_politenesses_go_before_words_are_cut():
    long, longer = "Why? " * 49 + "And how?", "Why? " * 80

    announcement = told(summary=f"What helps? {'Who knows? ' * 20}")["announcement"]
    whole, short, cut = (
        told(questions=(Asked(3, text.strip(), None),))["question-3"] for text in (QUESTIONS[0], long, longer)
    )

    assert (announcement.words.count("Who knows?"), announcement.is_whole) == (11, False)
    assert (whole.is_whole, short.is_whole, cut.is_whole) == (True, False, False)
    assert short.words == f"Q3 {long} #WeCops"
    assert short.words == lengths.question(3, long, "WeCops")
    assert (cut.words[-10:], cut.length, cut.label) == ("?… #WeCops", 277, "Question 3")


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"]), max_size=400).map(str.strip)


@given(
    st.builds(
        evening,
        title=WORDS.filter(bool),
        hashtag=st.text("WeCopsé", min_size=1, max_size=60),
        hosts=st.lists(st.tuples(WORDS, st.text("ab_.@", min_size=1, max_size=100)), max_size=8).map(tuple),
        questions=st.lists(WORDS, max_size=7).map(
            lambda texts: tuple(Asked(number, text, None) for number, text in enumerate(texts, 1))
        ),
        summary=WORDS,
        care=WORDS,
        reason=WORDS,
        status=st.sampled_from(Status),
        following=st.builds(Following, WORDS, st.just(START), st.just("Europe/London"), st.just(f"{SITE}/x/")),
    )
)
def test_no_text_is_longer_than_x_takes(evening):
    texts = pack.texts(evening)

    assert [text.label for text in texts if text.length > lengths.LONGEST] == []
    assert all(parse_qs(urlsplit(text.address).query) == {"text": [text.words]} for text in texts)


def test_what_a_host_sends_is_understood():
    """Each question is found where it is asked, and nothing else of the pack is taken for a question or an answer."""
    texts = told(care="Q is hard.").values()
    tweets = [
        Tweet(number, 1, text.words, START + number * MINUTE, is_host=True, labels=read_label(text.words))
        for number, text in enumerate(texts)
    ]
    planned = [Question(number, text) for number, text in enumerate(QUESTIONS, 1)]

    found = find_questions(tweets, planned)

    by_key = {text.key: number for number, text in enumerate(texts)}
    assert [question.tweet for question in found] == [by_key["question-1"], by_key["question-2"]]
    assert [text.key for text in texts if read_label(text.words)] == ["question-1", "question-2"]


@pytest.mark.django_db
def test_the_values_of_a_chat_are_those_of_its_rows():
    chat = ChatFactory(title="Cells\u202e\n & more", slug="cells")
    QuestionFactory(chat=chat, number=1, text="What\nhelps?", planned_at=chat.starts_at)
    for handle in ("WeCops", "nell"):
        ChatHost.objects.create(chat=chat, handle=handle, name=handle.title())

    found = pack.of(chat, ChatFactory(title="After it"), care=Proposal(care="Hard.").care)

    assert (found.title, found.care, found.hosts) == ("Cells & more", "Hard.", (("Nell", "nell"),))
    assert found.questions == (Asked(1, "What helps?", chat.starts_at),)
    assert (found.following.title, found.propose) == ("After it", "http://127.0.0.1:8000/propose/")


def test_the_sheet_has_a_line_for_each_thing_to_do():
    lines = sheet.lines(evening())

    assert [(line.mark, line.when) for line in lines] == [
        ("Hello", "9 pm"), ("Q1", "9.05 pm"), ("Q2", "9.15 pm"), ("10 to go", "9.50 pm"), ("Thanks", "9.58 pm"),
    ]  # fmt: skip
    assert lines[1].words == QUESTIONS[0]


def test_the_sheet_cuts_questions_only_where_they_would_not_fit():
    many = tuple(Asked(number, "Why not? " * 31, None) for number in range(1, 31))

    six, thirty = sheet.lines(evening(questions=many[:6])), sheet.lines(evening(questions=many))

    assert (len(six[1].words), six[1].when) == (247, "")
    assert max(len(line.words) for line in thirty if line.mark.startswith("Q")) <= sheet.ROOM // 30
    assert [sheet.is_crowded(lines) for lines in (sheet.lines(evening()), six, thirty)] == [False, True, True]
