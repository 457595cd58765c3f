import json

import pytest

from chats.sources.base import Rejected
from tests.chats.sources.building import json_lines, tweet_id, v1_tweet, v2_page, v2_tweet
from tests.chats.sources.reading import read

BEFORE, AFTER = json_lines(v1_tweet(1)), json_lines(v1_tweet(3))
BAD_NUMBER = "It holds a number that JSON does not allow, or is nested too deeply"
DEEP = "[" * 100_000 + "]" * 100_000
MIXED = '{"a":[' * 50_000 + "]}" * 50_000


def with_field(json_value):
    """A tweet with one more field, whose value is this text."""
    return json.dumps(v1_tweet(2))[:-1] + f', "more": {json_value}}}'


@pytest.fixture
def read_between(write):
    """What a line gives that stands between two good ones, which it must leave alone."""

    def read_between(line):
        content = line if isinstance(line, bytes) else line.encode()
        tweets, rejected = read(write(BEFORE + content + b"\n" + AFTER))
        assert [tweets[0].id, tweets[-1].id] == [tweet_id(1), tweet_id(3)]
        assert {row.line for row in rejected} <= {2}
        return tweets[1:-1], [row.reason for row in rejected]

    return read_between


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "This line is not JSON: Expecting property name enclosed in double quotes, at character 3"),
        (with_field("1") + "}", "This line is not JSON: Extra data, at character"),
        (with_field("1")[:-1], "This line is not JSON: Expecting ',' delimiter, at character"),
        (with_field("tru"), "This line is not JSON: Expecting value, at character"),
        ("\0\0\0", "This line is not JSON: Expecting value, at character 1"),
        ("[1, 2]", "This line holds no tweet"),
        ('"tweet"', "This line holds no tweet"),
        ("null", "This line holds no tweet"),
        ("{}", "There is no id"),
        (with_field("NaN"), BAD_NUMBER),
        (with_field("9" * 5_000), BAD_NUMBER),
        (with_field("-" + "9" * 5_000), BAD_NUMBER),
        (with_field("[-Infinity]"), BAD_NUMBER),
        (with_field(DEEP), BAD_NUMBER),
        (with_field(MIXED), BAD_NUMBER),
        (DEEP, "This line holds no tweet"),
        ("[" * 100_000, "This line is not JSON: Expecting value, at character"),
        ("[" * 100_000 + '"', "This line is not JSON: "),
        ("]" * 100_000, "This line is not JSON: Expecting value, at character 1"),
        ('{"a":' * 100_000, "This line is not JSON: Expecting value, at character"),
    ],
    ids=lambda value: value[:20],
)
def test_line_that_is_no_tweet_is_refused_alone(read_between, line, reason):
    tweets, (said,) = read_between(line)

    assert (tweets, said[: len(reason)]) == ([], reason)


def test_a_number_beyond_all_bounds_costs_nothing_where_nobody_reads_it(read_between):
    (tweet,), rejected = read_between(with_field("1e999"))

    assert (tweet.id, rejected) == (tweet_id(2), [])


def test_brackets_in_a_string_are_not_depth(read_between):
    (tweet,), rejected = read_between(with_field(json.dumps("[{" * 100_000 + '\\" ["')))

    assert (tweet.id, rejected) == (tweet_id(2), [])


def test_what_lies_too_deep_in_a_page_costs_only_its_tweet(write):
    page = json.dumps(v2_page([v2_tweet(0), v2_tweet(1, scopes="deep"), v2_tweet(2)])).replace('"deep"', DEEP)

    tweets, rejected = read(write(page.encode()))

    assert [tweet.id for tweet in tweets] == [tweet_id(0), tweet_id(2)]
    assert rejected == [Rejected(1, f"Tweet 2 of 3 in this line: {BAD_NUMBER}")]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "9" * 5_000])
def test_number_that_may_not_be_in_a_page_costs_only_its_tweet(write, number):
    page = json.dumps(v2_page([v2_tweet(0), v2_tweet(1, scopes="number"), v2_tweet(2)])).replace('"number"', number)

    tweets, rejected = read(write(page.encode()))

    assert [tweet.id for tweet in tweets] == [tweet_id(0), tweet_id(2)]
    assert rejected == [Rejected(1, f"Tweet 2 of 3 in this line: {BAD_NUMBER}")]


def test_last_of_two_equal_keys_counts(read_between):
    (tweet,), _ = read_between(with_field('1, "lang": "cy", "lang": "de"'))

    assert tweet.lang == "de"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (b"caf\xe9", "caf�"),
        (b"\xf0\x9f\x91", "�"),
        (b"\xed\xa0\x80", "���"),
        (b"a\\u0000b", "ab"),
        (b"a\\ud83db", "ab"),
        (b"\\ud83d\\udc42", "👂"),
        (b"a\\udc42\\ud83db", "ab"),
        ("👩\u200d👧 \u202eabc\u202c e\u0301".encode(), "👩\u200d👧 \u202eabc\u202c e\u0301"),
        (b"a\\u2028b\\nc", "a\u2028b\nc"),
    ],
)
def test_text_is_kept_but_for_what_cannot_be_stored(read_between, said, text):
    line = json.dumps(v1_tweet(2, text="SAID", entities={})).encode().replace(b"SAID", said)

    (tweet,), rejected = read_between(line)

    assert (tweet.text, rejected) == (text, [])
    assert json.loads(tweet.raw)["text"] == json.loads(line.decode("utf-8", "replace"))["text"]


def test_entities_after_what_cannot_be_stored_still_fit(read_between):
    record = v1_tweet(2, text="\0\ud83d #We\0Ask &amp; #Tell")
    record["entities"] = {"hashtags": [{"text": "We\0Ask", "indices": [3, 10]}, {"text": "Tell", "indices": [17, 22]}]}

    (tweet,), _ = read_between(json.dumps(record))

    assert tweet.text == " #WeAsk & #Tell"
    assert [tweet.text[span.start : span.end] for span in tweet.spans] == ["#WeAsk", "#Tell"]
    assert tweet.hashtags == ("WeAsk", "Tell")


@pytest.mark.parametrize("field", ["id_str", "in_reply_to_status_id_str", "favorite_count", "lang", "user"])
@pytest.mark.parametrize("number", ["9" * 5_000, "9" * 4_000, str(2**63), "-1", "1e400"])
def test_number_out_of_range_breaks_nothing(read_between, field, number):
    line = json.dumps(v1_tweet(2, **{field: "NUMBER"})).replace('"NUMBER"', number)

    tweets, rejected = read_between(line)

    assert len(tweets) + len(rejected) == 1
    assert {tweet.likes for tweet in tweets} <= {None, 2}
