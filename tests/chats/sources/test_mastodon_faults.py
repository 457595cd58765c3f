"""Whatever goes wrong between us and Mastodon's servers, in the end every status is there, and none in vain."""

from datetime import timedelta

import pytest

from chats.sources.mastodon import MastodonTag
from chats.sources.mastodon_server import Access
from tests.chats.sources.networks import once, read_on, rows_of
from tests.simulators import loopback
from tests.simulators.loopback import Loopback, Said
from tests.simulators.mastodon import View
from tests.simulators.mastodon_api import Fediverse, too_many
from tests.simulators.practice import STARTS_AT, practice

SERVERS = {"social.example": {}, "far.example": {}}
QUICK = timedelta(seconds=1)
FAULTS = {
    "503 in HTML": loopback.out_of_order,
    "500 in JSON": loopback.broken,
    "HTML with 200": loopback.page_of_html,
    "JSON cut short": loopback.cut,
    "closed in the middle": loopback.ended_early,
    "reset": loopback.reset,
    "no answer": loopback.hung,
    "429": too_many(STARTS_AT),
    "429 without a time": lambda handler, answer: handler.send(Said({"error": "Too many requests"}, 429)),
    "429 over for an hour": too_many(STARTS_AT - timedelta(hours=1)),
    "an object for a list": lambda handler, answer: handler.send(Said({"errors": []})),
    "another server's page": lambda handler, answer: handler.send(
        Said([], 302, {"Location": "https://elsewhere.example/api/v1/timelines/tag/wecops"})
    ),
}


@pytest.fixture(scope="module")
def chat():
    return practice()


def tag(urls, **how):
    return MastodonTag(Access(tuple(urls), **how), "wecops")


@pytest.fixture(scope="module")
def sound(chat):
    """What is read when nothing goes wrong, and in how many requests."""
    with Fediverse(chat, SERVERS) as fediverse:
        had, _ = read_on(lambda: tag(fediverse.urls))
        return rows_of(had), fediverse.requests


@pytest.mark.parametrize("at", [1, 3, 6])
@pytest.mark.parametrize("fault", FAULTS)
def test_fault_of_one_server_loses_nothing(chat, sound, fault, at):
    faults = {"social.example": {at: FAULTS[fault], at + 2: FAULTS[fault]}}
    with Fediverse(chat, SERVERS, faults=faults) as fediverse:
        patience = {"deadline": QUICK} if fault == "no answer" else {}
        had, errors = read_on(lambda: tag(fediverse.urls, **patience))

        rows, requests = sound
        assert rows_of(had) == rows
        assert 1 <= len(errors) <= 2  # an object is what one of the questions is answered with
        assert fediverse.requests <= 1.3 * requests + 10


def test_faults_of_all_servers_at_once_lose_nothing(chat, sound):
    script = dict(enumerate(FAULTS.values(), 2))
    with Fediverse(chat, SERVERS, faults=dict.fromkeys(SERVERS, script)) as fediverse:
        had, _ = read_on(lambda: tag(fediverse.urls, deadline=QUICK), most_failures=2 * len(FAULTS))

        assert rows_of(had) == sound[0]


NASTY = {
    "no author": {"account": None},
    "an author who is a list": {"account": [1]},
    "no address": {"uri": ""},
    "an address that is a script": {"uri": "javascript:alert(1)"},
    "a time that is none": {"created_at": "yesterday"},
    "no time": {"created_at": None},
    "a time at the end of the calendar": {"created_at": "9999-12-31T23:59:59-12:00"},
    "a number for a text": {"content": 7},
    "far too long": {"content": "<p>" + "x" * 200_000 + "</p>"},
    "a thousand boxes in boxes": {"content": "<blockquote>" * 3_000},
    "for followers": {"visibility": "private"},
    "for one person": {"visibility": "direct"},
}
STRANGE = {
    "a script in it": ({"content": "<p>a<script>alert(1)</script> &lt;b&gt;<img src=x onerror=alert(1)></p>"}, "a <b>"),
    "a warning": ({"content": "<p>It was grim</p>", "spoiler_text": "a death"}, "a death\n\nIt was grim"),
    "letters nobody can store": ({"content": "<p>a\0b\ud800c</p>"}, "abc"),
    "a link that is a script": ({"content": '<p><a href="javascript:alert(1)">x</a></p>'}, "x"),
    "unlisted": ({"content": "<p>quiet</p>", "visibility": "unlisted"}, "quiet"),
    "tags never closed": ({"content": "<p><b><i>loud"}, "loud"),
    "lists that are none": ({"content": "<p>x</p>", "mentions": 7, "tags": "no", "media_attachments": {"a": 1}}, "x"),
    "counts that are none": ({"content": "<p>x</p>", "replies_count": -1, "favourites_count": "many"}, "x"),
    "a reply to nothing that can be": ({"content": "<p>x</p>", "in_reply_to_id": {"id": 1}}, "x"),
}


@pytest.mark.parametrize("changes", NASTY.values(), ids=NASTY)
def test_status_that_is_no_tweet_is_refused_and_costs_no_other(chat, sound, changes):
    with Fediverse(chat, SERVERS) as fediverse:
        said = fediverse.tagged()[40]
        uri = fediverse.uri(said)
        for server in fediverse.servers.values():
            server.changes[said.id] = changes
        had, _ = read_on(lambda: tag(fediverse.urls))

        assert rows_of(had) == {key: tweet for key, tweet in sound[0].items() if key != uri}
        assert len([row for page in had for row in page.rejected]) == 2


@pytest.mark.parametrize(("changes", "text"), STRANGE.values(), ids=STRANGE)
def test_strange_status_is_a_tweet(chat, sound, changes, text):
    with Fediverse(chat, SERVERS) as fediverse:
        said = fediverse.tagged()[40]
        uri = fediverse.uri(said)
        for server in fediverse.servers.values():
            server.changes[said.id] = changes
        had, _ = read_on(lambda: tag(fediverse.urls))

        assert rows_of(had).pop(uri).text == text
        assert rows_of(had).keys() == sound[0].keys()
        assert [row for page in had for row in page.rejected] == []


def timeline(page, links=""):
    """What answers with ``page``, and says nothing of itself."""

    def answer(asked):
        is_about_itself = asked.path.endswith("instance")
        return Said({}) if is_about_itself else Said(page(asked), headers={"Link": links} if links else {})

    return answer


def test_statuses_that_are_no_objects_are_refused_by_number(chat):
    view = View(chat)
    statuses = [7, view.status(chat.public[0]), None, "status", [view.status(chat.public[1])]]
    with Loopback(timeline(lambda asked: [] if asked.param("min_id") else statuses)) as server:
        tweets, rejected, _ = once(tag([server.url]))

    name = server.url.removeprefix("http://")
    assert [tweet.text for tweet in tweets] == [chat.public[0].text]
    assert rejected == [f"Item {n} of {name}: This is no tweet" for n in (1, 3, 4, 5)]


def test_server_that_gives_the_same_page_for_ever_is_left(chat):
    every = [said for said in chat.public if not said.retweet_of][:40]
    page = [View(chat).status(said) for said in every]
    links = '<http://x.example/?max_id=1>; rel="next", <http://x.example/?min_id=2>; rel="prev"'
    with Loopback(timeline(lambda asked: page, links)) as server:
        tweets, _, _ = once(tag([server.url]))

        assert len(server.asked) < 8
    assert {tweet.text for tweet in tweets} == {said.text for said in every}


def test_page_of_nothing_that_can_be_read_hides_nothing_behind_it(chat):
    every = [View(chat).status(said) for said in chat.public if not said.retweet_of]
    broken = [{"id": None}, 7]
    older = {"": ([every[2]], "max_id=1"), "1": (broken, "max_id=2"), "2": ([every[1]], "")}
    newer = {every[2]["id"]: (broken, "min_id=4"), every[1]["id"]: (broken, "min_id=4"), "4": ([every[3]], "min_id=5")}

    def answer(asked):
        if asked.path.endswith("instance"):
            return Said({})
        is_onward = asked.param("min_id") != ""
        found = newer.get(asked.param("min_id"), ([], "")) if is_onward else older[asked.param("max_id")]
        link = f'<{server.url}/x?{found[1]}>; rel="{"prev" if is_onward else "next"}"'
        return Said(found[0], headers={"Link": link} if found[1] else {})

    with Loopback(answer) as server:
        tweets, rejected, _ = once(tag([server.url]))

    assert sorted(tweet.id for tweet in tweets) == sorted(status["uri"] for status in every[1:4])
    assert len(rejected) == 4


def test_server_that_leads_in_circles_is_left(chat):
    every = [said for said in chat.public if not said.retweet_of]
    pages = {"": every[:3], "1": every[3:6], "2": every[6:9], "3": every[3:6]}
    onward = {"": "1", "1": "2", "2": "3", "3": "2"}

    def answer(asked):
        if asked.path.endswith("instance") or asked.param("min_id"):
            return Said({}) if asked.path.endswith("instance") else Said([])
        place = asked.param("max_id")
        link = f'<{server.url}/x?max_id={onward[place]}>; rel="next"'
        return Said([View(chat).status(said) for said in pages[place]], headers={"Link": link})

    with Loopback(answer) as server:
        tweets, _, _ = once(tag([server.url]))

        assert len(server.asked) < 12
    assert {tweet.text for tweet in tweets} == {said.text for said in every[:9]}


def test_what_a_link_asks_for_is_asked_of_the_same_server_only(chat):
    """And every word of it, as far as it is about what to ask for."""
    view = View(chat)
    links = '<https://elsewhere.example/other?kept=yes&limit=40&max_id=5>; rel="next"'
    pages = {"": [view.status(chat.public[1])], "5": [view.status(chat.public[0])]}
    with Loopback(
        timeline(lambda asked: [] if asked.param("min_id") else pages[asked.param("max_id")], links)
    ) as server:
        tweets, _, _ = once(tag([server.url]))

        assert [asked.params for asked in server.asked if asked.param("max_id")] == [
            (("kept", "yes"), ("limit", "40"), ("max_id", "5"))
        ]
    assert {tweet.text for tweet in tweets} == {said.text for said in chat.public[:2]}


def test_late_status_among_those_of_long_ago_is_found(chat):
    """Two pages of nothing but the past are no end: who comes late stands where it came."""
    view, every = View(chat), [said for said in chat.public if not said.retweet_of]
    pages = {"": [every[-1]], "1": [every[0]], "2": [every[1]], "3": [every[-2]], "4": [every[2]]}
    pages |= {str(n): [every[n]] for n in range(5, 30)}

    def answer(asked):
        if asked.path.endswith("instance") or asked.param("min_id"):
            return Said({}) if asked.path.endswith("instance") else Said([])
        place = asked.param("max_id")
        link = f'<{server.url}/x?max_id={int(place or 0) + 1}>; rel="next"'
        return Said([view.status(said) for said in pages[place]], headers={"Link": link})

    with Loopback(answer) as server:
        source = MastodonTag(Access((server.url,)), "wecops", starts_at=every[-2].at)
        tweets, _, _ = once(source)

        assert len(server.asked) < 12
    assert {tweet.text for tweet in tweets} == {every[-1].text, every[-2].text}


def test_page_that_is_too_large_is_read_in_smaller_ones(chat, sound):
    """Any server may let somebody write a megabyte; a few together stop no other."""
    with Fediverse(chat, SERVERS) as fediverse:
        huge = [said.id for said in fediverse.tagged()[100:112]]
        for server in fediverse.servers.values():
            server.changes |= {said_id: {"content": "x" * 10**6} for said_id in huge}
        had, errors = read_on(lambda: tag(fediverse.urls))

        wrong = {fediverse.uri(said) for said in fediverse.tagged() if said.id in huge}
        assert errors == []
        assert rows_of(had) == {uri: tweet for uri, tweet in sound[0].items() if uri not in wrong}
        assert len([row for page in had for row in page.rejected]) == 2 * len(huge)


@pytest.mark.parametrize("parent", ["../../api/v2/instance", "..", "x" * 2_000, "1?x=1", "1\r\nX: y", "１"])
def test_parent_that_is_no_id_is_not_asked_for(chat, parent):
    changed = View(chat).status(chat.public[0]) | {"in_reply_to_id": parent}
    with Loopback(timeline(lambda asked: [] if asked.param("min_id") else [changed])) as server:
        tweets, _, _ = once(tag([server.url]))

        assert [asked.path for asked in server.asked if "statuses" in asked.path] == []
    assert len(tweets) == 1


def test_bot_is_somebody_too(chat):
    with Fediverse(chat, SERVERS) as fediverse:
        said = fediverse.tagged()[3]
        account = View(chat, home=fediverse.home)._account(said.author) | {"bot": True}
        fediverse.servers[fediverse.home(said.author)].changes[said.id] = {"account": account}
        tweets, _, _ = once(tag(fediverse.urls))

        assert fediverse.uri(said) in {tweet.id for tweet in tweets}


@pytest.mark.parametrize("order", [1, -1])
def test_edited_status_comes_again_as_a_later_version(chat, order):
    with Fediverse(chat, SERVERS) as fediverse:
        said = fediverse.tagged()[-3]
        _, _, last = once(tag(fediverse.urls))
        edited = {"content": "<p>Short</p>", "edited_at": "2026-11-19T09:00:00.000Z"}
        fediverse.servers["far.example"].changes[said.id] = edited
        tweets, _, _ = once(tag(fediverse.urls[::order]), last.cursor)

        assert [(tweet.text, tweet.edits[0]) for tweet in tweets] == [("Short", fediverse.uri(said))]
