"""Values from outside -> values that can be trusted and stored, or the reason why not in words for a person."""

import re

# X's handles have at most 15 characters, very old ones 20; only these characters may enter an address.
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,50}")
_ID = re.compile(r"[0-9]{1,19}")
_LARGEST_ID = 2**63 - 1
_DIGITS_OF_LARGEST = 19
_DIGITS = re.compile(r"[0-9]+")
_COUNT = re.compile(r"[0-9]{1,12}")
_LARGEST_COUNT = 10**12 - 1
# NUL and lone surrogates: PostgreSQL and UTF-8 refuse them.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_ESCAPED = re.compile(r"&(amp|lt|gt|quot|#39);")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "#39": "'"}
_LONGEST_QUOTE = 40


class Unusable(ValueError):
    """What was read cannot be a tweet.  The message is the reason, a sentence without its full stop."""


def mapping(value: object) -> dict:
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[dict]:
    """The objects in a list; anything else in it, or instead of it, is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def string(value: object) -> str:
    """A string that can be stored, "" for anything else."""
    if not isinstance(value, str):
        return ""
    if value.isascii() and "\0" not in value:
        return value
    return _UNSTORABLE.sub("", value)


def plain(value: object) -> str:
    """A string that can be stored, with X's own escapes undone: only those, since ``&copy`` may be what was written."""
    text = string(value)
    return _ESCAPED.sub(lambda found: _CHARACTERS[found[1]], text) if "&" in text else text


def line_of_text(value: object) -> str:
    """A string on one line, without blanks around it."""
    return " ".join(string(value).split())


def count(value: object) -> int | None:
    """How many, as a number or in digits; None for anything else."""
    if type(value) is int:
        return value if 0 <= value <= _LARGEST_COUNT else None
    return int(value) if isinstance(value, str) and _COUNT.fullmatch(value) else None


def known_id(value: object) -> str:
    """A network id as text, "" where there is none that can be one."""
    if isinstance(value, str):
        if len(value) < _DIGITS_OF_LARGEST and value.isdigit() and value.isascii():
            return value
        return value if _ID.fullmatch(value) and int(value) <= _LARGEST_ID else ""
    return str(value) if type(value) is int and 0 <= value <= _LARGEST_ID else ""


def required_id(value: object, *, of: str = "id") -> str:
    """The same, or the reason why there is none.  ``of`` names it in that reason."""
    found = known_id(value)
    if found:
        return found
    if value is None or value == "":
        raise Unusable(f"There is no {of}")
    if type(value) is int or (isinstance(value, str) and _DIGITS.fullmatch(value)):
        raise Unusable(f"The {of} {quoted(value)} is too large or too small to be one")
    raise Unusable(f"The {of} {quoted(value)} is not a number")


def versions(tweet_id: str, stated: object) -> tuple[str, ...]:
    """All versions of a tweet that was edited, oldest first; the id of this one must be among them."""
    if not isinstance(stated, list) or len(stated) < 2:
        return ()
    found = {known_id(version) for version in stated} - {""}
    return tuple(sorted(found, key=int)) if len(found) > 1 and tweet_id in found else ()


def required_handle(value: object) -> str:
    if not value:
        raise Unusable("There is no author")
    if isinstance(value, str) and _HANDLE.fullmatch(value):
        return value
    raise Unusable(f"The author's handle {quoted(value)} is not one")


def quoted(value: object) -> str:
    """A value of any size and kind, short enough for a sentence."""
    if isinstance(value, dict | list):
        return "(an object or a list)"
    if type(value) is int and abs(value) > _LARGEST_ID:
        return "(a very large number)"
    text = line_of_text(str(value)[: 2 * _LONGEST_QUOTE])
    return f"'{text}'" if len(text) <= _LONGEST_QUOTE else f"'{text[:_LONGEST_QUOTE]}…'"
