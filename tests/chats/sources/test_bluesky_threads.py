"""What stands below a post on Bluesky, and whether posts are still there."""

import pytest

from chats.sources.base import Gone, SourceError
from chats.sources.bluesky import MOST, BlueskyThread, lookup
from chats.sources.bluesky_service import Access
from tests.chats.sources.networks import once
from tests.simulators import bluesky
from tests.simulators.bluesky_api import Sky
from tests.simulators.practice import practice


@pytest.fixture(scope="module")
def chat():
    return practice()


def access(sky):
    return Access(sky.url, sky.identifier, sky.password)


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
        assert any(uri not in {bluesky.uri(said) for said in sky.tagged()} for uri in {tweet.id for tweet in tweets})
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
        gone, blocked, *rest = [said for said in posts if not sky.is_hidden(said.author)][: MOST - 1]
        sky.gone.add(gone.id)
        sky.blocked.add(blocked.id)
        asked = [bluesky.uri(said) for said in (gone, blocked, hidden, *rest)]
        with access(sky).open() as service:
            found = lookup(service, asked)

        assert found.gone == (Gone(asked[2], "not-authorized"), Gone(asked[0], "not-found"))
        assert (found.unclear, found.rejected) == ((asked[1],), ())
        assert [tweet.id for tweet in found.tweets] == asked[3:]
        assert found.requests == len(sky.asked) == 1 + 1 + 2


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_too_many_or_too_few_are_not_looked_up(chat, count):
    with Access("http://127.0.0.1:9").open() as service, pytest.raises(SourceError) as caught:
        lookup(service, ["at://did:plc:a/app.bsky.feed.post/1"] * count)

    assert caught.value.permanent
