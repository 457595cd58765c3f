"""A chat's tweets -> its transcript, now and in the foreground."""

import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from chats import archive
from chats.management import finding
from chats.models import Chat


class Command(BaseCommand):
    help = "Arrange and measure a chat's tweets and publish the transcript: a new version if anything changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        finding.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        chat = finding.chat_named(options["chat"], community=options["community"])
        claim = archive.claim(chat)
        if claim is None:
            raise CommandError("A worker is building this transcript just now. It will be there in a moment.")
        transcript = archive.build(claim, timezone.now())
        if transcript is None:
            raise CommandError(_nothing(chat))
        placed = Counter(transcript.lines.values_list("placed_by", flat=True))
        self.stdout.write(
            json.dumps(
                {
                    "version": transcript.version,
                    "tweets": transcript.lines.count(),
                    "placed": dict(sorted(placed.items())),
                    "sha256": transcript.sha256,
                }
            )
        )


def _nothing(chat: Chat) -> str:
    tweets = chat.tweets.count()
    if not tweets:
        return f"{chat.title} has no tweets yet, so there is nothing to build."
    span = f"{chat.opens_at:%Y-%m-%d %H:%M} and {chat.closes_at:%Y-%m-%d %H:%M} UTC"
    return f"None of the {tweets} tweets of {chat.title} can be shown: its window lies between {span}."
