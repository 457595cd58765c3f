"""A long file -> how fast its tweets become rows, against COPY alone, against a second reading, and against twarc."""

import os
import subprocess
import time
from functools import partial
from pathlib import Path

from django.db import connection

from accounts import leases
from chats import ingest
from chats.models import Tweet
from tests.bench import chats
from tests.bench.measure import cpu_seconds, database_server, median, report

RUNS = 5
SIZE = int(os.environ.get("BENCH_TWEETS", "100000"))
MICROSECONDS = 1e6
SLUG = "bench-ingesting"
# A table as COPY finds it at best: the columns, defaults, checks and indexes of ours, and nobody who refers to anybody.
LIMIT = "CREATE TABLE bench_limit (LIKE chats_tweet INCLUDING ALL EXCLUDING IDENTITY EXCLUDING STATISTICS)"


def run():
    runs = [_once() for _ in range(RUNS)]
    names = ("limit", "first", "again")
    limit, first, again = (median([SIZE / run[name] for run in runs]) for name in names)
    unit = "tweets a second"
    report("ingesting.limit", limit, unit)
    against = "COPY of the same rows into a table like ours"
    report("ingesting.first", first, unit, ratio=median([r["limit"] / r["first"] for r in runs]), against=against)
    for name in ("python", "database"):
        cpu = median([run[name] for run in runs])
        report(f"ingesting.first.{name}", cpu * MICROSECONDS / SIZE, "CPU microseconds a tweet")
    report(
        "ingesting.again", again, unit, ratio=median([r["first"] / r["again"] for r in runs]), against="first reading"
    )
    report("ingesting.again.rewritten", max(run["rewritten"] for run in runs), "rows")
    if twarc := _twarc():
        seconds = median([_seconds_of(twarc) for _ in range(RUNS)])
        report("ingesting.twarc", SIZE / seconds, unit)
        report("ingesting.first", first, unit, ratio=first * seconds / SIZE, against="twarc2 csv")


def _once():
    """Seconds of one first reading, one second reading, and one COPY of what came of it; CPU seconds of the first."""
    chat = chats.planned(SIZE, slug=SLUG)
    file = str(chats.file_of(SIZE))
    database = database_server(connection)
    before = time.process_time(), cpu_seconds(database)
    first = _seconds(lambda: _read(chat, file))
    after = time.process_time(), cpu_seconds(database)
    if (rows := Tweet.objects.filter(chat=chat).count()) != SIZE:
        raise RuntimeError(f"{SIZE:,} tweets were read and {rows:,} stored.")
    versions = _versions(chat)
    chats.tidy()
    again = _seconds(lambda: _read(chat, file))
    return {
        "first": first,
        "python": after[0] - before[0],
        "database": after[1] - before[1],
        "again": again,
        "limit": _limit(chat),
        "rewritten": len(versions ^ _versions(chat)) // 2,
    }


def _read(chat, file):
    ingest.ingest(leases.claim_one(ingest.plan_file(chat, file)))


def _seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _versions(chat):
    """Which version of which row there is: PostgreSQL gives a row another xmin whenever it is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin::text FROM chats_tweet WHERE chat_id = %s", [chat.pk])
        return set(cursor.fetchall())


def _limit(chat):
    """Seconds that COPY alone takes for the chat's rows, which were encoded before."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_limit")
        cursor.execute(LIMIT)
        with cursor.copy(f"COPY (SELECT * FROM chats_tweet WHERE chat_id = {chat.pk:d}) TO STDOUT") as copy:
            rows = b"".join(copy)
    chats.tidy()
    seconds = _seconds(lambda: _copy(rows))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_limit")
    return seconds


def _copy(rows):
    with connection.cursor() as cursor, cursor.copy("COPY bench_limit FROM STDIN") as copy:
        copy.write(rows)


def _twarc():
    """twarc's own command, where somebody has set it up beside the other peers."""
    folder = os.environ.get("BENCH_PEERS")
    command = Path(folder) / "venv-twarc/bin/twarc2" if folder else None
    return command if command and command.exists() else None


def _seconds_of(twarc):
    file = chats.file_of(SIZE)
    command = [twarc, "csv", file, file.with_suffix(".csv")]
    # It asks for somebody's credentials first, although this needs none.
    environment = {**os.environ, "BEARER_TOKEN": "none"}
    # And it writes its log where it stands.
    run = partial(subprocess.run, command, check=True, capture_output=True, env=environment, cwd=file.parent)
    return _seconds(run)
