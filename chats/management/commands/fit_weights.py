"""Files of labelled chats -> the weights of the placing, and how well it does on chats that they were not fitted on."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from chats.analysis import fitting, labelled, trial, weights
from chats.analysis.labelled import BadLine, LabelledChat
from chats.analysis.records import Placement

POOLED = "pooled"
MODULE = '''\
"""Labelled chats -> the weights of the placing, as ``manage.py fit_weights`` wrote them; nobody edits them by hand."""

from datetime import date

FITTED_ON = date({day:%Y, %-m, %-d})
DATA = "{data}"

# A feature -> its weight in the first pass and in the second.
WEIGHTS: dict[str, tuple[float, float]] = {{
{lines}
}}
'''


class Command(BaseCommand):
    help = (
        "Fit the weights of the placing on files of labelled chats. Each file is a family of its own in the figures, "
        "which come from leaving out each chat in turn."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="one tweet a line, with gold and half_visible")
        parser.add_argument("--leave-one-out", action="store_true", help="say how well it does; takes a minute")
        parser.add_argument("--placements", metavar="FOLDER", help="where to put what --leave-one-out placed")
        parser.add_argument("--write", action="store_true", help="put the weights into the portal's own table")

    def handle(self, *args: Any, **options: Any) -> None:
        families = {Path(file).stem: _read(file) for file in options["files"]}
        chats = [chat for _, chats in families.values() for chat in chats]
        if not any(chat.truth for chat in chats):
            raise CommandError("No line of these files has a gold number, so there is nothing to fit.")
        folder = options["placements"]
        if folder and not Path(folder).is_dir():  # said before the long work, not behind it
            raise CommandError(f"{folder}: No such file or directory.")
        fitted = fitting.fit_weights(chats)
        told: dict[str, Any] = {"chats": len(chats), "weights": fitted}
        if options["write"]:
            _write(fitted, f"{', '.join(families)}: {len(chats)} chats")
        if options["leave_one_out"]:
            told["left_out"] = _leave_one_out(families, folder)
        self.stdout.write(json.dumps(told))


Family = tuple[list[dict[str, Any]], list[LabelledChat]]


def _read(file: str) -> Family:
    try:
        with Path(file).open(encoding="utf-8") as lines:
            return labelled.read(lines)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}.") from error
    except (BadLine, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}") from error


def _write(fitted: Mapping[str, tuple[float, float]], data: str) -> None:
    lines = "\n".join(f'    "{name}": {pair},' for name, pair in fitted.items())
    module = MODULE.format(day=timezone.now(), data=data, lines=lines)
    Path(weights.__file__).write_text(module, encoding="utf-8")


def _leave_one_out(families: Mapping[str, Family], folder: str | None) -> dict[str, Any]:
    """What the verdict is on each family and on all together, with all labels hidden and with half."""
    owners = [name for name, (_, chats) in families.items() for _ in chats]
    trials = list(fitting.leave_one_out([chat for _, chats in families.values() for chat in chats]))
    told: dict[str, Any] = {}
    for situation in fitting.SITUATIONS:
        pooled: list[tuple[bool, float]] = []
        for name, (rows, _) in families.items():
            own = [each for each in trials if each.situation == situation and owners[each.number] == name]
            found = [pair for each in own for pair in trial.pairs(each.chat, each.placed)]
            told.setdefault(name, {})[situation] = asdict(trial.judge(found))
            pooled += found
            if folder:
                placed = {key: placement for each in own for key, placement in each.placed.items()}
                _keep(Path(folder) / f"{name}.{situation}.jsonl", rows, placed)
        told.setdefault(POOLED, {})[situation] = asdict(trial.judge(pooled))
    return told


def _keep(path: Path, rows: list[dict[str, Any]], placed: Mapping[int, Placement]) -> None:
    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(labelled.tell(rows, placed))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error
