"""What else is read of X beside a hashtag: an account's tweets and mentions, conversations, the full archive."""

from datetime import timedelta
from itertools import pairwise

import pytest

from chats.sources import x
from chats.sources.base import SourceError
from chats.sources.x_asking import Access
from chats.sources.x_places import Place
from chats.sources.x_queries import any_of, hashtags
from chats.sources.x_timelines import XTimeline, is_timeline
from tests.chats.sources.capturing import Captured, capture
from tests.simulators.practice import practice
from tests.simulators.x_api import Clock, XApi


@pytest.fixture(scope="module")
def facts():
    return practice()


def clock_after(facts, **span):
    return Clock(facts.ends_at + timedelta(**(span or {"hours": 13})))


def source_of(api, listing, **how):
    access = Access(api.url, api.token, deadline=timedelta(seconds=5))
    return x.XSource(access, listing, **{"starts_at": api.facts.starts_at - timedelta(minutes=15), **how})


def captured_of(facts, listing, **how):
    clock = clock_after(facts)
    with XApi(facts, clock) as api:
        return capture(source_of(api, listing, **how), clock)


def timeline_of(facts, query, captured=None, clock=None):
    clock = clock or clock_after(facts)
    with XApi(facts, clock, owner="WeCops") as api:
        access = Access(api.url, api.token, deadline=timedelta(seconds=5))
        window = {
            "starts_at": facts.starts_at - timedelta(minutes=15),
            "ends_at": facts.ends_at + timedelta(minutes=90),
        }
        return capture(XTimeline(access, query, **window), clock, captured), api


def test_what_an_account_says_comes_without_its_retweets(facts):
    captured, _ = timeline_of(facts, "from:WeCops")

    closes_at = facts.ends_at + timedelta(minutes=90)
    theirs = [said for said in facts.public if said.author.handle == "WeCops" and said.at < closes_at]
    assert set(captured.tweets) == {said.id for said in theirs if not said.retweet_of} != {said.id for said in theirs}


def test_what_is_said_to_an_account_needs_no_hashtag(facts):
    captured, _ = timeline_of(facts, "@WeCops")

    said = [each for each in facts.public if "@wecops" in each.text.lower()]
    assert set(captured.tweets) == {each.id for each in said if not each.retweet_of} != {each.id for each in said}
    assert any("#" not in tweet.text for tweet in captured.tweets.values())


def test_an_accounts_number_is_asked_for_once_and_its_timelines_are_cheap(facts):
    clock = clock_after(facts)
    captured, api = timeline_of(facts, "from:WeCops", clock=clock)
    clock.advance(timedelta(minutes=1))
    _, later = timeline_of(facts, "from:WeCops", captured, clock)

    assert [request.kind for request in api.requests + later.requests] == ["users", "user", "user"]
    assert api.ledger.dollars == pytest.approx(len(captured.tweets) * 0.001 + 0.010)
    assert [page.is_owned for page in captured.pages] == [False, True, True]


def test_a_handle_that_nobody_has_is_told(facts):
    with pytest.raises(SourceError) as error:
        timeline_of(facts, "@nobody_at_all")

    assert (error.value.code, error.value.permanent) == ("x_user", True)


@pytest.mark.parametrize(
    "query", ["from:WeCops -#a", "(@WeCops OR from:WeCops) -#a", "#WeCops", "@a @b", "from:", "@é"]
)
def test_a_query_for_anything_more_is_no_timeline(query):
    assert not is_timeline(query)


def test_conversations_find_the_replies_without_a_hashtag(facts):
    asked = [said.id for said in facts.public if said.truth.why == "asked"]
    (query,) = any_of([f"conversation_id:{each}" for each in asked])

    captured = captured_of(facts, x.recent(query))

    truth = {said.id for said in facts.public if said.conversation in asked and not said.retweet_of}
    assert set(captured.tweets) == truth
    assert any("#" not in tweet.text for tweet in captured.tweets.values())


def test_the_archive_gives_five_hundred_at_once_and_reaches_back_for_years(facts):
    clock = clock_after(facts, days=3000)
    with XApi(facts, clock) as api:
        listing = x.archive("#wecops")._replace(pace=timedelta())
        captured = capture(source_of(api, listing, ends_at=facts.ends_at + timedelta(hours=13)), clock)

    deleted = {said.id for said in facts.public if said.truth.deleted_at}
    assert set(captured.tweets) == set(captured_of(facts, x.recent("#wecops")).tweets) - deleted
    assert len(captured.pages) == 1


def test_haste_at_the_archive_is_waited_out(facts):
    clock = clock_after(facts)
    with XApi(facts, clock) as api:
        source = source_of(api, x.archive("#wecops")._replace(pace=timedelta(), most=100))
        captured = capture(source, clock)

    assert captured.errors == ["x_rate_limit"]
    assert captured.waited == timedelta(seconds=10)
    assert captured.said == captured_of(facts, x.recent("#wecops")).said


def test_a_pace_is_kept(facts):
    clock = Clock(facts.ends_at + timedelta(hours=13), scale=10)
    with XApi(facts, clock) as api:
        source = source_of(api, x.archive("#wecops")._replace(pace=timedelta(seconds=0.2), most=100))
        captured = capture(source, clock)

    assert (captured.errors, len(captured.pages)) == ([], 2)


def test_nothing_beyond_the_end_is_read(facts):
    captured = captured_of(facts, x.recent("#wecops"), starts_at=facts.starts_at, ends_at=facts.ends_at)

    inside = {each for each, tweet in captured.tweets.items() if facts.starts_at <= tweet.created_at < facts.ends_at}
    assert set(captured.tweets) == inside
    assert captured.said.items() < captured_of(facts, x.recent("#wecops")).said.items()


def test_after_an_outage_of_half_an_hour_nothing_is_missing(facts):
    clock, captured = Clock(facts.starts_at - timedelta(minutes=14)), Captured()
    with XApi(facts, clock) as api:
        source = source_of(api, x.recent("#wecops"))
        for minute in range(240):
            if not 20 <= minute < 50:
                capture(source, clock, captured)
            clock.advance(timedelta(minutes=1))
        clock.advance(timedelta(hours=10))
        capture(source, clock, captured)

    assert captured.said == captured_of(facts, x.recent("#wecops")).said


def test_after_an_outage_of_eight_days_the_gap_is_told(facts):
    clock, captured = Clock(facts.starts_at + timedelta(minutes=20)), Captured()
    with XApi(facts, clock) as api:
        source = source_of(api, x.recent("#wecops"))
        capture(source, clock, captured)
        before = set(captured.tweets)
        assert not Place.of_cursor(captured.cursor).has_gap
        clock.advance(timedelta(days=8))
        capture(source, clock, captured)

    assert set(captured.tweets) == before
    assert Place.of_cursor(captured.cursor).has_gap


def test_a_search_that_begins_now_waits_for_it(facts):
    """X refuses a beginning less than ten seconds ago; it must not be left out, or a week would be read and paid."""
    clock = Clock(facts.starts_at - timedelta(minutes=15, seconds=3))
    with XApi(facts, clock) as api:
        captured = capture(source_of(api, x.recent("#wecops")), clock)

    assert captured.errors == ["x_too_early"] * 2
    assert (captured.tweets, Place.of_cursor(captured.cursor).has_gap) == ({}, False)


@pytest.mark.parametrize(
    "cursor",
    ["x", "[]", '{"user": "1/../2"}', '{"newest": "1"}', '{"token": 1}', '{"else": 1}', "[" * 100_000, "1" * 5000],
)
def test_a_cursor_that_is_none_is_an_error(facts, cursor):
    with XApi(facts, clock_after(facts)) as api, pytest.raises(SourceError) as error:
        next(source_of(api, x.recent("#wecops")).pages(cursor))

    assert (error.value.code, error.value.permanent) == ("x_cursor", True)


@pytest.mark.parametrize("listing", [lambda: x.recent("a" * 513), lambda: x.recent(" "), lambda: x.archive("a" * 1025)])
def test_a_query_that_x_would_refuse_is_not_asked(listing):
    with pytest.raises(SourceError) as error:
        listing()

    assert (error.value.code, error.value.permanent) == ("x_query", True)


def test_long_queries_are_split_where_x_allows_it():
    queries = any_of([f"conversation_id:{10**18 + n}" for n in range(60)])

    assert [len(query) <= 512 for query in queries] == [True] * len(queries)
    assert " OR ".join(queries) == " OR ".join(f"conversation_id:{10**18 + n}" for n in range(60))
    assert all(len(first) + len(" OR ") + len(second.split(" OR ")[0]) > 512 for first, second in pairwise(queries))


def test_queries_name_each_term_once():
    assert hashtags(["wecops", "academicpony", "wecops"]) == ["#wecops OR #academicpony"]
    assert any_of([]) == []
