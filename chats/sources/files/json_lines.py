"""Lines of JSON -> tweets and rejected lines.  Whatever stands in a line, it spoils nothing but what it stands in."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO, NoReturn

import orjson

from chats.sources.base import Rejected, SourceTweet
from chats.sources.files.lines import TOO_LONG, Line, Position, Row, lines
from chats.sources.files.values import Unusable, mappings
from chats.sources.files.whereabouts import unplaced

# What one record gave: a string is the reason why something in it is no tweet.
Outcome = SourceTweet | str
Parse = Callable[[dict], Iterator[Outcome]]

NO_TWEET = "This is no tweet"
_DEEPEST = 100
_MOST_BRACKETS = 250_000  # of a line worth the patience; a page of a hundred tweets has a tenth
_BAD_NUMBER = "It holds a number that JSON does not allow, or is nested too deeply"
# Strings are matched so that brackets in them do not count; an unclosed one runs to the end, so this stays linear.
_STRINGS_AND_BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}]', re.S)


class _Refused:
    """Stands for a number that may not be: NaN, infinities, thousands of digits.  No field takes it."""

    def __str__(self) -> str:
        return "NaN"


_REFUSED = _Refused()


def _refuse(value: object) -> NoReturn:
    raise ValueError(_BAD_NUMBER)


def _integer(digits: str) -> "int | _Refused":
    try:
        return int(digits)
    except ValueError:
        return _REFUSED


_decode = json.JSONDecoder(parse_constant=_refuse).decode
_decode_patiently = json.JSONDecoder(parse_constant=lambda _: _REFUSED, parse_int=_integer).decode
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False, default=_refuse).encode


def read(file: BinaryIO, position: Position, parse: Parse) -> Iterator[Row]:
    for line in lines(file, position):
        yield from placed(line.position, _outcomes(line, parse), position)


def placed(at: Position, outcomes: Iterable[Outcome], after: Position, *, said: str = "") -> Iterator[Row]:
    """What the record at ``at`` gave, each with its place; without what was had already when reading began ``after``.

    ``said`` begins every reason.
    """
    had = after.skip if at.offset == after.offset else 0
    for n, outcome in enumerate(outcomes):
        if n >= had:
            row = Rejected(at.line + 1, said + outcome) if isinstance(outcome, str) else outcome
            yield Position(at.offset, at.line, n), row


def each(listed: list, parse: Parse, where: str = "in this line") -> Iterator[Outcome]:
    """The outcomes of every record in a list."""
    for n, item in enumerate(listed, 1):
        for outcome in parse(item) if isinstance(item, dict) else [NO_TWEET]:
            yield f"Tweet {n} of {len(listed)} {where}: {outcome}" if isinstance(outcome, str) else outcome


def wrapped(record: dict, names: Iterable[str]) -> list[dict]:
    """The records in the lists that an object holds under these names."""
    return [item for name in names for item in mappings(record.get(name))]


def records(file: BinaryIO) -> Iterator[dict]:
    """The records of all lines that can be read."""
    for line in lines(file, Position()):
        yield from records_of(line)


def is_whole(line: Line) -> bool:
    """Whether a line is an object or a list by itself."""
    try:
        return line.data is not None and isinstance(_value(line), dict | list)
    except Unusable:
        return False


def decode(text: str) -> Any:
    """JSON -> value.  What may not be in JSON becomes a value that no field takes and ``encode`` refuses.

    orjson reads what is in order, which is nearly everything, in a fifth of the time; the rest is read with patience.
    """
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(text)
    try:
        try:
            return _decode(text)
        except json.JSONDecodeError:
            raise
        except (ValueError, RecursionError):
            if text.count("[") + text.count("{") > _MOST_BRACKETS:
                raise Unusable(_BAD_NUMBER) from None
            return _decode_patiently(_pruned(text))
    except json.JSONDecodeError as error:
        raise Unusable(f"This line is not JSON: {error.msg}, at character {error.pos + 1}") from None


def encode(record: dict) -> bytes:
    """A record as it is kept: compact JSON, without the places of its tweets."""
    try:
        record = unplaced(record)
        with suppress(orjson.JSONEncodeError):
            return bytes(memoryview(orjson.dumps(record)))  # a copy: orjson's own hold on to ten times their length
        return _encode(record).encode("ascii")
    except (ValueError, RecursionError):
        raise Unusable(_BAD_NUMBER) from None


def _outcomes(line: Line, parse: Parse) -> Iterator[Outcome]:
    if line.data is None:
        yield TOO_LONG
        return
    if not line.data.strip():
        return
    try:
        record = _value(line)
    except Unusable as unusable:
        yield str(unusable)
        return
    if isinstance(record, dict):
        yield from parse(record)
    elif mappings(record):
        yield from each(record, parse)
    else:
        yield "This line holds no tweet"


def records_of(line: Line) -> Iterator[dict]:
    if line.data is not None:
        try:
            record = _value(line)
        except Unusable:
            return
        yield from mappings(record if isinstance(record, list) else [record])


def _value(line: Line) -> Any:
    """What a line says, read from its bytes; only where they are odd is its text made."""
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(line.data or b"")
    return decode(line.text)


def _pruned(text: str) -> str:
    """The same JSON with NaN, which no field takes, instead of everything that lies too deep."""
    kept, depth, done = [], 0, 0
    for token in _STRINGS_AND_BRACKETS.finditer(text):
        if token[0] in ("[", "{"):
            depth += 1
            if depth == _DEEPEST:
                kept.append(text[done : token.start()])
        elif token[0] in ("]", "}"):
            if depth == _DEEPEST:
                kept.append("NaN")
                done = token.end()
            depth -= 1
    if depth < _DEEPEST:
        kept.append(text[done:])
    return "".join(kept)
