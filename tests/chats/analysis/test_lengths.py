"""Lengths as X counts them."""

import pytest

from chats.analysis import lengths
from chats.analysis.lengths import Piece


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", 0),
        ("What helps?", 11),
        ("e\u0301", 1),
        ("“quoted” – and…", 15 + 1),
        ("日本", 4),
        ("https://example.org/" + "x" * 300, 23),
        ("see https://a.example and http://b.example", 4 + 23 + 5 + 23),
        ("https://a.example/x…", 23 + 2),
        ("\U0001f44d\U0001f3fd", 2),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", 2),
        ("\U0001f1ec\U0001f1e7", 2),
        ("1\ufe0f\u20e3", 2),
        ("©", 1),
    ],
)
def test_counted(text, counted):
    assert lengths.counted(text) == counted


@pytest.mark.parametrize(
    ("text", "room", "told"),
    [
        ("What helps?", 11, "What helps?"),
        ("What helps, and why?", 13, "What helps…"),
        ("Whatever", 6, "What…"),
        ("日本語の話", 8, "日本語…"),
        ("See https://a.example/" + "x" * 300 + " now", 29, "See https://a.example/" + "x" * 300 + "…"),
        ("What?", 1, "…"),
    ],
)
def test_shortened_keeps_whole_words_and_counts_the_ellipsis(text, room, told):
    assert lengths.shortened(text, room) == told


def test_what_does_not_fit_is_left_out_by_rank_and_then_cut():
    long = Piece("a" * 200, is_free=True)
    kept = lengths.fitted(Piece("Q1"), long, Piece("b" * 40, 1), Piece("c" * 40, 2), Piece("", 3))
    cut = lengths.fitted(Piece("Q1"), Piece("a" * 400, is_free=True), Piece("b", 1))

    assert lengths.fitted(Piece("Q1"), long) == (f"Q1 {long.words}", True)
    assert kept == (f"Q1 {long.words} {'b' * 40}", False)
    assert cut == (f"Q1 {'a' * 275}…", False)
    assert lengths.counted(cut.words) == lengths.LONGEST
