"""JSON of any shape -> the records in it: one on each line, or the objects of one document however long.

A tokenizer walks a document and tells where an object ends, or that it cannot.  After one that is broken, reading goes
on at the next object that is one of the kind sought.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from itertools import islice
from typing import BinaryIO, NamedTuple

import ijson

from chats.sources.base import SourceError
from chats.sources.files import json_lines
from chats.sources.files.json_lines import Parse
from chats.sources.files.lines import LONGEST_LINE, Line, Position, Row, Waste, decoded, sample
from chats.sources.files.values import Unusable

_CHUNK = 2**16
_HEAD = 2**16
_DEEPEST = 100
_FIRST_ITEMS = 20
_RECOGNISED_WITHIN = 2 * 2**20  # bytes
_BROKEN = "What stands here is not JSON, or is cut short"
_TOO_LONG = "It is longer than 8 MB"
_TOO_DEEP = "It is nested too deeply"
# A half of a letter breaks the tokenizer; what strings say does not matter to it.  No escape may be cut in two.
_SURROGATE, _BLANK = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}"), rb"\\u0020"
_LONGEST_ESCAPE = 6
_POSSIBLE_END = re.compile(rb"\}")
_PROBABLE_END = re.compile(rb"\}(?=\s*(?:,?\s*\{|\]))")
_STEPS = {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}
_GAP = re.compile(rb"[\s,\xef\xbb\xbf]*")
# In pieces that a file could be read in meanwhile.
_COST_OF_A_TRY = 4
_PASSED_FOR_ONE = 4
_NEAR = 64  # bytes before a bracket that tell what it opens
_COLON = re.compile(rb":\s*\Z")
_ONLY_BRACKETS = re.compile(rb"[\s\]}]+")
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:[\[{]|[\w.]{1,100}\s*=\s*\[)")
_ASSIGNED = re.compile(rb"\s*[\w.]{1,100}\s*=\s*\[")


class Kind(NamedTuple):
    """What to look for.  ``lists`` are the names under which a wrapping object may hold its records in a list."""

    is_ours: Callable[[dict], bool]
    lists: tuple[str, ...] = ()


class _Item(NamedTuple):
    """An object of a document: the place where it begins, and what it is, or what is wrong with it."""

    at: Position
    value: dict
    fault: str = ""


class Start(NamedTuple):
    """The beginning of a file: its first lines, the records that are whole in them, and what these lines are."""

    file: BinaryIO
    lines: list[Line]
    records: list[dict]
    is_document: bool

    @classmethod
    def of(cls, file: BinaryIO, first: list[Line]) -> "Start":
        records = [record for line in first for record in json_lines.records_of(line)]
        return cls(file, first, records, _is_document(first))


def recognised(start: Start, kind: Kind) -> int:
    """How many of the first records are of the kind."""
    votes = sum(map(kind.is_ours, start.records))
    if votes or not start.is_document:
        return votes
    start.file.seek(0)
    first = _items(BytesIO(start.file.read(_RECOGNISED_WITHIN)), Position(), kind, Waste(_RECOGNISED_WITHIN, 0))
    with suppress(SourceError):  # what is wrong, whoever reads on will say
        for item in islice(first, _FIRST_ITEMS):
            votes += not item.fault and kind.is_ours(item.value)
    return votes


def read(file: BinaryIO, position: Position, kind: Kind, parse: Parse) -> Iterator[Row]:
    """Rows of a file of either shape; a line or an item of a document is what a rejected row is counted by."""
    if not _is_document(sample(file)):
        yield from json_lines.read(file, position, parse)
        return
    for item in _items(file, position, kind):
        outcomes = iter([item.fault]) if item.fault else parse(item.value)
        yield from json_lines.placed(item.at, outcomes, position, said=f"Item {item.at.line + 1}: ")


def records(file: BinaryIO, kind: Kind) -> Iterator[dict]:
    """All records of a file of either shape, without those that are broken."""
    if _is_document(sample(file)):
        yield from (item.value for item in _items(file, Position(), kind) if not item.fault)
    else:
        yield from json_lines.records(file)


def _is_document(start: list[Line]) -> bool:
    """Whether the first lines are parts of one document, and not a record each."""
    if not start or not _BEGINNING.match(start[0].data or b"{"):
        return False
    whole = sum(json_lines.is_whole(line) for line in start if (line.data or b" ")[:1] not in b" \t")
    parts = sum(json_lines.is_whole(_without_comma(line)) for line in start if (line.data or b"").rstrip()[-1:] == b",")
    is_one_of_brackets = whole == 1 and _ONLY_BRACKETS.fullmatch(start[-1].data or b"")
    return parts >= whole or bool(is_one_of_brackets)


def _without_comma(line: Line) -> Line:
    return line._replace(data=line.data.rstrip().rstrip(b",")) if line.data else line


def _items(file: BinaryIO, position: Position, kind: Kind, waste: Waste | None = None) -> Iterator[_Item]:
    return iter(_Walker(file, position, kind, waste or Waste()).next, None)


class _Walker:
    """A place in a document that moves on from object to object, with the bytes around it."""

    def __init__(self, file: BinaryIO, position: Position, kind: Kind, waste: Waste) -> None:
        self._file = file
        self._kind = kind
        self._waste = waste
        self._number = position.line
        self._offset = position.offset  # of the first byte held
        self._held = bytearray()
        self._at = 0  # in the bytes held
        file.seek(position.offset)
        if position.offset == 0:
            self._begin()

    def next(self) -> _Item | None:
        """The next object, or what is wrong in its place; None at the end."""
        sign = self._sign()
        if not sign:
            return None
        if sign in b"]}":
            return self.next() if self._seek_sound() else None  # behind a list may come another one
        at = Position(self._here, self._number)
        value, fault = self._object() if sign == b"{" else ({}, _BROKEN)
        if fault:
            self._go_back(at.offset)
            self._seek_sound()
        self._number += 1
        return _Item(at, value, fault)

    @property
    def _here(self) -> int:
        return self._offset + self._at

    def _go_back(self, offset: int) -> None:
        """To a place that is still held; what was read since was read in vain."""
        self._waste.add(self._here - offset, _COST_OF_A_TRY, offset=offset)
        self._at = offset - self._offset

    def _begin(self) -> None:
        """Stand where the objects begin: in the list that is the document, or that is in it, or at its one object."""
        while len(self._held) < _HEAD and self._more():
            pass
        head = bytes(self._held[:_HEAD])
        names = b"|".join(name.encode() for name in self._kind.lists)
        listed = re.compile(rb'(?<!\\)"(?:' + names + rb')"\s*:\s*\[\s*(?=\{)').search(head) if names else None
        sign = head[_GAP.match(head).end() :][:1]  # type: ignore[union-attr]
        if assigned := _ASSIGNED.match(head):
            self._at = assigned.end()
        elif sign == b"[":
            self._at = head.index(b"[") + 1
        elif listed:
            self._at = listed.end()

    def _sign(self) -> bytes:
        """The next byte that says something; b"" at the end."""
        while True:
            self._at = _GAP.match(self._held, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._held):
                return bytes(self._held[self._at : self._at + 1])
            self._drop()
            if not self._more():
                return b""

    def _seek_sound(self) -> bool:
        """Move on to the next object that is whole and of the kind, in silence; whether there is one."""
        self._at += 1
        self._has_cut = False
        while self._seek_opening():
            if self._at > _CHUNK:
                self._drop()
            start = self._here
            value, fault = self._parsed(_POSSIBLE_END)
            self._go_back(start)
            if not fault and self._kind.is_ours(value):
                return True
            self._at += 1
        return False

    def _seek_opening(self) -> bool:
        """Move on to a bracket that opens an object which is nobody's value."""
        while True:
            found, passed = self._held.find(b"{", self._at), 0
            while found >= 0 and self._is_value(found):
                found, passed = self._held.find(b"{", found + 1), passed + 1
            self._waste.add(0, passed // _PASSED_FOR_ONE, offset=self._here)
            if found >= 0:
                self._at = found
                return True
            self._at = max(0, len(self._held) - _NEAR)
            self._drop()
            self._at = len(self._held)
            if not self._more():
                return False

    def _is_value(self, place: int) -> bool:
        """Whether a bracket stands behind a colon; not the first time a line ends between: an item may be cut there."""
        colon = _COLON.search(self._held[max(0, place - _NEAR) : place])
        is_cut = colon is not None and b"\n" in colon[0] and not self._has_cut
        self._has_cut |= is_cut
        return colon is not None and not is_cut

    def _object(self) -> tuple[dict, str]:
        """The object that begins here, or what is wrong with it; moves on to the end of what was read."""
        if self._at > _CHUNK:
            self._drop()
        start = self._at
        value, fault = self._parsed(_PROBABLE_END)
        if fault == _BROKEN:  # perhaps only behind its end
            self._at = start
            value, fault = self._parsed(_POSSIBLE_END)
        return value, fault

    def _parsed(self, end: re.Pattern[bytes]) -> tuple[dict, str]:
        """The same, read in pieces up to each such end."""
        start, depth = self._at, _Depth()
        while depth.is_open:
            piece = self._piece(end)
            fault = depth.fault_of(piece) if piece else _BROKEN
            if fault or self._at - start > LONGEST_LINE:
                return {}, fault or _TOO_LONG
        try:
            return json_lines.decode(decoded(bytes(self._held[start : self._at]))), ""
        except Unusable:
            return {}, _BROKEN

    def _piece(self, end: re.Pattern[bytes]) -> bytes:
        """The bytes up to where the object may end, so that none is read beyond; no escape is cut in two."""
        if len(self._held) - self._at < _LONGEST_ESCAPE:
            self._more()
        if found := end.search(self._held, self._at):
            stop = found.end()
        else:
            stop = self._held.rfind(b"\\", max(self._at + 1, len(self._held) - _LONGEST_ESCAPE))
            stop = stop if stop > 0 else len(self._held)
        piece = bytes(self._held[self._at : stop])
        self._at = stop
        return piece

    def _more(self) -> bool:
        data = self._file.read(_CHUNK)
        self._held += data
        return bool(data)

    def _drop(self) -> None:
        del self._held[: self._at]
        self._offset += self._at
        self._at = 0


class _Depth:
    """How deep in an object reading is, told by a tokenizer."""

    def __init__(self) -> None:
        self._events = ijson.sendable_list()
        self._tokens = ijson.basic_parse_coro(self._events, use_float=True)
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._depth = 0
        self.is_open = True

    def fault_of(self, piece: bytes) -> str:
        """Take the next bytes; what is wrong with them."""
        try:
            data = self._decode(piece).encode()
            self._tokens.send(_SURROGATE.sub(_BLANK, data) if b"\\u" in data else data)
        except (ijson.JSONError, ValueError, OverflowError):
            return _BROKEN
        for event, _ in self._events:
            if event in _STEPS:
                self._depth += _STEPS[event]
                if self._depth > _DEEPEST:
                    return _TOO_DEEP
        del self._events[:]
        self.is_open = self._depth > 0
        return ""
