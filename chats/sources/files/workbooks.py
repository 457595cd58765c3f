"""Workbooks -> the rows of their first sheet, each cell as the text a CSV file would hold, one row at a time.

A workbook says each text once and points to it from the cells: the texts are kept on the disk.
"""

import io
import re
from array import array
from collections.abc import Iterator
from contextlib import closing, suppress
from math import nan
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, NamedTuple
from warnings import catch_warnings, simplefilter
from xml.etree.ElementTree import iterparse
from xml.parsers.expat import ExpatError, ParserCreate

from openpyxl.cell.text import Text
from openpyxl.packaging.manifest import Manifest
from openpyxl.reader.workbook import WorkbookParser
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet._reader import INLINE_STRING, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import ARC_CONTENT_TYPES, SHARED_STRINGS, SHEET_MAIN_NS, XLSM, XLSX, XLTM, XLTX
from openpyxl.xml.functions import fromstring

from chats.sources.base import SourceError
from chats.sources.files.streams import Stream, buffered
from chats.sources.files.unpacking import Package
from chats.sources.files.values import quoted

HEADER_WITHIN = 20  # rows
TOO_WIDE = "This row has more columns than the first one"
_ROW, _STRING, _TEXT = (f"{{{SHEET_MAIN_NS}}}{name}" for name in ("row", "si", "t"))
_MOST_COLUMNS = 1_000
_LONGEST_PART = 2 * 2**20  # bytes without a new row or text
_TEXTS_IN_MEMORY = 16 * 2**20  # bytes
_LONGEST_TAG = 32  # bytes of which a beginning may lie at the end of what was read
_LAST_ROW = 2**20
_DIGITS = "0123456789"
_NO_DATE = "#VALUE!"  # as a spreadsheet shows it
_BEGINS = re.compile(rb"<(?:\w{1,20}:)?(?:row|si)[\s/>]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LARGEST_EXACT = 10**15  # a spreadsheet keeps fifteen digits


class SheetRow(NamedTuple):
    """A row of a sheet, numbered from 1: its cells as text, what is wrong with it, and how many cells there were."""

    number: int
    cells: list[str]
    fault: str = ""
    size: int = 0


def rows(file: BinaryIO, after: int) -> Iterator[SheetRow]:
    """The rows behind ``after`` that have a cell, and before them those that may be the header."""
    parts = _Parts(file)
    with catch_warnings():  # of styles that are missing: no matter here
        simplefilter("ignore")
        workbook, sheet, strings = _opened(parts)
    with (
        closing(_Texts(parts.open(strings) if strings else io.BytesIO(b"<none/>"))) as texts,
        parts.open(sheet) as source,
    ):
        parser = _Parser(source, texts, workbook)
        for holder, element in _elements(source, _ROW):
            fault = parser.count(element.get("r"))
            size = len(element)
            if size and not HEADER_WITHIN < parser.number <= after:
                fault = fault or (TOO_WIDE if size > _MOST_COLUMNS else "")
                cells, fault = ([], fault) if fault else parser.cells(element)
                yield SheetRow(parser.number, cells, fault, size)
            holder.clear()


def _opened(parts: "_Parts") -> tuple[Any, str, str]:
    """What is said of the whole workbook, and the names of the parts with its first sheet and with its texts."""
    manifest: Any = Manifest.from_tree(_tree(parts.read(ARC_CONTENT_TYPES)))
    part = next(found for kind in (XLSX, XLSM, XLTX, XLTM) if (found := manifest.find(kind)))
    workbook = WorkbookParser(parts, part.PartName[1:], keep_links=False)
    workbook.parse()
    apply_stylesheet(parts, workbook.wb)
    sheet = next(rel.target for _, rel in workbook.find_sheets() if "chartsheet" not in rel.Type)
    named = manifest.find(SHARED_STRINGS)
    return workbook.wb, sheet, named.PartName[1:] if named else ""


def _tree(xml: bytes) -> Any:
    return fromstring(xml)


def _elements(source: BinaryIO, tag: str) -> Iterator[tuple[Any, Any]]:
    """Every element of a name, with what holds it; clear that, or all of them stay in the memory."""
    open_: list[Any] = []
    for event, element in iterparse(source, events=("start", "end")):  # noqa: S314 - `_Parts` lets no entities through
        if event == "start":
            open_.append(element)
        else:
            open_.pop()
            if element.tag == tag and open_:
                yield open_[-1], element


class _Parser(WorkSheetParser):
    """A sheet's reader that gives up a cell and not the sheet; texts and numbers, which most are, it reads itself."""

    def __init__(self, source: BinaryIO, texts: "_Texts", workbook: Any) -> None:
        super().__init__(
            source,
            texts,
            data_only=True,
            epoch=workbook.epoch,
            date_formats=workbook._date_formats,
            timedelta_formats=workbook._timedelta_formats,
        )
        self.number = 0

    def count(self, stated: str | None) -> str:
        """Go on to the next row, which may say its number; what is wrong with that."""
        self.number += 1
        try:
            number = float(stated or self.number)
        except ValueError:
            number = nan
        if not number.is_integer():
            return "This row has no number"
        self.number = max(self.number, int(min(number, _LAST_ROW)))
        return ""

    def cells(self, row: Any) -> tuple[list[str], str]:
        """The cells of a row in their order, and what is wrong with one of them."""
        found: dict[int, object] = {}
        fault = ""
        self.col_counter = 0
        for cell in row:
            if not len(cell) and cell.get("r"):
                continue
            try:
                column, value = self._read(cell)
            except SourceError:
                raise
            except Exception:  # whatever may be wrong with a cell, its neighbours are sound
                fault = f"The cell {quoted(cell.get('r'))} cannot be read"
                continue
            if value is not None:
                found[column] = value
        last = max((column for column in found if column <= _MOST_COLUMNS), default=0)
        return [_text(found.get(column)) for column in range(1, last + 1)], fault

    def _read(self, cell: Any) -> tuple[int, object]:
        """The column and the value of a cell; raises whatever is wrong with it."""
        kind = cell.get("t", "n")
        if kind not in ("s", "inlineStr", "n"):
            found = self.parse_cell(cell)
            return found["column"], found["value"]
        place = cell.get("r")
        self.col_counter = column_index_from_string(place.rstrip(_DIGITS)) if place else self.col_counter + 1
        if kind == "inlineStr":
            words = cell.find(INLINE_STRING)
            return self.col_counter, None if words is None else _words(words)
        value = cell.findtext(VALUE_TAG)
        if value and kind == "s":
            return self.col_counter, self.shared_strings[int(value)]
        return self.col_counter, self._number(value, int(cell.get("s", 0))) if value else None

    def _number(self, value: str, style: int) -> object:
        number = float(value) if any(sign in value for sign in ".eE") else int(value)
        if style not in self.date_formats:
            return number
        try:
            return from_excel(number, self.epoch, timedelta=style in self.timedelta_formats)
        except (OverflowError, ValueError):
            return _NO_DATE


def _words(element: Any) -> str:
    if len(element) == 1 and element[0].tag == _TEXT:  # as nearly all are
        return element[0].text or ""
    text: Any = Text.from_tree(element)
    return text.content or ""


def _text(value: object) -> str:
    """What a cell holds, as a CSV file would have it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x" in value else value
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
        part = buffered(_Measured(self.unpacked(name)))
        if not _is_plain(part.peek()):
            raise ValueError(name)
        return part


def _is_plain(start: bytes) -> bool:
    """Whether what was read of a part so far begins with an element.

    Before that may stand a document type, in which a few names may stand for any length of text.
    """
    seen: list[bool] = []
    parser = ParserCreate()
    parser.StartElementHandler = lambda *_: seen.append(True)
    parser.StartDoctypeDeclHandler = lambda *_: seen.append(False)
    with suppress(ExpatError):
        parser.Parse(start)
    return seen[:1] == [True]


class _Measured(Stream):
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._since = 0
        self._tail = b""

    def next_bytes(self, most: int) -> bytes:
        data = self._stream.read(most)
        window = self._tail + data
        last = max((found.end() for found in _BEGINS.finditer(window)), default=0)
        self._since = len(window) - last if last else self._since + len(data)
        self._tail = window[-_LONGEST_TAG:]
        if self._since > _LONGEST_PART:
            said = "The workbook holds a row or a text that is longer than 2 MB: it is made to fill a memory."
            raise SourceError(said, code="file_bomb", permanent=True)
        return data

    def seekable(self) -> bool:
        return False
