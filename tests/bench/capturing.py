"""X over loopback -> rows: how fast a capture stores what it is told, when the network is not what it waits for."""

import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from accounts import leases
from chats import ingest
from chats.models import Capture, Tweet
from chats.sources import x
from chats.sources.x_asking import Access
from tests.bench import chats
from tests.bench.measure import cpu_seconds, database_server, median, report

RUNS = 5
SCALE = 59  # of the practice chat: ten thousand tweets with the hashtag
AGO = timedelta(hours=3)


def run():
    figures = [_once() for _ in range(RUNS)]
    report("capturing.x", median([by_clock for by_clock, _ in figures]), "tweets a second", against="at least 2,000")
    report("capturing.x.cpu", median([by_cpu for _, by_cpu in figures]), "tweets a CPU second, PostgreSQL's included")


def _once():
    """An X for each: it limits how often it may be asked."""
    with _simulator() as url:
        list(_source(url).pages(""))  # it knows by then what it will be asked
        return _tweets_a_second(url)  # by the clock, and by CPU


@contextmanager
def _simulator():
    """The address of a simulated X in a process of its own."""
    command = [sys.executable, "-m", "tests.simulators.x_server"]
    asked = ["--scale", str(SCALE), "--starts-in", str(-AGO.total_seconds()), "--time-scale", "0"]
    with subprocess.Popen([*command, *asked], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()


def _source(url):
    starts_at = timezone.now() - AGO - timedelta(hours=1)
    return x.XSource(Access(url, "simulated"), x.recent("#wecops"), starts_at=starts_at)


def _tweets_a_second(url):
    chat = chats.planned(1, slug="bench-capturing")
    claim = leases.claim_one(Capture.objects.get(chat=chat))
    began, spent = time.perf_counter(), _cpu()
    for page in _source(url).pages(""):
        ingest.store(claim, page)
    seconds, cpu = time.perf_counter() - began, _cpu() - spent
    number = Tweet.objects.filter(chat=chat).count()
    return number / seconds, number / cpu


def _cpu():
    return time.process_time() + cpu_seconds(database_server(connection))
