"""Answers of Mastodon and Bluesky, broken in every way chance finds, still give every tweet that was left alone.

Each case follows from its seed alone: the number that a failure shows makes it again.
"""

import json
import random
from datetime import timedelta

import pytest

from chats.sources import bluesky_service, mastodon_server
from chats.sources.base import SourceError
from chats.sources.bluesky import BlueskySearch
from chats.sources.mastodon import MastodonTag
from tests.chats.sources.breaking import misplace, places
from tests.chats.sources.networks import once, read_on, rows_of
from tests.simulators import bluesky, bluesky_api, loopback, mastodon_api
from tests.simulators.loopback import Loopback, Said
from tests.simulators.mastodon import View
from tests.simulators.practice import STARTS_AT, practice

PAGES = {"plain": 50, "deep": 2_000}  # of which half the tweets are broken
SEEDS = {"plain": 8, "deep": 200}
SERVERS = {"social.example": {}, "far.example": {}}
FAULTS = [loopback.out_of_order, loopback.broken, loopback.page_of_html, loopback.cut, loopback.ended_early]
FAULTS += [loopback.reset, loopback.missing_page]


@pytest.fixture(scope="module")
def chat():
    return practice()


def broken(chance, records):
    """The page, and which records in it were left alone."""
    page = json.loads(json.dumps(records))
    touched = set(chance.sample(range(len(page)), len(page) // 2))
    for number in touched:
        misplace(chance, [*places(page[number]), (page, number)])
    return page, [record for number, record in enumerate(records) if number not in touched]


def said_of(tweets):
    """By itself: whom it replies to, a neighbour may have told."""
    return {tweet.id: tweet._replace(raw=b"", reply_to="") for tweet in tweets}


def check(make, server, records, chances):
    """``make`` opens a source; ``server`` answers with what ``serve`` was last given."""
    serve(server, records)
    before = said_of(once(make())[0])
    for seed, chance in chances:
        page, whole = broken(chance, records)
        serve(server, page)

        tweets, rejected, _ = once(make())

        found = said_of(tweets)
        assert {record["uri"]: found.get(record["uri"]) for record in whole} == {
            record["uri"]: before[record["uri"]] for record in whole
        }, f"seed {seed}"
        assert len(tweets) + len(rejected) == len(page), f"seed {seed}"
        assert all(reason == reason.strip() and reason for reason in rejected), f"seed {seed}"


def serve(server, records):
    def answer(asked):
        is_page = not asked.param("min_id") and not asked.path.endswith(("instance", "statuses"))
        if "xrpc" in asked.path:
            return Said({"posts": records})
        return Said(records if is_page else {} if asked.path.endswith("instance") else [])

    server.answer = answer


@pytest.fixture
def chances(deep):
    return [(seed, random.Random(seed)) for seed in range(PAGES["deep" if deep else "plain"])]


def test_statuses_left_alone_are_read_as_before(chat, chances):
    view = View(chat)
    records = [view.status(said) for said in chat.public if not said.retweet_of][:40]
    with Loopback(None) as server:
        access = mastodon_server.Access((server.url,))
        check(lambda: MastodonTag(access, "wecops"), server, records, chances)


def test_posts_left_alone_are_read_as_before(chat, chances):
    by_id = {said.id: said for said in chat.public}
    records = [bluesky.post(said, by_id) for said in chat.public if not said.retweet_of][:100]
    with Loopback(None) as server:
        access = bluesky_service.Access(server.url)
        check(lambda: BlueskySearch(access, "#wecops"), server, records, chances)


@pytest.fixture
def seeds(deep):
    return range(SEEDS["deep" if deep else "plain"])


def script(chance, count):
    """Three faults among the first requests."""
    return {number: chance.choice(FAULTS) for number in chance.sample(range(1, count), 3)}


def test_three_faults_anywhere_on_mastodon_give_the_same(chat, seeds):
    with mastodon_api.Fediverse(chat, SERVERS) as fediverse:
        access = mastodon_server.Access(tuple(fediverse.urls))
        sound = rows_of(read_on(lambda: MastodonTag(access, "wecops"))[0])
        for seed in seeds:
            for server in fediverse.servers.values():
                server.loopback.asked.clear()
                server.loopback.faults = script(random.Random(f"{seed}/{server.host}"), 12)

            had, _ = read_on(lambda: MastodonTag(access, "wecops"))

            assert rows_of(had) == sound, f"seed {seed}"


def test_three_faults_anywhere_on_bluesky_give_the_same(chat, seeds):
    with bluesky_api.Sky(chat, lifetime=2) as sky:
        access = bluesky_service.Access(sky.url, sky.identifier, sky.password)
        sound = rows_of(read_on(lambda: BlueskySearch(access, "#wecops"))[0])
        for seed in seeds:
            sky.asked.clear()
            sky.loopback.faults = script(random.Random(seed), 6)

            had, _ = read_on(lambda: BlueskySearch(access, "#wecops"))

            assert rows_of(had) == sound, f"seed {seed}"


def test_followed_live_through_faults_nothing_is_lost(chat, seeds):
    """Every poll may fail, and the next goes on."""
    with mastodon_api.Fediverse(chat, SERVERS) as fediverse:
        access = mastodon_server.Access(tuple(fediverse.urls))
        expected = {fediverse.uri(said) for said in fediverse.tagged()}
        for seed in list(seeds)[:3]:
            chance, cursor, seen = random.Random(seed), "", set()
            for server in fediverse.servers.values():
                server.loopback.asked.clear()
                server.loopback.faults = {n: chance.choice(FAULTS) for n in range(1, 400) if chance.random() < 0.3}
            for minutes in range(-15, 150, 3):
                fediverse.now = STARTS_AT + timedelta(minutes=minutes)
                cursor = poll(MastodonTag(access, "wecops"), cursor, seen)
            fediverse.now = None
            for server in fediverse.servers.values():
                server.loopback.faults = {}
            poll(MastodonTag(access, "wecops"), cursor, seen)

            assert seen == expected, f"seed {seed}"


def poll(source, cursor, seen):
    try:
        for page in source.pages(cursor):
            cursor = page.cursor
            seen |= {tweet.id for tweet in page.tweets}
    except SourceError:
        pass
    return cursor
