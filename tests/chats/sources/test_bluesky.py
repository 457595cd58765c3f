"""A search on Bluesky: every post once, whatever its cursor does, for whoever may be shown it."""

from datetime import UTC, datetime, timedelta

import pytest

from chats.sources.bluesky import BlueskySearch
from chats.sources.bluesky_service import Access
from tests.chats.sources.networks import once, read_on, rows_of, tweets_of
from tests.chats.sources.reading import meanings
from tests.simulators import bluesky
from tests.simulators.bluesky_api import Sky
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


def test_post_that_comes_late_into_the_index_is_found(chat):
    with Sky(chat) as sky:
        late = next(said for said in sky.tagged() if said.at > STARTS_AT)
        sky.change(late, indexedAt=(late.at + timedelta(minutes=5)).isoformat())
        sky.now = late.at + timedelta(minutes=4)
        before, _, last = once(search(sky))
        sky.now = late.at + timedelta(minutes=6)
        after, _, _ = once(search(sky), last.cursor)

    assert bluesky.uri(late) not in {tweet.id for tweet in before}
    assert bluesky.uri(late) in {tweet.id for tweet in after}


def test_service_that_sorts_otherwise_loses_no_post_to_an_absurd_time(chat):
    """The last post of a page says that it was written in 1970, and stands where it was seen."""
    plain = [said for said in chat.public if not (said.retweet_of or said.quote_of)]
    posts = [bluesky.post(said, {}) for said in plain[:-10:-1]]
    posts[2]["record"]["createdAt"] = "1970-01-01T00:00:00.000Z"

    def answer(asked):
        left = [post for post in posts if not asked.param("until") or post["indexedAt"] < asked.param("until")]
        return Said({"posts": left[:3]} | ({"cursor": "3"} if len(left) > 3 else {}))

    with Loopback(answer) as server:
        tweets, _, _ = once(BlueskySearch(Access(server.url), "#wecops", starts_at=chat.tweets[0].at))

    assert {tweet.id for tweet in tweets} == {post["uri"] for post in posts}


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
