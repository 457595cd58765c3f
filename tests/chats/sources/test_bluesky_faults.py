"""Whatever goes wrong between us and Bluesky, in the end every post is there, and none in vain."""

from datetime import timedelta

import pytest

from chats.sources.bluesky import BlueskySearch
from chats.sources.bluesky_service import Access
from tests.chats.sources.networks import once, read_on, rows_of
from tests.simulators import bluesky, loopback
from tests.simulators.bluesky_api import Sky, expired, too_many
from tests.simulators.loopback import Said
from tests.simulators.practice import practice

QUICK = timedelta(seconds=1)


def says(body, status=200, **headers):
    return lambda handler, answer: handler.send(Said(body, status, headers))


FAULTS = {
    "503 in HTML": loopback.out_of_order,
    "500 in JSON": loopback.broken,
    "HTML with 200": loopback.page_of_html,
    "JSON cut short": loopback.cut,
    "closed in the middle": loopback.ended_early,
    "reset": loopback.reset,
    "no answer": loopback.hung,
    "429": too_many(),
    "429 without a time": says({"error": "RateLimitExceeded"}, 429),
    "no posts": says({"error": "InternalServerError"}),
    "a list for an object": says([]),
    "posts that are no list": says({"posts": {"uri": "x"}, "cursor": "1"}),
    "another server's page": says({}, 302, Location="https://elsewhere.example/xrpc/app.bsky.feed.searchPosts"),
}


@pytest.fixture(scope="module")
def chat():
    return practice(2)


def search(sky, **how):
    return BlueskySearch(Access(sky.url, sky.identifier, sky.password, **how), "#wecops")


def patience(fault):
    """Nobody waits for what never comes, but what comes may come slowly."""
    return {"deadline": QUICK} if fault == "no answer" else {}


@pytest.fixture(scope="module")
def sound(chat):
    """What is read when nothing goes wrong, and in how many requests."""
    with Sky(chat) as sky:
        had, _ = read_on(lambda: search(sky))
        return rows_of(had), len(sky.asked)


@pytest.mark.parametrize("at", [1, 2, 4])
@pytest.mark.parametrize("fault", FAULTS)
def test_fault_loses_nothing(chat, sound, fault, at):
    with Sky(chat, faults={at: FAULTS[fault], at + 2: FAULTS[fault]}) as sky:
        had, errors = read_on(lambda: search(sky, **patience(fault)))

        rows, requests = sound
        assert rows_of(had) == rows
        assert 1 <= len(errors) <= 2
        assert not any(error.permanent for error in errors)
        assert len(sky.asked) <= 1.3 * requests + 10


@pytest.mark.parametrize("at", [2, 3, 5])
def test_session_that_ends_early_loses_nothing(chat, sound, at):
    with Sky(chat, faults={at: expired}) as sky:
        had, errors = read_on(lambda: search(sky))

        assert (rows_of(had), errors, sky.sessions) == (sound[0], [], 1)


@pytest.mark.parametrize("fault", ["500 in JSON", "reset", "JSON cut short", "429", "a list for an object"])
def test_fault_while_a_session_is_renewed_loses_nothing(chat, sound, fault):
    with Sky(chat, faults={3: expired, 4: FAULTS[fault]}) as sky:
        had, errors = read_on(lambda: search(sky))

        assert (rows_of(had), len(errors)) == (sound[0], 1)


def test_all_faults_in_a_row_lose_nothing(chat, sound):
    with Sky(chat, faults=dict(enumerate(FAULTS.values(), 2))) as sky:
        had, errors = read_on(lambda: search(sky, deadline=QUICK), most_failures=len(FAULTS))

        assert (rows_of(had), len(errors)) == (sound[0], len(FAULTS))


NASTY = {
    "no author": {"author": None},
    "an author who is a list": {"author": ["did:plc:x"]},
    "an author without a did": {"author": {"handle": "nell.example"}},
    "no address": {"uri": None},
    "an address that is a script": {"uri": "javascript:alert(1)"},
    "no record": {"record": None},
    "a record that is a list": {"record": []},
    "no text": {"record": {"text": "", "embed": None}},
    "a number for a text": {"record": {"text": 7, "embed": None}},
    "times that are none": {"record": {"createdAt": "soon"}, "indexedAt": "later"},
}
STRANGE = {
    "markup": ({"text": "<script>alert(1)</script> &amp;"}, "<script>alert(1)</script> &amp;"),
    "letters nobody can store": ({"text": "a\0b\ud800c", "facets": []}, "abc"),
    "huge": ({"text": "x" * 200_000}, "x" * 200_000),
    "facets that are none": ({"text": "x", "facets": {"index": 1}}, "x"),
    "facets of nothing": ({"text": "x", "facets": [None, {"index": None, "features": 3}, {"features": [7]}]}, "x"),
    "a facet of everything": (
        {"text": "x", "facets": [{"index": {"byteStart": 0, "byteEnd": 2**70}, "features": [{"$type": "#tag"}]}]},
        "x",
    ),
    "a reply to nothing that can be": ({"text": "x", "reply": {"root": 1, "parent": {"uri": "https://x"}}}, "x"),
    "languages that are none": ({"text": "x", "langs": "en", "tags": 7}, "x"),
}


@pytest.mark.parametrize("changes", NASTY.values(), ids=NASTY)
def test_post_that_is_no_tweet_is_refused_and_costs_no_other(chat, sound, changes):
    with Sky(chat) as sky:
        said = next(each for each in sky.tagged()[100:] if not each.picture and not each.quote_of)
        before = len([row for page in search(sky).pages("") for row in page.rejected])
        sky.change(said, **changes)
        had, _ = read_on(lambda: search(sky))

        assert rows_of(had) == {uri: tweet for uri, tweet in sound[0].items() if uri != bluesky.uri(said)}
        assert len([row for page in had for row in page.rejected]) == before + 1


@pytest.mark.parametrize(("record", "text"), STRANGE.values(), ids=STRANGE)
def test_strange_post_is_a_tweet(chat, sound, record, text):
    with Sky(chat) as sky:
        said = sky.tagged()[100]
        sky.change(said, record=record)
        tweets, _, _ = once(search(sky))

        found = {tweet.id: tweet.text for tweet in tweets}
        assert found == {uri: tweet.text for uri, tweet in sound[0].items()} | {bluesky.uri(said): text}


def test_posts_that_are_no_objects_are_refused_by_number(chat):
    posts = [7, bluesky.post(chat.public[0], {}), None, "post", []]
    with loopback.Loopback(lambda asked: Said({"posts": posts})) as server:
        tweets, rejected, _ = once(BlueskySearch(Access(server.url), "#wecops"))

    assert [tweet.id for tweet in tweets] == [posts[1]["uri"]]
    assert rejected == [f"Item {n}: This is no tweet" for n in (1, 3, 4, 5)]
