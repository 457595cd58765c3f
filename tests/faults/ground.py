"""A folder -> servers of an evening's own, and several evenings side by side, each on its ground."""

import itertools
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.core.management import call_command
from django.db import connection

from tests.faults import hands
from tests.faults.hands import Hands
from tests.faults.line import Line
from tests.faults.servers import Broker, Database

SCALE = 30  # of the portal's cadence: a look every half second
LANES = 3  # evenings at a time: mostly they wait

Played = TypeVar("Played")


@dataclass
class Ground:
    """The servers of the evenings, and the environment of the programs that work on them."""

    folder: Path
    database: Database
    broker: Broker
    line: Line  # to the broker
    beat: Hands
    environment: dict[str, str]

    @classmethod
    def laid(cls, folder: Path) -> "Ground":
        """Servers which no other ever hears of; this thread's connection leads to them from here on."""
        folder.mkdir()
        database, broker = Database(folder), Broker(folder)
        line = Line(broker.port)
        own = {"HOST": database.url.partition("host=")[2], "NAME": "wecops", "USER": "wecops", "PORT": ""}
        connection.close()
        connection.settings_dict = {**connection.settings_dict, **own}
        call_command("migrate", verbosity=0)
        connection.close()  # whoever lays a ground last may find every evening taken, and never close it
        environment = {
            "DATABASE_URL": database.url,
            "REDIS_URL": broker.url(line.port),
            "CAPTURE_TIME_SCALE": str(SCALE),
            "WORKER_SLOTS": "2",
            "RECHECKS_A_DAY": "0",
        }
        beat = hands.beat(folder / "beat.log", **environment)
        return cls(folder, database, broker, line, beat, environment)

    def end(self) -> None:
        self.beat.end()
        self.line.close()
        self.broker.end()
        self.database.end()


@contextmanager
def side_by_side(folder: Path, evenings: Sequence[Callable[[Ground], Played]]):
    """What each evening comes to, as it comes; each has a ground to itself, which the next one takes over."""
    grounds: list[Ground] = []
    own, laying, numbers = threading.local(), threading.Lock(), itertools.count(1)

    def lay() -> None:
        with laying:
            own.ground = Ground.laid(folder / f"ground-{next(numbers)}")
            grounds.append(own.ground)

    def play(evening: Callable[[Ground], Played]) -> Played:
        try:
            return evening(own.ground)
        finally:
            connection.close()

    # A server ends with the thread that started it, so the threads must outlive their evenings.
    lanes = ThreadPoolExecutor(max_workers=min(LANES, len(evenings)), initializer=lay)
    try:
        futures: list[Future[Played]] = [lanes.submit(play, evening) for evening in evenings]
        yield futures
    finally:
        lanes.shutdown(wait=True, cancel_futures=True)
        for ground in grounds:
            ground.end()
