"""Tweets -> which of them only repeat another."""

import pytest

from chats.analysis.copies import Said, originals, passes_on, repeats, says_the_same, text_key
from tests.chats.analysis.building import BOB, said


@pytest.mark.parametrize(
    "text",
    [
        "RT @ann: Take a pen. Take two.",
        "rt @ann Take a pen. Take two.",
        "RT “@ann: Take a pen. Take two.”",
        "MT @ann: Take a pen. Take two.",
        "“RT @ann@police.example: Take a pen. Take two.",
    ],
)
def test_passes_on_reads_retweets_by_hand(text):
    assert (passes_on(text), text_key(text)) == (True, "takeapentaketwo")


@pytest.mark.parametrize("text", ["", "So true! RT @ann: Take a pen.", "RT this if you agree", "Arts @ann"])
def test_passes_on_leaves_what_says_something_itself(text):
    assert not passes_on(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Take a pen. Take two.", "takeapentaketwo"),
        ("TAKE A PEN… take two 🙂 #WeCops", "takeapentaketwo"),
        ("A1 Take a pen. Take two.", "takeapentaketwo"),
        ("#WeCops Q1.2: Take a pen. Take two. https://t.example/x", "takeapentaketwo"),
        ("Question 1) Take a pen. Take two.", "takeapentaketwo"),
        ("@ann Take a pen", None),
        ("@annabel Take a pen", "annabeltakeapen"),
        (
            "@annabel Take a pen, and when you have taken it then take two more",
            "takeapenandwhenyouhavetakenitthentaketwo",
        ),
        ("Возьми ручку и ещё одну", "возьмиручкуиещёодну"),
        ("ペンを二本持っていきなさいね", "ペンを二本持っていきなさいね"),
        ("Café, then the night shift", "caféthenthenightshift"),
        ("\ud800 Take a pen. Take two.", "takeapentaketwo"),
        ("Yes, agreed", None),
        ("🙂" * 200, None),
        ("", None),
    ],
)
def test_text_key_keeps_the_first_letters_of_any_script(text, key):
    assert text_key(text) == key


PEN = "A1 What helps me most on a long night is a pen, a sandwich and somebody who asks #WeCops"


@pytest.mark.parametrize(
    "text",
    [
        PEN,
        PEN.upper(),
        "What helps me most on a long night is a pen, a sandwich and somebody who asks! https://t.example/x",
        "What helps me most on a long night is a pen, a sandwich an\u2026 https://t.example/x",
        "RT @ann: What helps me most on a long night is a pen, a sandwich, for sure",
    ],
)
def test_says_the_same_reads_to_the_end(text):
    assert (says_the_same(text, PEN), text_key(text)) == (True, text_key(PEN))


@pytest.mark.parametrize(
    "text",
    [
        "What helps me most on a long night is a pen, a sandwich and somebody who listens",
        "What helps me most on a long night is a pen, a sandwich",
        f"{PEN} and does not stop",
        "What helps me most on a long night is a pen, a sandwich, tea \u2026",
    ],
)
def test_says_the_same_tells_two_with_one_opening_apart(text):
    assert (says_the_same(text, PEN), text_key(text)) == (False, text_key(PEN))


def of(*tweets, labels=(), heads=None):
    typed = {tweet.key: (number,) if number else () for tweet, number in zip(tweets, labels, strict=True)}
    return originals(tweets, typed, heads or {})


def test_originals_of_pure_retweets_are_what_they_name():
    original, retweet = said(1, "Take a pen. Take two."), said(2, "RT @a: x", is_retweet=True, retweet_of=1)

    assert of(original, retweet, labels=(1, 0)) == {2: 1}


def test_originals_of_a_retweet_whose_own_is_not_here_are_found_by_its_words():
    original, retweet = said(1, "Take a pen. Take two."), said(2, "RT @a: Take a pen. Take two.", is_retweet=True)

    assert of(original, retweet, labels=(0, 0)) == {2: 1}


@pytest.mark.parametrize(
    ("first", "second", "is_copy"),
    [
        (0, 0, True),
        (1, 1, True),
        (1, 0, True),
        (0, 1, False),
        (1, 2, False),
    ],
)
def test_originals_of_the_same_words_depend_on_their_labels(first, second, is_copy):
    tweets = said(1, "Take a pen. Take two."), said(2, "Take a pen. Take two!", author=BOB)

    assert of(*tweets, labels=(first, second)) == ({2: 1} if is_copy else {})


@pytest.mark.parametrize(
    "tweet",
    [
        said(2, "I agree with this so much", reply_to=1),
        said(2, "Yes"),
        said(2, "I agree with this, but not so much"),
    ],
)
def test_originals_leave_what_only_looks_alike(tweet):
    assert of(said(1, "I agree with this so much"), tweet, labels=(0, 0)) == {}


@pytest.mark.parametrize("label", [0, 1])
def test_originals_of_a_questions_words_are_the_question_even_when_they_come_first(label):
    tweets = said(1, "What do you wish?"), said(2, "Q1 What do you wish?")

    assert of(*tweets, labels=(label, 1), heads={2: 1}) == {1: 2}


LONG = "A1 Take a pen, take two, and a sandwich for later #WeCops"


def repeated(*texts, authors="abcdefg", **fields):
    said = [Said(key, ord(authors[key]), text, may_repeat=True) for key, text in enumerate(texts)]
    return repeats([each._replace(**fields) for each in said])


@pytest.mark.parametrize(
    "again", [LONG, f"RT @ann: {LONG}", f"RT @bob: RT @ann: {LONG}", LONG.replace(" ", "  "), f"\n{LONG}"]
)
def test_repeats_are_the_whole_words_of_somebody_else(again):
    assert repeated(LONG, again) == {1: 0}


def test_repeats_all_name_the_first_who_said_it():
    assert repeated(LONG, LONG, "Something else", LONG) == {1: 0, 3: 0}


@pytest.mark.parametrize("again", [f"{LONG} Yes!", LONG.lower(), f"So true: {LONG}", LONG.replace("A1", "A2")])
def test_repeats_leave_words_that_differ(again):
    assert repeated(LONG, again) == {}


def test_repeats_leave_what_somebody_says_twice():
    assert repeated(LONG, LONG, LONG, authors="aba") == {1: 0}


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "A1 yes",
        "Good evening all",
        "A3. I believe so, yes. #WeCops",
        "#WeCops Thank you for the great conversation @ann @bob",
        "A1: Take a pen https://t.example/a-very-long-address-of-a-pen",
    ],
)
def test_repeats_leave_few_words_which_two_may_well_say(text):
    assert repeated(text, text) == {}


def test_repeats_leave_what_a_source_with_retweets_calls_its_writers_own():
    assert repeated(LONG, LONG, may_repeat=False) == {}


def test_repeats_of_what_is_not_here_are_nobodys_original():
    """Two passed it on by hand, and who said it first was not collected."""
    assert repeated(f"RT @dee: {LONG}", f"RT @dee: {LONG}") == {}
