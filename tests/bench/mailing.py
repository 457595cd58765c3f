"""Twenty thousand newsletters -> how many a second leave, over real SMTP, against sending them from memory alone."""

import json
import os
import smtplib
import subprocess
import sys
import time
from functools import partial

from django.conf import settings
from django.db import connection

from accounts import outbox
from accounts.models import Community, Mail
from accounts.outbox import Post, To
from tests.bench.measure import cpu_seconds, database_server, median, report

RUNS = 5
SIZE = int(os.environ.get("BENCH_MAILS", "20000"))
FEW = 1000
MICROSECONDS = 1e6
SERIES = "bench-mailing"
TOLD = {"link": "https://portal.example/mail/yes/4Hq9", "until": "23 November"}
UNIT = "letters a second"


def run():
    """The mail server is a process of its own, which counts what it takes and throws it away."""
    command = [sys.executable, "-m", "tests.bench.mail_sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sink.stdout.readline())
        Mail.objects.all().delete()
        writing = _seconds(_write)
        report("mailing.written", SIZE / writing, "letters a second, each its own row")
        database = database_server(connection)
        before = time.process_time(), cpu_seconds(database), cpu_seconds(sink.pid)
        sending = _seconds(_send)
        after = time.process_time(), cpu_seconds(database), cpu_seconds(sink.pid)
        alone = median([FEW / _seconds(partial(_send_from_memory, FEW)) for _ in range(RUNS)])
        against = "the same letter again and again, from memory by smtplib"
        report("mailing.sent", SIZE / sending, UNIT, ratio=SIZE / sending / alone, against=against)
        for name, first, last in zip(("python", "database", "server"), before, after, strict=True):
            report(f"mailing.sent.{name}", (last - first) * MICROSECONDS / SIZE, "CPU microseconds a letter")
        sink.stdin.close()
        taken = len(json.loads(sink.stdout.readline()))
    if taken != SIZE + RUNS * FEW:
        raise RuntimeError(f"{taken:,} letters arrived.")
    Mail.objects.all().delete()


def _seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _write():
    community = Community.objects.get(slug="wecops")
    for number in range(SIZE):
        stop = f"https://portal.example/mail/stop/{number}"
        post = Post(kind="newsletter", series=SERIES, unsubscribe=stop)
        outbox.compose("confirm", community, To(f"{number}@reader.example"), TOLD, post)


def _send():
    while claims := outbox.claim_due():
        outbox.deliver(claims)
    if (sent := Mail.objects.filter(status="sent").count()) != SIZE:
        raise RuntimeError(f"{sent:,} of {SIZE:,} letters are sent.")


def _send_from_memory(number):
    letter = outbox.headers.as_bytes(Mail.objects.first())
    with smtplib.SMTP("127.0.0.1", settings.EMAIL_PORT) as server:
        for _ in range(number):
            server.sendmail("hello@portal.example", ["ann@reader.example"], letter)
