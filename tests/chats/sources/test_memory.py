"""Long files -> the memory that reading them takes: that of a page, however long the file."""

import pytest

from chats.sources.base import Rejected
from chats.sources.files import FileSource
from tests.chats.sources import long
from tests.chats.sources.building import TAGS_COLUMNS, csv_file, json_lines, tags_row, v1_tweet, v2_page, v2_tweet
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


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"more": "x" * 1_500_000}, [6, 6, 1]),
        ({"full_text": "\N{POLICE CAR}" + "x" * 300_000}, [5, 5, 3]),  # every letter of it weighs four bytes
    ],
)
def test_page_of_heavy_rows_ends_early(tmp_path, most_memory, more, expected):
    path = tmp_path / "heavy"
    path.write_bytes(json_lines(*[v1_tweet(0, **more)] * 13))

    pages = FileSource(path).pages("")
    sizes, most = most_memory(lambda: [len(page.tweets) for page in pages])

    assert sizes == expected
    assert most < 40 * MEGABYTE


@pytest.mark.parametrize("more", [{"more": "x" * 3_000_000}, {"full_text": "\N{POLICE CAR}" + "x" * 600_000}])
def test_row_that_is_heavier_than_any_tweet_is_refused_and_the_rest_is_read(tmp_path, more):
    path = tmp_path / "heavy"
    path.write_bytes(json_lines(v1_tweet(1), v1_tweet(2, **more), v1_tweet(3)))

    (page,) = FileSource(path).pages("")

    assert ([tweet.id for tweet in page.tweets], page.rejected) == (
        [v1_tweet(1)["id_str"], v1_tweet(3)["id_str"]],
        (Rejected(2, "This tweet is larger than 2 MB"),),
    )


# Megabytes in the deep campaign; docs/measurements.md tells of longer files.
LONG = dict.fromkeys(long.AROUND, 100) | {"twarc-v2": 512, "tags": 256}


@pytest.mark.parametrize("kind", LONG)
def test_long_file_is_read_in_little_memory(tmp_path, deep, measured, kind):
    times = long.write(kind, LONG[kind] if deep else 2, tmp_path / "long")

    tweets, refused, said, most = measured(tmp_path / "long")

    assert (tweets, refused, said) == (times * len(practice().public), 0, "")
    assert most < 200
