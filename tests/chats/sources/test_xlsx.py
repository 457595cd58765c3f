"""Sheets of workbooks -> the same tweets as from CSV; a cell that is broken costs its row alone."""

import json
import random
from datetime import datetime

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from chats.sources.base import Rejected, SourceError
from tests.chats.sources.building import TAGS_COLUMNS, tags_row, tweet_id
from tests.chats.sources.reading import pages, read
from tests.chats.sources.test_bombs import with_rows, workbook
from tests.chats.sources.test_mutations import is_fair, refusal

EIGHT = datetime(2021, 3, 4, 20, 0)  # noqa: DTZ001, a sheet names no zone


@pytest.fixture
def write_sheet(tmp_path):
    """Rows of cells -> the path of a workbook with them in its first sheet."""

    def write_sheet(*rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.create_sheet("Notes").append(["not", "this", "one"])
        book.save(tmp_path / "book")
        return tmp_path / "book"

    return write_sheet


def cells(n, **changes):
    row = tags_row(n) | changes
    return [row[name] for name in TAGS_COLUMNS]


def ids(tweets):
    return [tweet.id for tweet in tweets]


def test_numbers_dates_and_blanks_are_read_as_in_a_sheet_of_text(write_sheet):
    at = EIGHT
    row = cells(0, id_str=float(tweet_id(0)), user_followers_count=100, created_at=at, from_user_id_str=501)

    tweets, rejected = read(write_sheet(TAGS_COLUMNS, row, [None] * 5, cells(1)))

    assert (ids(tweets), rejected) == ([tweet_id(0), tweet_id(1)], [])
    assert (tweets[0].author.id, tweets[0].author.followers) == ("501", 100)


def test_id_that_the_sheet_cut_is_refused_with_its_row(write_sheet):
    path = write_sheet(TAGS_COLUMNS, cells(0), cells(1, id_str=3.08e17, status_url=None), cells(2))

    tweets, rejected = read(path)

    assert ids(tweets) == [tweet_id(0), tweet_id(2)]
    assert rejected == [Rejected(3, "The id '3.08e+17' was cut short by a spreadsheet, and no address holds it")]


def test_header_may_stand_below_a_title(write_sheet):
    tweets, _ = read(write_sheet(["Our chat of March"], [], TAGS_COLUMNS, cells(0)))

    assert ids(tweets) == [tweet_id(0)]


def test_sheet_without_the_columns_is_refused(write_sheet):
    with pytest.raises(SourceError, match="does not begin with the names of columns"):
        read(write_sheet(["day", "what"], ["Monday", "Rest"]))


def test_workbook_is_read_on_from_every_cursor(write_sheet):
    path = write_sheet(TAGS_COLUMNS, *(cells(n) for n in range(7)))

    had = pages(path, page_size=2)

    assert [page.cursor for page in had] == ["0:3;51000", "0:5;52000", "0:7;53000", None]
    assert all(pages(path, page_size=2, cursor=page.cursor) == had[n:] for n, page in enumerate(had[:-1], 1))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b'<row r="3"><c r="A3" t="s"><v>99999</v></c></row>', "The cell 'A3' cannot be read"),
        (b'<row r="3"><c r="A3"><v>many</v></c></row>', "The cell 'A3' cannot be read"),
        (b'<row r="3"><c r="!"><v>1</v></c></row>', "The cell '!' cannot be read"),
        (b'<row r="x"><c><v>1</v></c></row>', "This row has no number"),
        (b'<row r="3">' + b"<c/>" * 1_500 + b"</row>", "This row has more columns than the first one"),
        (b'<row r="3"><c r="ZZ3"><v>1</v></c></row>', "This row has more columns than the first one"),
        (b'<row r="3"><c r="A3"><v>1</v></c></row>', "There is no author"),
        (b"<row><c><v>", "The workbook is damaged from here on"),
    ],
)
def test_broken_row_is_refused_with_its_number(write, row, reason):
    tweets, rejected = read(write(with_rows(row)))

    assert (ids(tweets), rejected) == ([tweet_id(0)], [Rejected(3, reason)])


def test_text_partly_bold_and_date_that_is_none_are_read(tmp_path):
    book = openpyxl.Workbook()
    bold = CellRichText("Good ", TextBlock(InlineFont(b=True), "evening"))
    for row in (TAGS_COLUMNS, cells(0, text=bold, entities_str="", user_followers_count=1e300)):
        book.active.append(row)
    book.active["N2"].number_format = "yyyy-mm-dd"
    book.save(tmp_path / "book")

    ((tweet,), rejected) = read(tmp_path / "book")

    assert (tweet.text, tweet.author.followers, rejected) == ("Good evening", None, [])
    assert json.loads(tweet.raw)["user_followers_count"] == "#VALUE!"


@pytest.mark.parametrize("empty", [b"<row/>" * 5, b'<row r="7"/>', b'<row r="x"/>' * 4 + b'<row r="7"></row>'])
def test_rows_without_cells_are_passed_over_and_counted(write, empty):
    _, rejected = read(write(with_rows(empty + b"<row><c><v>1</v></c></row>")))

    assert rejected == [Rejected(8, "There is no author")]


def test_rows_beside_broken_cells_are_read_as_before(write_sheet, deep):
    rows = [cells(n) for n in range(6)]
    gives, _ = read(write_sheet(TAGS_COLUMNS, *rows))
    for seed in range(1_000 if deep else 20):
        chance = random.Random(seed)
        touched = {chance.randrange(6) for _ in range(2)}
        case = [list(row) for row in rows]
        for n in touched:
            wrong = chance.choice([None, "", "x", 7, -1.5, True, EIGHT, "=1+1", "_x000D_", "#REF!"])
            case[n][chance.randrange(len(TAGS_COLUMNS))] = wrong

        tweets, rejected = read(write_sheet(TAGS_COLUMNS, *case))

        assert [t for t in tweets if t in gives] == [t for t in gives if t in tweets], f"seed {seed}"
        assert {tweet_id(n) for n in range(6) if n not in touched} <= set(ids(tweets)), f"seed {seed}"
        assert {row.line - 2 for row in rejected} <= touched, f"seed {seed}"


@pytest.mark.parametrize("part", ["Content_Types", "workbook.xml", "styles", "sheet1", "_rels/.rels", "sharedStrings"])
def test_workbook_whose_part_is_broken_stops_no_reader(write, part):
    for change in (lambda xml: b"", lambda xml: xml[: len(xml) // 2], lambda xml: xml.replace(b"<", b"<<")):
        assert is_fair(refusal(write(workbook(part, change))))
