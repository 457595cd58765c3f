"""Long files -> the memory that reading them takes: that of a page, however long the file."""

import json
from dataclasses import replace

import pytest

from chats.sources.files import FileSource
from chats.sources.files.lines import LONGEST_LINE
from tests.chats.sources.building import TAGS_COLUMNS, csv_file, json_lines, tags_row, v1_tweet, v2_page, v2_tweet
from tests.simulators import bluesky, mastodon
from tests.simulators.formats import FORMATS
from tests.simulators.practice import practice

MEGABYTE = 2**20
MORE = "x" * 20_000
TEN = {
    "twarc-v1": json_lines(*(v1_tweet(n, more=MORE) for n in range(10))),
    "twarc-v2": json_lines(v2_page([v2_tweet(n, more=MORE) for n in range(10)])),
    "tags": csv_file(*(tags_row(n, user_location=MORE) for n in range(10))).split(b"\n", 1)[1],
}
HEADER = {"tags": ",".join(TAGS_COLUMNS).encode() + b"\n"}


@pytest.mark.parametrize("kind", TEN)
def test_reading_holds_a_page_and_never_the_file(tmp_path, deep, most_memory, kind):
    path, times = tmp_path / "long", 250 if deep else 25  # 50 or 5 MB
    with path.open("wb") as file:
        file.write(HEADER.get(kind, b""))
        for _ in range(times):
            file.write(TEN[kind])

    pages = FileSource(path, kind, page_size=10).pages("")
    read, most = most_memory(lambda: sum(len(page.tweets) for page in pages))

    assert read == 10 * times
    assert most < 4 * MEGABYTE


def test_page_of_heavy_rows_ends_early(tmp_path, deep, most_memory):
    if not deep:
        pytest.skip("writes 56 MB; runs with --deep")
    path = tmp_path / "heavy"
    line = json.dumps(v1_tweet(0, more="x" * (LONGEST_LINE - 2_000))).encode() + b"\n"
    with path.open("wb") as file:
        for _ in range(7):
            file.write(line)

    pages = FileSource(path).pages("")
    sizes, most = most_memory(lambda: [len(page.tweets) for page in pages])

    assert sizes == [5, 2]
    assert most < 150 * MEGABYTE


# name: the bytes before, a piece, the bytes behind, megabytes of a file in the deep campaign
LONG = {
    "twarc-v2": (b"", json_lines(v2_page([v2_tweet(n) for n in range(100)])), b"", 2_048),
    "tags": (HEADER["tags"], csv_file(*(tags_row(n) for n in range(100))).split(b"\n", 1)[1], b"", 2_048),
    "array": (b"[", json.dumps([v1_tweet(n) for n in range(100)], indent=1).encode()[1:-1] + b",", b"{}]", 200),
}


@pytest.mark.parametrize("name", LONG)
def test_long_file_is_read_in_little_memory(tmp_path, deep, measured, name):
    before, piece, behind, megabytes = LONG[name]
    times = (megabytes if deep else 8) * MEGABYTE // len(piece)
    path = tmp_path / "long"
    with path.open("wb") as file:
        file.write(before)
        for _ in range(times):
            file.write(piece)
        file.write(behind)

    tweets, refused, said, most = measured(path)

    assert (tweets, refused, said) == (100 * times, int(name == "array"), "")
    assert most < 200


@pytest.mark.parametrize("name", ["mastodon", "bluesky", "x-archive", "xlsx"])
def test_long_document_is_read_in_little_memory(tmp_path, deep, measured, name):
    chat = practice()
    times = (180_000 if deep else 2_000) // len(chat.tweets)
    if name in ("mastodon", "bluesky"):
        records = mastodon.timeline(chat) if name == "mastodon" else bluesky.feed(chat)
        content = (json.dumps(records)[1:-1] + ",").encode() * times
        path = tmp_path / "long"
        path.write_bytes(b"[" + content + json.dumps(records[0]).encode() + b"]")
    else:
        path = tmp_path / "long"
        many = replace(chat, tweets=chat.tweets * times)
        path.write_bytes(b"".join(FORMATS[name][1](many)))

    tweets, refused, said, most = measured(path)

    assert tweets >= times * 15
    assert (refused, said) == (0, "")
    assert most < 200
