"""The shape of the hour, as numbers."""

from datetime import UTC, datetime, timedelta

import pytest

from chats.rendering import shape
from chats.rendering.shape import Bar, Mark, Stretch

START = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)


def at(minute):
    return START + timedelta(minutes=minute)


def test_stretches_draws_a_bar_a_minute_and_changes_tone_with_each_question():
    drawn = shape.stretches((1, 4, 2, 4), (None, 1, 1, 2), height=40)

    assert drawn == (
        Stretch("b", (Bar(0.0, 30.0, 18.0, 10.0),)),
        Stretch("a", (Bar(25.0, 0.0, 18.0, 40.0), Bar(50.0, 20.0, 18.0, 20.0))),
        Stretch("b", (Bar(75.0, 0.0, 18.0, 40.0),)),
    )


def test_stretches_leaves_a_silent_minute_empty():
    (stretch,) = shape.stretches((2, 0, 1), (1, 1, 1), height=40)

    assert [(bar.x, bar.height) for bar in stretch.bars] == [(0.0, 40.0), (66.67, 20.0)]


def test_stretches_keeps_one_tweet_visible_beside_a_thousand():
    (stretch,) = shape.stretches((1000, 1), (1, 1), height=36)

    assert [bar.height for bar in stretch.bars] == [36.0, shape.LOWEST]


def test_stretches_opens_with_the_first_question_in_its_tone():
    assert [stretch.tone for stretch in shape.stretches((1, 1), (1, 2), height=36)] == ["a", "b"]


def test_stretches_changes_tone_when_a_question_comes_back():
    tones = [stretch.tone for stretch in shape.stretches((1, 1, 1), (1, 3, 1), height=36)]

    assert tones == ["a", "b", "a"]


@pytest.mark.parametrize(("minutes", "bars", "tallest"), [(120, 120, 1), (121, 61, 2), (1440, 120, 12)])
def test_stretches_gathers_minutes_when_a_chat_is_long(minutes, bars, tallest):
    (stretch,) = shape.stretches((1,) * minutes, (None,) * minutes, height=tallest)

    assert len(stretch.bars) == bars
    assert stretch.bars[0].height == max(tallest, shape.LOWEST)


@pytest.mark.parametrize(("minutes", "questions"), [((), ()), ((0, 0), (1, 1))])
def test_stretches_of_silence_is_nothing(minutes, questions):
    assert shape.stretches(minutes, questions, height=36) == ()


def test_marks_stand_at_the_minute_a_question_was_asked():
    asked = ((1, START + timedelta(minutes=2, seconds=40)), (2, at(30)))

    assert shape.marks(asked, starts_at=START, ends_at=START + timedelta(hours=1)) == (
        Mark(1, 3.33, asked[0][1], is_shown=True, is_late=False),
        Mark(2, 50.0, at(30), is_shown=True, is_late=False),
    )


@pytest.mark.parametrize("minute", [-1, 60, 61])
def test_marks_leaves_out_what_was_asked_outside_the_drawing(minute):
    assert shape.marks(((1, at(minute)),), starts_at=START, ends_at=START + timedelta(hours=1)) == ()


def test_marks_hides_a_label_that_would_touch_the_one_before():
    found = shape.marks(
        ((1, at(2)), (2, at(4)), (3, at(7)), (4, at(58))), starts_at=START, ends_at=START + timedelta(hours=1)
    )

    assert [(mark.number, mark.is_shown, mark.is_late) for mark in found] == [
        (1, True, False),
        (2, False, False),
        (3, True, False),
        (4, True, True),
    ]


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ((47, 54), [(47, True), (54, True)]),
        ((48, 55), [(48, True), (55, True)]),
        ((49, 55), [(49, True), (55, True)]),
        ((30, 35), [(30, True), (None, True)]),
        ((30, 33, 36), [(30, True), (None, False), (36, True)]),
        ((30, 35, 37), [(30, True), (None, True), (None, False)]),
        ((48, 57), [(48, True), (57, True)]),
        ((50, 57), [(50, True), (None, True)]),
        ((56, 58), [(56, True), (None, False)]),
        ((57, 58), [(57, True), (None, False)]),
    ],
)
def test_marks_say_as_much_as_a_phone_has_room_for(minutes, said):
    asked = tuple((number, at(minute)) for number, minute in enumerate(minutes, 1))

    found = shape.marks(asked, starts_at=START, ends_at=START + timedelta(hours=1))

    expected = [(None if minute is None else at(minute), is_shown) for minute, is_shown in said]
    assert [(mark.at, mark.is_shown) for mark in found] == expected


def test_changes_finds_each_question_at_its_first_minute():
    assert shape.changes((None, 1, 1, 2, 1)) == (
        Mark(1, 20.0, None, is_shown=True, is_late=False),
        Mark(2, 60.0, None, is_shown=True, is_late=False),
    )


def test_changes_without_questions_is_nothing():
    assert shape.changes((None, None)) == ()
