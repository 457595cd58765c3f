"""Tweets and followers -> people, reach, and the shape of the hour."""

from datetime import timedelta

import pytest
from hypothesis import given, settings

from chats.analysis.records import Minute, PersonFigures
from chats.analysis.stats import bar_width, measure
from tests.chats.analysis.building import ANN, BOB, CAT, END, HOST, START, at, conversations, question, said


def measured(*tweets, followers=None, questions=(), starts_at=START, ends_at=END):
    return measure(tweets, followers=followers or {}, questions=questions, starts_at=starts_at, ends_at=ends_at)


def person(author, minute, **counts):
    parts = ("sent", "replies_got", "repliers", "quotes_got", "retweets_got", "retweets_given")
    return PersonFigures(
        author=author,
        first_at=at(minute),
        impressions=None,
        **dict.fromkeys(parts, 0) | counts,
    )


def test_measure_of_nothing_is_nothing_and_a_flat_hour():
    figures = measured()

    assert (figures.people, figures.tweets, figures.replies, figures.retweets) == (0, 0, 0, 0)
    assert (figures.followers_known, figures.potential_impressions, figures.potential_audience) == (0, None, None)
    assert (figures.busiest_minute, figures.busiest_count, figures.persons) == (None, 0, ())
    assert figures.minutes == (Minute(0, None),) * 60


def test_measure_counts_what_each_person_did_and_got():
    figures = measured(
        said(1, minute=1, author=CAT),
        said(2, minute=2, author=ANN, reply_to=1),
        said(3, minute=3, author=ANN, reply_to=1),
        said(4, minute=4, author=BOB, reply_to=1, quote_of=2),
        said(5, minute=5, author=HOST, is_retweet=True, retweet_of=1),
        said(6, minute=6, author=HOST, is_retweet=True, retweet_of=99),
        said(7, minute=7, author=BOB, misses_parent=True),
    )

    assert figures.persons == (
        person(CAT, 1, sent=1, replies_got=3, repliers=2, retweets_got=1),
        person(ANN, 2, sent=2, quotes_got=1),
        person(BOB, 4, sent=2),
        person(HOST, 5, retweets_given=1),
    )
    assert (figures.people, figures.tweets, figures.replies, figures.retweets) == (4, 5, 4, 2)


def test_measure_does_not_count_what_people_give_themselves():
    figures = measured(
        said(1, minute=1),
        said(2, minute=2, reply_to=1),
        said(3, minute=3, quote_of=1),
        said(4, minute=4, is_retweet=True, retweet_of=1),
    )

    assert figures.persons == (person(ANN, 1, sent=3),)
    assert (figures.replies, figures.retweets) == (0, 1)


def test_measure_adds_reach_of_those_whose_followers_are_known():
    tweets = [said(1), said(2), said(3, is_retweet=True, retweet_of=4), said(4, author=BOB), said(5, author=CAT)]

    figures = measured(*tweets, followers={ANN: 10, BOB: 0, CAT: None, HOST: 900})

    assert [each.impressions for each in figures.persons] == [30, 0, None]
    assert (figures.followers_known, figures.potential_impressions, figures.potential_audience) == (2, 30, 10)


def test_measure_knows_no_reach_where_nobodys_followers_are_known():
    figures = measured(said(1), followers={ANN: None})

    assert (figures.followers_known, figures.potential_impressions, figures.potential_audience) == (0, None, None)


def test_measure_draws_a_bar_a_minute_with_the_question_open_when_it_began():
    tweets = [said(1, minute=-1), said(2, minute=0), said(3, minute=2.99), said(4, minute=3), said(5, minute=4)]
    questions = [question(3), question(2, minute=3), question(1, minute=0.5)]

    figures = measured(*tweets, questions=questions, ends_at=at(4))

    assert figures.minutes == (Minute(1, None), Minute(0, 1), Minute(1, 1), Minute(1, 2))


def test_measure_knows_a_question_asked_before_the_hour():
    questions = [question(2, minute=-1), question(1, minute=-1)]

    assert measured(questions=questions, ends_at=at(1)).minutes == (Minute(0, 2),)


@pytest.mark.parametrize(
    ("minutes", "busiest", "count"),
    [
        ([5, 5.5, 7, 7.5], 5, 2),
        ([7, 7.1, 7.2, 5, 5.5], 7, 3),
        ([-3, -3, -3, 59.99], 59, 1),
        ([60, 61], None, 0),
    ],
)
def test_measure_finds_the_busiest_minute_of_the_hour(minutes, busiest, count):
    figures = measured(*(said(key, minute=minute) for key, minute in enumerate(minutes, 1)))

    assert (figures.busiest_minute, figures.busiest_count) == (None if busiest is None else at(busiest), count)


def test_measure_leaves_retweets_out_of_the_shape():
    figures = measured(said(1, minute=1), said(2, minute=2, is_retweet=True, retweet_of=1), ends_at=at(3))

    assert [minute.tweets for minute in figures.minutes] == [0, 1, 0]


@pytest.mark.parametrize(
    ("minutes", "width", "bars"),
    [(0, 1, 0), (0.5, 1, 1), (60, 1, 60), (90.5, 1, 91), (240, 1, 240), (241, 2, 121), (7 * 24 * 60, 42, 240)],
)
def test_measure_draws_wider_bars_for_a_long_chat(minutes, width, bars):
    tweets = [said(1, minute=minutes - 0.1), said(2, minute=minutes)]

    figures = measured(*tweets, ends_at=at(minutes))

    assert bar_width(START, at(minutes)) == timedelta(minutes=width)
    assert len(figures.minutes) == bars
    assert [minute.tweets for minute in figures.minutes[-1:]] == [1][:bars]


def test_measure_finds_the_busiest_minute_inside_a_wide_bar():
    tweets = [said(1, minute=100), said(2, minute=119.2), said(3, minute=119.8)]

    figures = measured(*tweets, ends_at=at(480))

    assert (figures.busiest_minute, figures.busiest_count) == (at(119), 2)


@given(conversations())
@settings(max_examples=100)
def test_measure_has_sums_that_match_their_parts(tweets):
    figures = measured(*tweets, followers={HOST: 900, ANN: 10})

    def total(name):
        return sum(getattr(each, name) or 0 for each in figures.persons)

    missing = sum(tweet.misses_parent and not tweet.is_retweet for tweet in tweets)
    own = [tweet for tweet in tweets if not tweet.is_retweet]
    assert figures.people == len({tweet.author for tweet in tweets}) == len(figures.persons)
    assert figures.tweets == total("sent") == len(tweets) - figures.retweets
    assert figures.replies == total("replies_got") + missing
    assert total("retweets_got") == total("retweets_given") <= figures.retweets
    assert (figures.potential_impressions or 0) == total("impressions")
    assert total("repliers") <= total("replies_got")
    assert sum(minute.tweets for minute in figures.minutes) == sum(START <= tweet.created_at < END for tweet in own)
    assert max((minute.tweets for minute in figures.minutes), default=0) == figures.busiest_count
    assert [each.first_at for each in figures.persons] == sorted(each.first_at for each in figures.persons)
