"""Spreadsheets saved as CSV -> rows by column name.  A row may span lines; a broken one spoils none of the next.

Quotation marks that never close would swallow row after row.  So the rules are strict, and after a row that breaks
them reading starts again at the second of its lines.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo
from typing import BinaryIO, NamedTuple

from chats.sources.base import SourceError
from chats.sources.files.dialects import Dialect, missing, outcome, speaks
from chats.sources.files.documents import Start
from chats.sources.files.lines import LONGEST_LINE, TOO_LONG, Line, Position, Row, Waste, lines, sample, with_line_feeds

_MOST_LINES = 500  # of one row
_BROKEN = "The quotation marks in this row do not match, or it has no end"


class Header(NamedTuple):
    """The names of the columns, what parts them, and where the rows begin."""

    columns: tuple[str, ...]
    delimiter: str
    end: Position


class _Record(NamedTuple):
    """The lines that make one row, its cells (none in a blank row), and what is wrong with it."""

    taken: list[Line]
    cells: list[str]
    fault: str


def header(start: Sequence[Line]) -> Header:
    """What the first line says; no columns when it is no header."""
    first = start[0] if start else Line(1, 0, None)
    delimiter = max(",;\t", key=first.text.count)
    try:
        cells = next(csv.reader([first.text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        cells = []
    end = Position(first.start + len(first.data or b""), first.number)
    return Header(tuple(cell.strip() for cell in cells), delimiter, end)


def recognised(start: Start, dialects: Sequence[Dialect]) -> int:
    columns = header(start.lines).columns
    return len(start.lines) if any(speaks(dialect, columns) for dialect in dialects) else 0


def read(file: BinaryIO, position: Position, zone: tzinfo, *, dialects: Sequence[Dialect]) -> Iterator[Row]:
    """Rows from ``position`` on.  A header without the columns that a dialect needs is an error of the whole file."""
    file = with_line_feeds(file)
    head = header(sample(file))
    dialect = next((each for each in dialects if speaks(each, head.columns)), dialects[0])
    if lacks := missing(dialect, head.columns):
        said = f"The first line does not name the columns {', '.join(lacks)}."
        raise SourceError(said, code="file_format", permanent=True)
    for record in _records(file, max(position, head.end), head, dialect.decode):
        if record.cells or record.fault:
            first = record.taken[0]
            yield first.position, outcome(first.number, head.columns, record.cells, record.fault, dialect, zone)


def _records(file: BinaryIO, position: Position, head: Header, decode: Callable[[bytes], str]) -> Iterator[_Record]:
    feed, waste = _Feed(file, position, decode), Waste()
    while True:
        record = None
        for record in _sound_then_broken(feed, head):
            yield record
        if record is None or not record.fault:
            return
        if len(record.taken) > 1:
            size = sum(len(line.data or b"") for line in record.taken)
            waste.add(size, len(record.taken), offset=record.taken[0].start)
            feed = _Feed(file, record.taken[1].position, decode)


def _sound_then_broken(feed: "_Feed", head: Header) -> Iterator[_Record]:
    """Rows up to the end or the first broken one, after which a csv reader cannot go on."""
    reader = csv.reader(feed, delimiter=head.delimiter, strict=True)
    fault = ""
    while not fault:
        feed.begin()
        try:
            cells = next(reader, [])
        except csv.Error:
            cells, fault = [], TOO_LONG if feed.taken[0].data is None else _BROKEN
        if not feed.taken:
            return
        if not any(map(str.strip, cells)):
            cells = []
        elif len(cells) != len(head.columns):
            fault = f"This row has {len(cells)} columns, the first line names {len(head.columns)}"
        yield _Record(feed.taken, cells, fault)


class _Feed:
    """The lines of a file for a csv reader, which takes as many as make one row."""

    def __init__(self, file: BinaryIO, position: Position, decode: Callable[[bytes], str]) -> None:
        self.begin()
        self._lines = lines(file, position)
        self._decode = decode

    def begin(self) -> None:
        """A new row: nothing taken for it yet, and room for so many bytes."""
        self.taken: list[Line] = []
        self._room = LONGEST_LINE

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken.append(line)
        self._room -= len(line.data or b"")
        if line.data is None or self._room < 0 or len(self.taken) > _MOST_LINES:
            raise csv.Error(_BROKEN)
        return self._decode(line.data)
