"""Placed tweets -> sections, threads and folded retweets."""

import pytest
from hypothesis import given, settings

from chats.analysis.attribution import find_questions, place
from chats.analysis.records import Line, Placement, Section
from chats.analysis.threads import arrange, retweets
from tests.chats.analysis.building import BOB, CAT, END, asked, conversations, question, said

ANSWER = Placement(1, "answer", "label", 0.97)
REPLY = Placement(1, "reply", "reply", 0.9)
OTHER_ANSWER = Placement(2, "answer", "label", 0.97)
HELLO = Placement(None, "introduction", "none", 0.0)
BYE = Placement(None, "closing", "none", 0.0)
CHATTER = Placement(None, "chatter", "none", 0.0)
QUESTIONS = [question(2, minute=20), question(1, minute=1)]


def outline(sections):
    """(name, number, [(key, depth, parent)]) of each section."""
    return [
        (each.name, each.question, [(line.key, line.depth, line.parent) for line in each.lines]) for each in sections
    ]


def arranged(*tweets, placements=None, questions=QUESTIONS):
    everything = {tweet.key: ANSWER for tweet in tweets} | (placements or {})
    return outline(arrange(tweets, questions, everything))


def test_arrange_has_every_section_in_its_order():
    tweets = [said(key, minute=key) for key in range(1, 6)]
    placements = dict(zip(range(1, 6), [HELLO, OTHER_ANSWER, ANSWER, BYE, CHATTER], strict=True))

    sections = arrange(tweets, QUESTIONS, placements)

    assert sections == (
        Section("introductions", None, (Line(1, None, 0, None, HELLO),)),
        Section("question", 1, (Line(3, 1, 0, None, ANSWER),)),
        Section("question", 2, (Line(2, 2, 0, None, OTHER_ANSWER),)),
        Section("other", None, (Line(5, None, 0, None, CHATTER),)),
        Section("closing", None, (Line(4, None, 0, None, BYE),)),
    )


def test_arrange_keeps_questions_without_answers_and_no_other_empty_section():
    assert arrange([], QUESTIONS, {}) == (Section("question", 1, ()), Section("question", 2, ()))
    assert arrange([], [], {}) == ()


def test_arrange_puts_what_belongs_to_no_known_question_under_other():
    assert arranged(said(1), questions=[]) == [("other", None, [(1, 0, None)])]


def test_arrange_puts_replies_behind_their_parent_and_all_in_time_order():
    tweets = [
        said(1, minute=2),
        said(2, minute=3),
        said(3, minute=4, reply_to=2),
        said(4, minute=5, reply_to=1),
        said(5, minute=6, reply_to=4),
        said(6, minute=7, reply_to=1),
        said(7, minute=8),
    ]

    assert arranged(*tweets)[0] == (
        "question", 1,
        [(1, 0, None), (4, 1, 1), (5, 2, 4), (6, 1, 1), (2, 0, None), (3, 1, 2), (7, 0, None)],
    )  # fmt: skip


def test_arrange_hangs_a_reply_under_a_parent_that_is_dated_later():
    assert arranged(said(1, minute=2, reply_to=2), said(2, minute=3))[0][2] == [(2, 0, None), (1, 1, 2)]


def test_arrange_opens_a_thread_for_a_reply_whose_parent_stands_elsewhere():
    tweets = [said(1, minute=2), said(2, minute=3, reply_to=1), said(3, minute=4, reply_to=2), said(4, reply_to=99)]

    assert arranged(*tweets, placements={2: OTHER_ANSWER, 3: OTHER_ANSWER}) == [
        ("question", 1, [(1, 0, None), (4, 0, None)]),
        ("question", 2, [(2, 0, None), (3, 1, 2)]),
    ]


def test_arrange_makes_no_line_of_a_question():
    """Replies to it stand at the top; its copies, and retweets of it, are no lines either."""
    tweets = [
        asked(1, "Q1 What do you wish?", minute=1),
        said(2, minute=2, reply_to=1),
        said(3, "RT @wecops: Q1 What do you wish?", minute=3),
        said(4, "What do you wish? #WeCops", minute=4),
        said(5, "x", minute=5, is_retweet=True, retweet_of=1),
        said(6, "My mum", minute=6, reply_to=3),
    ]
    copy = Placement(1, "retweet", "copy", 1.0)
    placements = {1: Placement(1, "question", "host", 1.0), 3: copy, 4: copy, 5: copy}

    assert arranged(*tweets, placements=placements, questions=[question(1, minute=1, tweet=1)]) == [
        ("question", 1, [(2, 0, None), (6, 0, None)])
    ]


def test_arrange_keeps_a_copy_of_an_answer():
    tweets = [said(1, "The custody sergeant"), said(2, "The custody sergeant", author=BOB)]

    assert arranged(*tweets, placements={2: Placement(1, "retweet", "copy", 0.85)})[0][2] == [
        (1, 0, None),
        (2, 0, None),
    ]


def test_retweets_are_folded_under_their_original():
    tweets = [
        said(1, minute=1),
        said(2, "x", minute=2, is_retweet=True, retweet_of=1),
        said(3, "x", minute=3, is_retweet=True, retweet_of=99),
        said(4, "x", minute=4, is_retweet=True, retweet_of=2),
        said(5, "x", minute=5, is_retweet=True, retweet_of=1, author=CAT),
        said(6, "x", minute=6, is_retweet=True),
    ]

    assert retweets(tweets) == {1: (2, 5)}
    assert arranged(*tweets)[0][2] == [(1, 0, None), (3, 0, None), (4, 0, None), (6, 0, None)]


@pytest.mark.parametrize(
    ("links", "lines"),
    [
        ({1: 1}, [(1, 0, None), (2, 0, None), (3, 0, None)]),
        ({1: 2, 2: 1}, [(1, 0, None), (2, 1, 1), (3, 0, None)]),
        ({1: 3, 2: 1, 3: 2}, [(1, 0, None), (2, 1, 1), (3, 2, 2)]),
        ({1: 2, 2: 3, 3: 2}, [(2, 0, None), (1, 1, 2), (3, 1, 2)]),
    ],
)
def test_arrange_cuts_a_circle(links, lines):
    tweets = [said(key, minute=key, reply_to=links.get(key)) for key in (1, 2, 3)]

    assert arranged(*tweets)[0][2] == lines


@pytest.mark.parametrize("ahead", [1, -1])
def test_arrange_follows_twenty_thousand_replies(ahead):
    keys = range(1, 20_001)

    lines = arranged(*(said(key, reply_to=key - ahead) for key in keys))[0][2]

    assert [(key, depth) for key, depth, _ in lines] == list(zip(keys[::ahead], range(20_000), strict=True))


@given(conversations())
@settings(max_examples=100)
def test_arrange_has_every_tweet_once_and_every_reply_behind_its_parent(tweets):
    questions = find_questions(tweets, [question(3)])
    placements = place(tweets, questions, ends_at=END)

    sections = arrange(tweets, questions, placements)

    lines = [line for section in sections for line in section.lines]
    keys = [line.key for line in lines]
    folded = [key for keys in retweets(tweets).values() for key in keys]
    copies = {key for key, placement in placements.items() if placement.placed_by == "copy"}
    heads = {each.tweet for each in questions} - {None}
    assert len(set(keys)) == len(keys)
    assert {tweet.key for tweet in tweets} - copies == {*keys, *folded, *heads} - copies
    assert {*keys}.isdisjoint({*folded, *heads})
    for section in sections:
        places = {line.key: place for place, line in enumerate(section.lines)}
        depths = {line.key: line.depth for line in section.lines} | {None: -1}
        assert all(line.depth == depths[line.parent] + 1 for line in section.lines)
        assert all(places[line.key] > places.get(line.parent, -1) for line in section.lines)
    assert arrange(tweets, questions[::-1], dict(reversed(placements.items()))) == sections
