"""Texts -> words that mean something."""

import pytest

from chats.analysis.vocabulary import asks_for_own, read


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("It is what it is", ()),
        ("The sergeants helped, helping and helpful", ("sergeant", "help", "helpful")),
        ("@ann Sleep! https://t.example/sleeping #Policing", ("sleep", "polic")),
        ("Søvn først. Søvn!", ("søvn", "først")),
        ("A 9 to 5", ()),
        ("seeing is being", ("seeing", "being")),
    ],
)
def test_read_keeps_each_stem_once_in_order(text, words):
    assert read(text).words == words


@pytest.mark.parametrize(
    ("text", "tells_own"),
    [
        ("We sleep in turns", True),
        ("OUR sergeant", True),
        ("I’ve slept", True),
        ("@us They sleep", False),
        ("Wellness", False),
    ],
)
def test_read_knows_the_first_person(text, tells_own):
    assert read(text).tells_own is tells_own


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How are you sleeping?", True),
        ("What did YOU do?", True),
        ("What is your plan?", True),
        ("Any examples?", True),
        ("What currently helps?", True),
        ("Who sleeps well?", False),
        ("What would yours be?", False),
    ],
)
def test_asks_for_own_knows_what_asks_for_own_doings(text, expected):
    assert asks_for_own(text) is expected
