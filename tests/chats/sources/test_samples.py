"""Real chats, where the machine has them: the counts here were taken from the files by other means."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.chats.sources.reading import is_fitting, pages, read

# Rows that stand in a file twice, word for word: the second one changes nothing.
TWICE = {"ngsschat_rtweet_full_2021-02.csv": 4, "ngsschat_storify_dev.csv": 264}
# name: tweets, refused rows, retweets, quotes, replies, spans
COUNTS = {
    "critlib_june032015.twarc.jsonl": (654, 0, 253, 20, 207, 2021),
    "critlib_mar102015.twarc.jsonl": (625, 0, 303, 0, 140, 2025),
    "critlib_may192015.twarc.jsonl": (528, 0, 252, 0, 114, 1582),
    "sibhack2014_twarc_v1.jsonl": (652, 0, 423, 0, 18, 2570),
    "critlib_june032015.twarc-json2csv.csv": (654, 0, 253, 0, 207, 1867),
    "critlib_mar102015.twarc-json2csv.csv": (625, 0, 303, 0, 140, 1867),
    "critlib_may062015.twarc-json2csv.csv": (591, 0, 191, 0, 138, 1325),
    "critlib_may192015.twarc-json2csv.csv": (528, 0, 252, 0, 114, 1442),
    "edchat_2013-03_tags.csv": (1499, 0, 0, 0, 0, 6525),
    "ngsschat_academic_v2_2021_dev.csv": (3440, 0, 0, 0, 0, 15121),
    "ngsschat_rtweet_full_2021-02.csv": (402, 0, 0, 40, 112, 1752),
    "ngsschat_storify_dev.csv": (5509, 0, 0, 0, 0, 9118),
    "2sets.jsonl": (200, 0, 145, 11, 10, 1430),
    "brexit.jsonl": (100, 0, 67, 11, 10, 513),
    "cashtags.jsonl": (1, 0, 0, 0, 0, 6),
    "edited.jsonl": (1, 0, 0, 0, 0, 1),
    "edited_after.jsonl": (1, 0, 0, 0, 0, 1),
    "edited_before.jsonl": (1, 0, 0, 0, 0, 2),
    "flat.jsonl": (100, 0, 47, 8, 31, 181),
    "geo_tweets.jsonl": (2, 0, 0, 0, 1, 17),
    "many_urls.jsonl": (1, 0, 0, 0, 1, 1),
    "media_policy_violation_on.jsonl": (100, 0, 42, 14, 6, 118),
    "media_tweet.jsonl": (1, 0, 0, 0, 0, 1),
    "mentions_tweet.jsonl": (1, 0, 1, 0, 0, 14),
    "noflat.jsonl": (100, 0, 47, 8, 31, 181),
    "two_tweets.jsonl": (1, 0, 1, 0, 0, 2),
    "counts.jsonl": (0, 169, 0, 0, 0, 0),
    "lists.jsonl": (0, 6, 0, 0, 0, 0),
    "users.jsonl": (0, 96, 0, 0, 0, 0),
}


@pytest.fixture
def sample(chat_samples):
    """The path of a sample file."""

    def sample(name):
        (path,) = chat_samples.rglob(name)
        return path

    return sample


@pytest.mark.parametrize("name", COUNTS)
def test_every_row_is_read(sample, name):
    tweets, rejected = read(sample(name))

    references = [sum(bool(getattr(t, field)) for t in tweets) for field in ("retweet_of", "quote_of", "reply_to")]
    assert (len(tweets), len(rejected), *references, sum(len(t.spans) for t in tweets)) == COUNTS[name]
    assert len({tweet.id for tweet in tweets}) == len(tweets) - TWICE.get(name, 0)
    assert all(map(is_fitting, tweets))


@pytest.mark.parametrize("name", ["sibhack2014_twarc_v1.jsonl", "edchat_2013-03_tags.csv", "noflat.jsonl"])
def test_reading_goes_on_from_any_page(sample, name):
    had = pages(sample(name), page_size=97)

    middle = len(had) // 2
    assert pages(sample(name), page_size=97, cursor=had[middle - 1].cursor) == had[middle:]
    assert ([t for page in had for t in page.tweets], []) == read(sample(name))


def test_flat_lines_say_the_same_as_their_page(sample):
    (flat, _), (page, _) = read(sample("flat.jsonl")), read(sample("noflat.jsonl"))

    assert [replace(tweet, raw=b"") for tweet in flat] == [replace(tweet, raw=b"") for tweet in page]


def test_versions_of_an_edited_tweet_know_each_other(sample):
    versions = [read(sample(f"{name}.jsonl"))[0][0] for name in ("edited_before", "edited", "edited_after")]

    assert {tweet.edits for tweet in versions} == {(versions[0].id, versions[2].id)}
    assert versions[1].id == versions[2].id


def test_ids_that_a_sheet_cut_tell_the_time_its_rows_state(sample):
    tweets, _ = read(sample("edchat_2013-03_tags.csv"))

    assert Counter((tweet.created_at.year, tweet.created_at.month) for tweet in tweets) == {(2013, 3): 1499}
    assert all(tweet.created_at.microsecond and tweet.author.id.isdigit() for tweet in tweets)


def test_what_is_no_tweet_is_named(sample):
    names = {"counts.jsonl": "a count of tweets", "lists.jsonl": "a list of accounts", "users.jsonl": "an account"}
    for name, thing in names.items():
        _, rejected = read(sample(name))

        assert {row.reason.split(": ")[1] for row in rejected} == {f"This is {thing}, not a tweet"}
