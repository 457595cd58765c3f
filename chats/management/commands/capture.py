"""What is due of a chat's captures -> its tweets, now and in the foreground."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models.functions import Now

from accounts import leases
from chats import ingest
from chats.ingest import Counts
from chats.management import finding
from chats.sources.base import SourceError


class Command(BaseCommand):
    help = "Run what is due of a chat's captures now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        finding.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        chat = finding.chat_named(options["chat"], community=options["community"])
        sources: dict[str, Counts] = {}
        for capture in chat.captures.filter(next_due_at__lte=Now()):
            claim = leases.claim_one(capture)
            if claim is None:
                continue
            try:
                counts, _ = ingest.ingest(claim)
            except SourceError as error:
                raise CommandError(str(error)) from error
            sources[capture.source] = sources.get(capture.source, Counts()) + counts
        by_source = {
            source: {name: getattr(counts, name) for name in Counts.__slots__} for source, counts in sources.items()
        }
        self.stdout.write(json.dumps({"chat": chat.slug, "sources": by_source}))
