"""What is due of a chat's captures -> its tweets, now and in the foreground."""

import json
from argparse import ArgumentParser
from collections import Counter, defaultdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models.functions import Now
from django.utils import timezone

from accounts import leases
from accounts.leases import LeaseLost, NotStored
from chats import ingest
from chats.ingest import Counts, opening, planning, spending
from chats.management import finding
from chats.models import Capture, Chat, IngestRun, Status
from chats.sources.base import SourceError

TOLD = ("pages", "requests", "failures", "cost")


class Command(BaseCommand):
    help = "Run what is due of a chat's captures now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        finding.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        chat = finding.chat_named(options["chat"], community=options["community"])
        planning.plan_captures(timezone.now())
        if not chat.captures.exists():
            raise CommandError(_nothing(chat))
        due = chat.captures.filter(next_due_at__lte=Now()).order_by("source", "pk")
        before = _told(chat)
        counts: dict[str, Counts] = defaultdict(Counts)
        failures: list[str] = []
        for capture in due:
            read, failure = self._run(capture)
            counts[capture.source] += read
            failures += failure
        after = _told(chat)
        by_source = {source: {**_numbers(counts[source]), **_since(before[source], after[source])} for source in counts}
        self.stdout.write(json.dumps({"chat": chat.slug, "sources": by_source}))
        if failures:
            raise CommandError("\n".join(failures))

    def _run(self, capture: Capture) -> tuple[Counts, list[str]]:
        """One capture, and what went wrong: the others are looked at all the same."""
        if self.stderr.isatty():
            self.stderr.write(f"{capture.source}: {capture.query[:60]} ...")
        counts = Counts()
        under_way = Capture.objects.filter(pk=capture.pk, began_at__isnull=False, next_due_at__lte=Now())
        try:
            while claim := leases.claim_one(capture):
                counts += ingest.ingest(claim)[0]
                if not under_way.exists():  # a long look gives back what is left
                    break
        except (SourceError, LeaseLost, NotStored) as error:
            return counts, [f"{capture.source}, {capture.query[:60]}: {error}"]
        return counts, []


def _nothing(chat: Chat) -> str:
    """Why nothing is planned of a chat."""
    live = opening.live_sources()
    if chat.status == Status.CANCELLED:
        return f"{chat.title} is cancelled, so there is nothing to capture."
    if not chat.networks:
        return f"{chat.title} is to be captured from no network: tick one on its page at the desk."
    if not set(chat.networks) & set(live):
        return f"No network of {chat.title} is set up: {', '.join(chat.networks)}. .env.example says how."
    ahead, after = planning.AHEAD.days, planning.FORGOTTEN.days
    return f"{chat.title} is not near: a chat is captured from {ahead} days before it to {after} days after."


def _told(chat: Chat) -> dict[str, Counter[str]]:
    """What the ledger says of each source of the chat, all runs together."""
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for source, *counts in IngestRun.objects.filter(capture__chat=chat).values_list("capture__source", *TOLD):
        told[source] += Counter(dict(zip(TOLD, counts, strict=True)))
    return told


def _since(before: Counter[str], after: Counter[str]) -> dict[str, float]:
    grown = after - before
    cost = round(grown["cost"] / spending.DOLLAR, 4)
    return {"pages": grown["pages"], "requests": grown["requests"], "waits": grown["failures"], "cost_usd": cost}


def _numbers(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in Counts.__slots__}
