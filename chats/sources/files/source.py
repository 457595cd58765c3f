"""A file of tweets -> pages of records.  One more format is one more module and one line in ``FORMATS``."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from functools import partial
from os import PathLike
from pathlib import Path
from typing import BinaryIO, NamedTuple

from chats.sources.base import Page, Rejected, SourceError, SourceTweet
from chats.sources.files import bluesky, csv_rows, documents, mastodon, twarc_v1, twarc_v2, x_archive, xlsx
from chats.sources.files.dialects import DIALECTS
from chats.sources.files.documents import Kind, Start
from chats.sources.files.lines import Patience, Position, Row, is_utf16, sample, with_line_feeds
from chats.sources.files.unpacking import GZ_MAGIC, ZIP_MAGIC, Package, gz, to_the_end
from chats.sources.files.values import quoted

PAGE_SIZE = 3_000  # tweets and rejected rows
# A page ends early when its records and texts reach this: ten hostile lines could fill the memory otherwise.
_HEAVIEST_PAGE = 8 * 2**20  # bytes
_HEAVIEST_TWEET = 2 * 2**20  # bytes; the longest that a network takes has a tenth
_TOO_HEAVY = "This tweet is larger than 2 MB"


class Format(NamedTuple):
    """``recognised``: how many of a file's first lines speak for the format.  ``read``: rows from a position on."""

    recognised: Callable[[Start], int]
    read: Callable[[BinaryIO, Position, tzinfo], Iterator[Row]]
    is_zip: bool = False


def _json(kind: Kind, read: Callable[[BinaryIO, Position, tzinfo], Iterator[Row]]) -> Format:
    return Format(partial(documents.recognised, kind=kind), read)


def _csv(name: str) -> Format:
    dialects = DIALECTS[name]
    return Format(partial(csv_rows.recognised, dialects=dialects), partial(csv_rows.read, dialects=dialects))


FORMATS = {
    "twarc-v2": _json(twarc_v2.KIND, twarc_v2.read),
    "twarc-v1": _json(twarc_v1.KIND, twarc_v1.read),
    "mastodon": _json(mastodon.KIND, mastodon.read),
    "bluesky": _json(bluesky.KIND, bluesky.read),
    **{name: _csv(name) for name in DIALECTS},
    "x-archive": Format(x_archive.recognised, x_archive.read, is_zip=True),
    "xlsx": Format(xlsx.recognised, xlsx.read, is_zip=True),
}


class FileSource:
    """The tweets of one file, in its order.  ``time_zone`` is that of times in it that name none."""

    def __init__(
        self,
        path: str | PathLike[str],
        format: str = "auto",  # noqa: A002, the word of the command line
        *,
        page_size: int = PAGE_SIZE,
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
            if not self._path.exists():
                raise SourceError(f"There is no file {self._path.name}.", code="file_missing", permanent=True)
            if not self._path.is_file():
                raise self._error("is a folder" if self._path.is_dir() else "is not a file", "file_missing")
            with self._opened() as (file, is_zip):
                if not is_zip and position.offset and not _reaches(file, position.offset):
                    raise self._error("has become shorter since it was last read", "file_changed")
                rows = self._format(file, is_zip=is_zip).read(file, position, self._time_zone)
                yield from _paged(to_the_end(file, rows), self._page_size, Patience(cursor))
        except OSError as error:
            raise self._error(f"cannot be read: {error.strerror}", "file_unreadable") from error

    @contextmanager
    def _opened(self) -> Iterator[tuple[BinaryIO, bool]]:
        """The file, unpacked if it is a gz; and whether it is a zip."""
        with self._path.open("rb") as file:
            magic = file.read(4)
            file.seek(0)
            yield (gz(file) if magic.startswith(GZ_MAGIC) else file), magic == ZIP_MAGIC

    def _format(self, file: BinaryIO, *, is_zip: bool) -> Format:
        """Which format the file is in; the content decides, never the name."""
        first = sample(with_line_feeds(file))
        if not first:
            raise self._error("is empty", "file_empty")
        if not is_zip and is_utf16(first):
            said = "is written in UTF-16, which some programs call Unicode text. Save it as UTF-8 and read that"
            raise self._error(said, "file_format")
        if self._named and self._named.is_zip == is_zip:
            return self._named
        possible = [format_ for format_ in FORMATS.values() if format_.is_zip == is_zip and not self._named]
        start = Start.of(file, first)
        votes = {format_: format_.recognised(start) for format_ in possible}
        best = max(votes, key=lambda format_: votes[format_], default=None)
        if not best or not votes[best]:
            if is_zip:
                raise self._error(f"is a zip file{_holding(file)}. Unpack it and read what is in it", "file_format")
            raise self._error(f"is in no format that can be read here. {_known()}", "file_format")
        return best

    def _error(self, what: str, code: str) -> SourceError:
        return SourceError(f"The file {self._path.name} {what}.", code=code, permanent=True)


def _reaches(file: BinaryIO, offset: int) -> bool:
    file.seek(offset - 1)
    return bool(file.read(1))


def _holding(file: BinaryIO) -> str:
    """The first file in a zip, whose name may say anything."""
    name = next((name for name in Package(file).namelist() if not name.endswith("/")), "")
    return f" that holds {quoted(name)}" if name else ""


def _known() -> str:
    return f"Known formats: {', '.join(FORMATS)}"


def _weight(tweet: SourceTweet) -> int:
    """Bytes of memory.  One emoji makes every letter of its text weigh four."""
    return len(tweet.raw) + sys.getsizeof(tweet.text) + sum(map(sys.getsizeof, tweet.alt_texts))


def _paged(rows: Iterator[Row], page_size: int, patience: Patience) -> Iterator[Page]:
    """A file that cannot be read to its end gives what it holds up to there, and then its error."""
    tweets: list[SourceTweet] = []
    rejected: list[Rejected] = []
    weight = 0
    position = Position()
    try:
        for position, row in rows:
            if len(tweets) + len(rejected) >= page_size or weight >= _HEAVIEST_PAGE:
                yield Page(tuple(tweets), tuple(rejected), patience.mark(position))
                tweets, rejected, weight = [], [], 0
            heavy = 0 if isinstance(row, Rejected) else _weight(row)
            kept = Rejected(position.line + 1, _TOO_HEAVY) if heavy > _HEAVIEST_TWEET else row
            patience.take(kept)
            if isinstance(kept, Rejected):
                rejected.append(kept)
            else:
                tweets.append(kept)
                weight += heavy
    except SourceError:
        if tweets or rejected:
            yield Page(tuple(tweets), tuple(rejected), patience.mark(position._replace(skip=position.skip + 1)))
        raise
    yield Page(tuple(tweets), tuple(rejected), None)
