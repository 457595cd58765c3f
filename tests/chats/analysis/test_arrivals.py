"""Conversations -> whose first words are those of somebody who arrives."""

import pytest

from chats.analysis.arrivals import find
from tests.chats.analysis.building import ANN, BOB, CAT, said


@pytest.mark.parametrize(
    "text",
    [
        "I'm Nell, custody nurse in Leeds #WeCops",
        "Hi #WeCops! I’m Nell Okafor and I have been a custody nurse for eleven years, on nights for most of them",
        "#WeCops hello all, my name is Sam. Special constable",
        "@wecops This is Jo, an academic",
        "Sam from Kent",
        "#WeCops-Sam Holt from Kent. Detective in training",
        "Sam from @northtown lurking tonight with a very large mug of tea and every intention to learn something",
        "Jo Silva here, from a library",
        "Late to #WeCops tonight, still in uniform",
        "sorry I am a bit late, had a job",
        "Just joining, what question are we on?",
        "Showing up late!",
        "Lurking from the bus",
        "Joining in from Ulster, hello",
        "Finally made it! What did I miss?",
        "Just getting to #WeCops now",
        "Arriving late to the party",
    ],
)
def test_somebodys_first_words_say_who_they_are_or_that_they_are_late(text):
    assert find([said(1, text)]) == {1}


@pytest.mark.parametrize(
    "text",
    [
        "Officers from Kent told us the same",
        "Learning from Scotland would help",
        "I'm tired of forms",
        "Just joining the police at forty taught me that",
        "I finally made it to sergeant, with help",
        "Officers joining from other forces need time",
        "Arriving late at a scene, because two of us cover three towns",
        "Always late to the scene, never late for tea",
        "There is a fear lurking in the canteen",
        "sam from kent",
        "The custody sergeant, every time",
        "Late to the chat, but what helped me most was a tutor who let me be slow, and said so to others",
        "",
    ],
)
def test_answers_are_no_arrivals(text):
    assert find([said(1, text)]) == set()


def test_only_the_first_words_to_all_are_an_arrival():
    tweets = [
        said(1, "RT @dee: Sam from Kent", author=ANN, is_retweet=True),
        said(2, "Ann from Kent", author=ANN),
        said(3, "Bob from Kent", author=BOB, reply_to=2),
        said(4, "Bob from Kent", author=BOB),
        said(5, "Cat from Kent", author=CAT, misses_parent=True),
        said(6, "Ann from Kent", author=ANN),
    ]

    assert find(tweets) == {2}


@pytest.mark.parametrize(
    "text", ["hi " + "," * 100_000, "hi" + "! " * 50_000 + "x", "A" * 100_000, "sorry " * 20_000, "#a " * 50_000]
)
def test_long_texts_are_read_in_good_time(text):
    assert find([said(1, text)]) == set()
