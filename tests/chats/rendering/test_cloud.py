"""The drawing of words: every word once, none outside, none on another, the larger the more people."""

import re

import pytest

from chats.analysis.records import Used
from chats.rendering import cloud

WORDS = [Used("sleep", 30), Used("night shift", 12), Used("rota", 3), Used("夜勤", 3), Used("a" * 40, 2)]
MANY = [Used(f"word{number}", number) for number in range(2, 62)]


@pytest.mark.parametrize("width", [cloud.WIDE, cloud.NARROW])
@pytest.mark.parametrize("words", [WORDS, MANY, WORDS[:1], []])
def test_no_word_leaves_the_drawing_or_touches_another(words, width):
    placed, height = cloud.arrange(words, width)

    boxes = [(w.x - w.width / 2, w.y - w.size, w.x + w.width / 2, w.y) for w in placed]
    assert sorted(w.used.text for w in placed) == sorted(used.text for used in words)
    assert [box for box in boxes if box[0] < -0.1 or box[2] > width + 0.1 or box[1] < -0.1 or box[3] > height] == []
    assert [(a, b) for a in boxes for b in boxes if a < b and overlap(a, b)] == []


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_more_people_make_a_word_larger_and_the_alphabet_orders_them():
    placed, _ = cloud.arrange([Used("sleep", 30), Used("brew", 12), Used("rota", 3)], cloud.WIDE)

    assert [(w.used.text, w.size, w.is_often) for w in placed] == [
        ("brew", 32, False),
        ("rota", cloud.SMALLEST, False),
        ("sleep", cloud.LARGEST[cloud.WIDE], True),
    ]


def test_words_of_equally_many_people_are_equally_large():
    placed, _ = cloud.arrange([Used("brew", 2), Used("rota", 2)], cloud.WIDE)

    assert {w.size for w in placed} == {36}


def test_a_word_from_outside_stays_a_word():
    html = cloud.html([Used("<script>", 2), Used('"&', 2)])

    assert (html.count("<svg"), html.count("<text"), html.count("<script")) == (2, 4, 0)
    assert re.findall(r">([^<\n]+)</text>", html)[:2] == ["&quot;&amp;", "&lt;script&gt;"]
