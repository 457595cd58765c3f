"""Files -> tweets of a chat, with every refused row written down beside the file."""

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import leases
from accounts.models import Community
from chats import ingest, lifecycle
from chats.ingest import Counts, importing
from chats.lifecycle import NotAllowed
from chats.management import finding, rejections
from chats.models import Chat
from chats.sources.base import Rejected, SourceError
from chats.sources.files import FORMATS


class Command(BaseCommand):
    help = (
        "Read one or more files of tweets into a chat. The transcript is built by the worker, or by build_transcript."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        finding.add_arguments(parser)
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--format", default="auto", choices=["auto", *FORMATS])
        parser.add_argument("--host", action="append", default=[], metavar="HANDLE", help="who asks the questions")
        parser.add_argument("--time-zone", default="", metavar="NAME", help="for times that carry none")
        create = parser.add_argument_group("a new chat")
        create.add_argument("--create", action="store_true")
        create.add_argument("--title")
        create.add_argument("--starts", metavar="TIME", help="2026-11-18T21:00, UK time unless it says otherwise")
        create.add_argument("--ends", metavar="TIME")
        create.add_argument("--hashtag", action="append", default=[], metavar="TAG")

    def handle(self, *args: Any, **options: Any) -> None:
        community = finding.community_named(options["community"])
        unreadable = _unreadable(options["files"], options["format"])
        chat = _chat(community, options, unreadable)
        zone = finding.zone_named(options["time_zone"] or chat.time_zone).key
        total, failures = Counts(), []
        for file in options["files"]:
            if file in unreadable:  # one bad file spoils nothing of the others
                failures.append(unreadable[file])
                continue
            try:
                counts, rejected = self._read(chat, file, format=options["format"], time_zone=zone)
                total += counts
                if refused := rejections.write(file, rejected):
                    self.stderr.write(refused)
            except SourceError as error:
                failures.append(f"{file}: {error}")
            except CommandError as error:
                failures.append(str(error))
        numbers = {name: getattr(total, name) for name in Counts.__slots__}
        self.stdout.write(json.dumps({"chat": chat.slug, **numbers}))
        if failures:
            raise CommandError("\n".join(failures))

    def _read(self, chat: Chat, file: str, **settings: str) -> tuple[Counts, list[Rejected]]:
        capture = ingest.plan_file(chat, str(Path(file).resolve()), **settings)
        claim = leases.claim_one(capture)
        if claim is None:
            raise CommandError(f"{file} is being read by a worker just now. Try again in a minute.")
        return ingest.ingest(claim)


def _unreadable(files: list[str], format: str) -> dict[str, str]:  # noqa: A002 - the word of the command line
    """Each file that is none of tweets, and why."""
    failures = {}
    for file in files:
        try:
            importing.look_into(file, format)
        except SourceError as error:
            failures[file] = f"{file}: {error}"
    return failures


@transaction.atomic
def _chat(community: Community, options: dict[str, Any], unreadable: dict[str, str]) -> Chat:
    """The chat to read into, with its hosts.  None is made for files of which none can be read."""
    if options["create"] and unreadable.keys() >= {*options["files"]}:
        raise CommandError("\n".join(unreadable.values()))
    try:
        chat = _created(community, options) if options["create"] else _found(community, options["chat"])
        for handle in options["host"]:
            lifecycle.add_host(chat, handle)
    except NotAllowed as error:
        raise CommandError(str(error)) from error
    return chat


def _found(community: Community, slug: str) -> Chat:
    chat = Chat.objects.filter(community=community, slug=slug).first()
    if chat is None:
        raise CommandError(f"There is no chat {slug!r}. Add --create with --title, --starts, --ends and --hashtag.")
    return chat


def _created(community: Community, options: dict[str, Any]) -> Chat:
    missing = [f"--{name}" for name in ("title", "starts", "ends") if not options[name]]
    if missing:
        raise CommandError(f"A new chat needs {' and '.join(missing)} too.")
    starts_at, ends_at = (_moment(options[name], community.time_zone) for name in ("starts", "ends"))
    facts = {"title": options["title"], "starts_at": starts_at, "ends_at": ends_at, "hashtags": options["hashtag"]}
    return lifecycle.schedule(community, options["chat"], networks=[], holds_slot=False, **facts)


def _moment(text: str, zone: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is not a time. Write it like 2026-11-18T21:00.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=finding.zone_named(zone))
