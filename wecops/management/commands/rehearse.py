"""The practice chat's file -> read and built anew by the worker: proof that it works now, whatever was there."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import leases
from accounts.models import Leased
from chats import ingest
from chats.ingest import Counts
from chats.models import Capture
from tests.simulators.practice import practice

LOOK_SECONDS = 0.2


class Command(BaseCommand):
    help = "Have the running worker read the practice chat of the demo once more, and wait for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seconds", type=float, default=60, help="how long to wait, %(default)s by default")

    def handle(self, *args: Any, **options: Any) -> None:
        self._deadline = time.monotonic() + options["seconds"]
        capture = Capture.objects.filter(chat__slug=practice().slug).select_related("chat__build").first()
        if capture is None:
            raise CommandError("There is no practice chat. Run seed_demo first.")
        before, build = capture.fence, capture.chat.build
        with transaction.atomic():
            leases.make_due(ingest.plan_file(capture.chat, capture.query))
            leases.make_due(build)
        built = build.fence
        self._wait(capture, lambda: capture.fence > before and capture.completed_at is not None)
        self._wait(build, lambda: build.fence > built and build.lease_until is None)
        run = capture.runs.latest("pk")
        self.stdout.write(json.dumps({name: getattr(run, name) for name in Counts.__slots__}))

    def _wait(self, row: Leased, is_done: Callable[[], bool]) -> None:
        """Until ``is_done``, which looks at the row as it stands."""
        while not is_done():
            if row.quarantined_at is not None:
                raise CommandError(f"The worker gave up: {row.error}")
            if time.monotonic() > self._deadline:
                raise CommandError("The worker did not finish the practice chat in time. Is one running?")
            time.sleep(LOOK_SECONDS)
            row.refresh_from_db()
