"""Workbooks -> tweets of their first sheet, whose rows are read as those of a CSV file are, one at a time.

Whatever a damaged or hostile workbook does to its reader ends in a sentence.
"""

from collections.abc import Iterator
from datetime import tzinfo
from typing import BinaryIO

from openpyxl.xml.constants import ARC_CONTENT_TYPES

from chats.sources.base import SourceError
from chats.sources.files import workbooks
from chats.sources.files.dialects import DIALECTS, Dialect, outcome, speaks
from chats.sources.files.documents import Start
from chats.sources.files.lines import Patience, Position, Row
from chats.sources.files.unpacking import Package
from chats.sources.files.workbooks import HEADER_WITHIN, TOO_WIDE, SheetRow

_ALL_DIALECTS = tuple(dialect for dialects in DIALECTS.values() for dialect in dialects)

# A row of a workbook takes as long to read as several of another file, and longer the more cells it has.
_COST_OF_A_ROW, _CELLS_FOR_ONE = 3, 4


def recognised(start: Start) -> int:
    return int(ARC_CONTENT_TYPES in Package(start.file).namelist())


def read(file: BinaryIO, position: Position, zone: tzinfo) -> Iterator[Row]:
    rows = _readable(file, position.line)
    columns, dialect = _header(rows)
    patience = Patience()
    for row in rows:
        if row.number > position.line and (row.fault or any(map(str.strip, row.cells))):
            cells = (row.cells + [""] * len(columns))[: len(columns)]
            fault = row.fault or (TOO_WIDE if any(row.cells[len(columns) :]) else "")
            found = outcome(row.number, columns, cells, fault, dialect, zone)
            patience.take(found, _COST_OF_A_ROW + row.size // _CELLS_FOR_ONE)
            yield Position(0, row.number - 1), found


def _header(rows: Iterator[SheetRow]) -> tuple[list[str], Dialect]:
    """The names of the columns, and the dialect they are in."""
    for row in rows:
        columns = [cell.strip() for cell in row.cells]
        while columns and not columns[-1]:
            columns.pop()
        if dialect := next((each for each in _ALL_DIALECTS if speaks(each, columns)), None):
            return columns, dialect
        if row.number >= HEADER_WITHIN:
            break
    said = "The first sheet does not begin with the names of columns as twarc, TAGS or rtweet give them."
    raise SourceError(said, code="file_format", permanent=True)


def _readable(file: BinaryIO, after: int) -> Iterator[SheetRow]:
    """The rows up to where the workbook is damaged, if it is; its reader raises whatever it comes upon then."""
    number = 0
    try:
        for row in workbooks.rows(file, after):
            number = row.number
            yield row
    except SourceError:
        raise
    except Exception as error:
        if number == 0:
            said = "The workbook is damaged, or no workbook at all."
            raise SourceError(said, code="file_format", permanent=True) from error
        yield SheetRow(number + 1, [], "The workbook is damaged from here on")
