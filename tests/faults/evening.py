"""A chat on the calendar, a simulated X and whatever breaks -> the transcript, beside that of a faultless capture.

An hour of the practice chat is told in seconds; X and the portal's cadence measure their intervals by it.  Leases and
ticks are those of a real evening.
"""

import random
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error, connection

from accounts import leases
from chats import archive, ingest, lifecycle
from chats.ingest import planning
from chats.models import Build, Capture, Chat
from tests.factories.chats import wecops
from tests.faults import hands
from tests.faults.ground import Ground
from tests.faults.hands import Hands
from tests.faults.recovery import Wound, goes_on, is_healed, seconds_since, wound
from tests.simulators.facts import Facts
from tests.simulators.practice import practice
from tests.simulators.quickening import quickened
from tests.simulators.x_api import Clock, XApi

SOON = timedelta(seconds=4)
HORIZON = timedelta(seconds=0.3)  # X's half minute behind the clock
PATIENCE = 100  # seconds on a busy machine before an evening counts as stuck
POLL_SECONDS = 0.05
# The portal in this process has one X and no other.
_alone = threading.Lock()


@dataclass
class Evening:
    """One chat while it is held.  ``workers`` are all that run; ``lost`` are messages that a broker has lost."""

    ground: Ground
    facts: Facts
    x: XApi
    chat: Chat
    dice: random.Random
    workers: list[Hands] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    spoilt: set[str] = field(default_factory=set)  # ids of tweets that nobody can read
    lost: int = 0
    _wound: Wound | None = None
    _seconds: float | None = None

    @property
    def crash_file(self) -> Path:
        return self.ground.folder / "crash"

    @property
    def harm_file(self) -> Path:
        """Made when a poisoned worker does its first harm."""
        return self.ground.folder / "harm"

    def start_worker(self, **environment: str) -> Hands:
        self.environment |= environment
        places = {"X_API_URL": self.x.url, "X_BEARER_TOKEN": self.x.token, "CRASH_FILE": str(self.crash_file)}
        places["HARM_FILE"] = str(self.harm_file)
        log = self.ground.folder / "worker.log"
        worker = hands.worker(log, **{**self.ground.environment, **places, **self.environment})
        self.workers.append(worker)
        return worker

    def strike(self, how: Callable[["Evening", float], None], seconds: float) -> None:
        self._wound = self._seconds = None
        how(self, seconds)
        if not self._wound:
            self.is_struck()

    def is_struck(self) -> None:
        """Recovering is measured from here on."""
        connection.close()  # what broke may have ended it
        self._wound = wound()

    def recovered(self) -> float:
        """Wait until it has; the seconds that it took."""
        if self._seconds is None:
            self.wait_until(self._has_recovered, f"{self._wound} did not go on")
            self._seconds = seconds_since(self._wound)
        return self._seconds

    def _has_recovered(self) -> bool:
        return is_healed(self._wound) and (goes_on(self._wound) or self.is_over())

    def wait_until(self, condition: Callable[[], bool], said: str) -> None:
        """The database may be away meanwhile."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if condition():
                    return
            except Error:
                connection.close()
            assert time.monotonic() < deadline, f"{said} within {PATIENCE} s\n{self._state()}"
            time.sleep(POLL_SECONDS)

    def _state(self) -> str:
        rows = [*self.chat.captures.values(), *Build.objects.filter(chat=self.chat).values()]
        lacking = sorted(self.shown() - stored(self.chat))
        return "\n".join([f"lacks {lacking}", *map(str, rows)])

    def shown(self) -> set[str]:
        """By the id of the first version, what X shows of the chat to its captures."""
        opens_at, closes_at = self.chat.opens_at, self.chat.closes_at
        return {
            (said.edits or (said.id,))[0]
            for capture in self.chat.captures.all()
            for said in self.x.matching(capture.query)
            if not said.retweet_of and opens_at <= said.at < closes_at
        } - self.spoilt

    def is_over(self) -> bool:
        """All that X shows is stored, for every question that was found, and in the transcript."""
        if datetime.now(UTC) < self.chat.closes_at + 2 * HORIZON:
            return False
        build = Build.objects.get(chat=self.chat)
        questions = self.chat.tweets.filter(asked__isnull=False).count()
        return (
            build.published_id is not None
            and build.next_due_at is None
            and self.chat.captures.count() == 2 + questions
            and not self.chat.captures.filter(looked_at=None).exists()
            and self.shown() == stored(self.chat)
            # A page that was stored since makes it due once more.
            and Build.objects.filter(chat=self.chat, next_due_at=None, fence=build.fence).exists()
        )


@contextmanager
def evening(ground: Ground, seed: object, *, seconds: float):
    """A chat of so many seconds that begins soon, and the X that will show it.  What works on it ends with it."""
    connection.close()
    Chat.objects.all().delete()
    starts_at = (datetime.now(UTC) + SOON).replace(microsecond=0)
    facts = _lasting(quickened(practice(starts_at=starts_at), 3600 / seconds))
    with XApi(facts, Clock(datetime.now(UTC), scale=1), horizon=HORIZON, limits=_limits()) as api:
        held = Evening(ground, facts, api, scheduled(facts), random.Random(seed))
        try:
            yield held
        finally:
            held.crash_file.unlink(missing_ok=True)
            held.harm_file.unlink(missing_ok=True)
            for worker in held.workers:
                worker.end()


def scheduled(facts: Facts) -> Chat:
    chat = lifecycle.schedule(
        wecops(),
        facts.slug,
        title=facts.title,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        networks=["x"],
        lead_in_minutes=1,
        tail_minutes=0,
        holds_slot=False,  # every evening is held in the same hour
    )
    for host in facts.hosts:
        lifecycle.add_host(chat, host.handle, name=host.name)
    return chat


def outcome(chat: Chat) -> tuple[str, set[str]]:
    """The sha256 of what was said, and the ids of what was captured."""
    return Build.objects.get(chat=chat).published.sha256, stored(chat)


def faultless(held: Evening) -> tuple[str, set[str]]:
    """The same when everything is captured in one go afterwards, by nobody but us."""
    held.chat.delete()
    chat = scheduled(held.facts)
    with _alone:
        settings.X_API_URL, settings.X_BEARER_TOKEN = held.x.url, held.x.token
        for _ in range(2):  # the questions are found by the first build
            planning.plan_captures(leases.clock())
            for capture in Capture.objects.filter(chat=chat).order_by("pk"):
                ingest.ingest(leases.claim_one(capture))
            archive.build(leases.claim_one(Build.objects.get(chat=chat)), leases.clock())
    return outcome(chat)


def stored(chat: Chat) -> set[str]:
    return set(chat.tweets.values_list("network_id", flat=True))


def _lasting(facts: Facts) -> Facts:
    """Nobody deletes anything: whether a tweet is seen before it is deleted hangs on the moment of the look."""
    kept = [replace(said, truth=replace(said.truth, deleted_at=None)) for said in facts.tweets]
    return replace(facts, tweets=tuple(kept))


def _limits() -> dict[str, int]:
    """An hour's requests in seconds."""
    return dict.fromkeys(("recent", "all", "counts", "lookup", "user", "users"), 100_000)
