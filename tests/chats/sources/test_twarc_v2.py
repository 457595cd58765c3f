import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chats.sources.base import Rejected, SourceAuthor, SourceTweet, Span
from tests.chats.sources.building import POST_WORDS, in_post_words, tweet_id, v2_page, v2_tweet
from tests.chats.sources.reading import is_fitting, meanings, read

SAMPLES = Path(__file__).parents[2] / "samples/files"
ROTA = (
    "RT @nell: Q2: Sleep & shifts. What helps you rest after a run of nights, what gets in the way, and what would you "
    "ask of the people who write the rota? Say where you work, and keep patients out of it. 💤 #WeInvent "
    "https://t.co/rota000002 (with thanks to @ruth)"
)


def without_raw(tweets):
    return [tweet._replace(raw=b"") for tweet in tweets]


def retweet(n, of, **changes):
    return v2_tweet(n, referenced_tweets=[{"type": "retweeted", "id": tweet_id(of)}], **changes)


def test_tweet_becomes_a_record():
    tweets, _ = read(SAMPLES / "twarc_v2_flat.jsonl")

    link = Span("link", 47, 70, "https://t.co/hello00000", "example.org/t", "https://example.org/tonight")
    record = json.loads((SAMPLES / "twarc_v2_flat.jsonl").read_text().splitlines()[0])
    assert tweets[0] == SourceTweet(
        network="x",
        id="1367565508408246272",
        author=SourceAuthor("x", "501", "nell", "Nell", 100),
        text="Welcome to #WeInvent 👋🏽 <3 tonight with @Omar: https://t.co/hello00000",
        created_at=datetime(2021, 3, 4, 20, 0, tzinfo=UTC),
        url="https://x.com/nell/status/1367565508408246272",
        lang="en",
        conversation="1367565508408246272",
        hashtags=("WeInvent",),
        spans=(Span("hashtag", 11, 20, "WeInvent"), Span("mention", 40, 45, "omar"), link),
        likes=0,
        reposts=0,
        replies=1,
        quotes=0,
        raw=json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode(),
    )


def test_retweet_says_the_whole_long_original():
    tweets, _ = read(SAMPLES / "twarc_v2_pages.jsonl")

    assert (tweets[1].text, tweets[1].retweet_of, tweets[1].reposts) == (ROTA, tweet_id(2), 3)
    assert meanings(tweets[1]) == [
        ("mention", "@nell", "nell"),
        ("hashtag", "#WeInvent", "WeInvent"),
        ("link", "https://t.co/rota000002", "https://t.co/rota000002"),
        ("mention", "@ruth", "ruth"),
    ]


def test_quote_and_reply_with_pictures():
    tweets, _ = read(SAMPLES / "twarc_v2_pages.jsonl")

    assert (tweets[2].quote_of, tweets[2].reply_to, tweets[2].retweet_of) == (tweet_id(0), tweet_id(2), "")
    assert (tweets[2].alt_texts, tweets[2].is_sensitive) == (("A rota in five colours",), True)
    assert tweets[2].edits == ("1367565846016163837", "1367565846016163844")
    assert [kind for kind, _, _ in meanings(tweets[2])] == ["hashtag", "link", "media"]


def test_pages_flat_lines_and_both_vocabularies_say_the_same():
    pages, flat, posts = (read(SAMPLES / f"twarc_v2_{name}.jsonl")[0] for name in ("pages", "flat", "posts"))

    assert without_raw(pages[:3]) == without_raw(flat) == without_raw(posts)


def test_raw_record_of_a_page_is_read_again_as_the_same_tweet(write):
    pages, _ = read(SAMPLES / "twarc_v2_pages.jsonl")

    again, rejected = read(write(b"\n".join(tweet.raw for tweet in pages)))

    assert (again, rejected) == (pages, [])


def test_answer_without_tweets_gives_nothing_and_one_of_errors_a_reason():
    tweets, rejected = read(SAMPLES / "twarc_v2_pages.jsonl")

    assert [tweet.id for tweet in tweets] == [tweet_id(n) for n in (0, 3, 4, 6)]
    assert rejected == [Rejected(4, "X answered: Could not find tweet with ids: [7].")]


def test_words_of_2026_say_the_same(read_records):
    note = {"text": "Long &amp; whole, to the end of it.", "entities": {}}
    edited = [tweet_id(3), tweet_id(4)]
    page = v2_page(
        [v2_tweet(4, edit_history_tweet_ids=edited), retweet(5, of=1)], tweets=[v2_tweet(1, note_tweet=note)]
    )

    tweets, _ = read_records(page)
    posts, _ = read_records(in_post_words(page))

    assert (tweets[0].edits, tweets[0].reply_to) == (tuple(edited), tweet_id(3))
    assert tweets[1].text == "RT @omar: Long & whole, to the end of it."
    assert without_raw(posts) == without_raw(tweets)


@pytest.mark.parametrize("name", POST_WORDS)
def test_words_may_be_mixed_in_one_answer(read_records, name):
    page = v2_page([retweet(5, of=1)], tweets=[v2_tweet(1, note_tweet={"text": "Long and whole."})])

    mixed, _ = read_records(in_post_words(page, {name: POST_WORDS[name]}))

    assert [tweet.text for tweet in mixed] == ["RT @omar: Long and whole."]
    assert without_raw(mixed) == without_raw(read_records(page)[0])


@pytest.mark.parametrize("name", ["note_tweet", "note_post"])
def test_long_text_is_whole_with_its_own_entities(read_records, name):
    tail = "and on " * 3_500 + "&amp; on #WeInvent"
    entities = {"hashtags": [{"start": len(tail) - 9, "end": len(tail), "tag": "WeInvent"}]}

    (tweet,), _ = read_records(v2_page([v2_tweet(1, **{name: {"text": tail, "entities": entities}})]))

    assert tweet.text == "and on " * 3_500 + "& on #WeInvent"
    assert meanings(tweet) == [("hashtag", "#WeInvent", "WeInvent")]


@pytest.mark.parametrize("note", [None, {}, {"text": ""}, {"text": 5}, "long", []])
def test_long_text_that_is_none_leaves_the_short_one(read_records, note):
    (tweet,), _ = read_records(v2_page([v2_tweet(1, note_tweet=note)]))

    assert tweet.text == "A1: ask & listen 👂 #WeInvent, says @nell https://t.co/abc0000001"
    assert is_fitting(tweet)


def test_includes_are_never_rows(read_records):
    page = v2_page([retweet(5, of=1)], tweets=[v2_tweet(n) for n in (0, 1, 2)], posts=[v2_tweet(3)])

    tweets, rejected = read_records(page)

    assert ([tweet.id for tweet in tweets], rejected) == ([tweet_id(5)], [])


def test_tweet_in_data_and_in_includes_is_one_row(read_records):
    tweets, _ = read_records(v2_page([v2_tweet(1), v2_tweet(2)], tweets=[v2_tweet(1)]))

    assert [tweet.id for tweet in tweets] == [tweet_id(1), tweet_id(2)]


def test_retweet_whose_original_is_absent_keeps_its_own_text(read_records):
    (tweet,), _ = read_records(v2_page([retweet(5, of=1, text="RT @omar: A1: ask…")]))

    assert (tweet.text, tweet.retweet_of) == ("RT @omar: A1: ask…", tweet_id(1))


def test_retweet_of_somebody_undescribed_takes_the_handle_from_its_text(read_records):
    original = v2_tweet(1, author_id="999", text="A1: whole.", entities={})

    (tweet,), _ = read_records(v2_page([retweet(5, of=1, text="RT @omar: A1: wh…")], tweets=[original]))

    assert tweet.text == "RT @omar: A1: whole."


def test_retweet_shows_the_pictures_of_its_original(read_records):
    original = v2_tweet(1, attachments={"media_keys": ["3_1"]})
    media = [{"media_key": "3_1", "type": "photo", "alt_text": " Tea pots "}]

    (tweet,), _ = read_records(v2_page([retweet(5, of=1)], tweets=[original], media=media))

    assert tweet.alt_texts == ("Tea pots",)


def test_errors_beside_tweets_refuse_nothing(read_records):
    errors = [
        {
            "parameter": "referenced_tweets.id",
            "resource_id": tweet_id(1),
            "title": "Not Found Error",
            "detail": "Gone.",
        },
        {"section": "includes", "title": "Authorization Error", "detail": "Sorry."},
    ]

    tweets, rejected = read_records({**v2_page([v2_tweet(2)]), "errors": errors})

    assert ([tweet.id for tweet in tweets], rejected) == ([tweet_id(2)], [])


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ([{"detail": "Could not find\n tweet."}], "Could not find tweet."),
        ([{"message": "Rate limit exceeded", "code": 88}], "Rate limit exceeded"),
        ([{"title": "Forbidden"}, {"detail": "Gone."}], "Forbidden; Gone."),
        ([{"code": 5}], "an error"),
        ([{"detail": "x" * 999}] * 9, "; ".join(["x" * 200] * 3)),
    ],
)
def test_errors_alone_say_what_x_answered(read_records, errors, said):
    assert read_records({"errors": errors}) == ([], [Rejected(1, f"X answered: {said}")])


def test_line_of_the_stream_is_read(read_records):
    line = {**v2_page(v2_tweet(1)), "matching_rules": [{"id": 5, "tag": None}]}
    del line["meta"]

    (tweet,), rejected = read_records(line)

    assert (tweet.id, tweet.author.handle, rejected) == (tweet_id(1), "omar", [])


@pytest.mark.parametrize(
    ("stated", "edits"),
    [
        ([tweet_id(2)], ()),
        ([tweet_id(2), tweet_id(1)], (tweet_id(1), tweet_id(2))),
        ([int(tweet_id(1)), tweet_id(2)], (tweet_id(1), tweet_id(2))),
        ([tweet_id(1), tweet_id(3)], ()),
        ([tweet_id(2), "first"], ()),
        (tweet_id(2), ()),
        ([], ()),
        (None, ()),
    ],
)
def test_edits_are_all_versions_oldest_first(read_records, stated, edits):
    (tweet,), _ = read_records(v2_page([v2_tweet(2, edit_history_tweet_ids=stated, edit_controls=["4"])]))

    assert tweet.edits == edits
