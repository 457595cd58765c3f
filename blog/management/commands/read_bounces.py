"""Delivery status notifications -> followers whose letters come back are counted out.

A mail server hands them over one by one (``| run.py exec -- python manage.py read_bounces -``), or cron names the files
or the folder (a Maildir's ``new``) where they lie.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from blog.followers import bounces


class Command(BaseCommand):
    help = "Count the letters that came back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reports", nargs="+", metavar="FILE", help='one report, a folder of them, or "-"')

    def handle(self, *args: Any, **options: Any) -> None:
        done: Counter[str] = Counter(read=0, counted=0, counted_out=0, known=0, passing=0, unknown=0)
        for report in _every(options["reports"]):
            done["read"] += 1
            done[bounces.read(report, timezone.now())] += 1
        self.stdout.write(json.dumps(dict(sorted(done.items()))))


def _every(names: list[str]) -> Iterator[bytes]:
    for name in names:
        if name == "-":
            yield sys.stdin.buffer.read(bounces.LARGEST)
            continue
        path = Path(name)
        try:
            for each in sorted(path.iterdir()) if path.is_dir() else [path]:
                with each.open("rb") as file:
                    yield file.read(bounces.LARGEST)
        except OSError as error:
            raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
