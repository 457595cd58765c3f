"""How far a source was read, as values -> the text that is kept of it, and back."""

from datetime import datetime

import orjson

from chats.sources.base import SourceError
from chats.sources.files.times import parse
from chats.sources.files.values import string


def kept(values: dict) -> str:
    """Values that JSON can say, and times."""
    return orjson.dumps(values).decode()


def read(cursor: str, code: str) -> dict:
    """What ``kept`` was given, times as text; nothing of "".  Raises ``SourceError`` of ``code`` for any other text."""
    try:
        found = orjson.loads(cursor) if cursor else {}
    except orjson.JSONDecodeError:
        found = None
    if isinstance(found, dict):
        return found
    raise SourceError("The mark at which to go on is not one.", code=code, permanent=True)


def time(value: object) -> datetime | None:
    """A time of a cursor."""
    moment = parse(string(value))
    return moment if moment and moment.tzinfo else None
