"""A tweet's text -> the words that carry its meaning, and whether it asks for or tells of people's own doings."""

import re
from functools import lru_cache
from typing import NamedTuple

# Words that stand in every tweet and mean nothing by themselves.
_EMPTY = frozenset(
    """
    a about all also am an and any are as at be because been but by can could did do does don for from get got had has
    have how i if in into is it its just like ll m make me more most my no not of on one or our out re s so some t than
    that the their them then there these they this to too up us ve was we were what when where which who will with would
    you your im dont rt amp via chat
    """.split()  # noqa: SIM905 - a list of a hundred strings is not read by anybody
)
_ASIDE = re.compile(r"@\w+|https?://\S+")
_WORD = re.compile(r"[^\W_]+")
_ENDINGS = ("ing", "edly", "ed", "ies", "es", "s", "ly", "er", "ment", "tion", "al")
_LEAST_STEM = 4
_OWN = ("i", "we", "my", "our", "me", "us")
_ASKS_FOR_OWN = re.compile(
    r"\b(?:(?:are|have|do|did|were) you|your|you (?:currently|use|used)|currently|examples?|experiences?|share)\b", re.I
)


class Reading(NamedTuple):
    """The different words of a text that mean something, as stems, and whether it tells of the author's own doings."""

    words: tuple[str, ...]
    tells_own: bool


def read(text: str) -> Reading:
    """Mentions and links are left out; hashtags are words like others."""
    words = dict.fromkeys(_WORD.findall(_ASIDE.sub(" ", text).lower()))
    stems = dict.fromkeys(map(_stem, words))
    stems.pop("", None)
    return Reading(tuple(stems), any(word in words for word in _OWN))


def asks_for_own(text: str) -> bool:
    """Whether a question asks what people do themselves: "How do you ...", "Are you currently ..."."""
    return _ASKS_FOR_OWN.search(text) is not None


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """ "" for a word that means nothing."""
    if len(word) == 1 or word in _EMPTY:
        return ""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word[: -len(ending)]
    return word
