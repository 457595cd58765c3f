"""Answers that Mastodon and Bluesky once gave, where the machine has them, given again over loopback."""

import json
import re

import pytest

from chats.sources import bluesky_service, mastodon_server
from chats.sources.bluesky import BlueskySearch, BlueskyThread
from chats.sources.mastodon import MastodonTag
from tests.chats.sources.networks import once
from tests.chats.sources.reading import is_fitting, read
from tests.chats.sources.test_samples import answers
from tests.simulators.loopback import Loopback, Said

_LINKS = re.compile(r"link: (<\S+?>;\s+rel=\"next\", <\S+?>;\s+rel=\"prev\")")


@pytest.fixture
def sample(chat_samples):
    def sample(name):
        (path,) = chat_samples.rglob(name)
        return path

    return sample


def test_search_of_bluesky_is_read_as_its_file(sample):
    path = sample("searchPosts_word_rstats_page1.json")
    pages = [json.loads(path.read_bytes()), {"posts": []}]
    with Loopback(lambda asked: Said(pages[len(server.asked) - 1])) as server:
        tweets, rejected, _ = once(BlueskySearch(bluesky_service.Access(server.url), "rstats"))

        untils = [asked.param("until") for asked in server.asked]
    assert (tweets, [row.reason for row in read(path)[1]]) == (read(path)[0], rejected)
    oldest = min(tweet.created_at for tweet in tweets)
    assert untils[0] == ""
    assert untils[1] > f"{oldest:%Y-%m-%dT%H:%M:%S}"
    assert untils[1][:16] == f"{oldest:%Y-%m-%dT%H:%M}"


def test_thread_of_bluesky_is_read_as_its_file(sample):
    path = sample("thread_view_post_with_embed_media.json")
    said = json.loads(path.read_bytes())
    with Loopback(lambda asked: Said(said if "thread" in said else {"thread": said})) as server:
        tweets, _, _ = once(BlueskyThread(bluesky_service.Access(server.url), "at://did:plc:a/app.bsky.feed.post/1"))

    assert tweets == read(path)[0]


def test_timeline_of_mastodon_is_read_as_its_file(sample, write):
    recording = sample("rtoot_get_timeline_hashtag_default.yml").read_text()
    (body,) = answers(recording)
    links = " ".join(_LINKS.search(recording)[1].split())
    asked_for = []

    def answer(asked):
        if "/timelines/" not in asked.path:
            return Said({} if asked.path.endswith("instance") else [])
        asked_for.append(asked.params)
        is_first = len(asked_for) == 1
        return Said(json.loads(body) if is_first else [], headers={"Link": links} if is_first else {})

    with Loopback(answer) as server:
        tweets, rejected, _ = once(MastodonTag(mastodon_server.Access((server.url,)), "rstats"))

    assert (tweets, rejected) == (read(write(body.encode()))[0], [])
    assert all(map(is_fitting, tweets))
    first, older, newer = asked_for
    assert first == (("limit", "40"),)
    assert dict(older) == {"limit": "5", "local": "FALSE", "max_id": "114869144097749491", "only_media": "FALSE"}
    assert newer == (("limit", "40"), ("min_id", json.loads(body)[-1]["id"]))
