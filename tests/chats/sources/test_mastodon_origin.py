"""What the server on which a status was written says of it: its replies, and whether it is still there."""

import pytest

from chats.sources.base import SourceError
from chats.sources.mastodon_origin import MOST, MastodonThread, lookup
from chats.sources.mastodon_server import Access
from tests.chats.sources.networks import once
from tests.simulators import loopback
from tests.simulators.mastodon_api import Fediverse
from tests.simulators.practice import practice

SERVERS = {"social.example": {}, "far.example": {}}


@pytest.fixture(scope="module")
def chat():
    return practice()


@pytest.fixture
def fediverse(chat):
    with Fediverse(chat, SERVERS) as fediverse:
        yield fediverse


def access(fediverse):
    return Access(tuple(fediverse.urls))


def question_of(fediverse):
    return next(said for said in fediverse.tagged() if said.truth.why == "asked")


def looked(fediverse, said):
    """Tweets, addresses of those that are gone, and of those of which nothing was learnt."""
    found = lookup(access(fediverse), [fediverse.uri(each) for each in said])
    assert {each.why for each in found.gone} <= {"not-found"}
    return list(found.tweets), [each.id for each in found.gone], list(found.unclear)


def test_thread_tells_replies_without_the_hashtag(fediverse):
    question = question_of(fediverse)

    tweets, rejected, last = once(MastodonThread(access(fediverse), fediverse.uri(question)))

    expected = {fediverse.uri(said) for said in fediverse.below(question)}
    assert {tweet.id for tweet in tweets} == expected
    assert expected - {fediverse.uri(said) for said in fediverse.tagged()}
    assert {tweet.reply_to for tweet in tweets} <= {*expected, fediverse.uri(question)}
    assert (rejected, last.missing) == ([], ())


def test_thread_that_is_gone_is_empty(fediverse):
    question = question_of(fediverse)
    fediverse.gone.add(question.id)

    assert once(MastodonThread(access(fediverse), fediverse.uri(question)))[:2] == ([], [])


@pytest.mark.parametrize("uri", ["https://other.example/users/a/statuses/1", "https://[", "tag:x,2020:1", "nonsense"])
def test_thread_of_a_server_that_is_not_ours_is_told_to_be_missing(fediverse, uri):
    tweets, _, last = once(MastodonThread(access(fediverse), uri))

    assert (tweets, [each.code for each in last.missing]) == ([], ["mastodon_stranger"])


def test_lookup_tells_what_is_there_and_what_is_gone(fediverse):
    every = [said for said in fediverse.facts.public if not said.retweet_of][:MOST]
    gone = every[::4]
    fediverse.gone |= {said.id for said in gone}

    shown, found, unclear = looked(fediverse, every)

    assert sorted(found) == sorted(fediverse.uri(said) for said in gone)
    assert {tweet.id for tweet in shown} == {fediverse.uri(said) for said in every if said not in gone}
    assert unclear == []


def test_lookup_without_a_question_for_several_asks_for_each(chat):
    with Fediverse(chat, {host: {"lacks_batch": True} for host in SERVERS}) as fediverse:
        every = fediverse.tagged()[:10]
        fediverse.gone.add(every[3].id)

        shown, found, unclear = looked(fediverse, every)

        assert found == [fediverse.uri(every[3])]
        assert (len(shown), unclear) == (9, [])


def test_lookup_shows_what_was_edited(fediverse):
    said = fediverse.tagged()[5]
    server = fediverse.servers[fediverse.home(said.author)]
    server.changes[said.id] = {"content": "<p>Mended</p>", "edited_at": "2026-11-19T09:00:00.000Z"}

    ((tweet,), gone, unclear) = looked(fediverse, [said])

    assert (tweet.text, tweet.edits[0], gone, unclear) == ("Mended", fediverse.uri(said), [], [])


def test_status_of_another_server_is_neither_there_nor_gone(fediverse):
    strange = ("https://other.example/users/a/statuses/1", "nonsense")

    found = lookup(access(fediverse), strange)

    assert (found.tweets, found.gone, found.unclear) == ((), (), strange)


def test_server_that_fails_leaves_only_its_own_unclear(fediverse):
    every = fediverse.tagged()[:MOST]
    fediverse.servers["far.example"].is_down = True

    shown, gone, unclear = looked(fediverse, every)

    far = [fediverse.uri(said) for said in every if fediverse.home(said.author) == "far.example"]
    assert (unclear, gone, len(shown)) == (far, [], MOST - len(far))
    assert far


def test_another_status_under_the_same_id_says_nothing(fediverse):
    said = fediverse.tagged()[5]
    fediverse.servers[fediverse.home(said.author)].changes[said.id] = {"uri": "https://other.example/1"}

    assert looked(fediverse, [said]) == ([], [], [fediverse.uri(said)])


@pytest.mark.parametrize("trait", [{"is_down": True}, {"is_closed": True, "refuses": True, "hides": True}])
def test_server_that_says_nothing_takes_nothing_back(chat, trait):
    with Fediverse(chat, {"social.example": trait}) as fediverse, pytest.raises(SourceError):
        looked(fediverse, fediverse.tagged()[:3])


@pytest.mark.parametrize("fault", [loopback.page_of_html, loopback.cut, loopback.reset, loopback.missing_page])
def test_answer_that_is_not_mastodons_takes_nothing_back(chat, fault):
    faults = {"social.example": dict.fromkeys(range(2, 9), fault)}
    with Fediverse(chat, {"social.example": {}}, faults=faults) as fediverse, pytest.raises(SourceError):
        looked(fediverse, fediverse.tagged()[:3])


@pytest.mark.parametrize(("servers", "uris"), [((), []), (("http://127.0.0.1:9",), ["https://a.example/1"] * 21)])
def test_question_that_cannot_be_asked_is_refused(servers, uris):
    with pytest.raises(SourceError) as caught:
        lookup(Access(servers), uris)

    assert caught.value.permanent
