"""Words, phrases and hashtags: counted by people, in one spelling, the same for every order of the tweets."""

import itertools
import random
from collections import Counter

import pytest

from chats.analysis import words
from chats.analysis.records import Used
from tests.chats.analysis.building import TEXTS, said

ANN, BOB, CAT, DEE = range(4)


def spoken(*texts, **fields):
    """Each text by somebody else."""
    return [said(key, text, author=key, **fields) for key, text in enumerate(texts)]


def counted(*texts, leave_out=()):
    return {each.text: each.people for each in words.used(spoken(*texts), leave_out=leave_out)}


def test_a_word_counts_people_and_not_how_often_they_say_it():
    tweets = [said(1, "sleep sleep sleep", author=ANN), said(2, "sleep", author=ANN), said(3, "Sleep!", author=BOB)]

    assert words.used(tweets) == (Used("sleep", 2),)


def test_a_word_of_one_person_is_left_to_the_transcript():
    assert counted("my chaplain", "the rota", "rota") == {"rota": 2}


def test_a_word_with_and_without_an_s_is_one_as_most_wrote_it():
    assert counted("officers", "officers", "an officer") == {"officers": 3}
    assert counted("a shift", "my shift", "shifts") == {"shift": 3}
    assert counted("a tutor", "tutors") == {"tutor": 2}
    assert counted("night shifts", "night shift", "night shift") == {"night shift": 3}


@pytest.mark.parametrize(
    ("one", "other"), [("new", "news"), ("academic", "academics"), ("right", "rights"), ("stres", "stress")]
)
def test_an_s_that_makes_another_word_stays(one, other):
    assert counted(one, one, other, other) == dict.fromkeys([one, other], 2)


@pytest.mark.parametrize(
    "text",
    [
        "the and of you're",
        "@chaplain #chaplain ＃chaplain",
        "https://chaplain.example/chaplain",
        "A1 Q12 a3b answer2",
        "x 7 24/7 3am",
        "🙂 ... !",
        "WeCops #WeCops",
        "",
    ],
)
def test_what_says_nothing_by_itself_is_left_out(text):
    assert counted(text, text, text, leave_out=["WeCops"]) == {}


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ("organize", "organise", "organise"),
        ("Organizations", "ORGANISATIONS", "organisations"),
        ("traumatized", "traumatised", "traumatised"),
        ("behavior", "behaviour", "behaviour"),
        ("mom", "mum's", "mum"),
        ("well-being", "wellbeing", "wellbeing"),
        ("sergeant’s", "sergeant", "sergeant"),
        ("cafe\u0301", "café", "café"),
        ("prize", "prize", "prize"),
        ("follow-up", "follow-up", "follow-up"),
        ("debriefs", "(debriefs)", "debriefs"),
    ],
)
def test_one_word_has_one_spelling(one, other, word):
    assert counted(one, other) == {word: 2}


def test_a_phrase_needs_three_people():
    assert counted("mental health", "mental health") == {"health": 2, "mental": 2}
    assert counted("mental health", "Mental health!", "our mental health", "health") == {
        "mental health": 3,
        "health": 4,
    }


@pytest.mark.parametrize(
    "apart", ["night. Shift", "night, shift", "night and shift", "night @bob shift", "night 7 shift"]
)
def test_words_that_are_kept_apart_are_no_phrase(apart):
    assert counted(apart, apart, apart) == {"night": 3, "shift": 3}


def test_no_phrase_runs_from_one_tweet_into_the_next():
    tweets = [said(key, text, author=key // 2) for key, text in enumerate(["long night", "shift ends"] * 4)]

    assert "night shift" not in {each.text for each in words.used(tweets)}


def test_retweets_say_nothing_of_their_own():
    tweets = [*spoken("rota"), said(7, "RT @ann: rota", author=DEE, is_retweet=True)]

    assert words.used(tweets) == ()


def test_the_most_used_come_first_then_the_alphabet_and_no_more_than_sixty():
    many = " ".join(f"word{letter}{other}" for letter in "abcdefghi" for other in "abcdefghi")

    found = words.used(spoken(f"zebra, {many.replace(' ', ', ')}", f"zebra {many.replace(' ', ' . ')}", "zebra"))

    assert len(found) == words.MOST
    assert [each.text for each in found[:3]] == ["zebra", "wordaa", "wordab"]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_not_counted_closely_could_not_be_among_the_most(seed):
    """Phrases are looked for among the words of many people only; this counts every pair of words."""
    dice = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    texts = [" ".join(f"q{dice.choice(letters[: 4 + seed])}{dice.choice('xyz')}" for _ in range(30)) for _ in range(40)]

    found = words.used(spoken(*texts))

    pairs = Counter(pair for text in texts for pair in set(itertools.pairwise(text.split())))
    singles = Counter(word for text in texts for word in set(text.split()))
    phrases = {" ".join(pair): people for pair, people in pairs.items() if people >= words.LEAST_FOR_A_PHRASE}
    left = {
        word: people
        for word, people in singles.items()
        if people > 1 and not any(word in phrase.split() and phrases[phrase] == people for phrase in phrases)
    }
    every = sorted((left | phrases).items(), key=lambda each: (-each[1], each[0]))
    assert [(each.text, each.people) for each in found] == every[: words.MOST]


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_the_tweets_changes_nothing(seed):
    dice = random.Random(seed)
    tweets = [said(key, dice.choice(TEXTS), author=dice.choice((ANN, BOB, CAT, DEE))) for key in range(40)]

    assert words.used(dice.sample(tweets, len(tweets))) == words.used(tweets) != ()


def test_hashtags_count_people_and_are_spelt_as_most_spell_them():
    tagged = [
        (ANN, ["NightShift", "WeCops"]),
        (ANN, ["nightshift"]),
        (BOB, ["NightShift"]),
        (CAT, ["nightshift", "EBP"]),
    ]

    assert words.hashtags(tagged, leave_out=["wecops"]) == (Used("NightShift", 3), Used("EBP", 1))


def test_hashtags_do_not_depend_on_the_order():
    tagged = [(author, [tag]) for author, tag in enumerate(["Rota", "rota", "ROTA", "Tea", "tea"])]

    assert words.hashtags(tagged[::-1]) == words.hashtags(tagged) == (Used("ROTA", 3), Used("Tea", 2))
