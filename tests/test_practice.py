"""The practice chat and the archive of the demo: the same everywhere, like real ones, and honest about their truth."""

import hashlib
import itertools
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from chats.sources.files import FileSource
from tests.simulators import x_texts
from tests.simulators.archive import archive, coming
from tests.simulators.formats import kept
from tests.simulators.practice import practice, to_tags, to_twarc_v1, to_twarc_v2
from tests.simulators.settling import moment

THURSDAY = datetime(2026, 11, 19, 21, 0, tzinfo=UTC)
DIGEST = """
import hashlib
from tests.simulators.practice import practice, to_twarc_v2
print(hashlib.sha256(b"".join(to_twarc_v2(practice()))).hexdigest())
"""
ANSWERS = {"asked", "label", "quote", "time"}
WHYS = {*ANSWERS, "reply", "copy", "introduction", "closing", "chatter", "spam"}


@pytest.fixture(scope="module")
def chat():
    return practice()


@pytest.fixture(scope="module")
def chats():
    return list(archive(THURSDAY))


def read(path, lines):
    """The tweets of a file with these lines, and what was refused."""
    path.write_bytes(b"".join(lines))
    pages = list(FileSource(path).pages(""))
    return [tweet for page in pages for tweet in page.tweets], [row for page in pages for row in page.rejected]


@pytest.mark.parametrize("order_of_hashes", ["1", "2"])
def test_practice_is_the_same_to_the_byte_in_every_process(chat, order_of_hashes):
    environment = {**os.environ, "PYTHONHASHSEED": order_of_hashes}

    told = subprocess.run([sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == hashlib.sha256(b"".join(to_twarc_v2(chat))).hexdigest()


def test_another_seed_is_another_evening(chat):
    other = practice(seed=313)

    assert [tweet.id for tweet in other.tweets] != [tweet.id for tweet in chat.tweets]
    assert Counter(tweet.truth.why for tweet in other.tweets)["asked"] == 6


def test_practice_has_the_size_of_an_evening(chat):
    assert 250 <= len(chat.public) <= 400
    assert 50 <= len(chat.people) <= 80
    assert [question.number for question in chat.questions] == [1, 2, 3, 4, 5, 6]
    assert [host.handle for host in chat.hosts] == ["annokelureed", "dr_m_tollan"]


def test_practice_is_held_about_its_hour(chat):
    opens_at, closes_at = chat.starts_at - timedelta(minutes=15), chat.ends_at + timedelta(minutes=90)

    assert [tweet.text[:13] for tweet in chat.tweets if not opens_at <= tweet.at < closes_at] == ["Good morning."]
    assert sum(tweet.at > chat.ends_at + timedelta(minutes=20) for tweet in chat.tweets) > 3


@pytest.mark.parametrize(
    ("what", "is_so"),
    [
        ("asked by the guest host", lambda tweet: tweet.truth.why == "asked" and tweet.author.handle == "dr_m_tollan"),
        ("quotes", lambda tweet: tweet.quote_of),
        ("retweets", lambda tweet: tweet.retweet_of),
        ("long", x_texts.is_long),
        ("Danish", lambda tweet: tweet.lang == "da"),
        ("Welsh", lambda tweet: tweet.lang == "cy"),
        ("emoji", lambda tweet: "🌙" in tweet.text),
        ("links", lambda tweet: tweet.links and not tweet.quote_of),
        ("a picture that is described", lambda tweet: tweet.picture and tweet.alt_text),
        ("#academicpony", lambda tweet: "#academicpony" in tweet.text),
        ("sensitive", lambda tweet: tweet.is_sensitive),
        ("edited", lambda tweet: len(tweet.edits) == 2 and tweet.edits[1] == tweet.id),
        ("deleted later", lambda tweet: tweet.truth.deleted_at and tweet.truth.deleted_at > tweet.at),
        ("protected", lambda tweet: tweet.truth.is_protected),
        ("spam", lambda tweet: tweet.truth.is_spam),
        ("a name that turns the line", lambda tweet: "\u202e" in tweet.author.name),
        ("markup", lambda tweet: "<script>" in tweet.text),
        ("replies without the hashtag", lambda tweet: tweet.reply_to and "#wecops" not in tweet.text.lower()),
        ("answers without a label", lambda tweet: tweet.truth.why == "time"),
        ("an odd label", lambda tweet: tweet.text.startswith(("Ans 2:", "A.3", "(A2)", "#A6"))),
    ],
)
def test_practice_has_everything_real_chats_have(chat, what, is_so):
    assert [tweet for tweet in chat.tweets if is_so(tweet)], what


def test_replies_go_deep(chat):
    above = {tweet.id: tweet.reply_to for tweet in chat.tweets}
    above |= {tweet.edits[0]: tweet.reply_to for tweet in chat.tweets if tweet.edits}

    def depth(tweet_id):
        return 1 + depth(above[tweet_id]) if above.get(tweet_id) else 0

    assert max(map(depth, above)) >= 4


def test_what_is_protected_is_in_no_file(chat):
    hidden = [tweet for tweet in chat.tweets if tweet.truth.is_protected]
    written = b"".join(to_twarc_v2(chat)) + b"".join(to_twarc_v1(chat)) + b"".join(to_tags(chat))

    assert hidden
    assert [tweet for tweet in hidden if tweet.text[:40].encode() in written] == []


@pytest.mark.parametrize("scale", [1, 3])
def test_the_truth_agrees_with_what_is_seen(scale):
    chat = practice(scale)
    here = {tweet_id: tweet for tweet in chat.tweets for tweet_id in (tweet.id, *tweet.edits)}

    for tweet in chat.tweets:
        truth = tweet.truth
        assert truth.why in WHYS
        assert (truth.question is None) <= (
            truth.why in {"introduction", "closing", "chatter", "spam", "copy", "reply"}
        )
        assert truth.question in {None, 1, 2, 3, 4, 5, 6}
        for other in filter(None, (tweet.reply_to, tweet.quote_of, tweet.retweet_of)):
            assert here[other].at < tweet.at
        if truth.why == "copy":
            assert truth.question == here[tweet.retweet_of].truth.question
        if tweet.reply_to:
            assert tweet.conversation == here[tweet.reply_to].conversation


@pytest.mark.parametrize("scale", [1, 3])
def test_ids_are_unlike_and_carry_their_time(scale):
    chat = practice(scale)
    ids = [tweet_id for tweet in chat.tweets for tweet_id in tweet.edits or (tweet.id,)]
    people = {person.handle for person in chat.people}

    assert len(set(ids)) == len(ids)
    assert [tweet.id for tweet in chat.tweets if moment(tweet.id) != tweet.at] == []
    assert len({person.id for person in chat.people}) == len(people) == len(chat.people)
    assert [handle for handle in people if not re.fullmatch(r"\w{1,15}", handle, re.ASCII)] == []


@pytest.mark.parametrize("write", [to_twarc_v2, to_twarc_v1, to_tags])
def test_every_row_of_every_format_can_be_read(chat, tmp_path, write):
    tweets, rejected = read(tmp_path / "file", write(chat))

    assert rejected == []
    assert {tweet.id for tweet in tweets} == {tweet.id for tweet in chat.public}
    assert len(tweets) == len(chat.public)


@pytest.mark.parametrize("write", [to_twarc_v2, to_twarc_v1])
def test_what_is_read_is_what_was_said(chat, tmp_path, write):
    tweets, _ = read(tmp_path / "file", write(chat))
    said = {tweet.id: tweet for tweet in chat.public}

    for tweet in tweets:
        truth = said[tweet.id]
        assert (tweet.text, tweet.created_at, tweet.author.name) == (truth.text, truth.at, truth.author.name)
        assert (tweet.reply_to, tweet.quote_of, tweet.retweet_of) == (truth.reply_to, truth.quote_of, truth.retweet_of)
        assert tweet.alt_texts == ((truth.alt_text,) if truth.alt_text else ())
        assert tweet.author.followers == truth.author.followers
        leads_to = [span.leads_to for span in tweet.spans if span.kind == "link"]
        assert leads_to == [link.leads_to for link in truth.links]


@pytest.mark.parametrize("write", [to_twarc_v2, to_twarc_v1, to_tags])
def test_signs_are_escaped_as_x_does(chat, write):
    written = b"".join(write(chat))

    assert b"&lt;script&gt;" in written
    assert b"<" not in written


def test_pages_hold_as_many_tweets_as_are_asked_for(chat):
    lines = list(to_twarc_v2(chat, page_size=20))

    assert len(lines) == -(-len(chat.public) // 20)
    assert [line for line in lines if not line.endswith(b"\n") or line.count(b"\n") != 1] == []


def test_a_larger_chat_is_larger_in_everything(chat):
    large = practice(10)

    assert 9 < len(large.tweets) / len(chat.tweets) < 10
    assert len(large.people) > 4 * len(chat.people)
    beginnings = Counter(tweet.text[:60] for tweet in large.tweets if not (tweet.reply_to or tweet.retweet_of))
    assert beginnings.most_common(1)[0][1] <= 2


def test_the_archive_is_of_many_shapes(chats):
    sizes = sorted(len(chat.tweets) for chat in chats)

    assert 36 <= len(chats) <= 48
    assert 5500 <= sum(sizes) <= 8000
    assert (sizes[0], sizes[-2] < 300, 900 <= sizes[-1] <= 1200) == (9, True, True)
    assert {chat.format for chat in chats} == {"twarc-v1", "twarc-v2", "tags", "tags-minutes"}
    assert {sum(tweet.truth.why == "asked" for tweet in chat.tweets) for chat in chats} >= {0, 1, 3, 6, 8}
    assert sum("academicpony" in chat.tags for chat in chats) == 3


def test_the_archive_goes_back_ten_years_by_fortnights(chats):
    years = [chat.starts_at.year for chat in chats]

    assert {chat.starts_at.weekday() for chat in chats} == {THURSDAY.weekday()}
    assert years == sorted(years)
    assert set(years) == set(range(2016, 2027))
    assert len({chat.slug for chat in chats}) == len(chats) == len({chat.starts_at for chat in chats})


def test_the_coming_chats_come_by_fortnights():
    starts = [chat.starts_at - THURSDAY for chat in coming(THURSDAY)]

    assert starts == [timedelta(days=14), timedelta(days=28)]


def test_every_file_of_the_archive_can_be_read(chats, tmp_path):
    for chat in chats:
        name, content = kept(chat)
        tweets, rejected = read(tmp_path / name, [content])

        assert (len(tweets), rejected) == (len(chat.tweets), []), chat.slug


def test_nobody_says_again_what_was_said_in_the_same_hour(chats):
    for chat in chats:
        answers = [tweet.text for tweet in chat.tweets if tweet.truth.question and not tweet.retweet_of]

        assert [text for text, times in Counter(answers).items() if times > 1] == [], chat.slug


def test_nothing_points_to_a_real_place(chat, chats):
    for tweet in itertools.chain(chat.tweets, *(each.tweets for each in chats)):
        for link in tweet.links:
            host = urlsplit(link.leads_to).hostname
            assert host == "x.com" or host.endswith(".example"), link
        mentioned = x_texts.mentions(x_texts.escaped(tweet.text))
        assert len(mentioned) <= tweet.text.count("@")
    assert [each for each in chats if any(x_texts.is_long(tweet) for tweet in each.tweets)] == []
