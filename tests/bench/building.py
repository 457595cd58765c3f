"""A chat file -> how much CPU it takes from the hand-out to the published transcript, and how that grows."""

import time

from django.db import connection

from chats import tasks
from tests.bench import chats
from tests.bench.measure import cpu_seconds, database_server, median, report

RUNS = 5
SMALL, LARGE = 2000, 20_000


def run():
    runs = [(_build(SMALL), _build(LARGE)) for _ in range(RUNS)]
    for place, (kind, unit) in enumerate((("cpu", "CPU s, database included"), ("wall", "s"))):
        small, large = (median([run[size][place] for run in runs]) for size in (0, 1))
        growth = median([large[place] / small[place] for small, large in runs])
        report(f"building.{SMALL}.{kind}", small, unit)
        report(f"building.{LARGE}.{kind}", large, unit, ratio=growth, against=f"{SMALL:,} tweets")


def _build(size):
    """(CPU seconds of the tasks and the database, wall seconds) for one new chat of ``size`` tweets."""
    chat = chats.planned(size, slug=f"bench-building-{size}")
    database = database_server(connection)
    before = time.process_time() + cpu_seconds(database), time.perf_counter()
    tasks.plan()
    after = time.process_time() + cpu_seconds(database), time.perf_counter()
    chats.check(chat, size)
    return after[0] - before[0], after[1] - before[1]
