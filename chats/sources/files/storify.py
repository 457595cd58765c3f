"""Rows of a Storify export -> tweets: a time, a handle and a text are all there is.

An id is made of the three, so the same row has the same id in every file.  Times are in whole minutes; the microseconds
keep the order of the rows within one.
"""

import re
from collections.abc import Mapping
from datetime import timedelta, tzinfo
from hashlib import sha256

from chats.sources.base import SourceAuthor, SourceTweet
from chats.sources.files import json_lines
from chats.sources.files.finding import entities_of
from chats.sources.files.spans import content
from chats.sources.files.times import required
from chats.sources.files.values import Unusable, required_handle

_ID_DIGITS = 24
_MOST_LINES = 1_000_000
# A Macintosh could not write two characters of the Windows code page; what it wrote for them, behind these two letters.
_LOST = {"\u00f9": "\x9d", "_": "\u00a6"}
_RUN = re.compile("\u00e2\u20ac[\u00f9_]|[^\x00-\x7f]+?(?=\u00e2\u20ac[\u00f9_])|[^\x00-\x7f]+")


def tweet(row: Mapping[str, str], zone: tzinfo, line: int) -> SourceTweet:
    handle = required_handle(row["username"])
    says = content(row["text"], entities_of(row["text"]))
    if not says.text.strip():
        raise Unusable("There is no text")
    at = required(row["time"], zone)
    made_of = "\n".join([handle.lower(), at.isoformat(timespec="minutes"), says.text])
    return SourceTweet(
        network="x",
        id="storify:" + sha256(made_of.encode()).hexdigest()[:_ID_DIGITS],
        author=SourceAuthor("x", f"handle:{handle.lower()}", handle, handle),
        text=says.text,
        created_at=at + timedelta(microseconds=line % _MOST_LINES),
        hashtags=says.hashtags,
        spans=says.spans,
        raw=json_lines.encode(dict(row)),
    )


def decoded(data: bytes) -> str:
    """Bytes of UTF-8, or of an old Macintosh -> text, in which what was read in the wrong code page is put right."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("mac_roman")
    text = text.removeprefix("\ufeff")
    return text if text.isascii() else _RUN.sub(lambda run: _mended(run[0]), text)


def _mended(run: str) -> str:
    """Letters that are the bytes of UTF-8 in the Windows code page -> what these bytes say."""
    letters = run[:-1] + _LOST.get(run[-1], run[-1])
    try:
        return b"".join(_byte(letter) for letter in letters).decode("utf-8")
    except UnicodeError:
        return run


def _byte(letter: str) -> bytes:
    """Windows has no letter for this byte; it stands for itself."""
    return b"\x9d" if letter == "\x9d" else letter.encode("cp1252")
