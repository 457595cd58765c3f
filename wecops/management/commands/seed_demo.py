"""Invented chats -> a portal to look around in, by the same writers that real chats go through.

Safe to repeat: what is there stays, and a run that was cut off is finished by the next.
"""

import time
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import outbox, roles, staff
from accounts.models import Community
from accounts.outbox import Post, To
from chats import lifecycle
from chats.models import Chat
from tests.simulators import community as invented
from tests.simulators import sister
from tests.simulators.archive import archive as archived_chats
from tests.simulators.archive import coming
from tests.simulators.people import cast
from tests.simulators.practice import HOUR, TAIL, practice
from tests.simulators.tonight import LIVE_SLUG, TIMES, tonight
from wecops import blogging, commenting, filming, gathering
from wecops.management.planning_ahead import Programme
from wecops.management.seeding import archive_from_file, capture_from_file, found, found_sister, pass_on, schedule

UK = ZoneInfo("Europe/London")
THURSDAY = 3
USERNAME = "desk"
PASSWORD_LENGTH = 16  # half a byte each: nobody guesses 64 bits
FEW = 10  # chats after which a line says how far it is

# Below an address of the demo: what somebody should look at, and why.
WORTH_SEEING = (
    ("two-hundred-thursdays", "", "a large chat: more than a thousand tweets in an hour and a half"),
    ("neurodiversity-in-the-custody-suite", "transcript/", "an ordinary one"),
    ("waiting-in-the-corridor", "", "a joint chat with another community"),
    ("what-the-uniform-does", "transcript/time/", "the one that overran by an hour, by time"),
    ("five-papers-on-rest-in-plain-words", "", "a journal club (#academicpony)"),
    ("no-questions-tonight", "transcript/", "a chat without any question"),
    ("hello-is-anybody-there", "", "the very first: nine tweets"),
)
HOSTED = "reading-the-comments"
WELCOME = """\
What there is to see (nobody needs to sign in to read):

{lines}

To take part, sign in at
    {me}
  as one of six invented people: a member, an organiser, a moderator and so on. It takes two clicks.
  What a host has for the evening is then, for the host Kit and the organiser Ann, at
    {pack}

To look behind it, at what is captured and what is missing, open
    {desk}
  as the organiser, or log in there as {username} with the password {password}
Mail is written and not sent, for there is no mail server (EMAIL_URL). Read it at
    {desk}accounts/mail/

All of it is invented. The practice chat was captured from its file by the worker, as a real one would be."""


class Command(BaseCommand):
    help = "Fill the portal with the invented chats of the demo. A second run adds nothing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--migrate", action="store_true", help="make the tables first")
        parser.add_argument("--collectstatic", action="store_true", help="collect the static files too, if need be")
        parser.add_argument("--welcome", type=Path, metavar="FILE", help="where to write what there is to see")
        parser.add_argument("--practice", type=Path, metavar="FILE", help="where to write the practice chat's address")
        parser.add_argument("--tonight", type=Path, metavar="FILE", help="where to write when the live chat starts")
        parser.add_argument("--chats", type=int, metavar="N", help="only the newest N archived chats")

    def handle(self, *args: Any, **options: Any) -> None:
        self._began = time.monotonic()
        if options["migrate"]:
            call_command("migrate", interactive=False, verbosity=0)
            self._say("Tables")
        if options["collectstatic"] and not _static_files_are_fresh():
            call_command("collectstatic", interactive=False, verbosity=0)
            self._say("Static files")
        community = Community.objects.get(slug="wecops")
        folder = (options["practice"] or settings.BASE_DIR / ".data" / "practice.txt").parent / "tweets"
        folder.mkdir(parents=True, exist_ok=True)
        has_people = bool(options["welcome"])
        rehearsal = self._seed(community, folder, newest=options["chats"], has_people=has_people)
        live = None
        if options["tonight"]:
            live = schedule_tonight(community, timezone.now())
            options["tonight"].write_text(f"{live.starts_at.isoformat()}\n", encoding="utf-8")
        if options["practice"]:
            options["practice"].write_text(f"{rehearsal.get_absolute_url()}transcript/\n", encoding="utf-8")
        if options["welcome"]:
            options["welcome"].touch()
            options["welcome"].chmod(0o600)  # there is a password in it
            options["welcome"].write_text(welcome(community, rehearsal, live), encoding="utf-8")

    def _seed(self, community: Community, folder: Path, *, newest: int | None, has_people: bool) -> Chat:
        """Everything; the practice chat, whose capture is due and left to the worker.  Only people offer chats."""
        known = Chat.objects.of(community).filter(slug=practice().slug).first()
        practice_at = known.starts_at if known else last_evening(timezone.now())
        topics = found(community, invented.TEAM, invented.TOPICS)
        done = set(Chat.objects.of(community).archived(timezone.now()).values_list("slug", flat=True))
        for number, facts in enumerate(archived_chats(practice_at, besides=done, newest=newest), 1):
            archive_from_file(schedule(community, facts, topics), facts, folder, timezone.now())
            if number % FEW == 0:
                self._say(f"{number} archived chats")
        facts = practice(starts_at=practice_at)
        rehearsal = schedule(community, facts, topics)
        capture_from_file(rehearsal, facts, folder)
        announced = {facts.slug: facts for facts in coming(practice_at)}
        if has_people:
            enrol(community, timezone.now())
            Programme(community, practice_at, announced, timezone.now()).fill(topics)
        for facts in announced.values():
            schedule(community, facts, topics)
        pass_on(community, topics, invented.RELAY)
        found_sister(folder, practice_at, timezone.now())
        write_letters(community)
        gathering.fill(community, timezone.now())
        blogging.fill(community, topics, timezone.now())
        filming.fill(community, timezone.now())
        if has_people:
            commenting.fill(community, timezone.now())
        self._say(f"{Chat.objects.of(community).count()} chats in all")
        return rehearsal

    def _say(self, what: str) -> None:
        self.stdout.write(f"{what} ({time.monotonic() - self._began:.1f} s)")


def last_evening(now: datetime) -> datetime:
    """The latest Thursday, 9 pm in the UK, whose chat is over with its late replies."""
    local = now.astimezone(UK)
    evening = local.replace(hour=21, minute=0, second=0, microsecond=0)
    evening -= timedelta(days=(local.weekday() - THURSDAY) % 7)
    if evening + HOUR + TAIL > local:
        evening -= timedelta(days=7)
    return evening.astimezone(UTC)


def enrol(community: Community, now: datetime) -> None:
    """Those whom one can sign in as, with their roles."""
    for visitor in invented.VISITORS:
        if visitor.role:
            person = cast()[visitor.key]
            user = staff.enrol(person.id, person.handle, name=person.name, now=now)
            roles.give(user, roles.Role(visitor.role), community, now=now)
            lifecycle.tie_hosts(community, user)


def write_letters(community: Community) -> None:
    """One letter that waits for the mail server, and one that waits for somebody to send it; once."""
    address = f"{community.site}/me/settings/"
    for number, (name, is_held) in enumerate((("Tam Oduvale", False), ("Inês Carvoal", True)), 1):
        post = Post(series=f"demo-{number}", is_held=is_held)
        to = To(f"reader-{number}@portal.example", name)
        outbox.compose("confirm", community, to, {"link": address, "until": "the end of the week"}, post)


def schedule_tonight(community: Community, now: datetime) -> Chat:
    """The live chat that is under way or about to be, else one that starts in a minute."""
    known = Chat.objects.of(community).filter(slug__startswith=LIVE_SLUG, ends_at__gt=now).first()
    starts_at = known.starts_at if known else now.replace(microsecond=0) + timedelta(minutes=1)
    return schedule(community, tonight(starts_at), {}, networks=["x"], **TIMES)


def password() -> str:
    """That of the demo's desk: another for every secret key, so for every fresh demo, and kept nowhere in the clear."""
    return salted_hmac("demo desk", USERNAME, algorithm="sha256").hexdigest()[:PASSWORD_LENGTH]


def welcome(community: Community, rehearsal: Chat, live: Chat | None = None) -> str:
    """What to tell the person who has started the demo: also how to log in, with an account made for that."""
    staff.appoint(USERNAME, password(), name="Demo")
    enrol(community, timezone.now())
    chats = {chat.slug: chat.get_absolute_url() for chat in Chat.objects.of(community)}
    held = Chat.objects.of(community).filter(starts_at__lte=rehearsal.starts_at).count()
    tonight = (
        [(live.get_absolute_url(), "a chat that is captured live: it starts in a minute and lasts six")] if live else []
    )
    places = [
        ("/", "the front door, with the next chat"),
        *tonight,
        ("/chats/archive/", f"{held} chats held so far"),
        (f"{rehearsal.get_absolute_url()}transcript/", "the practice chat, read by question: start here"),
        *((f"{chats[slug]}{below}", why) for slug, below, why in WORTH_SEEING if slug in chats),
        (f"{rehearsal.get_absolute_url()}transcript.json", "the same for machines"),
        ("/chats/", "what is coming, with an evening that was moved, one called off, and free ones"),
        ("/events/together-in-a-room/", "a day in person: when, where, what it costs, who can come"),
        ("/blog/", "the blog: what people wrote when an hour was not enough"),
        ("/about/", "who is behind it"),
        ("/topics/", "what was handed on, and what came back"),
    ]
    sisters = [("/", "a second community at its own address, in its own colours")]
    desk = f"{community.site}/{settings.ADMIN_PATH}"
    other = Community.objects.get(slug=sister.SLUG).site
    lines = "\n".join([*_told(community.site, places), *_told(other, sisters)])
    pack = f"{community.site}/host/{HOSTED}/pack/"
    told = {"lines": lines, "desk": desk, "me": f"{community.site}/me/", "pack": pack}
    return WELCOME.format(**told, username=USERNAME, password=password()) + "\n"


def _told(site: str, places: Iterable[tuple[str, str]]) -> Iterable[str]:
    for path, why in places:
        yield f"  {why}\n    {site}{path}"


def _static_files_are_fresh() -> bool:
    """Whether the manifest is younger than every file it was made of."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return False
    made_at = manifest.stat().st_mtime
    files = (Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    return all(file.stat().st_mtime < made_at for file in files)
