"""Conversations that end -> what belongs to the goodbye."""

import pytest

from chats.analysis.goodbye import find
from tests.chats.analysis.building import BOB, COHOST, END, asked, question, said

Q1, Q2 = question(1, minute=5, tweet=101), question(2, minute=20, tweet=102)
HEADS = [asked(101, "Q1 Who helped?", minute=5), asked(102, "Q2 And who else? Good night!", minute=20)]


def left(*tweets, ends_at=END):
    return sorted(find([*HEADS, *tweets], [Q1, Q2], ends_at))


@pytest.mark.parametrize(
    "text",
    [
        "That is our hour, and what an hour it was",
        "That's all from us. The next one is about sleep",
        "This was our time together",
        "We are out of time, but do go on without us",
        "Our hour is up. Every word of it will be kept under its question, and in its place",
        "Good night. Be kind to each other",
        "See you next week",
        "Same time in a fortnight, same tag",
        "The transcript will be on our site tomorrow",
        "Our next chat is about sleep, and how to get some",
    ],
)
def test_a_host_who_takes_leave_ends_the_chat(text):
    assert left(asked(1, text, minute=40)) == [1]


@pytest.mark.parametrize(
    ("text", "minute", "expected"),
    [
        ("Thank you to everybody for joining, and for every word", 51, [1]),
        ("I am taking all of this with me. Thank you", 55, [1]),
        ("Thank you to everybody for joining, and for every word", 30, []),
        ("Thanks to my tutor I stayed", 55, []),
    ],
)
def test_a_hosts_thanks_end_the_chat_only_near_its_end(text, minute, expected):
    assert left(asked(1, text, minute=minute)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "A good night's sleep is the best cure",
        "Anything else, at any time of the day",
        "The custody sergeant, every time",
        "The transcript of the interview helped me",
    ],
)
def test_a_host_who_goes_on_ends_nothing(text):
    assert left(asked(1, text, minute=40)) == []


def test_guests_thanks_are_goodbyes_when_a_host_has_said_goodbye():
    tweets = [
        said(1, "Pages of notes. Thank you.", minute=40),
        asked(2, "That was our hour.", minute=41, author=COHOST),
        said(3, "Pages of notes. Thank you.", minute=42),
        said(4, "The custody sergeant, every time", minute=43, author=BOB),
        said(5, "Off to bed, good night", minute=44),
        said(6, "My tutor, who said thank you to all of us after every single shift " * 2, minute=45),
    ]

    assert left(*tweets) == [2, 3, 5]


def test_a_guest_may_leave_before_the_host():
    assert left(said(1, "I must go. Good night, folks", minute=30)) == [1]


def test_nothing_is_a_goodbye_while_questions_are_to_come():
    tweets = [said(1, "I must go. Good night, folks", minute=10), asked(2, "That was our hour. Not quite!", minute=11)]

    assert left(*tweets) == []


def test_all_is_a_goodbye_behind_the_planned_end():
    tweet = said(1, "The custody sergeant, every time", minute=60)

    assert left(tweet) == [1]
    assert left(tweet, ends_at=None) == []


def test_nothing_is_a_goodbye_where_the_chat_went_on():
    late = question(3, minute=61, tweet=9)
    tweets = [asked(9, "Q3 And now?", minute=61), said(1, "My tutor", minute=62)]

    assert find(tweets, [Q1, late], END) == set()


def test_a_chat_without_questions_has_no_goodbye():
    assert find([asked(1, "Good night", minute=70)], [], END) == set()


@pytest.mark.parametrize("text", ["thank you " * 20_000, "transcript " * 20_000, "that is " * 20_000])
def test_long_texts_are_read_in_good_time(text):
    assert left(asked(1, text, minute=30)) == []
