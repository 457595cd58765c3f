import os
import zipfile
from pathlib import Path

import pytest

from chats.sources import SOURCES
from chats.sources.base import Page, Rejected, SourceError
from chats.sources.files import FORMATS, FileSource
from chats.sources.files.lines import LONGEST_LINE, TOO_LONG
from tests.chats.sources.building import csv_file, json_lines, tags_row, tweet_id, v1_tweet, v2_page, v2_tweet
from tests.chats.sources.reading import pages, read

SAMPLES = sorted((Path(__file__).parents[2] / "samples/files").glob("*.*[lv]"))
BROKEN = "The quotation marks in this row do not match, or it has no end"
KNOWN = f"Known formats: {', '.join(FORMATS)}."
V1, V2_FLAT = json_lines(v1_tweet(0)), json_lines(v2_tweet(0, author={"id": "501", "username": "nell"}))
TAGS = csv_file(tags_row(0))


def refusal(path, *args, cursor="", **settings):
    """What reading a file says when it cannot be read at all: a sentence, and its code."""
    with pytest.raises(SourceError) as raised:
        list(FileSource(path, *args, **settings).pages(cursor))
    assert raised.value.permanent
    return str(raised.value), raised.value.code


def whole(had):
    """The tweets and refused rows of many pages, as one page."""
    return Page(sum((page.tweets for page in had), ()), sum((page.rejected for page in had), ()), None)


@pytest.mark.parametrize("name", ["chat.csv", "chat.jsonl", "chat.png", "chat"])
@pytest.mark.parametrize(
    "content", [V1, V2_FLAT, json_lines(v2_page([v2_tweet(0)])), TAGS], ids=["v1", "flat", "page", "tags"]
)
def test_content_tells_the_format_and_never_the_name(write, content, name):
    tweets, rejected = read(write(content, name))

    assert ([tweet.id for tweet in tweets], rejected) == ([tweet_id(0)], [])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (json_lines({"errors": [{"title": "Gone"}]}, {"meta": {"result_count": 0}}), "twarc-v2"),
        (b"\n \n\n" + V1, "twarc-v1"),
        (b"{not json\n" + V1, "twarc-v1"),
        (V1 + V2_FLAT + V2_FLAT, "twarc-v2"),
        (V1 + V1 + V2_FLAT, "twarc-v1"),
        (b"\n" + TAGS, "tags"),
        (TAGS.splitlines()[0], "tags"),
    ],
)
def test_most_of_the_first_lines_tell_the_format(write, content, kind):
    path = write(content)

    assert read(path) == read(path, kind)


def test_lines_of_another_format_are_refused_alone(write):
    tweets, rejected = read(write(V1 + V2_FLAT + V1))

    assert ([tweet.id for tweet in tweets], rejected) == ([tweet_id(0)] * 2, [Rejected(2, "There is no author")])


@pytest.mark.parametrize(
    "content",
    [
        b"Dear diary,\nnothing happened.\n",
        b"id,name\n1,Nell\n",
        b'{"id": 1, "text": "A tweet of nobody"}\n',
        b'["id", "text"]\n5\nnull\n"x"\n',
        b"\xef\xbb\xbf",
        bytes(range(256)) * 50,
        b"\0" * 2_000_000,
    ],
    ids=["prose", "another sheet", "no tweets", "no objects", "mark alone", "bytes", "zeros"],
)
def test_file_in_no_format_is_refused(write, content):
    assert refusal(write(content)) == (f"The file tweets is in no format that can be read here. {KNOWN}", "file_format")


@pytest.mark.parametrize("content", [b"", b"\n\r\n  \n\t\n"], ids=["empty", "blank"])
@pytest.mark.parametrize("kind", ["auto", "twarc-v1", "twarc-v2", "tags"])
def test_empty_file_says_so(write, content, kind):
    assert refusal(write(content), kind) == ("The file tweets is empty.", "file_empty")


@pytest.mark.parametrize("kind", ["auto", "twarc-v1", "tags"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_file_in_utf16_is_told_what_to_do(write, encoding, kind):
    said = (
        "The file tweets is written in UTF-16, which some programs call Unicode text. Save it as UTF-8 and read that."
    )

    assert refusal(write(V1.decode().encode(encoding)), kind) == (said, "file_format")


@pytest.mark.parametrize("kind", ["auto", "tags"])
def test_zip_with_a_sheet_in_it_is_told_what_to_do(tmp_path, kind):
    path = tmp_path / "tweets.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("chats/", "")
        package.writestr("chats/tweets.csv", "id_str,from_user,text\n")
    said = "The file tweets.zip is a zip file that holds 'chats/tweets.csv'. Unpack it and read what is in it."

    assert refusal(path, kind) == (said, "file_format")


def test_zip_with_nothing_in_it_is_a_zip(tmp_path):
    path = tmp_path / "tweets.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("chats/", "")

    said = "The file tweets.zip is a zip file. Unpack it and read what is in it."
    assert refusal(path) == (said, "file_format")


def test_folder_and_missing_file_are_no_files(tmp_path):
    for name in ("missing", "miss\0ing"):
        assert refusal(tmp_path / name) == (f"There is no file {name}.", "file_missing")
    assert refusal(tmp_path) == (f"The file {tmp_path.name} is a folder.", "file_missing")
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe") == ("The file pipe is not a file.", "file_missing")


def test_unknown_format_is_refused(write):
    assert refusal(write(V1), "diary") == (f"There is no format “diary”. {KNOWN}", "file_format")


@pytest.mark.parametrize("cursor", ["x", "1", "-1:0", "1:2:3:4", "1:", "1.5:2", ":", "٣:1", "9" * 19, f"{'9' * 19}:1"])
def test_cursor_that_is_none_is_refused(write, cursor):
    said = "The mark at which to go on in the file is not one."

    assert refusal(write(V1), cursor=cursor) == (said, "file_cursor")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("page_size", [1, 2, 3])
def test_reading_from_every_cursor_gives_the_same_rest(path, page_size):
    had = pages(path, page_size=page_size)

    cursors = [page.cursor for page in had]
    assert cursors.pop() is None
    for n, cursor in enumerate(cursors, 1):
        assert pages(path, page_size=page_size, cursor=cursor) == had[n:]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_pages_of_any_size_hold_the_same_rows(path):
    (all_at_once,) = pages(path)

    for page_size in range(1, 6):
        had = pages(path, page_size=page_size)
        assert whole(had) == all_at_once
        assert [len(page.tweets) + len(page.rejected) for page in had[:-1]] == [page_size] * (len(had) - 1)


def test_cursor_stands_within_a_line_that_holds_many_tweets(write):
    path = write(json_lines(v2_page([v2_tweet(n) for n in range(7)]), v2_page([v2_tweet(7)])))

    had = pages(path, page_size=3)

    assert [page.cursor for page in had] == ["0:0:3;51500", "0:0:6;53000", None]
    assert pages(path, page_size=3, cursor="0:0:6") == had[2:]


def test_lines_that_are_added_later_are_read_from_the_last_cursor(write):
    path = write(V1 * 3)
    (*_, before_last) = [page.cursor for page in pages(path, page_size=1) if page.cursor]
    path.write_bytes(V1 * 3 + json_lines(v1_tweet(5)))

    (page,) = pages(path, cursor=before_last)

    assert [tweet.id for tweet in page.tweets] == [tweet_id(0), tweet_id(5)]


def test_file_that_shrank_is_refused(write):
    path = write(V1 * 3)
    last = pages(path, page_size=2)[0].cursor
    path.write_bytes(V1)

    said = "The file tweets has become shorter since it was last read."
    assert refusal(path, cursor=last) == (said, "file_changed")


def test_line_that_is_too_long_is_passed_over(write):
    long = b"x" * (LONGEST_LINE + 1)
    path = write(V1 + long + b"\n" + V1 + b"\n" + long * 2)

    had = pages(path, page_size=1)

    assert whole(had).rejected == (Rejected(2, TOO_LONG), Rejected(5, TOO_LONG))
    assert [tweet.id for tweet in whole(had).tweets] == [tweet_id(0)] * 2
    assert pages(path, page_size=1, cursor=had[1].cursor) == had[2:]


def test_longest_line_is_read(write):
    padded = V1.rstrip().ljust(LONGEST_LINE) + b"\n"

    tweets, rejected = read(write(padded + padded))

    assert ([tweet.id for tweet in tweets], rejected) == ([tweet_id(0)] * 2, [])


def test_row_of_a_sheet_that_is_too_long_is_passed_over(write):
    long = b'1,"' + b"x" * LONGEST_LINE + b'"\n'
    many = b'1,"' + b'","'.join([b"x" * 100_000 + b"\n"] * 90) + b'"\n'
    path = write(csv_file(tags_row(0)) + long + csv_file(tags_row(1)).split(b"\n", 1)[1] + many)

    tweets, rejected = read(path)

    assert [tweet.id for tweet in tweets] == [tweet_id(0), tweet_id(1)]
    assert rejected[:2] == [Rejected(3, TOO_LONG), Rejected(6, BROKEN)]
    assert {row.line for row in rejected[1:]} == set(range(6, 97))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_marks_and_line_ends_of_windows_change_nothing(write, path):
    content = path.read_bytes()
    as_in_windows = b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n").rstrip()

    tweets, rejected = read(write(as_in_windows))

    expected, expected_rejected = read(path)
    assert [tweet.text.replace("\r\n", "\n") for tweet in tweets] == [tweet.text for tweet in expected]
    assert [tweet.id for tweet in tweets] == [tweet.id for tweet in expected]
    assert rejected == expected_rejected


def test_files_put_together_are_read_through_their_marks(write):
    tweets, rejected = read(write((b"\xef\xbb\xbf" + V1) * 3))

    assert (len(tweets), rejected) == (3, [])


def test_source_table_opens_files_with_settings(write):
    path = write(V1 * 3)

    had = list(SOURCES["file"](str(path), format="twarc-v1", time_zone="Europe/London", page_size=2).pages(""))

    assert had == pages(path, page_size=2)
