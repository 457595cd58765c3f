"""The words of a film as somebody typed them -> what is said when; that -> paragraphs to read, and captions to play."""

import html
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

PARAGRAPH = 45  # seconds that one may last
LAST = 5  # seconds for which the last words stand, where nobody says how long
_TIME = r"(?:(\d{1,2})[:.])?(\d{1,3})[:.]([0-5]\d)(?:[.,](\d{1,3}))?"
_ALONE = re.compile(_TIME)
_LINE = re.compile(rf"{_TIME}\s+(\S.*)")
_CUE = re.compile(rf"{_TIME}\s+-->\s+{_TIME}(?:\s.*)?")
_VOICE = re.compile(r"<v[.\w]*\s+([^>]+)>")
_TAG = re.compile(r"<[^>]*>")
_HEAD = "WEBVTT"
_ASIDE = ("NOTE", "STYLE", "REGION", _HEAD)
_KINDS = "“0:04 words”, or WebVTT"
_LIKE = "00:04.000 --> 00:09.000"


class BadLine(ValueError):
    """A line that cannot be read; the sentence says which one, and why."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"Line {number} {why}")


class Cue(NamedTuple):
    """Words, and from when until when they stand, in seconds; ``until`` is None where nobody says, ``by`` may be ""."""

    at: float
    until: float | None
    by: str
    words: str


class Paragraph(NamedTuple):
    """What somebody says without a break, and at which second it begins."""

    at: int
    by: str
    words: str


def second(text: str) -> int | None:
    """ "5:12", "5.12" or "1:02:15" -> seconds; None where it is none of these."""
    found = _ALONE.fullmatch(text.strip())
    return int(_seconds(found.groups())) if found else None


def clock(seconds: int) -> str:
    """Seconds as people say them of a film: "0.04", "5.12", "1.02.15"."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}.{minutes:02}.{rest:02}" if hours else f"{minutes}.{rest:02}"


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, thousandths = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return (whole * 1000 + int((thousandths or "").ljust(3, "0"))) / 1000


def read(text: str, names: Collection[str] = ()) -> list[Cue]:
    """WebVTT, or lines like "0:04 words" and "0:04 Ann: words" where ``names`` has her -> what is said when.

    Raises ``BadLine`` for the first line that is neither, or goes back in time.
    """
    lines = text.replace("\r\n", "\n").lstrip("\ufeff").split("\n")
    cues = list(_webvtt(lines) if lines[0].startswith(_HEAD) else _plain(lines, names))
    for (_, before), (number, cue) in itertools.pairwise(cues):
        if cue.at < before.at:
            raise BadLine(number, f"is at {clock(int(cue.at))}, before what stands above it.")
    return [cue for _, cue in cues]


def _plain(lines: Sequence[str], names: Collection[str]) -> Iterator[tuple[int, Cue]]:
    known = {name.casefold(): name for name in names}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise BadLine(number, f"does not begin with a time: write {_KINDS}.")
        *time, words = found.groups()
        by, colon, rest = words.partition(": ")
        name = known.get(by.strip().casefold(), "") if colon else ""
        yield number, Cue(_seconds(time), None, name, rest.strip() if name else words)


def _webvtt(lines: Sequence[str]) -> Iterator[tuple[int, Cue]]:
    """Block by block, as empty lines part them; what is there for players only is passed over."""
    numbered = enumerate(lines, 1)
    for is_empty, group in itertools.groupby(numbered, key=lambda each: not each[1].strip()):
        block = list(group)
        if is_empty or block[0][1].startswith(_ASIDE):
            continue
        head = next((place for place, (_, line) in enumerate(block) if "-->" in line), None)
        if head is None:
            raise BadLine(block[0][0], f"has words without a time: above them goes one like {_LIKE}.")
        number, timing = block[head]
        found = _CUE.fullmatch(timing.strip())
        if found is None:
            raise BadLine(number, f"has times that cannot be read: they are like {_LIKE}.")
        at, until = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
        if until <= at:
            raise BadLine(number, "ends before it begins.")
        yield from _spoken(number, at, until, " ".join(line.strip() for _, line in block[head + 1 :]))


def _spoken(number: int, at: float, until: float, said: str) -> Iterator[tuple[int, Cue]]:
    """One cue may hold the words of several people, each behind a <v Name>."""
    before, *voices = _VOICE.split(said)
    for by, words in [("", before), *zip(voices[::2], voices[1::2], strict=True)]:
        bare = " ".join(html.unescape(_TAG.sub("", words)).split())
        if bare:
            yield number, Cue(at, until, html.unescape(by).strip(), bare)


def paragraphs(cues: Iterable[Cue]) -> list[Paragraph]:
    """Cues in a row of one person as one, as long as nobody has to look for a place in it."""
    found: list[Paragraph] = []
    for cue in cues:
        last = found[-1] if found else None
        if last and last.by == cue.by and cue.at - last.at < PARAGRAPH:
            found[-1] = last._replace(words=f"{last.words} {cue.words}")
        else:
            found.append(Paragraph(int(cue.at), cue.by, cue.words))
    return found


def webvtt(cues: Sequence[Cue]) -> str:
    """The same as captions, which any player reads."""
    blocks = [_HEAD]
    for cue, following in itertools.zip_longest(cues, cues[1:]):
        until = cue.until or (following.at if following and following.at > cue.at else cue.at + LAST)
        voice = f"<v {_bare(cue.by)}>" if cue.by else ""
        blocks.append(f"{_stamp(cue.at)} --> {_stamp(until)}\n{voice}{_bare(cue.words)}")
    return "\n\n".join(blocks) + "\n"


def _stamp(at: float) -> str:
    seconds, thousandths = divmod(round(at * 1000), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"


def _bare(words: str) -> str:
    return html.escape(words, quote=False)
