"""A search on Bluesky: every post once, whatever its cursor does, for whoever may be shown it."""

from datetime import UTC, datetime, timedelta

import pytest

from chats.sources.base import SourceError
from chats.sources.bluesky import BlueskyLookup, BlueskySearch, BlueskyThread
from chats.sources.bluesky_service import Access
from tests.chats.sources.networks import once, read_on, rows_of, tweets_of
from tests.chats.sources.reading import meanings
from tests.simulators import bluesky
from tests.simulators.bluesky_api import Sky, too_many
from tests.simulators.loopback import Loopback, Said
from tests.simulators.practice import STARTS_AT, practice

HALF_A_MINUTE = timedelta(seconds=30)
ENDS_AT = STARTS_AT + timedelta(minutes=70)


@pytest.fixture(scope="module")
def chat():
    return practice()


def access(sky):
    return Access(sky.url, sky.identifier, sky.password)


def search(sky, **how):
    return BlueskySearch(access(sky), "#WeCops", **how)


def wanted(sky):
    return {bluesky.uri(said): said for said in sky.tagged()}


@pytest.mark.parametrize("scale", [1, 6])
def test_every_post_is_found_though_the_search_goes_less_deep(scale):
    with Sky(practice(scale), reach=150) as sky:
        had, errors = read_on(lambda: search(sky))

        assert errors == []
        assert {uri: tweet.text for uri, tweet in rows_of(had).items()} == {
            uri: said.text for uri, said in wanted(sky).items()
        }
        assert len(tweets_of(had)) - len(rows_of(had)) < len(had)
        assert sum(page.requests for page in had) == len(sky.asked)


def test_time_is_what_the_client_states_but_never_after_the_service_saw_it(chat):
    with Sky(chat) as sky:
        tweets, _, _ = once(search(sky))

        seen_after = {tweet.id: tweet.created_at - wanted(sky)[tweet.id].at for tweet in tweets}
    assert set(seen_after.values()) <= {timedelta(milliseconds=n) for n in (0, 700)}
    assert set(seen_after.values()) > {timedelta()}


def test_replies_name_their_parent_and_their_conversation(chat):
    by_id = {tweet_id: said for said in chat.public for tweet_id in (said.id, *said.edits)}
    with Sky(chat) as sky:
        tweets, _, _ = once(search(sky))

        for tweet in tweets:
            said = wanted(sky)[tweet.id]
            parent = by_id.get(said.reply_to)
            root = by_id.get(said.conversation) if parent else said
            assert tweet.reply_to == (bluesky.uri(parent) if parent else "")
            assert tweet.conversation == bluesky.uri(root or parent)


def test_author_who_is_not_for_strangers_is_refused(chat):
    with Sky(chat) as sky:
        tweets, rejected, _ = once(search(sky))

        hidden = {bluesky.did(said.author) for said in chat.public if sky.is_hidden(said.author)}
    assert hidden
    assert not hidden & {tweet.author.id for tweet in tweets}
    assert {reason.partition(": ")[2] for reason in rejected} == {
        "Its author asks not to be shown to people who are not signed in"
    }


@pytest.mark.parametrize("stop", range(2))
def test_reading_goes_on_from_every_page(chat, stop):
    with Sky(chat) as sky:
        whole = [page._replace(requests=0) for page in search(sky).pages("")]
        rest = [page._replace(requests=0) for page in search(sky).pages(whole[stop].cursor)]

    assert rest == whole[stop + 1 :]
    assert len(whole) == 3


def test_followed_live_every_post_comes_within_a_minute(chat):
    seen = {}
    with Sky(chat) as sky:
        cursor, sky.now, polls = "", STARTS_AT - timedelta(minutes=15), 0
        while sky.now < ENDS_AT:
            for page in search(sky, starts_at=STARTS_AT - timedelta(minutes=15)).pages(cursor):
                cursor = page.cursor
                for tweet in page.tweets:
                    seen.setdefault(tweet.id, sky.now)
            polls += 1
            sky.now += HALF_A_MINUTE

        expected = {uri: said for uri, said in wanted(sky).items() if said.at < ENDS_AT - HALF_A_MINUTE}
        assert len(sky.asked) < 1.3 * polls + 10
    late = {uri for uri, said in expected.items() if uri not in seen}
    assert late == {uri for uri, said in expected.items() if said.at < STARTS_AT - timedelta(minutes=15)}
    assert max(moment - expected[uri].at for uri, moment in seen.items()) <= timedelta(minutes=1)


def test_posts_that_come_while_pages_are_read_push_none_out(chat):
    with Sky(chat) as sky:
        sky.now, had = STARTS_AT + timedelta(minutes=50), []
        for page in search(sky).pages(""):
            had.append(page)
            sky.now += timedelta(minutes=4)
        more, _, _ = once(search(sky), had[-1].cursor)

        assert {tweet.id for tweet in tweets_of(had) + more} == {
            uri for uri, said in wanted(sky).items() if said.at < sky.now - timedelta(seconds=1)
        }


def test_only_the_window_is_asked_for(chat):
    starts_at, ends_at = STARTS_AT + timedelta(minutes=20), STARTS_AT + timedelta(minutes=40)
    with Sky(chat) as sky:
        tweets, _, last = once(search(sky, starts_at=starts_at, ends_at=ends_at))
        again, _, _ = once(search(sky, starts_at=starts_at, ends_at=ends_at), last.cursor)

        posts = {uri: sky.sorted_at(said) for uri, said in wanted(sky).items()}
    assert {tweet.id for tweet in tweets} == {uri for uri, at in posts.items() if starts_at <= at < ends_at}
    assert {tweet.id for tweet in again} < {tweet.id for tweet in tweets}


def test_posts_of_one_instant_are_all_found():
    chat = practice(3)
    with Sky(chat) as sky:
        one = {"createdAt": "2026-11-18T21:30:00.000Z"}
        for said in sky.tagged():
            sky.change(said, record=one)
        sky.reach = 10_000
        tweets, _, _ = once(search(sky))

        assert len(sky.tagged()) > 400
        assert {tweet.id for tweet in tweets} == set(wanted(sky))


def test_search_that_says_the_same_for_ever_is_left_and_told(chat):
    posts = [bluesky.post(chat.public[0], {})]
    with Loopback(lambda asked: Said({"posts": posts, "cursor": "1"})) as server:
        tweets, _, last = once(BlueskySearch(Access(server.url), "#wecops"))

        assert len(server.asked) < 30
    assert ({tweet.id for tweet in tweets}, [each.code for each in last.missing]) == (
        {posts[0]["uri"]},
        ["bluesky_circles"],
    )


def test_nothing_new_costs_one_request(chat):
    with Sky(chat) as sky:
        _, _, last = once(search(sky))
        before = len(sky.asked)
        once(search(sky), last.cursor)

        assert len(sky.asked) - before == 1


def test_session_is_made_once_and_renewed_when_it_ends(chat):
    with Sky(chat, lifetime=2) as sky:
        once(search(sky))
        once(search(sky))

        assert sky.sessions == 1
        made = [asked.path.rpartition(".")[2] for asked in sky.asked]
    assert made.count("refreshSession") == 2


def test_session_that_cannot_be_renewed_is_made_anew(chat):
    with Sky(chat, lifetime=2, refreshes=0) as sky:
        had, errors = read_on(lambda: search(sky))

        assert (rows_of(had).keys(), errors, sky.sessions) == (wanted(sky).keys(), [], 2)


def test_password_that_is_wrong_is_an_error_for_a_person_and_is_not_told(chat):
    with Sky(chat) as sky, pytest.raises(SourceError) as caught:
        once(BlueskySearch(Access(sky.url, "me.example", "a-secret"), "#wecops"))

    assert (caught.value.code, caught.value.permanent) == ("bluesky_login", True)
    assert "a-secret" not in str(caught.value)
    assert "a-secret" not in repr(Access("https://sky.example", "me.example", "a-secret"))


def test_stranger_may_ask_a_service_that_is_open(chat):
    with Sky(chat, is_open=True) as sky:
        tweets, _, _ = once(BlueskySearch(Access(sky.url), "#wecops"))

        assert {tweet.id for tweet in tweets} == set(wanted(sky))


def test_stranger_is_told_that_an_account_is_needed(chat):
    with Sky(chat) as sky, pytest.raises(SourceError) as caught:
        once(BlueskySearch(Access(sky.url), "#wecops"))

    assert (caught.value.code, caught.value.permanent) == ("bluesky_login", True)


def test_limit_says_how_long_to_wait(chat):
    with Sky(chat, faults={2: too_many(30)}) as sky, pytest.raises(SourceError) as caught:
        once(search(sky))

    assert (caught.value.code, caught.value.waiting) == ("bluesky_rate_limit", True)
    assert caught.value.retry_after == timedelta(seconds=30)


def test_thread_tells_what_has_no_hashtag_and_what_is_gone(chat):
    with Sky(chat) as sky:
        question = next(said for said in sky.tagged() if said.truth.why == "asked")
        below = sky.below(question)
        gone, blocked = [said for said in below if not sky.below(said)][:2]
        sky.gone.add(gone.id)
        sky.blocked.add(blocked.id)
        tweets, rejected, _ = once(BlueskyThread(access(sky), bluesky.uri(question)))

        shown = [said for said in [question, *below] if not sky.is_hidden(said.author)]
        assert {tweet.id for tweet in tweets} == {bluesky.uri(said) for said in shown} - {
            bluesky.uri(gone),
            bluesky.uri(blocked),
        }
        assert any(uri not in wanted(sky) for uri in {tweet.id for tweet in tweets})
    assert "Item 1: This tweet is not there any more" in rejected


def test_thread_that_is_gone_is_no_error(chat):
    with Sky(chat) as sky:
        said = sky.tagged()[0]
        sky.gone.add(said.id)

        assert once(BlueskyThread(access(sky), bluesky.uri(said)))[:2] == (
            [],
            ["Item 1: This tweet is not there any more"],
        )


def test_lookup_tells_what_is_gone_from_what_is_only_kept_from_us(chat):
    with Sky(chat) as sky:
        posts = [said for said in chat.public if not said.retweet_of]
        hidden = next(said for said in posts if sky.is_hidden(said.author))
        gone, blocked, *rest = [said for said in posts if not sky.is_hidden(said.author)][:60]
        sky.gone.add(gone.id)
        sky.blocked.add(blocked.id)
        asked = [bluesky.uri(said) for said in (gone, blocked, hidden, *rest)]
        found = list(BlueskyLookup(access(sky)).check(asked))

        assert sorted(uri for each in found for uri in each.gone) == sorted([bluesky.uri(gone), bluesky.uri(hidden)])
        assert [tweet.id for each in found for tweet in each.shown] == asked[3:]
        assert len(sky.asked) == 1 + 3 + 2


def test_facet_cut_in_the_middle_of_an_emoji_is_left_out(chat):
    text = "👂 see #WeCops"
    facets = [
        {"index": {"byteStart": 2, "byteEnd": 8}, "features": [{"$type": "#link", "uri": "https://example.org"}]},
        {"index": {"byteStart": 9, "byteEnd": 16}, "features": [{"$type": "#tag", "tag": "WeCops"}]},
    ]
    with Sky(chat) as sky:
        said = sky.tagged()[5]
        sky.change(said, record={"text": text, "facets": facets})
        tweets, _, _ = once(search(sky))

        (tweet,) = [each for each in tweets if each.id == bluesky.uri(said)]
    assert (tweet.text, meanings(tweet)) == (text, [("hashtag", "#WeCops", "WeCops")])


@pytest.mark.parametrize("stated", ["1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "soon", None])
def test_absurd_time_pushes_no_other_post_out(chat, stated):
    with Sky(chat) as sky:
        said = sky.tagged()[100]
        sky.change(said, record={"createdAt": stated})
        tweets, _, last = once(search(sky, starts_at=chat.tweets[0].at))
        again, _, _ = once(search(sky), last.cursor)

        is_long_ago = stated is not None and stated.startswith("1970")
        expected = set(wanted(sky)) - ({bluesky.uri(said)} if is_long_ago else set())
        assert {tweet.id for tweet in tweets} == expected
    assert datetime(2026, 11, 18, tzinfo=UTC) < min(tweet.created_at for tweet in again)
