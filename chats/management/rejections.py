"""Rows that were refused -> a list beside the file they stand in, with line number and reason."""

import csv
from pathlib import Path

from django.core.management.base import CommandError

from chats.rendering.numbers import counted
from chats.sources.base import Rejected


def write(file: str, rejected: list[Rejected]) -> str:
    """The list in place of that of an earlier run, which goes where nothing was refused; a sentence that says so."""
    path = Path(f"{file}.rejected.csv")
    try:
        if not rejected:
            path.unlink(missing_ok=True)
            return ""
        with path.open("w", newline="", encoding="utf-8") as opened:
            writer = csv.writer(opened)
            writer.writerow(["line", "reason"])
            writer.writerows((row.line, row.reason) for row in rejected)
    except OSError as error:
        raise CommandError(f"{path} could not be written: {error.strerror}. The tweets are stored.") from error
    return f"{file}: {counted(len(rejected), 'row,rows')} refused, see {path}"
