"""Sample files, broken in every way chance finds, still give every record that was left alone.

Each case follows from its seed alone: the number that a failure shows makes it again.
"""

import json
import random
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chats.sources.base import SourceError, SourceTweet
from chats.sources.files import FORMATS, FileSource
from tests.chats.sources.breaking import broken, flip, misplace, places
from tests.chats.sources.building import json_lines, tweet_id, v2_page, v2_tweet
from tests.chats.sources.reading import rows_of_lines

FOLDER = Path(__file__).parents[2] / "samples/files"
SAMPLES = {
    "twarc_v1.jsonl": "twarc-v1",
    "twarc_v2_flat.jsonl": "twarc-v2",
    "twarc_v2_pages.jsonl": "twarc-v2",
    "twarc_v2_posts.jsonl": "twarc-v2",
    "tags.csv": "tags",
    "csv_v1.csv": "csv",
    "csv_v2.csv": "csv",
    "rtweet.mac": "rtweet",
    "storify.mac": "storify",
    "mastodon.jsonl": "mastodon",
    "bluesky.jsonl": "bluesky",
}
MOST = {"plain": 40, "deep": 5_000}


@pytest.fixture
def chances(deep):
    """(seed, its source of chance) for every case."""
    return [(seed, random.Random(seed)) for seed in range(MOST["deep" if deep else "plain"])]


def records_of(name):
    """A sample file as what stands before its records, each record with all its lines, and what each of them gives."""
    lines = re.findall(rb"[^\n\r]*[\r\n]" if name.endswith(".mac") else rb"[^\n]*\n", (FOLDER / name).read_bytes())
    rows = rows_of_lines(FOLDER / name, SAMPLES[name])
    records = [b"".join(lines[start - 1 : end - 1]) for start, end in pairwise([*rows, len(lines) + 1])]
    return b"".join(lines[: min(rows) - 1]), records, [alone(row) for row in rows.values()]


def alone(rows):
    """What a record says by itself: elsewhere in a file it has another microsecond, or cannot find what it answers."""
    return [
        row._replace(reply_to="", created_at=row.created_at.replace(microsecond=0))
        if isinstance(row, SourceTweet)
        else row
        for row in rows
    ]


def lines_in(content, name):
    return content.count(b"\n") + (content.count(b"\r") if name.endswith(".mac") else 0)


def refusal(path, kind="auto"):
    """Read a file to its end; what refused it as a whole, if anything did."""
    try:
        list(FileSource(path, kind, page_size=2).pages(""))
    except SourceError as error:
        return error
    return None


def is_fair(refusal):
    """Whether a file was read, or refused for good and in a sentence."""
    return refusal is None or (refusal.permanent and re.fullmatch(r"The [^\n]+\.", str(refusal)))


@pytest.mark.parametrize("name", SAMPLES)
def test_records_left_alone_are_read_as_before(write, chances, name):
    head, records, gives = records_of(name)
    for seed, chance in chances:
        case = broken(chance, records)
        path = write(head + b"".join(content for _, content in case))

        assert is_fair(refusal(path)), f"seed {seed}"
        found = rows_of_lines(path, SAMPLES[name])

        touched, number = set(), 1 + lines_in(head, name)
        for origin, content in case:
            length = lines_in(content, name)
            if origin is None:
                touched |= set(range(number, number + length))
            else:
                assert alone(found.pop(number, ())) == gives[origin], f"seed {seed}, line {number}"
            number += length
        is_hopeless = all(origin is None for origin, _ in case)  # then even the kind of file is a guess
        assert is_hopeless or set(found) <= touched, f"seed {seed}"
        refused = [row for rows in found.values() for row in rows if not isinstance(row, SourceTweet)]
        assert all(reason and reason == reason.strip() for (reason,) in refused), f"seed {seed}"


@pytest.mark.parametrize("name", SAMPLES)
def test_file_cut_anywhere_gives_every_whole_record(write, deep, name):
    head, records, gives = records_of(name)
    ends = [len(head) + len(b"".join(records[: n + 1])) for n in range(len(records))]
    content = head + b"".join(records)
    for length in range(len(head), len(content), 1 if deep else 211):
        path = write(content[:length])

        rows = alone(row for line in rows_of_lines(path, SAMPLES[name]).values() for row in line)

        whole = [row for end, given in zip(ends, gives, strict=True) if end <= length for row in given]
        assert rows[: len(whole)] == whole, f"length {length}"


def test_items_of_a_page_left_alone_are_read_as_before(write, chances):
    items = [v2_tweet(n) for n in range(6)]
    items[3]["referenced_tweets"] = [{"type": "retweeted", "id": tweet_id(20)}]
    items[3]["attachments"] = {"media_keys": ["3_1"]}
    page = v2_page(items, tweets=[v2_tweet(20)], media=[{"media_key": "3_1", "alt_text": "Tea"}])
    (before,) = rows_of_lines(write(json_lines(page)), "twarc-v2").values()
    for seed, chance in chances:
        case, touched = json.loads(json.dumps(page)), chance.randrange(len(items))
        misplace(chance, [*places(case["data"][touched]), (case["data"], touched)])

        (after,) = rows_of_lines(write(json_lines(case)), "twarc-v2").values()

        assert after[:touched] == before[:touched], f"seed {seed}"
        assert after[touched + 1 :] == before[touched + 1 :], f"seed {seed}"


def test_broken_includes_cost_no_answer_its_rows(write, chances):
    page = v2_page([v2_tweet(n) for n in range(4)], tweets=[v2_tweet(9)], media=[{"media_key": "3_1"}])
    for seed, chance in chances:
        case = json.loads(json.dumps(page))
        misplace(chance, places({"includes": case["includes"]}))

        rows = rows_of_lines(write(json_lines(case)), "twarc-v2")

        assert [len(row) for row in rows.values()] == [4], f"seed {seed}"


@pytest.mark.parametrize("name", SAMPLES)
def test_broken_beginning_stops_no_reader(write, chances, name):
    content = (FOLDER / name).read_bytes()
    for seed, chance in chances:
        path = write(flip(chance, content, first=300))

        kinds = ("auto", *FORMATS) if seed % 10 == 0 else ("auto", SAMPLES[name])
        assert all(is_fair(refusal(path, kind)) for kind in kinds), f"seed {seed}"


@pytest.mark.parametrize("kind", ["auto", *FORMATS])
@settings(max_examples=50)
@given(content=st.binary(max_size=300) | st.text('{}[]":,id_str\n\\0', max_size=300).map(str.encode))
def test_any_bytes_stop_no_reader(tmp_path_factory, kind, content):
    path = tmp_path_factory.mktemp("bytes") / "file"
    path.write_bytes(content)

    assert is_fair(refusal(path, kind))
