"""A file of tweets -> pages of records.  One more format is one more module and one line in ``FORMATS``."""

from collections.abc import Callable, Iterator
from datetime import UTC, tzinfo
from os import PathLike
from pathlib import Path
from typing import BinaryIO, NamedTuple

from chats.sources.base import Page, Rejected, SourceError, SourceTweet
from chats.sources.files import tags, twarc_v1, twarc_v2
from chats.sources.files.lines import Line, Position, Row, sample

# A page ends early when its raw records reach this: ten hostile lines could fill the memory otherwise.
_HEAVIEST_PAGE = 32 * 2**20  # bytes


class Format(NamedTuple):
    """``recognised``: how many of a file's first lines speak for the format.  ``read``: rows from a position on."""

    recognised: Callable[[list[Line]], int]
    read: Callable[[BinaryIO, Position, tzinfo], Iterator[Row]]


FORMATS = {
    "twarc-v2": Format(twarc_v2.recognised, twarc_v2.read),
    "twarc-v1": Format(twarc_v1.recognised, twarc_v1.read),
    "tags": Format(tags.recognised, tags.read),
}


class FileSource:
    """The tweets of one file, in its order.  ``time_zone`` is that of times in it that name none."""

    def __init__(
        self,
        path: str | PathLike[str],
        format: str = "auto",  # noqa: A002, the word of the command line
        *,
        page_size: int = 500,
        time_zone: tzinfo = UTC,
    ) -> None:
        if format != "auto" and format not in FORMATS:
            raise SourceError(f"There is no format “{format}”. {_known()}.", code="file_format", permanent=True)
        self._path = Path(path)
        self._named = FORMATS.get(format)
        self._page_size = page_size
        self._time_zone = time_zone

    def pages(self, cursor: str) -> Iterator[Page]:
        position = Position.of_cursor(cursor)
        try:
            if not self._path.is_file():
                raise self._error("is not a file", "file_missing")
            with self._path.open("rb") as file:
                rows = self._format(file, position).read(file, position, self._time_zone)
                yield from _paged(rows, self._page_size)
        except OSError as error:
            raise self._error(f"cannot be read: {error.strerror}", "file_unreadable") from error

    def _format(self, file: BinaryIO, position: Position) -> Format:
        """Which format the file is in; the content decides, never the name."""
        if position.offset > file.seek(0, 2):
            raise self._error("has become shorter since it was last read", "file_changed")
        start = sample(file)
        if not start:
            raise self._error("is empty", "file_empty")
        if self._named:
            return self._named
        votes = {format_: format_.recognised(start) for format_ in FORMATS.values()}
        best = max(votes, key=lambda format_: votes[format_])
        if not votes[best]:
            raise self._error(f"is in no format that can be read here. {_known()}", "file_format")
        return best

    def _error(self, what: str, code: str) -> SourceError:
        return SourceError(f"The file {self._path.name} {what}.", code=code, permanent=True)


def _known() -> str:
    return f"Known formats: {', '.join(FORMATS)}"


def _paged(rows: Iterator[Row], page_size: int) -> Iterator[Page]:
    tweets: list[SourceTweet] = []
    rejected: list[Rejected] = []
    weight = 0
    for position, row in rows:
        if len(tweets) + len(rejected) >= page_size or weight >= _HEAVIEST_PAGE:
            yield Page(tuple(tweets), tuple(rejected), str(position))
            tweets, rejected, weight = [], [], 0
        if isinstance(row, Rejected):
            rejected.append(row)
        else:
            tweets.append(row)
            weight += len(row.raw)
    yield Page(tuple(tweets), tuple(rejected), None)
