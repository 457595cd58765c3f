"""A post and its followers -> a letter to each, by a worker that is killed and started anew; and what is wrong.

It dies by SIGKILL at moments that nobody chose.  Each follower must have one letter, in its row and at the mail server;
only one in each hand, between *sending* and *sent*, may be unsure, and is then with the server once or not at all.
"""

import json
import os
import random
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Community, Mail
from blog.followers import newsletters
from blog.models import Follower, Newsletter, Post
from tests.bench.measure import cpu_seconds, database_server, report

SINCE = datetime(2016, 1, 1, tzinfo=UTC)
SIZE = int(os.environ.get("BENCH_MAILS", "20000"))
DEATHS = 5
MICROSECONDS = 1e6
PATIENCE = 1800  # seconds, for all
LOOK = 0.25
BEFORE_DEATH = (2, 10)  # seconds that a worker has
HTML = "<p>Most people who answered drive home after nights.</p><h2>Five takeaways</h2><ul><li>Ask everybody.</li></ul>"


class Told(NamedTuple):
    """``seconds`` until all had left that are not in doubt: who may still have an answer to wait for is left in peace
    for 100 seconds.  ``wrong`` is a sentence, "" where all is well.
    """

    seconds: float
    unsure: int
    deaths: int
    wrong: str


def run():
    """Written and sent, by the clock, with what it takes until the next worker may go on where one has died."""
    random.seed(SIZE)
    database = database_server(connection)
    before = cpu_seconds(os.getpid()), cpu_seconds(database)
    told = campaign(SIZE, deaths=DEATHS)
    after = cpu_seconds(os.getpid()), cpu_seconds(database)
    if told.wrong:
        raise RuntimeError(told.wrong)
    report("newsletter.told", SIZE / told.seconds, f"letters a second, written and sent, {told.deaths} deaths included")
    for name, first, last in zip(("python", "database"), before, after, strict=True):
        report(f"newsletter.{name}", (last - first) * MICROSECONDS / SIZE, "CPU microseconds a letter, all told")
    report("newsletter.unsure", told.unsure, "letters that wait for a person")
    clear()


def campaign(number, *, deaths):
    """Tell ``number`` followers of a post."""
    clear()
    community = Community.objects.get(slug="wecops")
    follows = {"community": community, "pace": "at-once", "confirmed_at": SINCE}
    Follower.objects.bulk_create(
        [Follower(address=f"{each}@reader.example", **follows) for each in range(number)], batch_size=5000
    )
    now = timezone.now()
    words = {"title": "Driving home after nights", "excerpt": "A place to sit down.", "text": "-", "html": HTML}
    told = {"community": community, "status": "published", "slug": "bench-newsletter", "changed_at": now, **words}
    Post.objects.create(created_at=now, published_at=now, published_on=now.date(), **told)
    newsletters.plan(now)
    Newsletter.objects.update(next_due_at=now - timedelta(hours=1))
    with _sink() as sink:
        died, seconds = _worked(sink.url, number, deaths)
    return Told(seconds, Mail.objects.filter(status="unsure").count(), died, _wrong(number, deaths, died, sink.taken))


def clear():
    for model in (Mail, Newsletter, Post, Follower):
        model.objects.all().delete()


def _worked(url, number, deaths):
    """Until nothing is left to do; returns how often the worker died, and after how many seconds all had left."""
    died, began, left = 0, time.monotonic(), 0.0
    while time.monotonic() < began + PATIENCE:
        hands = [_start(url) for _ in range(settings.WORKER_SLOTS)]
        if died < deaths:
            time.sleep(random.uniform(*BEFORE_DEATH))
            for hand in hands:
                hand.kill()
            died += 1
        while any(hand.poll() is None for hand in hands):
            if not left and died == deaths and _has_left(number):
                left = time.monotonic() - began
            time.sleep(LOOK)
        if died == deaths and not any(hand.returncode for hand in hands) and _is_over(number):
            break
    return died, left or time.monotonic() - began


def _start(url):
    """One of a worker's hands, each a process: its place is taken by another as soon as it dies."""
    address, _, query = os.environ["DATABASE_URL"].partition("?")
    database = f"{address.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{query}"
    command = [sys.executable, "-m", "tests.bench.newsletter_worker"]
    return subprocess.Popen(command, env={**os.environ, "DATABASE_URL": database, "EMAIL_URL": url})


def _has_left(number):
    return Mail.objects.exclude(status="waiting").count() == number


def _is_over(number):
    return Mail.objects.filter(status__in=("sent", "unsure")).count() == number


class _Sink:
    url = ""
    taken: list[str]


@contextmanager
def _sink():
    """A mail server in a process of its own; ``taken`` afterwards is whom it has letters to."""
    command = [sys.executable, "-m", "tests.bench.mail_sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as process:
        sink = _Sink()
        sink.url = f"smtp://127.0.0.1:{int(process.stdout.readline())}"
        yield sink
        process.stdin.close()
        sink.taken = json.loads(process.stdout.readline())


def _wrong(number, deaths, died, taken):
    rows = dict(Mail.objects.values_list("to", "status"))
    unsure = {to for to, status in rows.items() if status == "unsure"}
    told = {
        f"{died} deaths, not {deaths}": died != deaths,
        f"{len(rows):,} rows for {number:,} followers": len(rows) != number or Mail.objects.count() != number,
        f"{len(taken) - len(set(taken)):,} letters came twice": len(taken) != len(set(taken)),
        "letters came that nobody wrote": not set(taken) <= rows.keys(),
        "letters are lost": not rows.keys() - set(taken) <= unsure,
        f"{len(unsure):,} are unsure": len(unsure) > deaths * settings.WORKER_SLOTS,
        "some have not left": not set(rows.values()) <= {"sent", "unsure"},
    }
    return "; ".join(said for said, is_so in told.items() if is_so)
