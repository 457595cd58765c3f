"""Files made to fill a memory or to take for ever -> a sentence, or the rows beside them; and little memory."""

import gzip
import io
import random
import zipfile

import openpyxl
import pytest

from chats.sources.base import SourceError
from chats.sources.files import FileSource
from tests.chats.sources.building import TAGS_COLUMNS, csv_file, json_lines, tags_row, v1_tweet
from tests.chats.sources.test_mutations import is_fair, refusal

MEGABYTE = 2**20
HEADER = ",".join(TAGS_COLUMNS).encode() + b"\n"
ROW = csv_file(tags_row(0)).split(b"\n", 1)[1]
V1 = json_lines(v1_tweet(0))
ACCOUNT = b'window.YTD.account.part0 = [{"account": {"username": "nell", "accountId": "501"}}]'
UNPACKS = "The file unpacks to more than 100 times its size, to fill a memory and not to be read."
MANY_PLACES = "The file is broken in too many places: quotation marks or brackets that nothing closes."
NO_TWEETS = "The file holds nearly nothing but rows that are no tweets: it is not read to its end."
EMPTY_LINES = "The file consists nearly only of empty lines: it is not read to its end."
LONG_ROW = "The workbook holds a row or a text that is longer than 2 MB: it is made to fill a memory."
DAMAGED = "The workbook is damaged, or no workbook at all."
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))


def packed(**parts):
    """A zip of these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return content.getvalue()


def workbook(part="", change=bytes):
    """A sheet of one tweet, one part of which is changed."""
    book, plain = openpyxl.Workbook(), io.BytesIO()
    for row in (TAGS_COLUMNS, [tags_row(0)[name] for name in TAGS_COLUMNS]):
        book.active.append(row)
    book.save(plain)
    with zipfile.ZipFile(plain) as package:
        return packed(**{
            name: change(package.read(name)) if part in name else package.read(name) for name in package.namelist()
        })  # fmt: skip


def with_rows(rows):
    return workbook("sheet1", lambda sheet: sheet.replace(b"</sheetData>", rows + b"</sheetData>"))


def unlike(n):
    """Cells that do not pack well."""
    chance = random.Random(n)
    return b"".join(b'<c r="A%d"/>' % chance.randrange(10**6) for _ in range(n))


def laughing(xml):
    """A text that is a few names for a long one."""
    return f"<!DOCTYPE l [{ENTITIES}]>".encode() + xml.replace(b"A0", b"&a5;")


def wide(n):
    """A row of numbers."""
    chance = random.Random(n)
    return b"<row>" + b"".join(b"<c><v>%d</v></c>" % chance.randrange(10**6) for _ in range(900)) + b"</row>"


BOMBS = {
    "gz of zeros": (lambda: gzip.compress(bytes(30 * MEGABYTE)), 0, UNPACKS),
    "gz of rows": (lambda: gzip.compress(HEADER + ROW * 100_000), 0, UNPACKS),
    "gz of empty rows": (lambda: gzip.compress(HEADER + b"\n" * 10 * MEGABYTE), 0, UNPACKS),
    "cell": (lambda: HEADER + ROW + b'1,"' + b"x" * 20 * MEGABYTE + b'"\n' + ROW, 2, ""),
    "quote that nothing closes": (lambda: HEADER + ROW + b'1,"' + b"x\n" * 50_000, 1, ""),
    "quotes that nothing closes": (lambda: HEADER + ROW + b'1,"open\n' * 400_000, 1, MANY_PLACES),
    "quote before bad rows": (lambda: HEADER + ROW + b'1,"' + b"bad\n" * 150_000 + ROW, 1, NO_TWEETS),
    "bad lines": (lambda: V1 + b"bad\n" * 150_000 + V1, 1, NO_TWEETS),
    "lines of nothing": (lambda: V1 + b"{}\n" * 150_000 + V1, 1, NO_TWEETS),
    "empty rows": (lambda: HEADER + ROW + b"\n" * 400_000 + ROW, 1, EMPTY_LINES),
    "empty lines": (lambda: V1 + b"\r\n" * 600_000 + V1, 1, EMPTY_LINES),
    "deep line": (lambda: V1 + b'{"a":' * MEGABYTE + b"\n" + V1, 2, ""),
    "deep list": (lambda: b"[" + V1.strip() + b',\n{"a":' + b"[" * 20 * MEGABYTE, 1, ""),
    "deep objects": (lambda: b"[\n" + V1.strip() + b",\n" + b'{"a":\n' * MEGABYTE, 1, MANY_PLACES),
    "open objects": (lambda: b"[\n" + V1.strip() + b",\n" + b'[{"a":1},\n' * 400_000, 1, MANY_PLACES),
    "string": (lambda: b"[\n" + V1.strip() + b',\n{"a":"' + b"x" * 30 * MEGABYTE + b'"},\n' + V1 + b"]", 2, ""),
    "archive": (
        lambda: packed(**{"data/account.js": ACCOUNT, "data/tweets.js": b"[" + b" " * 20 * MEGABYTE}),
        0,
        UNPACKS,
    ),
    "many members": (
        lambda: packed(**{f"f{n:060}": b"" for n in range(90_000)}),
        0,
        "The zip file lists more files than anybody keeps of a chat.",
    ),
    "rows": (lambda: with_rows(b"<row><c/></row>" * MEGABYTE), 0, UNPACKS),
    "row": (lambda: with_rows(b"<row>" + unlike(200_000) + b"</row>"), 1, LONG_ROW),
    "bad rows": (lambda: with_rows(b"<row><c><v>1</v></c></row>" * 25_000), 1, NO_TWEETS),
    "wide rows": (lambda: with_rows(b"".join(map(wide, range(300)))), 1, NO_TWEETS),
    "far cells": (lambda: with_rows(b'<row r="99999999999"><c r="ZZZZZZZ9"><v>1</v></c></row>' * 3), 1, ""),
    "laughs": (lambda: workbook("sheet1", laughing), 0, DAMAGED),
    "late laughs": (lambda: workbook("sheet1", lambda xml: b"<!--%b-->" % unlike(9_000) + laughing(xml)), 0, DAMAGED),
    "wide laughs": (lambda: workbook("sheet1", lambda xml: laughing(xml).decode().encode("utf-16")), 0, DAMAGED),
    "styles": (
        lambda: workbook("styles", lambda xml: xml.replace(b"</styleSheet>", unlike(200_000) + b"</styleSheet>")),
        0,
        LONG_ROW,
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_or_passed_over(write, measured, name):
    build, tweets, said = BOMBS[name]

    read, _, refused, megabytes = measured(write(build()))

    assert (read, refused) == (tweets, said)
    assert megabytes < 150


@pytest.mark.parametrize(
    ("good", "bad"),
    [(HEADER + ROW * 200, b"bad\n"), (HEADER + ROW * 200, b"\n"), (V1 * 200, b"bad\n"), (V1 * 200, b"\n")],
)
def test_rows_behind_a_hundred_thousand_bad_ones_are_had(write, measured, good, bad):
    read, _, refused, _ = measured(write(good + bad * 100_000 + good.removeprefix(HEADER)))

    assert (read, refused) == (400, "")


def in_parts(path):
    """The pages of a file, each read by a source of its own."""
    cursor = ""
    while cursor is not None:
        page = next(FileSource(path, page_size=10_000).pages(cursor))
        yield page
        cursor = page.cursor


def test_file_read_in_parts_is_refused_like_one_read_at_once(write):
    pages = in_parts(write(HEADER + ROW + b"bad\n" * 60_000))
    with pytest.raises(SourceError, match=NO_TWEETS):
        list(pages)


def test_file_read_in_parts_is_trusted_like_one_read_at_once(write):
    pages = in_parts(write(HEADER + ROW * 200 + b"bad\n" * 60_000 + ROW))

    assert sum(len(page.tweets) for page in pages) == 201


@pytest.mark.parametrize("kind", ["gz", "x-archive", "xlsx"])
def test_packed_file_with_other_bytes_stops_no_reader(write, deep, kind):
    whole = {
        "gz": lambda: gzip.compress(json_lines(*(v1_tweet(n) for n in range(30)))),
        "x-archive": lambda: packed(**{
            "data/account.js": ACCOUNT,
            "data/tweets.js": b"window.YTD.tweets.part0 = [" + V1.strip() + b"]",
        }),
        "xlsx": workbook,
    }[kind]()  # fmt: skip
    for seed in range(5_000 if deep else 40):
        chance = random.Random(seed)
        content = bytearray(whole)
        for _ in range(chance.choice([1, 2, 20])):
            content[chance.randrange(4, len(content))] = chance.randrange(256)
        content = content[: chance.choice([len(content), chance.randrange(4, len(content))])]
        path = write(bytes(content))

        assert is_fair(refusal(path)), f"seed {seed}"


def test_gz_that_is_cut_gives_what_it_held(write):
    whole = gzip.compress(json_lines(*(v1_tweet(n) for n in range(300))))

    had = list(FileSource(write(whole[: len(whole) // 2])).pages(""))

    tweets = [tweet for page in had for tweet in page.tweets]
    rejected = [row for page in had for row in page.rejected]
    assert len(tweets) > 50
    assert [tweet.id for tweet in tweets] == [v1_tweet(n)["id_str"] for n in range(len(tweets))]
    assert rejected[-1].reason == "The packed file is damaged from here on"
