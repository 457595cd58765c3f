"""Numbers as people say them."""

import pytest

from chats.rendering import numbers


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 people"), (1, "1 person"), (2, "2 people"), (21480, "21,480 people")]
)
def test_counted_agrees_with_its_number(number, words):
    assert numbers.counted(number, "person,people") == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (None, "not known"),
        (0, "0"),
        (999, "999"),
        (1000, "about 1,000"),
        (12_499, "about 12,000"),
        (12_500, "about 13,000"),
        (796_400, "about 800,000"),
        (995_000, "1 million"),
        (1_938_227, "1.9 million"),
        (24_600_000, "25 million"),
        (1_300_000_000, "1,300 million"),
    ],
)
def test_rounded_keeps_two_figures(number, words):
    assert numbers.rounded(number) == words


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], ""),
        (["Ann"], "Ann"),
        (["Ann", "Bob"], "Ann and Bob"),
        (["Ann", "Bob", "Cat"], "Ann, Bob and Cat"),
    ],
)
def test_listed_reads_as_a_line(words, line):
    assert numbers.listed(words) == line
