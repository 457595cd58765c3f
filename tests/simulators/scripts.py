"""A script, written by hand in texts/ -> chats as trees of lines, not yet said by anybody at any time.

    # Title
    slug: what-it-is                             and other facts, one a line
    ## 5:00 we works Q1: | What has helped?      minute and label may be left out: they are then made up
    priya {^64 *7}: A1 | 38 miles, mostly dark.  who, flags, the label as typed, the words
      ann: Thank you.                            a reply

"Who" is a key of cast.txt, or the letter of a trade for anybody of it (the same person within one thread; o and o2 are
two).  Flags: ^likes *retweets m:ss (the minute) + (only after the next question) q=number-or-none lang=code, and words:
re and qt (replies to, quotes the question), tag, labelled, gone, spam, sensitive, edited.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.simulators.facts import Person

TEXTS = Path(__file__).parent / "texts"
_SECTION = re.compile(
    r"## (?:(-?\d+(?::\d\d)?) )?(?:(introductions|closing|free)|(\w+) ([\w-]+)(!?)(?: (\S+))? \| (.+))"
)
_LINE = re.compile(r"( *)([a-z]\w*)(?: \{([^}]*)\})?: (.+)")
_PICTURE = re.compile(r" ?<picture: ([^>]+)>")
_MINUTE = re.compile(r"-?\d+:\d\d")
_CARD = re.compile(r"(?:([a-z]{1,4}): )?(.+)")
_LAST_LABEL = re.compile(r"(.+) (A\d)")
_LONGEST_LABEL = 14


@dataclass(slots=True, eq=False)
class Line:
    """Something to be said.  ``words`` may hold addresses in angle brackets; ``second`` is of the chat's clock.

    ``who`` is a person, a key, a trade's letter, or "*2:oc": number 2 in this thread, of one of these trades or any.
    """

    who: str | Person
    words: str
    label: str = ""
    is_label_last: bool = False
    second: float | None = None
    likes: int | None = None
    retweets: int = 0
    question: int | None = None
    lang: str = "en"
    alt_text: str = ""
    flags: frozenset[str] = frozenset()
    replies: list["Line"] = field(default_factory=list)

    @property
    def size(self):
        return 1 + sum(reply.size for reply in self.replies)


@dataclass(slots=True, eq=False)
class Section:
    """A stretch of a chat: "introductions", "question", "closing" or "free".

    ``kind`` is the question's, by which bank.txt has answers to it; ``is_whole`` says that it wants none of those.
    """

    name: str
    second: float | None = None
    asker: str = ""
    kind: str = ""
    is_whole: bool = False
    label: str | None = None
    text: str = ""
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Script:
    title: str
    facts: dict[str, str] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)


def read(name):
    """All chats of one text, in its order."""
    scripts: list[Script] = []
    thread: list[Line] = []
    for row in (TEXTS / name).read_text("utf-8").splitlines():
        if row.startswith("# "):
            scripts.append(Script(row[2:]))
            thread.clear()
        elif row.startswith("## "):
            scripts[-1].sections.append(_section(row))
        elif row and not scripts[-1].sections:
            key, _, value = row.partition(":")
            scripts[-1].facts[key] = value.strip()
        elif row:
            depth, line = _line(row)
            del thread[depth:]
            (thread[-1].replies if depth else scripts[-1].sections[-1].lines).append(line)
            thread.append(line)
    return scripts


@cache
def bank():
    """Kind of thing said -> [(trades that may say it or "", words)]."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in (TEXTS / "bank.txt").read_text("utf-8").splitlines():
        if row.startswith("## "):
            cards = found[row[3:]] = []
        elif row and not row.startswith("# "):
            trades, words = _parts(_CARD, row).groups(default="")
            cards.append((trades, words))
    return found


def _parts(pattern, row):
    found = pattern.fullmatch(row)
    if found is None:
        raise ValueError(f"Nobody can say this line: {row}")
    return found


def _section(row):
    found = _parts(_SECTION, row)
    second = seconds(found[1]) if found[1] else None
    if found[2]:
        return Section(found[2], second)
    return Section("question", second, found[3], found[4], is_whole=bool(found[5]), label=found[6], text=found[7])


def _line(row):
    """(how deep it stands, the line)"""
    indent, who, flags, words = _parts(_LINE, row).groups()
    line = Line(who, *_labelled(words.replace("\\n", "\n")))
    if flags:
        _flag(line, flags)
    return len(indent) // 2, line


def _labelled(words):
    """(words, label, whether it stands last)"""
    first, _, rest = words.partition(" | ")
    if rest and len(first) <= _LONGEST_LABEL:
        return rest, first, False
    last = _LAST_LABEL.fullmatch(words)
    return (last[1], last[2], True) if last else (words, "", False)


def _flag(line, flags):
    if picture := _PICTURE.search(flags):
        line.alt_text = picture[1]
        flags = _PICTURE.sub("", flags)
    words = set()
    for flag in flags.split():
        if flag[0] == "^":
            line.likes = int(flag[1:])
        elif flag[0] == "*":
            line.retweets = int(flag[1:])
        elif _MINUTE.fullmatch(flag):
            line.second = seconds(flag)
        elif flag.startswith("q="):
            line.question = 0 if flag == "q=none" else int(flag[2:])
        elif flag.startswith("lang="):
            line.lang = flag[5:]
        else:
            words.add(flag)
    line.flags = frozenset(words)


def seconds(minute):
    """ "-2:10" -> -130"""
    minutes, _, rest = minute.lstrip("-").partition(":")
    return (-1 if minute[0] == "-" else 1) * (int(minutes) * 60 + int(rest or 0))
