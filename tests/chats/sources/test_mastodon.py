"""A hashtag on several Mastodon servers: every status once, whatever stands under which id where, and when it comes."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from chats.sources.base import SourceError
from chats.sources.mastodon import MastodonTag
from chats.sources.mastodon_server import Access
from tests.chats.sources.networks import once, read_on, rows_of, tweets_of
from tests.simulators.loopback import Loopback, Said
from tests.simulators.mastodon_api import Fediverse, too_many
from tests.simulators.practice import STARTS_AT, practice

SERVERS = {"social.example": {}, "far.example": {}, "old.example": {"is_backdating": True}}
HALF_A_MINUTE = timedelta(seconds=30)
ENDS_AT = STARTS_AT + timedelta(minutes=70)


@pytest.fixture(scope="module")
def chat():
    return practice()


def tag(fediverse, *, starts_at=None, ends_at=None, **how):
    return MastodonTag(Access(tuple(fediverse.urls), **how), "#WeCops", starts_at=starts_at, ends_at=ends_at)


def wanted(fediverse):
    return {fediverse.uri(said): said for said in fediverse.tagged()}


def test_servers_are_merged_into_one_tweet_for_every_status(chat):
    with Fediverse(chat, SERVERS) as fediverse:
        had, errors = read_on(lambda: tag(fediverse))

        rows = rows_of(had)
        assert (errors, had[-1].rejected) == ([], ())
        assert {uri: tweet.text for uri, tweet in rows.items()} == {
            uri: said.text for uri, said in wanted(fediverse).items()
        }
        assert len(tweets_of(had)) == 3 * len(rows)
        assert sum(page.requests for page in had) == fediverse.requests
        assert {tweet._replace(raw=b"") for tweet in tweets_of(had)} == set(rows.values())


def test_replies_are_to_addresses_that_all_servers_share(chat):
    by_id = {tweet_id: said for said in chat.public for tweet_id in (said.id, *said.edits)}
    with Fediverse(chat, SERVERS) as fediverse:
        had, _ = read_on(lambda: tag(fediverse))

        parents = {uri: by_id.get(said.reply_to) for uri, said in wanted(fediverse).items()}
        expected = {uri: fediverse.uri(parent) if parent else "" for uri, parent in parents.items()}
        assert {tweet.id: tweet.reply_to for tweet in tweets_of(had)} == expected


@pytest.mark.parametrize(("trait", "is_known"), [({"lacks_batch": True}, True), ({"hides": True}, False)])
def test_server_that_cannot_be_asked_for_several_tells_what_it_can(chat, trait, is_known):
    servers = {"social.example": {}, "far.example": trait}
    with Fediverse(chat, servers) as fediverse:
        sound, _, _ = once(MastodonTag(Access((fediverse.urls[0],)), "wecops"))
        tweets, _, _ = once(MastodonTag(Access((fediverse.urls[1],)), "wecops"))

    replies = {tweet.id: tweet.reply_to for tweet in tweets}
    assert replies.keys() == {tweet.id for tweet in sound}
    assert (replies == {tweet.id: tweet.reply_to for tweet in sound}) is is_known


@pytest.mark.parametrize("stop", range(0, 15, 3))
def test_reading_goes_on_from_every_page(chat, stop):
    with Fediverse(chat, SERVERS) as fediverse:
        whole = [page._replace(requests=0) for page in tag(fediverse).pages("")]
        rest = [page._replace(requests=0) for page in tag(fediverse).pages(whole[stop].cursor)]

    assert rest == whole[stop + 1 :]


def test_followed_live_every_status_comes_within_a_minute(chat):
    seen = {}
    with Fediverse(chat, {"social.example": {}, "far.example": {}}) as fediverse:
        cursor, fediverse.now = "", STARTS_AT - timedelta(minutes=15)
        polls = 0
        while fediverse.now < ENDS_AT:
            before = fediverse.requests
            for page in tag(fediverse).pages(cursor):
                cursor = page.cursor
                for tweet in page.tweets:
                    seen.setdefault(tweet.id, fediverse.now)
            polls += 1
            fediverse.now += HALF_A_MINUTE
            assert fediverse.requests - before <= 8
        requests = fediverse.requests

        expected = {uri: said for uri, said in wanted(fediverse).items() if said.at < ENDS_AT - HALF_A_MINUTE}
    assert seen.keys() == expected.keys()
    assert max(seen[uri] - said.at for uri, said in expected.items()) <= timedelta(minutes=1)
    assert requests < polls * 2 * 2


def test_late_status_with_an_id_of_its_time_is_found_by_reading_anew(chat):
    with Fediverse(chat, {"far.example": {}, "old.example": {"is_backdating": True}}) as fediverse:
        only = MastodonTag(Access(tuple(fediverse.urls[1:])), "wecops")
        fediverse.now, cursor, seen = STARTS_AT, "", set()
        while fediverse.now < ENDS_AT:
            for page in only.pages(cursor):
                cursor = page.cursor
                seen |= {tweet.id for tweet in page.tweets}
            fediverse.now += HALF_A_MINUTE
        anew = {tweet.id for tweet in once(only)[0]}

        assert seen <= anew
        assert anew == {uri for uri, said in wanted(fediverse).items() if said.at < fediverse.now}


def test_many_new_ones_since_the_last_time_leave_no_gap(chat):
    with Fediverse(chat, {"social.example": {}}) as fediverse:
        fediverse.now = STARTS_AT + timedelta(minutes=5)
        first, _, last = once(tag(fediverse))
        fediverse.now = None
        second, _, _ = once(tag(fediverse), last.cursor)

    assert {tweet.id for tweet in first + second} == set(wanted(fediverse))
    assert len(second) > 100
    assert not {tweet.id for tweet in first} & {tweet.id for tweet in second}


def test_nothing_new_costs_one_request_for_each_server(chat):
    with Fediverse(chat, SERVERS) as fediverse:
        _, _, last = once(tag(fediverse))
        before = fediverse.requests
        tweets, _, _ = once(tag(fediverse), last.cursor)

        assert (tweets, fediverse.requests - before) == ([], 3)


def test_only_what_was_written_in_the_time_sought_is_given(chat):
    since, until = STARTS_AT + timedelta(minutes=20), STARTS_AT + timedelta(minutes=40)
    with Fediverse(chat, SERVERS) as fediverse:
        tweets, _, _ = once(tag(fediverse, starts_at=since, ends_at=until))

        assert {tweet.id for tweet in tweets} == {
            uri for uri, said in wanted(fediverse).items() if since <= said.at < until
        }


def test_long_past_of_a_hashtag_is_not_read_to_its_end():
    chat = practice(6)
    with Fediverse(chat, {"social.example": {}}) as fediverse:
        since = chat.tweets[-1].at - timedelta(minutes=20)
        once(tag(fediverse, starts_at=since))
        few = fediverse.requests
        once(tag(fediverse))

    assert few < (fediverse.requests - few) / 2


@pytest.mark.parametrize("trait", [{"is_closed": True}, {"is_closed": True, "refuses": True}])
def test_closed_server_is_told_and_stops_no_other(chat, trait):
    with Fediverse(chat, SERVERS | {"far.example": trait}) as fediverse:
        tweets, _, last = once(tag(fediverse))

        assert {tweet.id for tweet in tweets} == set(wanted(fediverse))
        name = fediverse.urls[1].removeprefix("http://")
        assert [each[:3] for each in last.missing] == [
            (name, "mastodon_closed", f"{name} shows its hashtags to nobody without a token.")
        ]


def test_closed_server_opens_to_a_token(chat):
    with Fediverse(chat, {"social.example": {"is_closed": True}}) as fediverse:
        token = fediverse.servers["social.example"].token
        tweets, _, last = once(tag(fediverse, tokens={urlsplit(fediverse.urls[0]).netloc: token}))

        assert ({tweet.id for tweet in tweets}, last.missing) == (set(wanted(fediverse)), ())


def test_server_that_closes_meanwhile_is_told_and_goes_on_when_it_opens(chat):
    with Fediverse(chat, {"social.example": {}}) as fediverse:
        server, fediverse.now = fediverse.servers["social.example"], STARTS_AT + timedelta(minutes=20)
        first, _, last = once(tag(fediverse))
        server.is_closed = True
        nothing, _, closed = once(tag(fediverse), last.cursor)
        server.is_closed, fediverse.now = False, None
        second, _, last = once(tag(fediverse), closed.cursor)

        assert (nothing, [each.code for each in closed.missing], last.missing) == ([], ["mastodon_closed"], ())
        assert {tweet.id for tweet in first + second} == set(wanted(fediverse))


def test_server_that_is_down_is_told_and_stops_no_other(chat):
    with Fediverse(chat, SERVERS) as fediverse:
        fediverse.servers["social.example"].is_down = True
        tweets, _, last = once(tag(fediverse))
        fediverse.servers["social.example"].is_down = False
        later, _, end = once(tag(fediverse), last.cursor)

        assert {tweet.id for tweet in tweets} == {tweet.id for tweet in later} == set(wanted(fediverse))
        assert ([each.code for each in last.missing], end.missing) == (["unavailable"], ())


def test_no_server_that_answers_is_an_error(chat):
    down = {host: {"is_down": True} for host in SERVERS}
    with Fediverse(chat, down) as fediverse, pytest.raises(SourceError) as caught:
        once(tag(fediverse))

    assert (caught.value.code, caught.value.permanent, caught.value.waiting) == ("unavailable", False, True)


def test_token_is_not_told():
    assert "a-secret" not in repr(Access(("https://social.example",), {"https://social.example": "a-secret"}))


def test_resting_server_is_not_asked(chat):
    with Fediverse(chat, SERVERS) as fediverse:
        once(tag(fediverse, resting={fediverse.urls[1].removeprefix("http://")}))

        assert fediverse.servers["far.example"].loopback.asked == []


def test_limit_says_how_long_to_wait_by_the_servers_clock(chat):
    faults = {"social.example": {2: too_many(STARTS_AT)}}
    with Fediverse(chat, {"social.example": {}}, faults=faults) as fediverse, pytest.raises(SourceError) as caught:
        once(tag(fediverse))

    assert (caught.value.code, caught.value.waiting) == ("mastodon_rate_limit", True)
    assert caught.value.retry_after == timedelta(minutes=5)


def test_limit_without_a_time_waits_a_minute():
    said = Said({"error": "Too many requests"}, 429)
    with Loopback(lambda asked: said) as server, pytest.raises(SourceError) as caught:
        once(MastodonTag(Access((server.url,)), "wecops"))

    assert caught.value.retry_after == timedelta(minutes=1)


def test_hashtag_that_nobody_has_used_is_empty(chat):
    with Fediverse(chat, SERVERS) as fediverse:
        assert once(MastodonTag(Access(tuple(fediverse.urls)), "nobody used/this?"))[:2] == ([], [])


@pytest.mark.parametrize("cursor", ["{", "[1]", "12", '"a"', "\0"])
def test_cursor_that_is_none_is_refused(chat, cursor):
    with pytest.raises(SourceError) as caught:
        once(MastodonTag(Access(("http://127.0.0.1:9",)), "wecops"), cursor)

    assert (caught.value.code, caught.value.permanent) == ("mastodon_cursor", True)


def test_no_server_is_refused():
    with pytest.raises(SourceError) as caught:
        once(MastodonTag(Access(()), "wecops"))

    assert caught.value.permanent
