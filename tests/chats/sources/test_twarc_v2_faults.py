from datetime import UTC, datetime

import pytest

from chats.sources.base import Rejected, SourceAuthor
from tests.chats.sources.building import json_lines, tweet_id, v2_page, v2_tweet, v2_user
from tests.chats.sources.reading import read


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"id": int(tweet_id(3))}, "id", tweet_id(3)),
        ({"author_id": 504}, "author", SourceAuthor("x", "504", "sam", "Sam", 100)),
        ({"conversation_id": int(tweet_id(0))}, "conversation", tweet_id(0)),
        ({"conversation_id": {}}, "conversation", ""),
        ({"referenced_tweets": [{"type": "quoted", "id": int(tweet_id(0))}]}, "quote_of", tweet_id(0)),
        ({"referenced_tweets": [{"type": ["quoted"], "id": tweet_id(0)}, None, 5]}, "quote_of", ""),
        ({"referenced_tweets": None}, "reply_to", ""),
        ({"public_metrics": {"repost_count": 4}}, "reposts", 4),
        ({"public_metrics": {"like_count": "4"}}, "likes", 4),
        ({"public_metrics": {"like_count": 4.5}}, "likes", None),
        ({"public_metrics": None}, "likes", None),
        ({"possibly_sensitive": None}, "is_sensitive", False),
        ({"attachments": {"media_keys": [["3_1"], None]}}, "alt_texts", ()),
        ({"attachments": "3_1"}, "alt_texts", ()),
        ({"created_at": 5}, "created_at", datetime(2021, 3, 4, 20, 1, 0, 369_000, UTC)),
        ({"lang": None}, "lang", ""),
    ],
)
def test_field_of_another_type_costs_no_tweet(read_records, changes, field, expected):
    (tweet,), _ = read_records(v2_page([v2_tweet(3, **changes)]))

    assert getattr(tweet, field) == expected


def test_ids_in_includes_may_be_numbers(read_records):
    page = v2_page(
        [v2_tweet(5, referenced_tweets=[{"type": "retweeted", "id": tweet_id(1)}])],
        tweets=[v2_tweet(1, id=int(tweet_id(1)))],
    )
    page["includes"]["users"] = [{**v2_user(name), "id": n} for n, name in ((501, "nell"), (502, "omar"))]

    (tweet,), _ = read_records(page)

    assert (tweet.author.handle, tweet.text[:13]) == ("nell", "RT @omar: A1:")


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (None, "There is no id"),
        ("tweet", "There is no id"),
        (v2_tweet(2, text=None), "There is no text"),
        (v2_tweet(2, author_id="999"), "The author, number 999, is not described here"),
        (v2_tweet(2, author_id=None), "There is no author"),
        (v2_tweet(2, id="2e18"), "The id '2e18' is not a number"),
        (v2_tweet(2, scopes=float("nan")), "It holds a number that JSON does not allow, or is nested too deeply"),
        ({"start": "2021", "end": "2022", "tweet_count": 5}, "This is a count of tweets, not a tweet"),
        ({"start": "2021", "end": "2022", "post_count": 5}, "This is a count of tweets, not a tweet"),
        (v2_user("omar"), "This is an account, not a tweet"),
        ({"id": "7", "name": "Friends", "owner_id": "501"}, "This is a list of accounts, not a tweet"),
    ],
)
def test_item_that_is_no_tweet_costs_no_other(read_records, item, reason):
    tweets, rejected = read_records(v2_page([v2_tweet(0)]), v2_page([v2_tweet(1), item, v2_tweet(3)]))

    assert [tweet.id for tweet in tweets] == [tweet_id(n) for n in (0, 1, 3)]
    assert rejected == [Rejected(2, f"Tweet 2 of 3 in this line: {reason}")]


@pytest.mark.parametrize(
    ("line", "rejected"),
    [
        ({"meta": {"result_count": 0}}, []),
        ({"data": [], "meta": {"result_count": 0}}, []),
        ({"data": None}, []),
        ({"data": "tweets"}, [Rejected(1, "This line holds no tweet")]),
        ({"data": 0}, [Rejected(1, "This line holds no tweet")]),
        ({"title": "Too Many Requests", "status": 429}, [Rejected(1, "There is no id")]),
        ({"data": v2_user("omar")}, [Rejected(1, "This is an account, not a tweet")]),
    ],
)
def test_line_without_a_tweet_is_empty_or_refused(read_records, line, rejected):
    assert read_records(line) == ([], rejected)


def test_file_of_empty_answers_alone_is_one(write):
    assert read(write(json_lines({"meta": {"result_count": 0}}))) == ([], [])
