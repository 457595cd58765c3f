"""Documents of JSON, whole and broken: an item that is sound comes out, whatever stands beside it."""

import json
import random
from pathlib import Path

import pytest

from chats.sources.base import Rejected
from tests.chats.sources.breaking import SIGNS, flip, misplace, places
from tests.chats.sources.building import json_lines, tweet_id, v1_tweet, v2_page, v2_tweet
from tests.chats.sources.reading import pages, read

FOLDER = Path(__file__).parents[2] / "samples/files"
MASTODON = json.loads((FOLDER / "mastodon.json").read_bytes())
FEED = json.loads((FOLDER / "bluesky.json").read_bytes())["feed"]
V1 = [v1_tweet(n) for n in range(6)]
# name: the records, what stands before and behind them, and how each is written
DOCUMENTS = {
    "array of Mastodon": (MASTODON, b"[", b"]", {}),
    "search of Mastodon": (MASTODON, b'{"accounts":[],"statuses":[', b'],"hashtags":[]}', {}),
    "feed of Bluesky": (FEED, b'{"feed": [\n', b'],\n "cursor": "7"}', {"indent": 1}),
    "array of API 1.1": (V1, b"\n[\n", b"]\n", {}),
    "answer of API 1.1": (V1, b'{"search_metadata":{"count":6},"statuses":[', b"]}", {"indent": 2}),
    "objects after each other": (V1, b"", b"", {"indent": 4}),
}


def document(name, written):
    """The bytes of a document that holds these bytes as its items."""
    return DOCUMENTS[name][1] + joined(name, written)


def joined(name, written):
    return (b"\n" if name == "objects after each other" else b",\n").join(written) + DOCUMENTS[name][2]


def written(name):
    records, _, _, style = DOCUMENTS[name]
    return [json.dumps(record, **style).encode() for record in records]


def alone(tweet):
    """Without what may be found out from the others only."""
    return tweet._replace(reply_to="")


def broken(chance, item):
    """Its bytes in another state."""
    move = chance.choice(["flip", "flip", "cut", "gut", "misplace", "stray", "none"])
    if move == "flip":
        return flip(chance, item)
    if move == "cut":
        return item[: chance.randrange(len(item))]
    if move == "gut":
        start, end = sorted(chance.randrange(len(item)) for _ in range(2))
        return item[:start] + item[end:]
    if move == "misplace":
        record = json.loads(item)
        misplace(chance, places(record))
        return json.dumps(record).encode()
    if move == "stray":
        place = chance.randrange(len(item))
        return item[:place] + bytes(chance.choices(SIGNS, k=3)) + item[place:]
    return chance.choice([b"", b"null", b"7", b'"x"', b"{}", b"[]", b"{", b'"', b"nul"])


def swallows(name, case, n):
    """Whether what is left of an item is whole with the next ones in it: then that is what the document says."""
    text, own = joined(name, case[n:]).decode("utf-8", "replace"), case[n].decode("utf-8", "replace")
    try:
        return json.JSONDecoder().raw_decode(text)[1] > len(own)
    except ValueError:
        return False


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_gives_its_tweets_whatever_its_shape(write, name):
    tweets, rejected = read(write(document(name, written(name))))

    assert rejected == []
    assert len(tweets) == len(DOCUMENTS[name][0])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_items_left_alone_are_read_as_before(write, deep, name):
    items = written(name)
    gives, _ = read(write(document(name, items)))
    for seed in range(2_000 if deep else 40):
        chance = random.Random(seed)
        touched = {chance.randrange(1, len(items)) for _ in range(chance.choice([1, 1, 2, 3]))}
        case = [broken(chance, item) if n in touched else item for n, item in enumerate(items)]
        if any(swallows(name, case, n) for n in touched):
            continue

        tweets, rejected = read(write(document(name, case)))

        found = [alone(tweet) for tweet in tweets]
        missing = [n for n, tweet in enumerate(gives) if n not in touched and alone(tweet) not in found]
        assert missing == [], f"seed {seed}"
        assert all(row.reason.startswith(f"Item {row.line}: ") for row in rejected), f"seed {seed}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_read_on_from_every_cursor(write, name):
    items = written(name)
    items[2] = items[2][:-40]
    path = write(document(name, items))

    had = pages(path, page_size=2)

    assert sum(len(page.rejected) for page in had) == 1
    assert sum(len(page.tweets) for page in had) == len(items) - 1
    for n, page in enumerate(had[:-1], 1):
        assert pages(path, page_size=2, cursor=page.cursor) == had[n:]


@pytest.mark.parametrize("end", [b"", b"}", b'{"id_str": "1', b",", b'{"a": [[[[', b"]]]", b"\0"])
def test_document_that_is_cut_gives_what_it_held(write, end):
    tweets, _ = read(write(b"[" + json_lines(*V1[:3]).replace(b"\n", b",") + end))

    assert [tweet.id for tweet in tweets] == [tweet_id(n) for n in range(3)]


@pytest.mark.parametrize("cut", ["{", '{"id_str": "1", "user":', '{"user": {"id":\n 7, "entities": '])
def test_item_cut_before_a_value_takes_no_other_along(write, cut):
    first, *others = written("objects after each other")[:3]

    tweets, rejected = read(write(document("objects after each other", [first, cut.encode(), *others])))

    assert [tweet.id for tweet in tweets] == [tweet_id(n) for n in range(3)]
    assert rejected == [Rejected(2, "Item 2: What stands here is not JSON, or is cut short")]


def test_what_is_wrong_with_an_item_is_said(write):
    items = [json.dumps(V1[0]), '{"id_str": 5}', "null", json.dumps(V1[1]), '{"a":' * 200 + "1" + "}" * 200]

    tweets, rejected = read(write(f"[{', '.join(items)}\n, {json.dumps(V1[2])}]".encode() + b"\n]"), "twarc-v1")

    assert [tweet.id for tweet in tweets] == [tweet_id(n) for n in range(3)]
    assert rejected == [
        Rejected(2, "Item 2: There is no author"),
        Rejected(3, "Item 3: What stands here is not JSON, or is cut short"),
        Rejected(5, "Item 5: It is nested too deeply"),
    ]


def test_item_that_is_too_long_is_passed_over(write):
    long = json.dumps(v1_tweet(1, more="x" * (8 * 2**20))).encode()

    tweets, rejected = read(
        write(b"[\n" + b",\n".join([written("array of API 1.1")[0], long, *written("array of API 1.1")[2:]]) + b"\n]")
    )

    assert [tweet.id for tweet in tweets] == [tweet_id(n) for n in (0, 2, 3, 4, 5)]
    assert rejected == [Rejected(2, "Item 2: It is longer than 8 MB")]


@pytest.mark.parametrize("said", ["a\ud83db", "\\ud83d", 'quo"te }', "{[", "x" * 70_000, "\\" * 70_001, "é" * 70_000])
def test_strings_of_any_kind_stand_in_an_item(write, said):
    items = [json.dumps(v1_tweet(n, text=said, entities={})).encode() for n in range(3)]

    tweets, rejected = read(write(b"[\n" + b",\n".join(items) + b"]"))

    assert ([tweet.text for tweet in tweets], rejected) == ([said.replace("\ud83d", "")] * 3, [])


def test_answers_of_api_2_in_a_list_are_read_whole(write):
    pages_ = [v2_page([v2_tweet(n), v2_tweet(n + 1)]) for n in (0, 2, 4)]

    tweets, rejected = read(write(json.dumps(pages_, indent=1).encode()))

    assert ([tweet.id for tweet in tweets], rejected) == ([tweet_id(n) for n in range(6)], [])


def test_pretty_answer_of_api_2_is_one_record(write):
    tweets, rejected = read(write(json.dumps(v2_page([v2_tweet(n) for n in range(4)]), indent=4).encode()))

    assert ([tweet.id for tweet in tweets], rejected) == ([tweet_id(n) for n in range(4)], [])


def test_line_that_is_a_list_is_a_page(write):
    line = json.dumps([v1_tweet(0), 7, {"id_str": "x"}, v1_tweet(1)]).encode() + b"\n"

    tweets, rejected = read(write(line + line))

    assert [tweet.id for tweet in tweets] == [tweet_id(0), tweet_id(1)] * 2
    assert rejected == [
        Rejected(line, f"Tweet {n} of 4 in this line: {reason}")
        for line in (1, 2)
        for n, reason in ((2, "This is no tweet"), (3, "The id 'x' is not a number"))
    ]
