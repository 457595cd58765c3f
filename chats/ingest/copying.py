"""Values -> lines of PostgreSQL's COPY text format, written by hand: psycopg would look at each of them anew."""

from collections.abc import Iterable, Sequence

from django.db.backends.utils import CursorWrapper

NULL = r"\N"
_AT_ONCE = 64  # lines; the database stores one lot while the next is made


def send(cursor: CursorWrapper, into: str, lines: Iterable[str]) -> None:
    """Lines without their ends -> the table and columns named by ``into``."""
    lot: list[str] = []
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for line in lines:
            lot.append(line)
            if len(lot) == _AT_ONCE:
                copy.write("\n".join(lot) + "\n")
                lot.clear()
        if lot:
            copy.write("\n".join(lot) + "\n")


def texts(values: Sequence[str]) -> str:
    """Columns of text.  Few hold anything that must be escaped, so all are looked at together first."""
    together = "\t".join(values)
    if together.count("\t") == len(values) - 1 and not any(sign in together for sign in "\\\n\r"):
        return together
    return "\t".join(map(escaped, values))


def escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def numbers(values: Iterable[int | None]) -> str:
    return "\t".join([NULL if value is None else str(value) for value in values])


def array(words: list[str]) -> str:
    if not words:
        return "{}"
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
    return escaped('{"' + '","'.join(quoted) + '"}')
