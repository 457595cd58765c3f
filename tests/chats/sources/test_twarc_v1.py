import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chats.sources.base import Rejected, SourceAuthor, SourceTweet, Span
from tests.chats.sources.building import json_lines, tweet_id, v1_tweet, v1_user
from tests.chats.sources.reading import is_fitting, meanings, read

SAMPLE = Path(__file__).parents[2] / "samples/files/twarc_v1.jsonl"
ROTA = (
    "RT @nell: Q2: Sleep & shifts. What helps you rest after a run of nights, what gets in the way, and what would you "
    "ask of the people who write the rota? Say where you work, and keep patients out of it. 💤 #WeInvent "
    "https://t.co/rota000002 (with thanks to @ruth)"
)
DRAWN = (
    "@nell A2: We drew one; it took the whole ward & two pots of tea, and nobody has been called in on a day off "
    "since. Two pictures of it below. #WeInvent https://t.co/pic0000004 https://t.co/qt00000004"
)


@pytest.fixture
def read_one(write):
    """The one tweet that a record gives."""

    def read_one(record):
        (tweet,), rejected = read(write(json_lines(record)), "twarc-v1")
        assert rejected == []
        return tweet

    return read_one


def test_tweet_becomes_a_record():
    tweets, _ = read(SAMPLE)

    record = json.loads(SAMPLE.read_text().splitlines()[0])
    assert tweets[0] == SourceTweet(
        network="x",
        id="1367565508408246272",
        author=SourceAuthor("x", "501", "nell", "Nell", 100),
        text="Welcome to #WeInvent 👋🏽 <3 tonight with @Omar: https://t.co/hello00000",
        created_at=datetime(2021, 3, 4, 20, 0, tzinfo=UTC),
        url="https://x.com/nell/status/1367565508408246272",
        lang="en",
        hashtags=("WeInvent",),
        spans=(
            Span("hashtag", 11, 20, "WeInvent"),
            Span("mention", 40, 45, "omar"),
            Span("link", 47, 70, "https://t.co/hello00000", "example.org/tonight", "https://example.org/tonight"),
        ),
        likes=0,
        reposts=0,
        raw=json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode(),
    )


def test_retweet_says_the_whole_original():
    tweets, _ = read(SAMPLE)

    assert (tweets[1].text, tweets[1].retweet_of, tweets[1].quote_of) == (ROTA, tweet_id(2), "")
    assert tweets[1].hashtags == ("WeInvent",)
    assert meanings(tweets[1]) == [
        ("mention", "@nell", "nell"),
        ("hashtag", "#WeInvent", "WeInvent"),
        ("link", "https://t.co/rota000002", "https://t.co/rota000002"),
        ("mention", "@ruth", "ruth"),
    ]


def test_cut_tweet_is_completed():
    tweets, _ = read(SAMPLE)

    assert (tweets[2].text, tweets[2].reply_to, tweets[2].quote_of) == (DRAWN, tweet_id(2), tweet_id(0))
    assert tweets[2].alt_texts == ("A rota in five colours", "Tea pots")
    assert meanings(tweets[2]) == [
        ("mention", "@nell", "nell"),
        ("hashtag", "#WeInvent", "WeInvent"),
        ("media", "https://t.co/pic0000004", "https://t.co/pic0000004"),
        ("link", "https://t.co/qt00000004", "https://t.co/qt00000004"),
    ]


@pytest.mark.parametrize("name", ["text", "full_text"])
def test_text_is_read_under_either_name(read_one, name):
    record = v1_tweet(3)
    record[name] = record.pop("text")

    tweet = read_one(record)

    assert tweet.text == "A3: ask & listen 👂 #WeInvent, says @nell https://t.co/abc0000003"
    assert [kind for kind, _, _ in meanings(tweet)] == ["hashtag", "mention", "link"]
    assert is_fitting(tweet)


def test_cut_original_of_a_retweet_is_completed(read_one):
    original = v1_tweet(1, truncated=True, extended_tweet={"full_text": "To the very end &amp; on."})

    tweet = read_one(v1_tweet(2, text="RT @omar: To the very…", retweeted_status=original))

    assert tweet.text == "RT @omar: To the very end & on."


@pytest.mark.parametrize(
    "original",
    [
        {**v1_tweet(1), "user": None},
        {**v1_tweet(1), "user": {"id_str": "502"}},
        {**v1_tweet(1), "text": ""},
        {"id_str": tweet_id(1)},
    ],
    ids=["no author", "no handle", "no text", "id alone"],
)
def test_retweet_without_its_whole_original_keeps_its_own_text(read_one, original):
    tweet = read_one(v1_tweet(2, text="RT @omar: A1: ask…", retweeted_status=original))

    assert (tweet.text, tweet.retweet_of) == ("RT @omar: A1: ask…", tweet_id(1))


def test_retweet_of_a_quote_quotes_nothing_itself(read_one):
    original = v1_tweet(1, quoted_status_id_str=tweet_id(0))

    tweet = read_one(v1_tweet(2, retweeted_status=original, quoted_status_id_str=tweet_id(0)))

    assert (tweet.retweet_of, tweet.quote_of) == (tweet_id(1), "")


def test_quote_is_known_by_the_quoted_tweet_alone(read_one):
    tweet = read_one(v1_tweet(2, quoted_status=v1_tweet(0)))

    assert tweet.quote_of == tweet_id(0)


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"id_str": None}, "id", tweet_id(3)),
        ({"id_str": None, "id": tweet_id(3)}, "id", tweet_id(3)),
        ({"in_reply_to_status_id_str": None, "in_reply_to_status_id": int(tweet_id(2))}, "reply_to", tweet_id(2)),
        ({"in_reply_to_status_id_str": "soon"}, "reply_to", ""),
        ({"favorite_count": "12"}, "likes", 12),
        ({"favorite_count": None}, "likes", None),
        ({"favorite_count": -1}, "likes", None),
        ({"favorite_count": True}, "likes", None),
        ({"quote_count": 2, "reply_count": 1}, "quotes", 2),
        ({"lang": 5}, "lang", ""),
        ({"possibly_sensitive": True}, "is_sensitive", True),
        ({"possibly_sensitive": "yes"}, "is_sensitive", False),
        ({"entities": None}, "spans", ()),
        ({"entities": {"hashtags": "WeInvent"}}, "hashtags", ()),
        ({"created_at": None}, "created_at", datetime(2021, 3, 4, 20, 1, 0, 369_000, UTC)),
        ({"user": {**v1_user("sam"), "id_str": None}}, "author", SourceAuthor("x", "504", "sam", "Sam", 100)),
        ({"user": {**v1_user("sam"), "name": " S\0a\nm "}}, "author", SourceAuthor("x", "504", "sam", "Sa m", 100)),
        ({"user": {**v1_user("sam"), "name": ""}}, "author", SourceAuthor("x", "504", "sam", "sam", 100)),
        ({"user": {**v1_user("sam"), "followers_count": []}}, "author", SourceAuthor("x", "504", "sam", "Sam")),
    ],
)
def test_field_of_another_type_costs_no_tweet(read_one, changes, field, expected):
    tweet = read_one(v1_tweet(3, **changes))

    assert getattr(tweet, field) == expected


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id_str": None, "id": None}, "There is no id"),
        ({"id_str": "12a"}, "The id '12a' is not a number"),
        ({"id_str": None, "id": -5}, "The id '-5' is too large or too small to be one"),
        ({"id_str": str(2**63)}, f"The id '{2**63}' is too large or too small to be one"),
        ({"id_str": None, "id": 2**63}, "The id (a very large number) is too large or too small to be one"),
        ({"id_str": [1]}, "The id (an object or a list) is not a number"),
        ({"id_str": "12", "created_at": None}, "No time"),
        ({"id_str": "12", "created_at": "last night"}, "The time 'last night' cannot be read"),
        ({"text": None}, "There is no text"),
        ({"text": " \0 "}, "There is no text"),
        ({"user": None}, "There is no author"),
        ({"user": {**v1_user("sam"), "screen_name": "a/../b"}}, "The author's handle 'a/../b' is not one"),
        ({"user": {"screen_name": "sam"}}, "There is no author's id"),
    ],
)
def test_record_that_is_no_tweet_is_refused(write, changes, reason):
    path = write(json_lines(v1_tweet(1), v1_tweet(2, **changes), v1_tweet(3)))

    tweets, rejected = read(path)

    assert [tweet.id for tweet in tweets] == [tweet_id(1), tweet_id(3)]
    assert rejected == [Rejected(2, reason)]
