"""Files built by chance, of every format and in every dress -> exactly the tweets that were put in."""

import gzip
import json
import random
from dataclasses import replace
from functools import cache

import pytest

from tests.chats.sources.reading import read
from tests.simulators.formats import FORMATS
from tests.simulators.practice import practice

LINES = ("twarc-v1", "mastodon-lines", "bluesky-lines")
SHEETS = ("tags", "csv", "csv-v2")
MAC = ("rtweet", "storify")


@cache
def _chat():
    return practice()


def some_of(chat, chance):
    """A few of its tweets, with all that they pass on or quote, and those they answer."""
    here = {tweet_id: said for said in chat.public for tweet_id in (said.id, *said.edits)}
    wanted = chance.sample(chat.public, chance.randrange(1, 30))
    for said in wanted:
        wanted += [here[other] for other in (said.retweet_of, said.quote_of) if other and here[other] not in wanted]
    return replace(chat, tweets=tuple(sorted(wanted, key=lambda said: said.at)))


def dressed(chance, name, content):
    """The same file in another dress: as Windows saves it, packed, or lines as one list."""
    if name in LINES and chance.random() < 0.4:
        records = [json.loads(line) for line in content.splitlines()]
        content = json.dumps(records, indent=chance.choice([None, 1, 4])).encode()
    elif name in LINES and chance.random() < 0.4:
        content = b"\n".join(content.split(b"\n")).replace(b"\n", chance.choice([b"\r\n", b"\n\n"]))
    if name in (*LINES, *SHEETS) and chance.random() < 0.3:
        content = b"\xef\xbb\xbf" + content
    if name in (*LINES, *SHEETS, *MAC) and chance.random() < 0.3:
        content = gzip.compress(content)
    return content


@pytest.fixture
def seeds(deep):
    return range(300 if deep else 60)


def test_file_of_any_format_and_dress_gives_what_was_put_in(write, seeds):
    for seed in seeds:
        chance = random.Random(seed)
        name = chance.choice(list(FORMATS))
        chat = some_of(_chat(), chance)
        plain = b"".join(FORMATS[name][1](chat))
        expected, refused = read(write(plain, "plain"))

        tweets, rejected = read(write(dressed(chance, name, plain)))

        assert (refused, rejected) == ([], []), f"seed {seed}, {name}"
        assert [t._replace(raw=b"") for t in tweets] == [t._replace(raw=b"") for t in expected], f"seed {seed}, {name}"
        whole = len(chat.public) - sum(bool(said.retweet_of) for said in chat.public) * (name == "bluesky-lines")
        assert len(tweets) == whole or name == "x-archive", f"seed {seed}, {name}"
