"""A file -> its lines, one at a time and none without bound, and the places at which reading can go on."""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from chats.sources.base import Rejected, SourceError, SourceTweet
from chats.sources.files.streams import Stream, buffered

LONGEST_LINE = 8 * 2**20  # bytes
TOO_LONG = "This line is longer than 8 MB"
_SAMPLE_LINES = 20
_SAMPLE_BYTES = 2**19
_LOOKED_THROUGH = 100_000  # lines, empty ones included
_MOST_WASTE = 64 * 2**20  # bytes
_COST_OF_A_PIECE = 1_000  # bytes that could be read meanwhile
_MOST_REJECTED = 50_000  # rows, before the first tweet
_REJECTED_FOR_A_TWEET = 500  # rows more for each: however damaged, a chat has that many
_MOST_SHORT_LINES = 200_000
_BYTES_FOR_A_SHORT_LINE = 4  # of the file before it, that make up for one more
_SHORT = 3  # bytes, with the line's end: too few for any row
_LEFT = ";"
_CURSOR = re.compile(r"([0-9]{1,18}):([0-9]{1,18})(?::([0-9]{1,18}))?(?:;[0-9]{1,18})?")
_BYTE_ORDER_MARK = "\ufeff"


class Position(NamedTuple):
    """A place in a file: bytes and lines that lie before it, and rows of the next line that were had already."""

    offset: int = 0
    line: int = 0
    skip: int = 0

    @classmethod
    def of_cursor(cls, cursor: str) -> "Position":
        """What ``Patience.mark`` gave; "" is the beginning."""
        if not cursor:
            return cls()
        found = _CURSOR.fullmatch(cursor)
        if not found:
            raise SourceError("The mark at which to go on in the file is not one.", code="file_cursor", permanent=True)
        return cls(*(int(part or 0) for part in found.groups()))

    def __str__(self) -> str:
        return f"{self.offset}:{self.line}:{self.skip}" if self.skip else f"{self.offset}:{self.line}"


# One thing that was read, and the position from which it is read again.
Row = tuple[Position, SourceTweet | Rejected]


class Line(NamedTuple):
    """A line of a file, numbered from 1.  ``data`` is None when it is too long."""

    number: int
    start: int
    data: bytes | None

    @property
    def position(self) -> Position:
        return Position(self.start, self.number - 1)

    @property
    def text(self) -> str:
        return decoded(self.data or b"")


def decoded(data: bytes) -> str:
    """Broken UTF-8 shows as U+FFFD: better one bad letter than a page of a hundred tweets lost.

    A byte order mark may begin any line, where files were put together.
    """
    return data.decode("utf-8", "replace").removeprefix(_BYTE_ORDER_MARK)


class Waste:
    """What was read in vain, after a row that is broken: bounded, or a file of such rows would take for ever."""

    def __init__(self, room: int = _MOST_WASTE, share: int = 8) -> None:
        """``room`` is what may be read in vain at once, ``share`` what more for every byte of progress."""
        self._left = room
        self._share = share

    def add(self, size: int, pieces: int, *, offset: int) -> None:
        """So many more bytes in so many pieces; ``offset`` is how far in the file it happened."""
        self._left -= size + pieces * _COST_OF_A_PIECE
        if self._left + self._share * offset < 0:
            said = "The file is broken in too many places: quotation marks or brackets that nothing closes."
            raise SourceError(said, code="file_bomb", permanent=True)


class Patience:
    """How many more rejected rows a file may give: one with nearly nothing else, each of which costs time, is no chat.

    It goes on with what a cursor tells was left, so that it does not matter in how many parts a file is read.
    """

    def __init__(self, cursor: str = "") -> None:
        _, _, left = cursor.partition(_LEFT)
        self._left = int(left) if left.isdecimal() else _MOST_REJECTED

    def take(self, found: SourceTweet | Rejected, weight: int = 1) -> None:
        self._left += weight * (-1 if isinstance(found, Rejected) else _REJECTED_FOR_A_TWEET)
        if self._left < 0:
            said = "The file holds nearly nothing but rows that are no tweets: it is not read to its end."
            raise SourceError(said, code="file_bomb", permanent=True)

    def mark(self, position: Position) -> str:
        """A cursor to go on from."""
        return f"{position}{_LEFT}{max(0, self._left)}"


def lines(file: BinaryIO, position: Position) -> Iterator[Line]:
    """The lines from ``position`` on.  A line that is too long is passed over only when the next one is asked for."""
    file.seek(position.offset)
    number, start, short = position.line, position.offset, 0
    while data := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(data) <= _SHORT:
            short += 1
            if short > _MOST_SHORT_LINES + start // _BYTES_FOR_A_SHORT_LINE:
                said = "The file consists nearly only of empty lines: it is not read to its end."
                raise SourceError(said, code="file_bomb", permanent=True)
        is_whole = len(data) <= LONGEST_LINE or data.endswith(b"\n")
        yield Line(number, start, data if is_whole else None)
        start += len(data) if is_whole else len(data) + _pass_over(file)


def sample(file: BinaryIO) -> list[Line]:
    """The first lines that hold something, enough to tell a format."""
    found: list[Line] = []
    for line in lines(file, Position()):
        if line.data is None or line.data.strip():
            found.append(line)
        if len(found) == _SAMPLE_LINES or line.start > _SAMPLE_BYTES or line.number > _LOOKED_THROUGH:
            break
    return found


def is_utf16(first: list[Line]) -> bool:
    """Whether a file begins as UTF-16 does: with its mark, or with every other byte empty."""
    start = b"".join(line.data or b"" for line in first)[:1_000]
    return start.startswith((b"\xff\xfe", b"\xfe\xff")) or len(start) < 3 * start.count(0) < 2 * len(start)


def _pass_over(file: BinaryIO) -> int:
    """Skip the rest of a line; its length in bytes."""
    length = 0
    while data := file.readline(2**20):
        length += len(data)
        if data.endswith(b"\n"):
            break
    return length


class _Mac(Stream):
    """A file in which CR ends the lines, with LF in its place: every byte keeps its offset."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def next_bytes(self, most: int) -> bytes:
        return self._file.read(most).replace(b"\r", b"\n")

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)


def with_line_feeds(file: BinaryIO) -> BinaryIO:
    """The file itself, or as it would be had it not been saved for an old Macintosh, where CR ends the lines."""
    file.seek(0)
    start = file.read(_SAMPLE_BYTES)
    first = re.search(rb"\r+\n?|\n", start)
    is_mac = first and not first[0].endswith(b"\n")
    if first and first[0] == b"\r\n":  # the first row may begin with an empty line
        is_mac = start.count(b"\r") > 3 * start.count(b"\r\n")
    return buffered(_Mac(file)) if is_mac else file
