"""What Mastodon's servers and Bluesky say -> rows: the same ones, in whatever order and however often it is said."""

import random
from datetime import timedelta

import pytest

from accounts import leases
from chats import archive
from chats.ingest import sightings
from chats.ingest.rows import merge
from chats.models import Tweet
from chats.sources import bluesky_service, mastodon_server
from chats.sources.bluesky import BlueskySearch
from chats.sources.mastodon import MastodonTag
from chats.sources.x import XSource, recent
from chats.sources.x_asking import Access
from tests.chats.sources.networks import read_on
from tests.factories.chats import ChatFactory
from tests.simulators import bluesky, loopback
from tests.simulators.bluesky_api import Sky
from tests.simulators.mastodon_api import Fediverse
from tests.simulators.practice import STARTS_AT, practice
from tests.simulators.x_api import Clock, XApi

pytestmark = pytest.mark.django_db

SERVERS = {"social.example": {}, "far.example": {}, "old.example": {"is_backdating": True}}
COLUMNS = (*sightings.CHANGEABLE, "author__network_id", "author__handle", "author__name")


@pytest.fixture(scope="module")
def practice_chat():
    return practice()


def rows(chat):
    return {row.pop("network_id"): row for row in Tweet.objects.filter(chat=chat).values("network_id", *COLUMNS)}


def stored(pages, seed=None):
    """The rows of a chat into which these pages were merged, in their order or by chance and some of them twice."""
    pages = list(pages)
    if seed is not None:
        pages = random.Random(seed).sample(pages * 2, 2 * len(pages))
    chat = ChatFactory()
    for page in pages:
        merge(chat, page.tweets, why="hashtag")
    return rows(chat)


def test_servers_that_say_the_same_make_one_row_in_any_order(practice_chat):
    with Fediverse(practice_chat, SERVERS) as fediverse:
        pages = list(MastodonTag(mastodon_server.Access(tuple(fediverse.urls)), "wecops").pages(""))

        first = stored(pages)
        expected = {fediverse.uri(said): said.text for said in fediverse.tagged()}
    assert {uri: row["text"] for uri, row in first.items()} == expected
    for seed in range(3):
        assert stored(pages, seed) == first, f"seed {seed}"


def test_one_server_gives_the_rows_of_three(practice_chat):
    """As long as it is asked for whom replies are to: no row depends on who told it."""
    with Fediverse(practice_chat, SERVERS) as fediverse:
        all_of_them = list(MastodonTag(mastodon_server.Access(tuple(fediverse.urls)), "wecops").pages(""))
        one = list(MastodonTag(mastodon_server.Access((fediverse.urls[2],)), "wecops").pages(""))

    assert stored(one) == stored(all_of_them)


@pytest.mark.parametrize("order", [1, -1])
def test_later_version_wins_though_it_is_shorter(practice_chat, order):
    with Fediverse(practice_chat, {"social.example": {}}) as fediverse:
        said = fediverse.tagged()[7]
        source = MastodonTag(mastodon_server.Access(tuple(fediverse.urls)), "wecops")
        pages = list(source.pages(""))
        for text, second in (("Shorter still", "02"), ("Short", "09")):
            fediverse.servers["social.example"].changes[said.id] = {
                "content": f"<p>{text}</p>",
                "edited_at": f"2026-11-19T09:00:{second}.000Z",
            }
            pages += source.pages("")

        row = stored(pages[::order])[fediverse.uri(said)]
    assert (row["text"], row["edits"][0], len(row["edits"])) == ("Short", fediverse.uri(said), 2)


def test_all_networks_stand_side_by_side(practice_chat):
    """By one clock, before anybody deletes anything."""
    clock = Clock(STARTS_AT + timedelta(hours=4))
    with (
        Fediverse(practice_chat, {"social.example": {}}, clock=clock) as fediverse,
        Sky(practice_chat, clock=clock) as sky,
        XApi(practice_chat, clock) as api,
    ):
        x = XSource(Access(api.url, api.token), recent("#WeCops"), starts_at=STARTS_AT - timedelta(hours=1))
        pages = list(MastodonTag(mastodon_server.Access(tuple(fediverse.urls)), "wecops").pages(""))
        pages += BlueskySearch(bluesky_service.Access(sky.url, sky.identifier, sky.password), "#wecops").pages("")
        pages += x.pages("")

        first = stored(pages)
        tagged = [said for said in fediverse.tagged() if said.at < clock.now()]
        assert first.keys() == {
            *map(fediverse.uri, tagged),
            *(bluesky.uri(said) for said in tagged if not sky.is_hidden(said.author)),
            *(said.edits[0] if said.edits else said.id for said in tagged),
        }
    assert stored(pages, 1) == first


FAULTS = [loopback.out_of_order, loopback.page_of_html, loopback.cut, loopback.ended_early, loopback.reset]


def sha256_of(facts, make, now):
    """The transcript of what ``make`` opens, read on through whatever goes wrong."""
    chat = ChatFactory(starts_at=facts.starts_at, ends_at=facts.ends_at, slug="one-evening", title="One evening")
    for page in read_on(make, most_failures=40)[0]:
        merge(chat, page.tweets, why="hashtag")
    transcript = archive.build(leases.claim_one(chat.build), now)
    chat.delete()
    return transcript.sha256


@pytest.mark.parametrize("seed", range(3))
def test_no_fault_makes_another_transcript(practice_chat, now, seed):
    """Of everything that both networks say, with a fault in every third request."""
    chance = random.Random(seed)
    script = {number: chance.choice(FAULTS) for number in range(1, 60) if chance.random() < 0.3}
    with Fediverse(practice_chat, SERVERS) as fediverse, Sky(practice_chat, lifetime=2) as sky:
        mastodon = mastodon_server.Access(tuple(fediverse.urls))
        sky_access = bluesky_service.Access(sky.url, sky.identifier, sky.password)
        sources = [lambda: MastodonTag(mastodon, "wecops"), lambda: BlueskySearch(sky_access, "#wecops")]
        sound = [sha256_of(practice_chat, make, now) for make in sources]
        for each in [sky.loopback, *(server.loopback for server in fediverse.servers.values())]:
            each.asked.clear()
            each.faults = script

        assert [sha256_of(practice_chat, make, now) for make in sources] == sound
    assert len(set(sound)) == 2
