"""The practice chat again and again -> a file of any length and format, written piece by piece.

``python -m tests.chats.sources.long FORMAT MEGABYTES PATH`` writes one; zip files and workbooks are measured unpacked.
"""

import io
import re
import sys
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.simulators import formats, x_archive
from tests.simulators.practice import practice

MEGABYTE = 2**20
INSIDE = {"x-archive": "data/tweets.js", "xlsx": "xl/worksheets/sheet1.xml"}
# format: what stands before the records, and behind them
AROUND = {
    "twarc-v2": (rb"", rb""),
    "tags": (rb"[^\n]*\n", rb""),
    "twarc-v1": (rb"", rb""),
    "mastodon": (rb"\[", rb"\]"),
    "bluesky": (rb'\{\s*"feed": \[', rb'\],\s*"cursor": "100"\s*\}'),
    "x-archive": (rb"[^\[]*\[", rb"\s*\]"),
    "xlsx": (rb".*?</row>", rb"</sheetData>.*"),
}


def write(kind, megabytes, path):
    """How often the chat stands in the file."""
    whole = _written(kind)
    packed = _members(whole) if kind in INSIDE else {}
    content = packed.pop(INSIDE[kind]) if packed else whole
    before, piece, behind = re.fullmatch(rb"(%b)(.*?)(%b)" % AROUND[kind], content, re.S).groups()
    joint = b"," if behind.lstrip()[:1] == b"]" else b""
    times = max(1, megabytes * MEGABYTE // len(piece))
    with _opened(path, packed, INSIDE.get(kind)) as file:
        file.write(before + piece)
        for _ in range(times - 1):
            file.write(joint + piece)
        file.write(behind)
    return times


def _written(kind):
    """The chat in a format; as if one of them had written it all, where only that is kept."""
    chat = practice()
    if kind == "x-archive":
        one = x_archive.owner(chat)
        chat = replace(chat, tweets=tuple(replace(said, author=one) for said in chat.tweets))
    return b"".join(formats.FORMATS[kind][1](chat))


def _members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


@contextmanager
def _opened(path, members, name):
    if name is None:
        with path.open("wb") as file:
            yield file
        return
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for other, content in members.items():
            package.writestr(other, content)
        with package.open(name, "w", force_zip64=True) as file:
            yield file


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
