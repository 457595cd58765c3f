"""One invented chat, written in every format -> the same tweets, as far as the format carries them."""

import re
from datetime import timedelta

import pytest

from tests.chats.sources.reading import is_fitting, pages, read
from tests.simulators import bluesky, mastodon, x_archive
from tests.simulators.formats import FORMATS
from tests.simulators.practice import practice

LOST = re.compile(r"(?:[^\x00-\x7f]|\?)+")  # letters that no old code page has
MINUTE = timedelta(minutes=1)
WITHOUT_REFERENCES = {"tags", "tags-minutes", "storify", "x-archive"}
WITHOUT_QUOTES = {*WITHOUT_REFERENCES, "csv", "xlsx"}
WITHOUT_LINKS = {"tags", "tags-minutes", "csv", "xlsx"}  # of texts that were cut
WITHOUT_ALT_TEXTS = {*WITHOUT_LINKS, "storify", "rtweet", "x-archive"}
CUTTING = {*WITHOUT_LINKS, "x-archive"}  # what X calls a retweet's text


@pytest.fixture(scope="module")
def chat():
    return practice()


@pytest.fixture(scope="module")
def files(chat, tmp_path_factory):
    """The path of the chat's file in every format."""
    folder = tmp_path_factory.mktemp("chat")
    for name, (_, write) in FORMATS.items():
        (folder / name).write_bytes(b"".join(write(chat)))
    return {name: folder / name for name in FORMATS}


def said_in(name, chat):
    """What the file holds of the chat: (a tweet's id there, the tweet), newest first where the format is."""
    public = chat.public[::-1]
    if name == "storify":
        return [(None, said) for said in chat.public]
    if name == "x-archive":
        owner = x_archive.owner(chat)
        return [(said.id, said) for said in public if said.author == owner]
    if name.startswith("mastodon"):
        return list(zip((status["uri"] for status in mastodon.timeline(chat)), public, strict=True))
    if name.startswith("bluesky"):
        kept = [said for said in public if not said.retweet_of or name == "bluesky"]
        return [(bluesky.repost_uri(said) if said.retweet_of else bluesky.uri(said), said) for said in kept]
    return [(said.id, said) for said in public]


@pytest.mark.parametrize("name", FORMATS)
def test_every_row_is_read_in_its_order(files, chat, name):
    tweets, rejected = read(files[name])

    expected = said_in(name, chat)
    assert rejected == []
    assert [tweet.author.name.split("@")[0] for tweet in tweets] == [
        (said.author.handle if name.startswith(("tags", "storify")) else said.author.name) for _, said in expected
    ]
    if name != "storify":
        assert [tweet.id for tweet in tweets] == [tweet_id for tweet_id, _ in expected]
    assert len({tweet.id for tweet in tweets}) == len(tweets)


@pytest.mark.parametrize("name", FORMATS)
def test_text_and_time_are_those_of_the_chat(files, chat, name):
    tweets, _ = read(files[name])

    for tweet, (_, said) in zip(tweets, said_in(name, chat), strict=True):
        assert is_fitting(tweet)
        text = re.sub(r"\ART @([\w-]+)[@.]\S+:", r"RT @\1:", tweet.text) if said.retweet_of else tweet.text
        if said.retweet_of and name in CUTTING:
            assert text[:130] == said.text[:130]
        elif name == "storify":
            assert LOST.sub("?", text) == LOST.sub("?", said.text)
        else:
            assert text.replace("-", "_") == said.text.replace("-", "_")
        assert abs(tweet.created_at - said.at) < (MINUTE if name == "storify" else timedelta(milliseconds=1))


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - WITHOUT_REFERENCES))
def test_references_lead_to_the_same_tweets(files, chat, name):
    tweets, _ = read(files[name])

    ids = {said.id: tweet_id for tweet_id, said in said_in(name, chat)}
    ids |= {version: ids[said.id] for _, said in said_in(name, chat) for version in said.edits}
    for tweet, (_, said) in zip(tweets, said_in(name, chat), strict=True):
        if said.reply_to in ids:
            assert tweet.reply_to in {ids[said.reply_to], said.reply_to}
        assert tweet.retweet_of == (ids[said.retweet_of] if said.retweet_of else "")
        if name not in WITHOUT_QUOTES:
            assert tweet.quote_of == (ids[said.quote_of] if said.quote_of else "")


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - WITHOUT_ALT_TEXTS))
def test_pictures_are_described(files, chat, name):
    tweets, _ = read(files[name])

    for tweet, (_, said) in zip(tweets, said_in(name, chat), strict=True):
        assert tweet.alt_texts == ((said.alt_text,) if said.alt_text else ())
        assert tweet.is_sensitive == said.is_sensitive


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - WITHOUT_LINKS - {"mastodon", "mastodon-lines", "storify"}))
def test_links_lead_to_the_same_ends(files, chat, name):
    tweets, _ = read(files[name])

    for tweet, (_, said) in zip(tweets, said_in(name, chat), strict=True):
        if name == "x-archive" and said.retweet_of:
            continue
        leads_to = [span.leads_to for span in tweet.spans if span.kind == "link"]
        pictures = [said.picture.leads_to] if said.picture and name.startswith("bluesky") else []
        assert leads_to == [link.leads_to for link in said.links] + pictures


@pytest.mark.parametrize("name", FORMATS)
def test_reading_goes_on_from_every_page(files, name):
    page_size = 4 if name == "x-archive" else 70

    had = pages(files[name], page_size=page_size)

    assert len(had) > 3
    for n in (1, len(had) // 2, len(had) - 1):
        assert pages(files[name], page_size=page_size, cursor=had[n - 1].cursor) == had[n:]


def test_archive_in_several_parts_is_one(chat, tmp_path):
    path = tmp_path / "archive"
    path.write_bytes(b"".join(x_archive.to_x_archive(chat, parts=3)))

    had = pages(path, page_size=2)

    tweets = [tweet for page in had for tweet in page.tweets]
    assert {tweet.id for tweet in tweets} == {tweet_id for tweet_id, _ in said_in("x-archive", chat)}
    assert {tweet.author.id for tweet in tweets} == {x_archive.owner(chat).id}
    assert all(pages(path, page_size=2, cursor=page.cursor) == had[n:] for n, page in enumerate(had[:-1], 1))
