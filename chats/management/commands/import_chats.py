"""A long hashtag file -> one archived chat for every conversation in it.  Safe to repeat.

The file is read once to find the conversations, then each from the page on in which it begins.
"""

import json
import os
import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.text import slugify

from accounts import leases
from accounts.models import Community
from chats import archive, ingest, lifecycle
from chats.analysis import bursts
from chats.analysis.bursts import Burst
from chats.ingest import Counts
from chats.lifecycle import NotAllowed
from chats.management import finding, rejections
from chats.models import Chat
from chats.sources.base import Rejected, SourceError
from chats.sources.files import FORMATS, FileSource

GAP = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?)([hm])")
UNITS = {"h": "hours", "m": "minutes"}


@dataclass(frozen=True)
class Stretch:
    """What one page of the file holds: where it begins, and its earliest and latest moment."""

    cursor: str
    first: datetime
    last: datetime


class Command(BaseCommand):
    help = "Find the chats in a long hashtag file and archive each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument(
            "--gap", default="3h", type=_gap, help="what lies closer together is one chat (3h by default; 90m is too)"
        )
        parser.add_argument("--format", default="auto", choices=["auto", *FORMATS])
        parser.add_argument("--host", action="append", default=[], metavar="HANDLE", help="who asks the questions")
        parser.add_argument("--hashtag", action="append", default=[], metavar="TAG", help="the community's by default")
        parser.add_argument("--time-zone", default="", metavar="NAME", help="for times that carry none")
        parser.add_argument("--community", default="", metavar="SLUG", help="needed when there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        community = finding.community_named(options["community"])
        self._file = os.path.realpath(options["file"])  # pathlib's raises where links lead in a circle
        self._failures: list[str] = []
        zone = finding.zone_named(options["time_zone"] or community.time_zone).key
        self._how = {"format": options["format"], "time_zone": zone}
        try:
            found = self._survey(options["file"], options["gap"])
        except SourceError as error:
            raise CommandError(str(error)) from error
        if not found:
            raise CommandError(f"There is no conversation in {options['file']}: {_fewest()}.")
        self._failures += [failure for burst in found if (failure := self._try(community, burst, options))]
        if self._failures:
            raise CommandError("\n".join(self._failures))

    def _try(self, community: Community, burst: Burst, options: dict[str, Any]) -> str:
        """Archive one conversation and print what came of it; why it cannot be, if so: the others can."""
        when = f"The conversation of {burst.starts_at:%Y-%m-%d %H:%M} UTC"
        if burst.ends_at > timezone.now():
            return f"{when} is not over yet: look at the times in the file."
        try:
            self.stdout.write(json.dumps(self._archived(self._chat(community, burst, options))))
        except (SourceError, NotAllowed) as error:
            return f"{when}: {error}"
        return ""

    def _survey(self, file: str, gap: timedelta) -> tuple[Burst, ...]:
        """Read the file once: its conversations.  What cannot be read is written down beside it."""
        self._stretches: list[Stretch] = []
        spoken: list[tuple[datetime, str]] = []
        rejected: list[Rejected] = []
        cursor = ""
        zone = ZoneInfo(self._how["time_zone"])
        for page in FileSource(self._file, self._how["format"], time_zone=zone).pages(""):
            moments = [tweet.created_at for tweet in page.tweets]
            if moments:
                self._stretches.append(Stretch(cursor, min(moments), max(moments)))
            spoken += ((tweet.created_at, tweet.author.id) for tweet in page.tweets)
            rejected += page.rejected
            cursor = page.cursor or ""
        try:
            if refused := rejections.write(file, rejected):
                self.stderr.write(refused)
        except CommandError as error:  # the tweets are kept all the same
            self._failures.append(str(error))
        return bursts.find(spoken, gap=gap)

    def _chat(self, community: Community, burst: Burst, options: dict[str, Any]) -> Chat:
        """The chat of a conversation: the one that stands there already, of an earlier run or planned, if any.

        Two chats of one hour are told apart by the hashtag that was typed.
        """
        there = Chat.objects.of(community).filter(starts_at__lt=burst.ends_at, ends_at__gt=burst.starts_at)
        typed = {tag.lstrip("#").lower() for tag in options["hashtag"]}
        fitting = (
            each
            for each in there.order_by("starts_at", "pk")
            if not typed or typed.intersection(map(str.lower, each.hashtags))
        )
        chat = next(fitting, None) or self._made(community, burst, options)
        for handle in options["host"]:
            lifecycle.add_host(chat, handle)
        return chat

    def _made(self, community: Community, burst: Burst, options: dict[str, Any]) -> Chat:
        tag = (options["hashtag"] or community.hashtags)[0].lstrip("#")
        local = burst.starts_at.astimezone(ZoneInfo(community.time_zone))
        return lifecycle.schedule(
            community,
            _free_slug(community, slugify(f"{tag} {local:%Y-%m-%d}")),
            title=f"#{tag}, {local.day} {local:%B %Y}",
            starts_at=burst.starts_at,
            ends_at=burst.ends_at,
            hashtags=options["hashtag"],
            networks=[],
            holds_slot=False,
        )

    def _archived(self, chat: Chat) -> dict[str, Any]:
        """Read the chat's part of the file and publish its transcript."""
        mine = [each for each in self._stretches if each.first < chat.closes_at and each.last >= chat.opens_at]
        capture = ingest.plan_file(
            chat,
            self._file,
            cursor=mine[0].cursor,
            since=chat.opens_at.isoformat(),
            until=chat.closes_at.isoformat(),
            last=mine[-1].cursor,
            **self._how,
        )
        claim = leases.claim_one(capture)
        if claim is None:
            raise NotAllowed("a worker reads it just now. Try again in a minute.")
        counts, _ = ingest.ingest(claim)
        build = archive.claim(chat)
        transcript = archive.build(build, timezone.now()) if build else None
        return {
            "chat": chat.slug,
            "starts_at": chat.starts_at.isoformat(),
            "ends_at": chat.ends_at.isoformat(),
            **{name: getattr(counts, name) for name in Counts.__slots__},
            "version": transcript.version if transcript else None,
        }


def _gap(text: str) -> timedelta:
    found = GAP.fullmatch(text)
    if not found:
        raise ArgumentTypeError(f"{text!r} is no length of time. One is written like 3h or 90m.")
    return timedelta(**{UNITS[found[2]]: float(found[1])})


def _fewest() -> str:
    return f"no hour with {bursts.FEWEST_TWEETS} tweets by {bursts.FEWEST_PEOPLE} people stands out from the rest"


def _free_slug(community: Community, slug: str) -> str:
    """The slug, or the first free one with a number behind it: two chats on one day."""
    taken = set(Chat.objects.of(community).filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(each for each in _numbered(slug) if each not in taken)


def _numbered(slug: str) -> Iterator[str]:
    yield slug
    number = 2
    while True:
        yield f"{slug}-{number}"
        number += 1
