"""Who asks Bluesky: one session for each process, renewed when it is over, and no password ever told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chats.sources.base import SourceError
from chats.sources.bluesky import BlueskySearch
from chats.sources.bluesky_service import Access
from tests.chats.sources.networks import once, read_on, rows_of
from tests.simulators import bluesky
from tests.simulators.bluesky_api import Sky, too_many
from tests.simulators.loopback import Said
from tests.simulators.practice import practice


@pytest.fixture(scope="module")
def chat():
    return practice()


def access(sky):
    return Access(sky.url, sky.identifier, sky.password)


def search(sky):
    return BlueskySearch(access(sky), "#WeCops")


def wanted(sky):
    return {bluesky.uri(said): said for said in sky.tagged()}


def test_session_is_made_once_and_renewed_when_it_ends(chat):
    with Sky(chat, lifetime=2) as sky:
        once(search(sky))
        once(search(sky))

        assert sky.sessions == 1
        made = [asked.path.rpartition(".")[2] for asked in sky.asked]
    assert made.count("refreshSession") == 2


def test_several_at_once_share_one_session(chat):
    with Sky(chat, lifetime=2) as sky, ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: len(read_on(lambda: search(sky))[0]), range(8)))

        assert (found, sky.sessions) == ([3] * 8, 1)


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


def repeated(handler, answer):
    """Refused, with what was sent in the refusal."""
    sent = handler.headers["Authorization"]
    handler.send(Said({"error": "Strange", "message": f"Do you mean {sent}?"}, 418, {"X-Sent": sent}))


@pytest.mark.parametrize(("request_number", "lifetime"), [(2, 100), (5, 2)])
def test_no_token_of_a_session_is_told_where_the_service_repeats_it(chat, request_number, lifetime):
    with Sky(chat, lifetime=lifetime, faults={request_number: repeated}) as sky, pytest.raises(SourceError) as caught:
        once(search(sky))

    assert sky.asked[-1].bearer not in str(caught.value)
    assert "Do you mean Bearer …?" in str(caught.value)


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
