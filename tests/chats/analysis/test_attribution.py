"""Tweets and questions -> which question each tweet belongs to, and what says so."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from chats.analysis.attribution import FOLLOWS, LABEL, PLACED_FROM, find_questions, place
from chats.analysis.records import Placement
from chats.analysis.weights import WEIGHTS
from tests.chats.analysis.building import ANN, BOB, CAT, COHOST, END, asked, at, conversations, question, said

PEN = "What do you wish somebody had told you?"
SERGEANT = "The custody sergeant, every time"

WELCOME = asked(100, "Welcome to the chat", minute=-5)
Q1 = asked(101, f"Q1 {PEN}", minute=5)
A1 = said(102, "A1 Take a pen. Take two.", minute=6)
Q2 = asked(103, "Q2 Who helped?", minute=20)
SAID = [WELCOME, Q1, A1, Q2]


def placed(*tweets, planned=(), weights=WEIGHTS):
    """The placements of these tweets beside two questions and one labelled answer."""
    everything = sorted([*SAID, *tweets], key=lambda tweet: (tweet.created_at, tweet.key))
    found = place(everything, find_questions(everything, planned), ends_at=END, weights=weights)
    return [found[tweet.key] for tweet in tweets]


def test_find_questions_is_found_here():
    assert [found.number for found in find_questions(SAID, [])] == [1, 2]


def test_place_places_the_frame():
    assert placed(*SAID) == [
        Placement(None, "introduction", "none", 0.0),
        Placement(1, "question", "host", 1.0),
        Placement(1, "answer", "label", 0.97),
        Placement(2, "question", "host", 1.0),
    ]


@pytest.mark.parametrize(
    ("tweet", "expected"),
    [
        # the host's word
        (said(1, "A2 pen", is_corrected=True, moved_to=1), (1, "answer", "host", 1.0)),
        (said(1, "A2 pen", is_corrected=True, moved_to=1, reply_to=102), (1, "reply", "host", 1.0)),
        (said(1, "A2 pen", is_corrected=True, moved_to=1, reply_to=101), (1, "answer", "host", 1.0)),
        (said(1, "A2 pen", is_corrected=True), (None, "chatter", "host", 1.0)),
        (said(1, "A2 pen", is_corrected=True, moved_to=9), (None, "chatter", "host", 1.0)),
        (said(1, "x", is_corrected=True, moved_to=2, is_retweet=True), (2, "retweet", "host", 1.0)),
        # copies
        (said(1, "x", minute=30, is_retweet=True, retweet_of=102), (1, "retweet", "copy", 0.97)),
        (said(1, "x", minute=30, is_retweet=True, retweet_of=101), (1, "retweet", "copy", 1.0)),
        (said(1, "A2 x", minute=30, is_retweet=True, retweet_of=100), (None, "retweet", "copy", 0.0)),
        (said(1, f"RT @wecops: Q1 {PEN}", minute=30), (1, "retweet", "copy", 1.0)),
        (said(1, f"{PEN} #WeCops", minute=30), (1, "retweet", "copy", 1.0)),
        (said(1, "RT @ann: A1 Take a pen. Take two.", minute=30), (1, "retweet", "copy", 0.97)),
        # labels
        (said(1, "A1 Late, but: ask", minute=30), (1, "answer", "label", 0.97)),
        (said(1, "A2 & A1 Both", minute=30), (2, "answer", "label", 0.97)),
        (said(1, "A9 & A1 Both", minute=30), (1, "answer", "label", 0.97)),
        (said(1, "A1 pen", minute=30, reply_to=103), (1, "answer", "label", 0.97)),
        (said(1, "A2 too early", minute=-4), (2, "answer", "label", 0.97)),
        (said(1, "RT @dee: A1 From outside", minute=30), (1, "retweet", "label", 0.97)),
        (asked(1, "Q1b And why?", minute=30), (1, "question", "label", 0.97)),
        (asked(1, "Q1 My own view: a pen", minute=30), (1, "answer", "label", 0.97)),
        (said(1, "Q1 Two pens?", minute=30), (1, "answer", "label", 0.97)),
        # replies and quotes
        (said(1, "My mum", minute=30, reply_to=101), (1, "answer", "reply", 0.95)),
        (said(1, "So true", minute=30, reply_to=102), (1, "reply", "reply", 0.9)),
        (said(1, "Hello Nell", minute=30, reply_to=100), (None, "introduction", "none", 0.0)),
        (said(1, "My mum", minute=30, quote_of=101), (1, "answer", "quote", 0.95)),
        (said(1, "This", minute=30, quote_of=102), (1, "reply", "quote", 0.9)),
        (said(1, "This", minute=30, quote_of=102, reply_to=103), (2, "answer", "reply", 0.95)),
        (said(1, "A9 This", minute=30, quote_of=102), (1, "reply", "quote", 0.9)),
        # no answers
        (said(1, SERGEANT, minute=4.9), (None, "introduction", "none", 0.0)),
        (said(1, "Hello, late again", minute=30), (None, "chatter", "none", 0.0)),
        (said(1, "A9 pen", minute=30), (None, "chatter", "none", 0.0)),
        (said(1, "Sam from Kent. Late again!", minute=30, author=CAT), (None, "introduction", "none", 0.0)),
        (said(1, "A2 Sam from Kent here: a pen", minute=30, author=CAT), (2, "answer", "label", 0.97)),
        (asked(1, "Almost time for Q3, keep going", minute=30), (None, "chatter", "none", 0.0)),
        (said(1, "Hello, early again", minute=4), (None, "introduction", "none", 0.0)),
        (said(1, "RT @dee: Elsewhere", minute=30), (None, "retweet", "none", 0.0)),
        (said(1, "x", minute=30, is_retweet=True), (None, "retweet", "none", 0.0)),
        # goodbyes
        (said(1, SERGEANT, minute=60), (None, "closing", "none", 0.0)),
        (said(1, "Thanks all", minute=70), (None, "closing", "none", 0.0)),
        (said(1, "A1 pen", minute=70), (1, "answer", "label", 0.97)),
        (said(1, "So true", minute=70, reply_to=102), (1, "reply", "reply", 0.9)),
        (asked(1, "That was our hour. The transcript follows.", minute=58), (None, "closing", "none", 0.0)),
    ],
)
def test_place_goes_by_the_first_reason(tweet, expected):
    assert placed(tweet) == [Placement(*expected)]


@pytest.mark.parametrize(
    ("tweet", "expected"),
    [
        (said(1, SERGEANT, minute=19), (1, "answer", "model")),
        (said(1, SERGEANT, minute=30), (2, "answer", "model")),
        (said(1, "This", minute=30, quote_of=100), (2, "answer", "model")),
        (said(1, "@dee And you?", minute=30), (2, "reply", "model")),
        (said(1, "And you?", minute=30, misses_parent=True), (2, "reply", "model")),
        (said(1, "And you?", minute=30, reply_to=999), (2, "reply", "model")),
        (said(1, SERGEANT, minute=59.9), (2, "answer", "model")),
    ],
)
def test_place_goes_by_likelihood_where_nothing_was_said(tweet, expected):
    (found,) = placed(tweet)

    assert (found.question, found.kind, found.placed_by) == expected
    assert PLACED_FROM <= found.confidence <= 1.0


@pytest.mark.parametrize(
    ("tweet", "expected"),
    [
        (said(1, "A1 What helped me the most in that first long winter was tea"), (1, "answer", "copy", 0.97)),
        (said(1, "What helped me the most in that first long winter was tea"), (1, "answer", "copy", 0.97)),
        (
            asked(1, "A1 What helped me the most in that first long winter was tea", minute=30),
            (1, "answer", "copy", 0.97),
        ),
        (said(1, "What helped me the most in that first long winter was a pen"), (1, "retweet", "copy", 0.97)),
        (said(1, "What helped me the most in that first long winter was\u2026"), (1, "retweet", "copy", 0.97)),
        (said(1, "RT @ann: What helped me the most in that first long winter"), (1, "retweet", "copy", 0.97)),
    ],
)
def test_place_leaves_what_only_opens_as_another_its_own_words(tweet, expected):
    first = said(2, "A1 What helped me the most in that first long winter was a pen", minute=6)
    again = replace(tweet, created_at=at(30))

    assert placed(first, again)[1] == Placement(*expected)


@pytest.mark.parametrize(("text", "most"), [(SERGEANT, LABEL), (f"@dee {SERGEANT}", FOLLOWS)])
def test_place_is_never_surer_than_a_typed_label_and_less_of_what_is_said_to_somebody(text, most):
    """Between the first question and the second there is nothing to choose."""
    (found,) = placed(said(1, text, minute=10))

    assert (found.question, found.confidence) == (1, most)


def test_place_takes_those_who_ask_for_hosts_where_none_is_known():
    tweets = [
        said(1, "Q1: Who helped?", minute=5, author=BOB),
        said(2, "Cool, some are at Q2 already. I shall post it anyway", minute=19, author=BOB),
        said(3, "Q2: And who else?", minute=20, author=BOB),
        said(4, "That was our hour", minute=58, author=BOB),
        said(5, "Thank you for having us, all", minute=59, author=ANN),
    ]

    found = place(tweets, find_questions(tweets, []), ends_at=END)

    assert [found[key].kind for key in (2, 4, 5)] == ["chatter", "closing", "closing"]


def test_place_leaves_what_may_answer_any_of_three():
    """What follows it stays with it, as unsure as it is."""
    unsure = said(1, "Well, that depends on whom you ask and when", minute=20.7)
    reply, retweet = said(2, "So true", minute=31, reply_to=1), said(3, "x", minute=32, is_retweet=True, retweet_of=1)

    found = placed(unsure, reply, retweet, weights=dict.fromkeys(WEIGHTS, (0.0, 0.0)), planned=[question(3, minute=8)])

    assert found == [
        Placement(None, "chatter", "model", 0.333),
        Placement(None, "reply", "reply", 0.333),
        Placement(None, "retweet", "copy", 0.333),
    ]


def test_place_prefers_the_later_of_two_equally_likely_questions():
    found = placed(said(1, SERGEANT, minute=30), weights=dict.fromkeys(WEIGHTS, (0.0, 0.0)))

    assert found == [Placement(2, "answer", "model", 0.5)]


def test_place_follows_a_thread_to_its_question_at_any_depth():
    thread = [
        said(key, "And so on", minute=30 + key, reply_to=key - 1 or 102, author=ANN + key % 2) for key in range(1, 6)
    ]

    assert placed(*thread) == [Placement(1, "reply", "reply", 0.9)] * 5


def test_place_is_never_surer_of_what_follows():
    answer, reply = said(1, SERGEANT, minute=30), said(2, "So true", minute=31, reply_to=1)
    copy, quote = said(3, SERGEANT, minute=32, author=BOB), said(4, "This", minute=33, quote_of=3)

    first, *others = (each.confidence for each in placed(answer, reply, copy, quote))
    assert others == [min(first, FOLLOWS), first, min(first, FOLLOWS)]


def test_place_takes_a_reply_to_a_copy_of_the_question_for_an_answer():
    copy, reply = said(1, f"RT @wecops: Q1 {PEN}", minute=30), said(2, "My mum", minute=31, reply_to=1, author=BOB)

    assert placed(copy, reply)[1] == Placement(1, "answer", "reply", 0.95)


def test_place_follows_what_is_dated_later():
    """Clocks of two networks differ: the retweet and the reply come first."""
    early = [said(1, "x", minute=8, is_retweet=True, retweet_of=3), said(2, "Why?", minute=9, reply_to=3)]

    assert placed(*early, said(3, "A2 My tutor", minute=10)) == [
        Placement(2, "retweet", "copy", 0.97),
        Placement(2, "reply", "reply", 0.9),
        Placement(2, "answer", "label", 0.97),
    ]


def test_place_follows_a_correction():
    moved = said(1, "A2 My tutor", minute=30, is_corrected=True, moved_to=1)
    reply, retweet = said(2, "Why?", minute=31, reply_to=1), said(3, "x", minute=32, is_retweet=True, retweet_of=1)

    assert placed(reply, moved, retweet)[::2] == [
        Placement(1, "reply", "reply", 0.9),
        Placement(1, "retweet", "copy", 1.0),
    ]


def test_place_learns_from_a_correction_as_from_a_label():
    """What the same person says within the minute is likelier of the same question."""
    answers = [said(1, "The first one was better", minute=24), said(2, "And the second was late", minute=24.5)]
    moved = said(1, "The first one was better", minute=24, is_corrected=True, moved_to=1)

    by_time, by_label, by_host = (
        placed(*pair)[1] for pair in (answers, [said(1, "A1 The first", minute=24), answers[1]], [moved, answers[1]])
    )

    assert (by_time.question, by_label.question, by_host.question) == (2, 1, 1)
    assert by_host.placed_by == "model"


def test_place_is_not_swayed_by_what_a_host_moved_out():
    """The copy of a tweet that is no answer is none either, and its words count for nothing."""
    moved = said(1, "Our stall is open all night", minute=24, is_corrected=True)
    copy = said(2, "Our stall is open all night", minute=25, author=BOB)

    assert [each.question for each in placed(moved, copy)] == [None, None]


def test_place_goes_on_after_the_end_where_a_question_is_asked_then():
    late = asked(1, "Q3 What did we forget?", minute=62)

    assert placed(late, said(2, SERGEANT, minute=70))[1].question == 3


def test_place_knows_a_planned_question_that_nobody_asked():
    assert placed(said(1, "A3 Nothing"), planned=[question(3)]) == [Placement(3, "answer", "label", 0.97)]


@pytest.mark.parametrize("questions", [[], [question(1)]])
def test_place_without_an_asking_has_chatter_and_replies(questions):
    tweets = [
        said(1, minute=-5),
        said(2, reply_to=1),
        said(3, misses_parent=True),
        said(4, "Bye", minute=70),
        said(5, "@a b"),
    ]

    found = place(tweets, questions, ends_at=END)

    assert [(each.question, each.kind, each.placed_by) for each in found.values()] == [
        (None, kind, "none") for kind in ("chatter", "reply", "reply", "chatter", "reply")
    ]


def test_place_of_nothing_is_nothing():
    assert place([], [], ends_at=END) == {}


@pytest.mark.parametrize(("name", "numbers"), [("reply_to", [None, None, None]), ("quote_of", [2, 2, 1])])
def test_place_ends_in_a_circle(name, numbers):
    """Of two that lead to each other, one goes by its own reasons and the other follows; a reply alone has none."""
    circle = [
        said(1, minute=30, **{name: 2}),
        said(2, "Why?", minute=31, **{name: 1}),
        said(3, "Me", minute=7, **{name: 3}),
    ]

    assert [each.question for each in placed(*circle)] == numbers


@pytest.mark.parametrize("ahead", [1, -1])
def test_place_follows_ten_thousand_replies(ahead):
    """Each to the one before, or each to the one behind."""
    chain = [said(key, "And", minute=30 + key / 1000, reply_to=key - ahead, author=BOB) for key in range(1001, 11_001)]
    label = said(1000 if ahead == 1 else 11_001, "A1 pen", minute=29, author=CAT)

    assert placed(label, *chain)[1:] == [Placement(1, "reply", "reply", 0.9)] * 10_000


@given(conversations())
@settings(max_examples=100)
def test_place_places_every_tweet_once_and_only_where_the_chat_has_a_question(tweets):
    questions = find_questions(tweets, [question(1)])

    found = place(tweets, questions, ends_at=END)

    assert list(found) == [tweet.key for tweet in tweets]
    assert {each.question for each in found.values()} <= {None, *(each.number for each in questions)}
    assert all(
        each.question is not None or each.confidence < PLACED_FROM or each.placed_by == "host"
        for each in found.values()
    )
    assert place(tweets, questions[::-1], ends_at=END) == found


@given(conversations())
@settings(max_examples=100)
def test_place_does_not_depend_on_the_names_of_tweets(tweets):
    def renamed(key):
        return None if key is None else 1000 - 7 * key

    others = [
        type(tweet)(
            **{name: getattr(tweet, name) for name in tweet.__slots__}
            | {name: renamed(getattr(tweet, name)) for name in ("key", "reply_to", "quote_of", "retweet_of")}
        )
        for tweet in tweets
    ]

    found = place(tweets, find_questions(tweets, []), ends_at=END)
    again = place(others, find_questions(others, []), ends_at=END)

    assert again == {renamed(key): placement for key, placement in found.items()}


def test_place_tells_a_cohosts_copy_from_the_question_it_repeats():
    copy = asked(1, f"Q1 {PEN}", minute=5.5, author=COHOST)

    assert placed(copy) == [Placement(1, "retweet", "copy", 1.0)]
