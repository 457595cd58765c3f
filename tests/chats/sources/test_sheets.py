"""What json2csv, twarc2, rtweet and Storify do to tweets -> undone."""

import json
from datetime import UTC, datetime

import pytest

from chats.sources.base import SourceAuthor, Span
from chats.sources.files.finding import entities_of
from chats.sources.files.spans import content
from chats.sources.files.storify import decoded
from tests.chats.sources.building import csv_file, moment, tweet_id
from tests.chats.sources.reading import read
from tests.simulators.storify import garbled

V1 = {"id": tweet_id(0), "text": "Hello", "user_screen_name": "nell", "created_at": "Thu Mar 04 20:00:00 +0000 2021"}
V2 = {"id": tweet_id(0), "text": "Hello", "author_id": "501", "conversation_id": tweet_id(0)}


@pytest.fixture
def read_row(write):
    """The tweet of a sheet with this one row, or the reason why there is none."""

    def read_row(row, **style):
        tweets, rejected = read(write(csv_file(row, columns=list(row), **style)))
        return tweets[0] if tweets else rejected[0].reason

    return read_row


def test_column_that_is_named_twice_counts_once(write):
    names, cells = ",".join([*V1, "user_screen_name"]), ",".join([*V1.values(), "nell"])

    ((tweet,), _) = read(write(f"{names}\n{cells}\n{cells.replace('nell', '', 1)}\n".encode()[: -len(cells) - 1]))

    assert tweet.author == SourceAuthor("x", "handle:nell", "nell", "nell")


@pytest.mark.parametrize("column", ["reweet_id", "retweet_id"])
def test_misspelt_column_is_known(read_row, column):
    tweet = read_row(V1 | {"text": "RT @omar: Hi", column: tweet_id(9), "retweet_screen_name": "omar"})

    assert (tweet.retweet_of, tweet.text) == (tweet_id(9), "RT @omar: Hi")


@pytest.mark.parametrize(("kind", "expected"), [("retweet", (tweet_id(9), "")), ("quote", ("", tweet_id(9)))])
def test_later_json2csv_says_what_the_other_tweet_is(read_row, kind, expected):
    tweet = read_row(V1 | {"tweet_type": kind, "retweet_or_quote_id": tweet_id(9)})

    assert (tweet.retweet_of, tweet.quote_of) == expected


def test_twarc2_row_is_made_whole_again(read_row):
    tweet = read_row(V2 | {
        "text": "One\\ntwo #tag https://t.co/a https://t.co/b",
        "author.username": "nell",
        "referenced_tweets.retweeted.id": tweet_id(9),
        "retweeted_username": "omar",
        "entities.hashtags": json.dumps(["#tag"]),
        "entities.urls": json.dumps(["https://example.org/a", "pic.twitter.com/b"]),
        "attachments.media": json.dumps([{"alt_text": "Tea"}]),
    })  # fmt: skip

    assert tweet.text == "RT @omar: One\ntwo #tag https://t.co/a https://t.co/b"
    assert tweet.spans[1:] == (
        Span("hashtag", 18, 22, "tag"),
        Span("link", 23, 37, "https://t.co/a", "example.org/a", "https://example.org/a"),
        Span("media", 38, 52, "https://t.co/b", "pic.twitter.com/b"),
    )
    assert tweet.alt_texts == ("Tea",)


def test_author_without_any_handle_is_known_by_the_number(read_row):
    tweet = read_row(V2)

    assert tweet.author == SourceAuthor("x", "501", "", "Author 501")
    assert tweet.url == f"https://x.com/i/status/{tweet_id(0)}"


def test_rtweet_row_is_read_through_what_r_writes(read_row):
    tweet = read_row({
        "user_id": "x501", "status_id": "x" + tweet_id(0), "created_at": "2021-03-04 20:00:00 UTC",
        "screen_name": "nell", "text": "RT @omar: Cut…", "reply_to_status_id": "NA", "lang": "NA",
        "retweet_status_id": "x" + tweet_id(9), "retweet_text": "Cut no more", "retweet_screen_name": "omar",
    })  # fmt: skip

    assert (tweet.id, tweet.author.id, tweet.text) == (tweet_id(0), "501", "RT @omar: Cut no more")
    assert (tweet.retweet_of, tweet.reply_to, tweet.lang, tweet.created_at) == (tweet_id(9), "", "", moment(0))


def test_storify_id_is_the_same_in_every_file(read_row):
    row = {"time": "3/4/21 20:00", "username": "nell", "text": "Hello #tag"}

    tweet, other = read_row(row), read_row(row, delimiter=";")

    assert (tweet.id, tweet.created_at) == (other.id, datetime(2021, 3, 4, 20, 0, 0, 2, tzinfo=UTC))
    assert read_row(row | {"text": "Hello  #tag"}).id != tweet.id


@pytest.mark.parametrize("text", ["we’ll “say” so — now…", "caf\xe9 \xa0 \xa3", "‘a’ ” “”", "plain"])
def test_letters_read_wrongly_twice_are_put_right(text):
    assert decoded(garbled(text)) == text
    assert decoded(text.encode()) == text


@pytest.mark.parametrize(
    ("text", "stand"),
    [
        ("#one #2 #t3 a#b &#39; /#c", ["#one", "#t3"]),
        ("@nell a@b @@c (@omar) .@sam", ["@nell", "@omar", "@sam"]),
        ("see https://example.org/a). or http://t.co/cut…", ["https://example.org/a"]),
    ],
)
def test_entities_are_found_in_a_text(text, stand):
    says = content(text, entities_of(text))

    assert [says.text[span.start : span.end] for span in says.spans] == stand
