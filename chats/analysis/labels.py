"""A tweet's text -> the question numbers its author typed: "A1:", "Q3", "Answer to Q2", "A1 & A2", "... #WeCops A4".

The chats are about policing and nursing, so "the A1 road", an "A4 printer", "A1c" and "a 5 minute break" are no labels:
a label opens the text (after mentions, dots, "RT @x:"), closes it, or opens a line or a sentence with ":" or the like
behind it.  Every pattern is possessive or looks at a bounded stretch, so time grows with the length of the text only.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from unicodedata import normalize

MAX_NUMBER = 30
OVERVIEW = 3
# How far before and behind a label its surroundings are read, in characters: a long handle; a long link and hashtags.
NEAR = 64
REACH = 300

_NUMBER = r"\d{1,3}(?:\.\d{1,2}(?!\d)|[a-d])?(?![^\W_])"
_LABEL = re.compile(
    # The letter comes first and what may not stand before it second: so the search runs at the speed of a letter's.
    rf"""
    [aq] (?<! [^\W_]. ) (?<! @. )
    (?: ns(?:wer)?s? (?:\ (?:to|for))? (?:\ (?:the\ )? q(?:uestion)? )? | uestion )?
    (?: [^\S\n]? \# | [^\S\n.] | [.\-] )? {_NUMBER}
    (?:                                                                       # "A1 & A2", "A1&2", "A1 and 2:"
        \s? (?: &amp; | [&+/,;\-] | and\s )? \s? \#? [aq][.\-]? {_NUMBER}
      | (?: &amp; | [&+/] ) {_NUMBER}
      | \s? (?: &amp; | [&+] | and ) \s? {_NUMBER} (?= \s? [:.)\-] | \s{{0,9}} \Z )
    )*+
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WITHIN = re.compile(r"(?<![\w@#])Q(?:uestion)?[ .#-]?(\d{1,2})(?!\w|\s*[&+/]|\.\d)", re.IGNORECASE)
_EACH_NUMBER = re.compile(r"(\d{1,3})(?:\.\d{1,2})?")
_EACH_LETTER = re.compile(r"(?<![^\W_])[aq]", re.IGNORECASE)
# What may stand before a label that opens a text: RT, mentions, hashtags, links, "2/2", and anything but words.
_LEAD = re.compile(
    r"(?:(?:RT|MT|QT)\b|@\w++(?:[.@\-]\w++)*+|https?://\S++|#(?![AaQq]\W?\d{1,3}\b)\w++|\d{1,2}/\d{0,2}(?!\w)|[^\w@]|_)*+"
)
_TAIL = re.compile(r"(?:[#@]\w++|https?://\S++|[^\w@#]|_)*+\Z")
_MARK = r"\s?(?:\(\?\)|\?)?"
_MARKED = re.compile(_MARK + r"[:.)\]/\-–—…|]")
_MARKED_QUESTION = re.compile(_MARK + r"[:.)]")
_MARKED_ANSWER = re.compile(_MARK + r"[:)]")
_MARKS = re.compile(r"(?:\(\?\)|\?(?=:)|[\s:.)\]/|–—…\-])*+")
_AFTER_NAME = re.compile(r"@[\w.@\-]+:\s?[\"'“‘]?\Z")
_AFTER_LINE = re.compile(r"\n[^\w\n@]{0,6}\Z")
_AFTER_SENTENCE = re.compile(r"[.!?…:]\W{0,3}\Z")
_AFTER_SPACE = re.compile(r"(?:\A|[\s#(\[*])\Z")
# Roads, paper and the like, all of them in small letters: "A1 Road safety ..." is an answer.
_THING = re.compile(
    r"\s?\(M\)|['’]s\b|\s(?:roads?|roadworks|motorway|dual|bypass|junction|traffic|(?:north|south|east|west)bound"
    r"|closed|closure|blocked|shut|paper|papers|sheets?|sized?|posters?|printers?|pages?|folder|format|quality"
    r"|levels?|standard|condition|class)\b"
)
_BLOOD_TEST = re.compile(r"A1c\Z", re.IGNORECASE)
_ARTICLE = re.compile(r"[Aa]\s?(?:\s|#)\d+[a-d]?\Z")
_AFTER_NO_ARTICLE = re.compile(r"\s?[:.)\]\-–—](?!\w)|\s?\Z|\s*[\n#@]|\s[^\W\d_a-z]")
# Words that a road or a sheet of paper follows: a label that closes a text never does.
_LEADING_ON = frozenset(
    """
    a an the this that my our your his her their one both some any each every no and or of on off onto in into to at by
    up down along from near via through across over under between with without for as is are was size road route
    junction paper section number plus vs than print printed
    """.split()  # noqa: SIM905 - a list of fifty strings is not read by anybody
)
_FOLDABLE = re.compile("[\u2460-\u24ff\uff01-\uff5e\U0001d400-\U0001d7ff]")


class _Found(NamedTuple):
    """A label: where it ends, its numbers, whether it says Q, and whether it closes the text."""

    end: int
    numbers: tuple[int, ...]
    is_question: bool
    is_last: bool


def read_label(text: str) -> tuple[int, ...]:
    """The question numbers (1 to 30) that somebody typed as labels, in the order typed."""
    return tuple(dict.fromkeys(number for found in _find(_fold(text)) for number in found.numbers))


def read_question(text: str) -> int | None:
    """The number of the question a text asks or announces, as hosts do: "Q1", "Question 1:", "Well done! Q1.1: ...".

    None without one, and for an overview that lists three questions or more.
    """
    found = _asking(text)
    return found.numbers[0] if found else None


def named(text: str) -> int | None:
    """The number of the one question that a text names anywhere: "Q4 in a minute", "this leads us back to Q2"."""
    found = _named(text)
    return int(found[-1][1]) if found else None


def read_question_within(text: str) -> int | None:
    """The number of the one question that a sentence names and then asks: "Well then, on to Q2 What helps you?"."""
    found = _asking_within(text)
    return int(found[1]) if found else None


def without_label(text: str) -> str:
    """The words behind the label that ``read_question`` reads; the whole text without one."""
    found = _asking(text)
    return text[_end(_MARKS, text, found.end) :] if found else text


def from_label_within(text: str) -> str:
    """The words behind the label that ``read_question_within`` reads; the whole text without one."""
    found = _asking_within(text)
    return text[_end(_MARKS, text, found.end()) :] if found else text


def _asking_within(text: str) -> re.Match[str] | None:
    found = _named(text)
    return found[-1] if found and "?" in text[found[-1].end() :] else None


def _named(text: str) -> list[re.Match[str]]:
    """Every place that names a question, where all name the same one."""
    found = list(_WITHIN.finditer(_fold(text)))
    numbers = {int(each[1]) for each in found}
    return found if len(numbers) == 1 and 1 <= min(numbers) <= MAX_NUMBER else []


def _asking(text: str) -> _Found | None:
    labels = [found for found in _find(_fold(text)) if found.is_question and not found.is_last]
    numbers = {number for found in labels for number in found.numbers}
    return labels[0] if labels and len(numbers) < OVERVIEW else None


def _fold(text: str) -> str:
    """Full-width, circled and mathematical letters and digits made plain; every character keeps its position."""
    if text.isascii() or not _FOLDABLE.search(text):
        return text
    return _FOLDABLE.sub(_plain, text)


def _plain(found: re.Match[str]) -> str:
    plain = normalize("NFKC", found[0])
    return plain if len(plain) == 1 else found[0]


def _end(pattern: re.Pattern[str], text: str, start: int = 0) -> int:
    """How far ``pattern`` reaches from ``start`` on."""
    found = pattern.match(text, start)
    return found.end() if found else start


def _find(text: str) -> Iterator[_Found]:
    opening = None
    for label in _LABEL.finditer(text):
        if opening is None:
            opening = _end(_LEAD, text)
        numbers = tuple(number for number in map(int, _EACH_NUMBER.findall(label[0])) if 1 <= number <= MAX_NUMBER)
        if not numbers or _is_a_format(text, label):
            continue
        opens = _opens(text, label, opening)
        if opens or _closes(text, label):
            yield _Found(label.end(), numbers, label[0][0] in "Qq", is_last=not opens)


def _opens(text: str, label: re.Match[str], opening: int) -> bool:
    """Whether the label opens the text, somebody's quoted text, a line or a sentence."""
    before = text[max(0, label.start() - NEAR) : label.start()]
    if label.start() == opening or _AFTER_NAME.search(before):
        return not _is_a_thing(text, label)
    if _AFTER_LINE.search(before):
        return bool(_MARKED.match(text, label.end())) and not _is_a_thing(text, label)
    mark = _MARKED_QUESTION if label[0][0] in "Qq" else _MARKED_ANSWER
    return bool(mark.match(text, label.end()) and _AFTER_SENTENCE.search(before))


def _closes(text: str, label: re.Match[str]) -> bool:
    """Whether only hashtags, links, mentions and signs follow, and what stands before does not lead on to it."""
    if len(text) - label.end() > REACH or _ARTICLE.match(label[0]) or not _TAIL.match(text, label.end()):
        return False
    before = text[max(0, label.start() - REACH) : label.start()]
    if not _AFTER_SPACE.search(before):
        return False
    words = before.lower().split()
    return before[-1:] in ("", "#", "(", "[", "\n") or not words or words[-1] not in _LEADING_ON


def _is_a_format(text: str, label: re.Match[str]) -> bool:
    """Whether this tells how to label: "Q1/A1 format tonight"."""
    letters = {letter.lower() for letter in _EACH_LETTER.findall(label[0])}
    return len(letters) > 1 and not label[0].lower().startswith("ans") and not _MARKED.match(text, label.end())


def _is_a_thing(text: str, label: re.Match[str]) -> bool:
    """Whether this is a road, a sheet of paper, a blood test, or "a 5" of something."""
    if _THING.match(text, label.end()):
        return True
    if _BLOOD_TEST.match(label[0]):
        return not _MARKED.match(text, label.end())
    return bool(_ARTICLE.match(label[0])) and not _AFTER_NO_ARTICLE.match(text, label.end())
