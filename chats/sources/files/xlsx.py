"""Workbooks -> tweets of their first sheet, whose rows are read as those of a CSV file are, one at a time.

A workbook says each text once and points to it from the cells: the texts are kept on the disk.  Whatever a damaged or
hostile workbook does to its reader ends in a sentence.
"""

import io
import re
from array import array
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import tzinfo
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, NamedTuple
from warnings import catch_warnings, simplefilter

from defusedxml.ElementTree import iterparse
from openpyxl.cell.text import Text
from openpyxl.packaging.manifest import Manifest
from openpyxl.reader.workbook import WorkbookParser
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import ARC_CONTENT_TYPES, SHARED_STRINGS, SHEET_MAIN_NS, XLSM, XLSX, XLTM, XLTX
from openpyxl.xml.functions import fromstring

from chats.sources.base import SourceError
from chats.sources.files.dialects import DIALECTS, Dialect, outcome, speaks
from chats.sources.files.documents import Start
from chats.sources.files.lines import Position, Row
from chats.sources.files.unpacking import Package
from chats.sources.files.values import quoted

_ROW, _STRING = f"{{{SHEET_MAIN_NS}}}row", f"{{{SHEET_MAIN_NS}}}si"
_MOST_COLUMNS = 1_000
_HEADER_WITHIN = 20  # rows
_LONGEST_PART = 2 * 2**20  # bytes without a new row or text
_TEXTS_IN_MEMORY = 16 * 2**20  # bytes
_LONGEST_TAG = 32  # bytes of which a beginning may lie at the end of what was read
_LAST_ROW = 2**20
_TOO_WIDE = "This row has more columns than the first one"
_NUMBER = re.compile(r"[0-9]{1,7}")
_BEGINS = re.compile(rb"<(?:\w{1,20}:)?(?:row|si)[\s/>]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LARGEST_EXACT = 10**15  # a spreadsheet keeps fifteen digits
_ALL_DIALECTS = tuple(dialect for dialects in DIALECTS.values() for dialect in dialects)


class _SheetRow(NamedTuple):
    """A row of a sheet, numbered from 1: its cells as text, and what is wrong with it."""

    number: int
    cells: list[str]
    fault: str = ""


def recognised(start: Start) -> int:
    return int(ARC_CONTENT_TYPES in Package(start.file).namelist())


def read(file: BinaryIO, position: Position, zone: tzinfo) -> Iterator[Row]:
    rows = _readable(file)
    columns, dialect = _header(rows)
    for row in rows:
        if row.number > position.line and (row.fault or any(map(str.strip, row.cells))):
            cells = (row.cells + [""] * len(columns))[: len(columns)]
            fault = row.fault or (_TOO_WIDE if any(row.cells[len(columns) :]) else "")
            yield Position(0, row.number - 1), outcome(row.number, columns, cells, fault, dialect, zone)


def _header(rows: Iterator[_SheetRow]) -> tuple[list[str], Dialect]:
    """The names of the columns, and the dialect they are in."""
    for row in rows:
        columns = [cell.strip() for cell in row.cells]
        while columns and not columns[-1]:
            columns.pop()
        if dialect := next((each for each in _ALL_DIALECTS if speaks(each, columns)), None):
            return columns, dialect
        if row.number > _HEADER_WITHIN:
            break
    said = "The first sheet does not begin with the names of columns as twarc, TAGS or rtweet give them."
    raise SourceError(said, code="file_format", permanent=True)


def _readable(file: BinaryIO) -> Iterator[_SheetRow]:
    """The rows up to where the workbook is damaged, if it is; its reader raises whatever it comes upon then."""
    number = 0
    try:
        with _quiet():
            rows = _rows(_Parts(file))
        while True:
            with _quiet():
                row = next(rows, None)
            if row is None:
                return
            number = row.number
            yield row
    except SourceError:
        raise
    except Exception as error:
        if number == 0:
            said = "The workbook is damaged, or no workbook at all."
            raise SourceError(said, code="file_format", permanent=True) from error
        yield _SheetRow(number + 1, [], "The workbook is damaged from here on")


@contextmanager
def _quiet() -> Iterator[None]:
    """Its reader warns of styles that are missing: no matter here."""
    with catch_warnings():
        simplefilter("ignore")
        yield


def _rows(parts: "_Parts") -> Iterator[_SheetRow]:
    manifest: Any = Manifest.from_tree(_tree(parts.read(ARC_CONTENT_TYPES)))
    part = next(found for kind in (XLSX, XLSM, XLTX, XLTM) if (found := manifest.find(kind)))
    workbook = WorkbookParser(parts, part.PartName[1:], keep_links=False)
    workbook.parse()
    apply_stylesheet(parts, workbook.wb)
    sheet = next(rel.target for _, rel in workbook.find_sheets() if "chartsheet" not in rel.Type)
    named = manifest.find(SHARED_STRINGS)
    with (
        closing(_Texts(parts.open(named.PartName[1:]) if named else io.BytesIO(b"<none/>"))) as texts,
        parts.open(sheet) as source,
    ):
        parser = _Parser(source, texts, workbook.wb)
        for holder, element in _elements(source, _ROW):
            if len(element):
                yield parser.sheet_row(element)
            else:
                parser.pass_over(element)
            holder.clear()


def _tree(xml: bytes) -> Any:
    return fromstring(xml)


def _elements(source: BinaryIO, tag: str) -> Iterator[tuple[Any, Any]]:
    """Every element of a name, with what holds it; clear that, or all of them stay in the memory."""
    open_: list[Any] = []
    for event, element in iterparse(source, events=("start", "end")):
        if event == "start":
            open_.append(element)
        else:
            open_.pop()
            if element.tag == tag and open_:
                yield open_[-1], element


class _Parser(WorkSheetParser):
    """A sheet's reader that gives up a cell and not the sheet."""

    def __init__(self, source: BinaryIO, texts: "_Texts", workbook: Any) -> None:
        super().__init__(
            source,
            texts,
            data_only=True,
            epoch=workbook.epoch,
            date_formats=workbook._date_formats,
            timedelta_formats=workbook._timedelta_formats,
        )
        self._number = 0
        self._fault = ""

    def sheet_row(self, element: Any) -> _SheetRow:
        self._fault = _TOO_WIDE if len(element) > _MOST_COLUMNS else ""
        stated: int = self._number + 1
        cells: list[dict[str, Any]] = []
        try:
            if not self._fault:
                stated, cells = self.parse_row(element)
        except ValueError:
            self._fault = "This row has no number"
        self.row_dimensions.clear()
        self._count(stated)
        return _SheetRow(self._number, _in_order(cells), self._fault)

    def pass_over(self, element: Any) -> None:
        """A row without a cell: a sheet may carry a million that somebody formatted and nobody filled."""
        stated = element.get("r", "")
        self._count(int(stated) if _NUMBER.fullmatch(stated) else 0)

    def _count(self, stated: int) -> None:
        self._number = max(self._number + 1, min(stated, _LAST_ROW))

    def parse_cell(self, element: Any) -> dict[str, Any]:
        try:
            return super().parse_cell(element)
        except SourceError:
            raise
        except Exception:  # whatever may be wrong with a cell, its neighbours are sound
            self._fault = f"The cell {quoted(element.get('r'))} cannot be read"
            return {"column": 1, "value": None}


def _in_order(cells: list[dict[str, Any]]) -> list[str]:
    found = {cell["column"]: _text(cell["value"]) for cell in cells if cell["value"] is not None}
    last = max((column for column in found if column <= _MOST_COLUMNS), default=0)
    return [found.get(column, "") for column in range(1, last + 1)]


def _words(element: Any) -> str:
    text: Any = Text.from_tree(element)
    return text.content or ""


def _text(value: object) -> str:
    """What a cell holds, as a CSV file would have it."""
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_EXACT:
        return str(int(value))
    return str(value)


class _Texts:
    """The texts of a workbook by their number."""

    def __init__(self, source: BinaryIO) -> None:
        self._file = SpooledTemporaryFile(_TEXTS_IN_MEMORY)  # noqa: SIM115 - it lives as long as this
        self._ends = array("Q", [0])
        with source:
            for holder, element in _elements(source, _STRING):
                self._file.write((_words(element)).encode("utf-8", "replace"))
                self._ends.append(self._file.tell())
                holder.clear()

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        start, end = self._ends[number], self._ends[number + 1]
        self._file.seek(start)
        return self._file.read(end - start).decode()

    def close(self) -> None:
        self._file.close()


class _Parts(Package):
    """A workbook's package, whose parts are given only so far as they are made of rows and texts of some length."""

    def open(self, name: Any, *_: Any, **__: Any) -> BinaryIO:
        return io.BufferedReader(_Measured(self.unpacked(name)), 2**16)


class _Measured(io.RawIOBase):
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._since = 0
        self._tail = b""

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        window = self._tail + data
        last = max((found.end() for found in _BEGINS.finditer(window)), default=0)
        self._since = len(window) - last if last else self._since + len(data)
        self._tail = window[-_LONGEST_TAG:]
        if self._since > _LONGEST_PART:
            said = "The workbook holds a row or a text that is longer than 2 MB: it is made to fill a memory."
            raise SourceError(said, code="file_bomb", permanent=True)
        return len(data)

    def readable(self) -> bool:
        return True
