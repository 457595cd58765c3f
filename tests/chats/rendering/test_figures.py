"""The page of figures: tables that add up, and words told as people say them."""

import re
from datetime import timedelta

import pytest

from chats.analysis.records import Used
from chats.rendering import figures
from chats.rendering.lines import Lines
from tests.factories.chats import START
from tests.factories.values import figures as counted
from tests.factories.values import person, section, transcript, tweet


def shown(*sections, **fields):
    value = transcript(*(sections or (section(tweet(1)),)), **fields)
    return figures.context(value, Lines(value.chat, value.timeline, {each.number: "/x/" for each in value.timeline}))


def test_words_are_told_drawn_and_listed():
    page = shown(words=(Used("sleep", 12), Used("night shift", 3), Used("brew", 1)))

    assert page["words_said"] == "“sleep” by 12 people, “night shift” by 3 people and “brew” by 1 person"
    assert re.findall(r"<bdi>(.*?)</bdi></th><td class=\"n\">(\d+)", page["words"]) == [
        ("sleep", "12"),
        ("night shift", "3"),
        ("brew", "1"),
    ]
    assert page["cloud"].count("<svg") == 2


def test_without_words_nothing_is_drawn():
    page = shown()

    assert (page["cloud"], page["words"], page["words_said"], page["hashtags"]) == ("", "", "", "")


def test_hashtags_keep_their_sign_and_end_somewhere(monkeypatch):
    monkeypatch.setattr(figures, "MOST_HASHTAGS", 1)

    page = shown(hashtags=(Used("EBP", 2), Used("<b>", 1)))

    assert ("<bdi>#EBP</bdi>" in page["hashtags"], page["more_hashtags"]) == (True, 1)


def test_the_table_of_minutes_says_what_the_bars_do():
    rows = re.findall(r"row\">(.*?)</th><td class=\"n\">(\d+)</td><td>(.*?)</td>", shown()["minutes"])

    assert (rows[:2], len(rows)) == ([("9 pm", "2", ""), ("9.01 pm", "1", "Q1")], 60)


def test_a_long_chat_has_a_row_for_each_of_its_bars():
    chat = transcript(section(tweet(1))).chat
    object.__setattr__(chat, "ends_at", START + timedelta(hours=6))

    rows = re.findall(
        r"row\">(.*?)</th>", shown(chat=chat, figures=counted(minutes=(1,) * 180, questions=(None,) * 180))["minutes"]
    )

    assert rows[:2] == ["9 pm", "9.02 pm"]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [((0, 1, 1, 2, 4, 5, 9, 10, 400), [1, 2, 2, 2, 2]), ((), [0, 0, 0, 0, 0])],
)
def test_how_the_talking_was_shared_counts_everybody_once(sent, expected):
    page = shown(people=tuple(person(f"P{number} X", sent=count) for number, count in enumerate(sent)))

    assert [people for _, people in page["written"]] == expected


def test_answers_are_those_under_a_question():
    page = shown(section(tweet(1), tweet(2, kind="reply")), section(tweet(3), name="closing"))

    assert page["placed"] == 1
