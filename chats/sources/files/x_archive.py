"""The zip that X gives people of all they ever wrote -> tweets, which are all by its owner.

Its lists are scripts: ``window.YTD.tweets.part0 = [``.  Long ones come in several files, read here as if they were one.
What its owner deleted lies in a file of its own, and stays there.
"""

import io
import re
from collections.abc import Iterator
from datetime import tzinfo
from functools import partial
from typing import BinaryIO

from chats.sources.base import SourceError
from chats.sources.files import documents, json_lines, twarc_v1
from chats.sources.files.documents import Kind, Start
from chats.sources.files.json_lines import Outcome
from chats.sources.files.lines import Position, Row, decoded
from chats.sources.files.streams import Stream, buffered
from chats.sources.files.unpacking import Package, damage, to_the_end
from chats.sources.files.values import Unusable, mapping, mappings, versions

_TWEETS = re.compile(r"(?:[^/]+/)?data/tweets?(?:-part([0-9]{1,4}))?\.js")
_ACCOUNT = re.compile(r"(?:[^/]+/)?data/account\.js")
_LARGEST_ACCOUNT = 2**20  # bytes


def recognised(start: Start) -> int:
    return int(bool(_parts(Package(start.file))))


def read(file: BinaryIO, position: Position, zone: tzinfo) -> Iterator[Row]:
    package = Package(file)
    owner = _owner(package)
    joined = buffered(_Joined(package, _parts(package)))
    rows = documents.read(joined, position, KIND, partial(_tweets, owner=owner, zone=zone))
    return to_the_end(joined, rows)


def _is_ours(record: dict) -> bool:
    said = mapping(record.get("tweet")) or record
    return ("id_str" in said or "id" in said) and ("full_text" in said or "text" in said) and "user" not in said


KIND = Kind(_is_ours)


def _tweets(record: dict, *, owner: dict, zone: tzinfo) -> Iterator[Outcome]:
    said = mapping(record.get("tweet")) or record
    places = {name: _counted(said[name]) for name in ("entities", "extended_entities") if name in said}
    try:
        tweet = twarc_v1.tweet({**said, **places, "user": owner}, zone)
    except Unusable as unusable:
        yield str(unusable)
        return
    first = mapping(mapping(said.get("edit_info")).get("initial")) or mapping(
        mapping(mapping(said.get("edit_info")).get("edit")).get("editControlInitial")
    )
    yield tweet._replace(edits=versions(tweet.id, first.get("editTweetIds")))


def _counted(entities: object) -> dict[str, list[dict]]:
    """Entities whose places are numbers: an archive writes them as strings."""
    return {
        name: [{**entity, "indices": _numbers(entity.get("indices"))} for entity in mappings(listed)]
        for name, listed in mapping(entities).items()
    }


def _numbers(listed: object) -> list[int]:
    found = listed if isinstance(listed, list) else []
    return [int(each) for each in found if re.fullmatch(r"[0-9]{1,9}", str(each))]


def _parts(package: Package) -> list[str]:
    """The members that hold tweets, in their order."""
    found = [(int(match[1] or 0), name) for name in package.namelist() if (match := _TWEETS.fullmatch(name))]
    return [name for _, name in sorted(found)]


def _owner(package: Package) -> dict:
    """Whose archive it is, as API 1.1 describes somebody."""
    name = next(filter(_ACCOUNT.fullmatch, package.namelist()), "")
    script = decoded(package.unpacked(name).read(_LARGEST_ACCOUNT)) if name else ""
    try:
        listed = json_lines.decode(script[script.find("[") :])
    except Unusable:
        listed = None
    account = mapping(next(iter(mappings(listed)), {}).get("account"))
    if not account.get("username") or not account.get("accountId"):
        said = "The archive does not say whose it is: data/account.js is missing or damaged."
        raise SourceError(said, code="file_format", permanent=True)
    return {
        "id_str": account["accountId"],
        "screen_name": account["username"],
        "name": account.get("accountDisplayName"),
    }


class _Joined(Stream):
    """Members of a package as one file."""

    def __init__(self, package: Package, names: list[str]) -> None:
        self._package = package
        self._names = names
        self.damage = ""
        self.seek(0)

    def next_bytes(self, most: int) -> bytes:
        data = b""
        while not data and self._next <= len(self._names):
            data = self._member.read(most)
            if not data:
                self.damage = self.damage or damage(self._member)
                self._open(self._next)
        self._read += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """Packed bytes can only be read on: going back begins anew."""
        self._read = 0
        self._open(0)
        while self._read < offset and self.next_bytes(min(2**16, offset - self._read)):
            pass
        return self._read

    def _open(self, n: int) -> None:
        self._member = self._package.unpacked(self._names[n]) if n < len(self._names) else io.BytesIO()
        self._next = n + 1
