"""Values -> lines of PostgreSQL's COPY text format, written by hand: psycopg would look at each of them anew."""

from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper

NULL = r"\N"
_AT_ONCE = 256  # lines: what psycopg hands on in one or two pieces; a whole page of long ones would be held twice more


def send(cursor: CursorWrapper, into: str, lines: Sequence[str]) -> None:
    """Lines without their ends -> the table and columns named by ``into``."""
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for start in range(0, len(lines), _AT_ONCE):
            copy.write("\n".join([*lines[start : start + _AT_ONCE], ""]))


def texts(values: Sequence[str]) -> str:
    """Columns of text.  Few hold anything that must be escaped, so all are looked at together first."""
    together = "\t".join(values)
    if "\\" in together or "\n" in together or "\r" in together or together.count("\t") >= len(values):
        return "\t".join(map(escaped, values))
    return together


def escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def number(value: int | None) -> str:
    return NULL if value is None else str(value)


def array(words: Sequence[str]) -> str:
    return escaped(literal(words)) if words else "{}"


def binary(value: bytes) -> str:
    return r"\\x" + value.hex()


def literal(words: Sequence[str]) -> str:
    """An array of text as PostgreSQL writes it."""
    if not words:
        return "{}"
    together = '","'.join(words)
    if "\\" in together or together.count('"') > 2 * len(words) - 2:
        together = '","'.join([word.replace("\\", "\\\\").replace('"', '\\"') for word in words])
    return '{"' + together + '"}'
