"""A file of tweets -> a file that says which question each answers, without a database."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chats.analysis import attribution, labelled
from chats.analysis.labelled import BadLine
from chats.analysis.records import Placement


class Command(BaseCommand):
    help = "Say which question each tweet of a file of JSON lines answers, why, and how surely."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--input", required=True, metavar="FILE", help="one tweet a line: chat, pid, author, at ..."
        )
        parser.add_argument("--output", required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        try:
            with Path(options["input"]).open(encoding="utf-8") as file:
                rows, chats = labelled.read(file)
            placed: dict[int, Placement] = {}
            for chat in chats:
                placed |= attribution.place(chat.tweets, chat.questions, ends_at=None)
            with Path(options["output"]).open("w", encoding="utf-8") as file:
                file.writelines(labelled.tell(rows, placed))
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        except (BadLine, UnicodeDecodeError) as error:
            raise CommandError(f"{options['input']}: {error}") from error
        self.stdout.write(json.dumps({"lines": len(rows), "seconds": round(time.perf_counter() - started, 3)}))
