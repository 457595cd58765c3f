"""Packed files, gz and zip -> their bytes, in proportion to what they are packed in and never more.

A few kilobytes can unpack to as many gigabytes.  Such bytes say nothing that a chat would: they are refused early.
"""

import gzip
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar

from chats.sources.base import Rejected, SourceError
from chats.sources.files.lines import Position, Row
from chats.sources.files.streams import Stream, buffered

T = TypeVar("T")
GZ_MAGIC, ZIP_MAGIC = b"\x1f\x8b", b"PK\x03\x04"

# Tweets pack to a tenth, repetitive sheets to a fiftieth.
_HIGHEST_RATIO = 100
_ALWAYS_FINE = 4 * 2**20  # bytes
_LARGEST_DIRECTORY = 8 * 2**20  # bytes, room for 70,000 pictures
_DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError, RuntimeError)


class _Unpacked(Stream):
    """A stream of unpacked bytes; ``packed`` tells how many bytes they were until here.

    It ends where it is damaged, and ``damage`` says so: what was given before is good.
    """

    def __init__(self, stream: BinaryIO, packed: Callable[[], int]) -> None:
        self._stream = stream
        self._packed = packed
        self.damage = ""

    def next_bytes(self, most: int) -> bytes:
        data = b"" if self.damage else self._guarded(lambda: self._stream.read(most), b"")
        given = self._stream.tell()
        if given > _ALWAYS_FINE and given > _HIGHEST_RATIO * self._packed():
            raise bomb()
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        self.damage = ""
        return self._guarded(lambda: self._stream.seek(offset, whence), 0)

    def _guarded(self, act: Callable[[], T], otherwise: T) -> T:
        try:
            return act()
        except _DAMAGED:
            self.damage = "The packed file is damaged from here on"
            return otherwise


def bomb() -> SourceError:
    said = f"The file unpacks to more than {_HIGHEST_RATIO} times its size, to fill a memory and not to be read."
    return SourceError(said, code="file_bomb", permanent=True)


def damage(file: BinaryIO) -> str:
    """Where and why a file ended too early, if it was packed and is damaged."""
    return getattr(getattr(file, "raw", None), "damage", "")


def to_the_end(file: BinaryIO, rows: Iterator[Row]) -> Iterator[Row]:
    """All rows of a file, and where a damaged one ends too early the reason."""
    last: tuple[Position, object] = (Position(), None)
    for last in rows:
        yield last
    if fault := damage(file):
        position, _ = last
        yield Position(position.offset, position.line + 1), Rejected(position.line + 2, fault)


def gz(file: BinaryIO) -> BinaryIO:
    """What a gz file holds.  A bomb is told from its beginning, before anybody reads its rows."""
    reader = buffered(_Unpacked(gzip.GzipFile(fileobj=file, mode="rb"), file.tell))  # type: ignore[arg-type]
    while reader.tell() <= _ALWAYS_FINE and reader.read(2**16):
        pass
    reader.seek(0)
    return reader


class Package(zipfile.ZipFile):
    """A zip file whose members unpack in proportion.  Raises ``SourceError`` for one that is none."""

    def __init__(self, file: BinaryIO) -> None:
        _check_directory(file)
        try:
            super().__init__(file)
        except (*_DAMAGED, ValueError, OSError, struct.error, UnicodeError) as error:
            raise SourceError("The zip file is damaged.", code="file_format", permanent=True) from error

    def unpacked(self, name: str) -> BinaryIO:
        """The bytes of one member."""
        packed, size = self.getinfo(name).compress_size, self.getinfo(name).file_size
        if size > _ALWAYS_FINE and size > _HIGHEST_RATIO * packed:
            raise bomb()
        try:
            stream = super().open(name)
        except (*_DAMAGED, ValueError, OSError) as error:
            said = f"The part {name} of the zip file is damaged."
            raise SourceError(said, code="file_format", permanent=True) from error
        return buffered(_Unpacked(stream, lambda: packed))  # type: ignore[arg-type]


def _check_directory(file: BinaryIO) -> None:
    """Python holds a zip file's whole list of members: refuse one that is no list of a person's files."""
    file.seek(max(0, file.seek(0, 2) - 66_000))
    end = file.read()
    size = 0
    if len(record := end.rpartition(b"PK\x05\x06")[2]) >= 18:
        size = int.from_bytes(record[8:12], "little")
    if size == 2**32 - 1 and len(record := end.rpartition(b"PK\x06\x06")[2]) >= 52:
        size = int.from_bytes(record[36:44], "little")
    if size > _LARGEST_DIRECTORY:
        said = "The zip file lists more files than anybody keeps of a chat."
        raise SourceError(said, code="file_bomb", permanent=True)
