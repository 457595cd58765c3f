"""Whoever writes or sends a newsletter dies by SIGKILL, again and again, and is started anew each time.

Each follower then has one letter, in their row and at the mail server.  Only who died between *sending* and *sent* can
be seen: that letter is unsure, waits for a person, and is with the server once or not at all.  Nothing is sent twice.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Mail
from blog.followers import newsletters
from blog.models import Newsletter
from tests.accounts.posting import leases_run_out, mail_server
from tests.bench import newsletter
from tests.factories.blog import PostFactory
from tests.factories.following import crowd

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

KILLED = -signal.SIGKILL
FEW, MANY = 12, 20_000
POINTS = ("newsletter.before_commit", "newsletter.after_commit")
# With the so-manieth letter of the bag, or claim, at which they are.
SENDING = {"outbox.after_claim": 1, "outbox.after_departure": 2, "outbox.after_answer": 2, "outbox.after_commit": 2}


class Process:
    """Takes turns in another process, which dies at a point when it comes there for the so-manieth time."""

    def __init__(self, url, folder, batches):
        address, _, query = os.environ["DATABASE_URL"].partition("?")
        self.crash_file = folder / "crash"
        places = {
            "DATABASE_URL": f"{address.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{query}",
            "EMAIL_URL": url,
            "CRASH_FILE": str(self.crash_file),
            "NEWSLETTER_BATCHES": batches,
        }
        command = [sys.executable, "-m", "tests.blog.dying"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, env={**os.environ, **places}, **pipes)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for pipe in (self.process.stdin, self.process.stdout):
            pipe.close()
        self.process.wait()

    def turn(self, what, point="nowhere", visit=1):
        self.crash_file.write_text(f"{point} {visit} {point}-{visit}-{time.monotonic()}")
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


def due(number):
    Mail.objects.all().delete()
    crowd(number)
    PostFactory(published_at=timezone.now())
    newsletters.plan(timezone.now())
    come_due()
    return Newsletter.objects.get()


def come_due():
    """Leases are over, and so is the grace."""
    leases_run_out()
    Newsletter.objects.exclude(next_due_at=None).update(
        next_due_at=timezone.now() - timedelta(hours=1), lease_until=None
    )


def test_each_follower_has_one_letter_whoever_dies_where(tmp_path):
    with mail_server() as server, Process(server.url, tmp_path, "5,2") as process:
        row = due(FEW)
        deaths = [process.turn("write", point) for point in POINTS if not come_due()]
        come_due()
        written = [process.turn("write"), Mail.objects.count()]
        died = [process.turn("send", point, visit) for point, visit in SENDING.items() if not come_due()]
        come_due()
        sent = process.turn("send")

        arrived = Counter(letter.to for letter in server.delivered)

    row.refresh_from_db()
    assert (deaths, written, died, sent) == ([KILLED] * 2, [0, FEW], [KILLED] * 4, 0)
    assert (row.readers, row.written_at is not None) == (FEW, True)
    assert newsletters.progress(row) == {"sent": FEW - 2, "unsure": 2}
    rows = {mail.to: mail.status for mail in Mail.objects.all()}
    assert {rows[to] for to in rows.keys() - arrived.keys()} == {"unsure"}
    assert (len(arrived), set(arrived.values())) == (FEW - 1, {1})


def test_a_worker_that_is_killed_at_moments_that_nobody_chose(deep):
    """The seed is told where it fails.  The plain suite has few of everything."""
    seed = random.SystemRandom().randrange(10**6)
    random.seed(seed)

    told = newsletter.campaign(MANY if deep else FEW, deaths=5 if deep else 0)

    assert (told.wrong, seed) == ("", seed)
