"""A transcript by part -> transcript.txt: for reading anywhere, by question, replies indented."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from chats.exports.parts import LEFT_OUT, Entry, Part
from chats.rendering import text
from chats.rendering.lines import REMOVED_BY

RULE = "=" * 78
INDENT = "    "
SILENT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]+")  # a terminal may obey them


def plain(title: str, heading: tuple[str, ...], parts: Iterable[Part], *, is_whole: bool) -> bytes:
    """UTF-8, a line feed behind every line."""
    lines = [_line(title), *heading, *([] if is_whole else ["", LEFT_OUT])]
    for part in parts:
        lines += ["", RULE, _line(part.title)]
        if part.asked:
            lines.append(f"{_head(part.asked)}, asked here: {_line(part.asked.told['url'])}")
        lines.append(RULE)
        for entry in part.entries:
            lines += _entry(entry)
    return "\n".join([*lines, ""]).encode()


def _entry(entry: Entry) -> Iterator[str]:
    indent = INDENT * entry.depth
    told = entry.told
    yield ""
    if "removed" in told:
        yield f"{indent}#{told['number']}  A tweet was here. {REMOVED_BY[told['removed']]}"
        return
    answers = f", reply to #{told['in_reply_to']}" if told["in_reply_to"] else ""
    yield f"{indent}{_head(entry)}{answers}"
    for line in (told["text"] or "").split("\n") if told["text"] else ():
        yield f"{indent}{_line(line)}"
    yield f"{indent}{_line(told['url'])}"
    for again in entry.again:
        yield f"{indent}Retweeted: {_head(again)}, {_line(again.told['url'])}"


def _head(entry: Entry) -> str:
    """Number, time, and who; or what kind of tweet it is, where nobody may be named."""
    return f"#{entry.told['number']}  {entry.time}  {who(entry.told['author']) or entry.told['kind']}"


def who(author: dict[str, Any] | None) -> str:
    """ "Ann Okelu (@ann)", on one line; "" for nobody."""
    return f"{text.name(author['name'], author['handle'])} (@{_line(author['handle'])})" if author else ""


def _line(said: str) -> str:
    return SILENT.sub(" ", said)
