"""Tweets -> those that are held back as spam."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from chats.analysis.spam import Suspect, held_back

AT = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)
OLD, YOUNG = AT - timedelta(days=400), AT - timedelta(days=3)


def tweet(key, text="Win a watch https://t.co/x #WeCops", **facts):
    known = {"author": key, "has_link": True, "is_reply": False, "is_known": False, "joined_at": OLD}
    return Suspect(key=key, text=text, created_at=AT, **(known | facts))


def test_a_link_from_a_new_account_that_speaks_to_nobody_is_held_back():
    assert held_back([tweet(1, joined_at=YOUNG)]) == {1: "new account"}


@pytest.mark.parametrize(
    "facts",
    [
        {"has_link": False},
        {"is_reply": True},
        {"is_known": True},
        {"joined_at": OLD},
        {"joined_at": None},
        {"joined_at": AT - timedelta(days=30)},
    ],
)
def test_each_condition_is_needed(facts):
    assert held_back([tweet(1, **({"joined_at": YOUNG} | facts))]) == {}


def test_the_same_words_three_times_are_held_back_whatever_they_link_to():
    texts = ["Win a watch! https://t.co/a #WeCops", "win a watch https://t.co/b", "@ann WIN A WATCH: https://t.co/c"]

    assert held_back([tweet(n, text) for n, text in enumerate(texts)]) == dict.fromkeys(range(3), "repeated text")
    assert held_back([tweet(n, text) for n, text in enumerate(texts[:2])]) == {}


def test_an_invitation_that_regulars_pass_on_word_for_word_is_none():
    assert held_back([tweet(1), tweet(2), tweet(3, is_known=True), tweet(4)]) == {}


def test_bare_links_are_alike_only_when_they_come_from_one_account():
    texts = [f"https://t.co/{n} #WeCops" for n in range(3)]

    assert held_back([tweet(n, text) for n, text in enumerate(texts)]) == {}
    assert held_back([tweet(n, text, author=9) for n, text in enumerate(texts)]) == dict.fromkeys(
        range(3), "repeated text"
    )


def test_counting_up_makes_no_other_text():
    texts = [f"Offer {n}: win {n}00 pounds https://t.co/x" for n in range(3)]

    assert held_back([tweet(n, text) for n, text in enumerate(texts)]) == dict.fromkeys(range(3), "repeated text")


def test_order_does_not_matter():
    tweets = [tweet(1, joined_at=YOUNG), tweet(2), tweet(3), tweet(4, "Else https://t.co/y"), tweet(5, is_known=True)]

    outcomes = [held_back(order) for order in itertools.permutations(tweets)]

    assert [each for each in outcomes if each != {1: "new account"}] == []
