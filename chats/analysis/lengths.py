"""The words of a tweet -> how long X counts them, and as many of them as X takes.

An address is 23, most of what is no alphabet's letter is 2.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

LONGEST = 280
ADDRESS = 23
ELLIPSIS = "…"

_ADDRESS = re.compile(r"https?://[^\s…]+", re.IGNORECASE)
_SIGN = "[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]"
_FOLLOWING = "[\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
# One picture of several signs: joined ones, with a colour of skin, a flag of two letters, a digit in a box.
_EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_SIGN}{_FOLLOWING}(?:\u200d{_SIGN}{_FOLLOWING})*"
)
_SINGLE = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))


def counted(text: str) -> int:
    """What X makes of it, of ``LONGEST``."""
    text, addresses = _ADDRESS.subn("", unicodedata.normalize("NFC", text))
    return ADDRESS * addresses + sum(_weight(each) for each in _EMOJI.sub(_one_sign, text))


def _one_sign(found: re.Match[str]) -> str:
    """One sign for a picture, which counts twice; what X counts once stays."""
    return found[0] if all(_weight(each) == 1 for each in found[0]) else "\U0001f642"


def _weight(sign: str) -> int:
    return 1 if any(first <= ord(sign) <= last for first, last in _SINGLE) else 2


def shortened(text: str, room: int) -> str:
    """The text, or as many of its words as X counts in ``room`` with an ellipsis; of one long word its beginning."""
    if counted(text) <= room:
        return text
    kept = _beginning(text.split(), " ", room) or _beginning(text, "", room)
    return kept.rstrip(" ,;:.") + ELLIPSIS


def _beginning(parts: Iterable[str], between: str, room: int) -> str:
    kept = ""
    for part in parts:
        longer = f"{kept}{between}{part}" if kept else part
        if counted(longer + ELLIPSIS) > room:
            break
        kept = longer
    return kept


class Piece(NamedTuple):
    """Some words of a tweet.  Those with a ``rank`` may be left out, the highest first; free ones may be cut."""

    words: str
    rank: int = 0
    is_free: bool = False


class Fitted(NamedTuple):
    """The words of a tweet, and whether that is all there was to say."""

    words: str
    is_whole: bool


def fitted(*pieces: Piece) -> Fitted:
    """The pieces in their order as one tweet, never longer than ``LONGEST``; at most one of them is free.

    Where all are too long, pieces with a rank are left out, the highest first, until the others fit.  Where they do not
    fit even so, the free one is cut at a word.
    """
    told = [piece for piece in pieces if piece.words]
    kept = told
    while counted(_joined(kept)) > LONGEST and (rank := max(piece.rank for piece in kept)):
        kept = [piece for piece in kept if piece.rank < rank]
    room = LONGEST - counted(_joined([piece for piece in kept if not piece.is_free])) - 1
    if counted(_joined(kept)) > LONGEST:
        kept = [piece._replace(words=shortened(piece.words, room)) if piece.is_free else piece for piece in kept]
    return Fitted(_joined(kept), kept == told)


def _joined(pieces: Iterable[Piece]) -> str:
    return " ".join(piece.words for piece in pieces)


def question(number: int, text: str, hashtag: str) -> str:
    """A question as it is asked in a tweet: "Q1 What helps? #WeCops"."""
    return f"Q{number} {text} #{hashtag}"
