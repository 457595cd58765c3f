"""Tweets -> which of them only repeat another: pure retweets, and verbatim copies, told by a key of the text."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from chats.analysis.records import Tweet
from chats.analysis.smalltalk import words_of

LONG = 60
KEPT = 40
LEAST = 12
# Two people may write "Thank you for the great conversation" without knowing of each other; with so many words they do
# not (docs/measurements.md, "Repeats").
FEWEST_WORDS = 7
# So far a text with emoji or other scripts is read for its letters.
READ = 120

_PASSED_ON = re.compile(r"\W{0,5}(?:RT|MT)\W{0,2}@(?P<name>\w{1,30}(?:[.@\-]\w{1,60}){0,4})\s{0,2}:?\s*", re.IGNORECASE)
_CUT = re.compile(r"(?:\u2026|\.\.\.)\s*(?:https?://\S*)?\s*\Z")
_LABEL = re.compile(
    r"\W{0,5}(?:[@#]\w{1,100}\W{1,3}){0,3}(?:[qa]|question\s?|answer\s?)\W{0,2}\d{1,2}(?:[a-d]|\.\d)?\b[\s:.)?\-]*",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://\S+")
_TAG = re.compile(r"#\w+")
_TAG_OR_NAME = re.compile(r"[#@]\w+")
_SIGN = re.compile(r"[\W_]+")
_SIGNS = bytes(sign for sign in range(128) if not chr(sign).isalnum())


def passes_on(text: str) -> bool:
    """Whether a text opens as retweets by hand, and in spreadsheets, do: "RT @x: ..."."""
    return _PASSED_ON.match(text) is not None


class Said(NamedTuple):
    """Somebody's words.  ``may_repeat``: they may be another's, as their source marks no retweets."""

    key: int
    author: int
    text: str
    may_repeat: bool


def repeats(said: Iterable[Said]) -> dict[int, int]:
    """The key of what only repeats a whole text of somebody else -> the key of that, which is the first of its words.

    ``said`` is in order.  A leading "RT @x:" does not count, nor how the words are spaced; few words are no repeat.
    """
    firsts: dict[str, Said] = {}
    found = {}
    for each in said:
        words, passed_on_from = _parted(each.text)
        first = firsts.get(words)
        if first is None:
            if not passed_on_from:
                firsts[words] = each
        elif each.may_repeat and each.author != first.author and _is_long(words):
            found[each.key] = first.key
    return found


class Mark(NamedTuple):
    """What a text and whoever repeats it have in common.  ``name`` is the author whom the repeat names, in small
    letters; "" for one that names nobody, and says the same whole."""

    name: str
    words: str


def left_by(text: str, names: Iterable[str]) -> set[Mark]:
    """The marks by which repeats of a text are known later, without it; ``names`` are its author's.

    Who says nothing of their own leaves none.
    """
    words, passed_on_from = _parted(text)
    if passed_on_from or not words:
        return set()
    opening = text_key(words)
    by_hand = {Mark(name.lower(), each) for name in names for each in (words, f"{opening}\u2026" if opening else words)}
    return by_hand | ({Mark("", words)} if _is_long(words) else set())


def borne_by(text: str, *, may_repeat: bool) -> set[Mark]:
    """The marks that a text has if it repeats another: "RT @x: ...", whole or cut; or the same, if ``may_repeat``."""
    words, passed_on_from = _parted(text)
    marks = {Mark(passed_on_from, words)} if passed_on_from and words else set()
    if passed_on_from and _CUT.search(words) and (opening := text_key(words)):
        marks.add(Mark(passed_on_from, f"{opening}\u2026"))
    return marks | ({Mark("", words)} if may_repeat and _is_long(words) else set())


def _parted(text: str) -> tuple[str, str]:
    """The words behind each "RT @x:", evenly spaced, and the x next to them in small letters; "" for none."""
    words, name = text, ""
    while lead := _PASSED_ON.match(words):
        words, name = words[lead.end() :], lead["name"]
    return " ".join(words.split()), name.lower()


def _is_long(words: str) -> bool:
    """Whether there are enough words besides the label, handles, hashtags and links."""
    label = _LABEL.match(words)
    return len(words_of(words[label.end() :] if label else words)) >= FEWEST_WORDS


def text_key(text: str) -> str | None:
    """What two copies of one text have in common (attribution brief, section 4); None when too short to tell.

    Without a leading "RT @x:" and label, links, hashtags, and in long texts mentions: the first letters and digits, of
    any script.
    """
    key = _letters(_own_words(text), READ)[:KEPT]
    return key if len(key) >= LEAST else None


def says_the_same(text: str, original: str) -> bool:
    """Whether a text with the key of another also goes on as that does, or breaks off; so does who passes it on.

    Two answers may open alike: "What helps me most on a bad night is ...".
    """
    words = _own_words(text)
    ours, theirs = _letters(words), _letters(_own_words(original))
    is_cut = words.rstrip().endswith(("\u2026", "..."))
    return passes_on(text) or ours == theirs or (is_cut and theirs.startswith(ours))


def _own_words(text: str) -> str:
    """A text in small letters without what stands before it, links, hashtags, and in long texts mentions."""
    words = text
    for lead in (_PASSED_ON, _LABEL):
        if found := lead.match(words):
            words = words[found.end() :]
    if "://" in words:
        words = _LINK.sub("", words)
    return (_TAG_OR_NAME if len(words) > LONG else _TAG).sub("", words).lower()


def _letters(text: str, read: int | None = None) -> str:
    """Its letters and digits; in other scripts than English those of its first ``read`` characters."""
    # Bytes first: most texts are plain English, and this runs for every tweet.
    plain = text.encode(errors="replace").translate(None, _SIGNS).decode()
    return plain if plain.isascii() else _SIGN.sub("", plain[:read])


def originals(
    tweets: Iterable[Tweet], labels: Mapping[int, tuple[int, ...]], heads: Mapping[int, int]
) -> dict[int, int]:
    """The key of each repeating tweet -> the key of what it repeats.

    ``labels`` are the numbers typed in each tweet, ``heads`` the questions' own tweets with their numbers: originals of
    their copies, labelled or not, whatever their time.  The same words under another label are no copy, nor is a reply:
    "so true" is said to many.
    """
    here = {tweet.key: tweet for tweet in tweets}
    units: dict[tuple[str, tuple[int, ...]], int] = {}
    for head, number in heads.items():
        if key := text_key(here[head].text):
            for label in (labels[head], (number,), ()):
                units.setdefault((key, label), head)
    found = {}
    for tweet in here.values():
        if tweet.retweet_of in here:
            found[tweet.key] = tweet.retweet_of
        elif tweet.reply_to is None and (key := text_key(tweet.text)):
            original = units.setdefault((key, labels[tweet.key]), tweet.key)
            if original == tweet.key:
                # A copy without the label is one all the same.
                units.setdefault((key, ()), original)
            else:
                found[tweet.key] = original
    return found
