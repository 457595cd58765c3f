"""The tweets that were checked longest ago -> their networks' word on whether they are still there, now."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import leases
from accounts.leases import LeaseLost, NotStored
from chats.ingest import rechecking
from chats.models import Recheck
from chats.sources.base import SourceError

MOST = 10**9  # more tweets than there are; the database counts no further than it must


class Command(BaseCommand):
    help = "Ask each network whether the tweets kept of it are still there, the oldest check first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--budget", type=int, default=rechecking.AT_ONCE, metavar="N", help="tweets of each network (%(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["budget"] < 1:
            raise CommandError("--budget must be 1 or more.")
        if not settings.RECHECKS_A_DAY:
            raise CommandError("No tweet is asked for again: RECHECKS_A_DAY is 0.")
        rechecking.plan_rechecks()
        rows = list(Recheck.objects.order_by("network"))
        if not rows:
            raise CommandError("No network is set up, so nobody can be asked. .env.example says how.")
        told, failures = {}, []
        for row in rows:
            claim = leases.claim_one(row)
            try:
                found = (
                    rechecking.recheck(claim, most=min(options["budget"], MOST)) if claim else rechecking.Rechecked()
                )
                told[row.network] = {name: getattr(found, name) for name in rechecking.Rechecked.__slots__}
            except (SourceError, LeaseLost, NotStored) as error:
                failures.append(f"{row.network}: {error}")
        self.stdout.write(json.dumps(told))
        if failures:
            raise CommandError("\n".join(failures))
