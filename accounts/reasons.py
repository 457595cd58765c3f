"""An error -> the word and the sentence that are stored and logged of it.

What others send stands in errors, so it is made harmless here: no control characters, not without end, and nothing of
the rows that a database complains about.
"""

import re
from typing import NamedTuple

import psycopg
from django.db import Error

OF_DATABASE = (Error, psycopg.Error)  # what happens within a COPY, Django does not make its own
LONGEST = 500
_CODE = re.compile(r"\w{1,40}", re.ASCII)
_NOT_STORED = "The database did not take what was to be stored."
_HELD_UP = "The database was held up by other work, or had no room."
# A rollback for another's sake, no room or memory left, a lock that somebody holds: none is a fault of what was stored.
_FOR_NOW = ("40", "53", "55P03")


class Reason(NamedTuple):
    """``code`` is a stable word, the error's own or its class; ``said`` a sentence for a person."""

    code: str
    said: str


def of(error: Exception) -> Reason:
    """What may be told of an error."""
    code = getattr(error, "code", None)
    if isinstance(error, OF_DATABASE):
        return stated(type(error).__name__, _HELD_UP if is_for_now(error) else _NOT_STORED)
    return stated(code if isinstance(code, str) and _CODE.fullmatch(code) else type(error).__name__, str(error))


def stated(code: str, said: str) -> Reason:
    """The same, cleaned and cut."""
    clean = " ".join("".join(each if each.isprintable() else " " for each in said[: 2 * LONGEST]).split())
    return Reason(code[:40], clean if len(clean) <= LONGEST else clean[: LONGEST - 1] + "…")


def states(error: Exception) -> set[str]:
    """The SQLSTATEs that the database gave with an error, if it said anything."""
    return {state for each in (error, error.__cause__) if (state := getattr(each, "sqlstate", None))}


def is_for_now(error: Exception) -> bool:
    """Whether the database may well take the same a little later."""
    return any(state.startswith(_FOR_NOW) for state in states(error))


def refused(error: Exception) -> str:
    """What the log may say of a database's refusal: where it happened, never what the rows held."""
    said = getattr(error if isinstance(error, psycopg.Error) else error.__cause__, "diag", None)
    names = [getattr(said, name, None) for name in ("sqlstate", "table_name", "column_name", "constraint_name")]
    return " ".join([type(error).__name__, *filter(None, names)])
