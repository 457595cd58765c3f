"""Real chats, where the machine has them: the counts here were taken from the files by other means."""

import re
from collections import Counter

import pytest

from chats.sources.base import SourceError
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
    "searchPosts_word_rstats_page1.json": (99, 1, 0, 5, 10, 235),
    "thread_view_post_with_embed_media.json": (1, 0, 0, 1, 0, 0),
}
# name of a recording, number of the answer in it: tweets, spans, alt texts; None where an answer holds no tweets
ANSWERS = {
    ("mastodonpy_test_hashtag_tl.yaml", 0): (1, 1, 0),
    ("mastodonpy_test_hashtag_tl.yaml", 1): None,
    ("mastodonpy_test_hashtag_tl.yaml", 2): (1, 1, 0),
    ("mastodonpy_test_hashtag_tl.yaml", 3): None,
    ("mastodonpy_test_status_edit.yaml", 0): (1, 0, 0),
    ("mastodonpy_test_status_edit.yaml", 1): None,
    ("mastodonpy_test_status_edit.yaml", 2): (1, 0, 0),
    ("mastodonpy_test_status_edit.yaml", 3): (1, 0, 0),
    ("mastodonpy_test_status_edit.yaml", 4): None,
    ("mastodonpy_test_status_edit.yaml", 5): None,
    ("rtoot_get_context_with_ancesters.yml", 0): (1, 3, 1),
    ("rtoot_get_timeline_hashtag_default.yml", 0): (5, 16, 2),
}
SAME = ("critlib_june032015", "critlib_mar102015", "critlib_may192015")


_ANSWER = re.compile(r"""\n {6}string: (?:'((?:[^']|'')*)'|"((?:[^"\\]|\\.)*)")""", re.S)
_ESCAPE = re.compile(r"\\(?:x(..)|u(....)|U(........)|(.))", re.S)
_PLAIN = {"n": "\n", "t": "\t", "_": "\xa0", "r": "\r"}


def answers(recording):
    """The bodies of recorded answers in YAML, whose strings are folded, in one kind of quotes or the other."""
    for single, double in _ANSWER.findall(recording):
        if single:
            yield re.sub(r"\n+ *", " ", single).replace("''", "'")
        else:
            line = re.sub(r"\\\n *|\n+ *", lambda found: "" if found[0][0] == "\\" else " ", double)
            yield _ESCAPE.sub(lambda e: _PLAIN.get(e[4], e[4]) if e[4] else chr(int(e[1] or e[2] or e[3], 16)), line)


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


@pytest.mark.parametrize(("name", "number"), ANSWERS)
def test_every_answer_of_mastodon_is_read(sample, write, name, number):
    path = write(list(answers(sample(name).read_text()))[number].encode())

    if ANSWERS[name, number] is None:
        with pytest.raises(SourceError, match="is in no format"):
            read(path)
        return
    tweets, rejected = read(path)
    assert (len(tweets), sum(len(t.spans) for t in tweets), sum(len(t.alt_texts) for t in tweets)) == ANSWERS[
        name, number
    ]
    assert rejected == []
    assert all(map(is_fitting, tweets))


def test_why_a_tweet_of_bluesky_is_left_out(sample):
    _, (rejected,) = read(sample("searchPosts_word_rstats_page1.json"))

    assert (rejected.line, rejected.reason) == (
        44,
        "Item 44: Its author asks not to be shown to people who are not signed in",
    )


@pytest.mark.parametrize("name", SAME)
def test_chat_is_the_same_in_two_formats(sample, name):
    rows, _ = read(sample(f"{name}.twarc-json2csv.csv"))
    records, _ = read(sample(f"{name}.twarc.jsonl"))

    told = [(t.id, t.author.handle, t.author.name, t.created_at, t.reply_to, t.retweet_of) for t in rows]
    assert told == [(t.id, t.author.handle, t.author.name, t.created_at, t.reply_to, t.retweet_of) for t in records]
    for row, record in zip(rows, records, strict=True):
        if row.retweet_of:  # a sheet keeps what fits into 140 letters
            assert record.text.startswith(row.text.rstrip("…").rpartition(" ")[0])
        else:
            assert (row.text, row.hashtags) == (record.text, record.hashtags)


def test_storify_export_says_what_was_said(sample):
    tweets, _ = read(sample("ngsschat_storify_dev.csv"))

    odd = Counter(letter for tweet in tweets for letter in tweet.text if not letter.isascii())
    assert set(odd) <= set("\u2018\u2019\u201c\u201d\u2014\u2026\xa0")
    assert [tweet.created_at for tweet in tweets] == sorted(tweet.created_at for tweet in tweets)


@pytest.mark.parametrize(
    "name",
    [
        "sibhack2014_twarc_v1.jsonl",
        "edchat_2013-03_tags.csv",
        "noflat.jsonl",
        "ngsschat_rtweet_full_2021-02.csv",
        "searchPosts_word_rstats_page1.json",
    ],
)
def test_reading_goes_on_from_any_page(sample, name):
    had = pages(sample(name), page_size=37)

    middle = len(had) // 2
    assert pages(sample(name), page_size=37, cursor=had[middle - 1].cursor) == had[middle:]
    assert [t for page in had for t in page.tweets] == read(sample(name))[0]


def test_flat_lines_say_the_same_as_their_page(sample):
    (flat, _), (page, _) = read(sample("flat.jsonl")), read(sample("noflat.jsonl"))

    assert [tweet._replace(raw=b"") for tweet in flat] == [tweet._replace(raw=b"") for tweet in page]


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
