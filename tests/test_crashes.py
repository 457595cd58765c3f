"""A real worker that dies: at every named point, and at moments nobody chose.  The transcript must not show it.

The scenario is the practice chat in five files, each read page by page and followed by a build, so that every point is
visited at least five times.  The faultless run comes first; every other must end in the same sha256.
"""

import itertools
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from chats import ingest
from chats.models import Build, Capture, Chat, Transcript
from tests.factories.chats import wecops
from tests.simulators.practice import practice, to_twarc_v2
from wecops.celery import app

POINTS = (
    "ingest.after_fetch",
    "ingest.in_transaction",
    "ingest.after_commit",
    "build.after_read",
    "build.after_render",
    "build.in_publish",
    "build.after_publish",
)
PARTS = 5
PATIENCE = 90  # seconds a scenario may take on a busy machine before it counts as stuck

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def cases(request):
    every = list(itertools.product(POINTS, range(1, PARTS + 1)))
    return every if request.config.getoption("--deep") else [(point, 1) for point in POINTS] + [(POINTS[1], 4)]


class Worker:
    """A Celery worker process of its own session, so that all of it can be killed at once."""

    def __init__(self, environment):
        self.environment = environment
        self.start()

    def start(self):
        command = [sys.executable, "-m", "celery", "-A", "wecops.celery", "worker", "--loglevel=error"]
        self.process = subprocess.Popen(
            command, env=self.environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def crash_file(tmp_path):
    return tmp_path / "crash"


@pytest.fixture
def worker(crash_file, request):
    """A worker on the test's own database and broker, with short leases and two hands, or as many as are asked for."""
    name = connection.settings_dict["NAME"]
    slots = getattr(request, "param", "2")
    old = os.environ["DATABASE_URL"]
    address, _, query = old.partition("?")
    url = f"{address.rpartition('/')[0]}/{name}?{query}"
    worker = Worker(
        {**os.environ, "DATABASE_URL": url, "LEASE_SECONDS": "2", "CRASH_FILE": str(crash_file), "WORKER_SLOTS": slots}
    )
    yield worker
    worker.kill()


@pytest.fixture
def parts(tmp_path):
    """The practice chat's pages, dealt into five files."""
    lines = list(to_twarc_v2(practice(), page_size=20))
    for part in range(PARTS):
        (tmp_path / f"part-{part}.jsonl").write_bytes(b"".join(lines[part::PARTS]))
    return [tmp_path / f"part-{part}.jsonl" for part in range(PARTS)]


def knock_until(condition, meanwhile):
    """Let the clock knock until ``condition()`` holds, as beat would."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, list(Capture.objects.values()) + list(Build.objects.values())
        meanwhile()
        app.send_task("chats.plan")
        time.sleep(0.25)


def settled(chat):
    captures = Capture.objects.filter(chat=chat, completed_at__isnull=True)
    build = Build.objects.get(chat=chat)
    return not captures.exists() and build.next_due_at is None and build.published_id is not None


def play(parts, meanwhile=lambda: None):
    """The scenario from an empty chat to the sha256 of its last transcript; ``meanwhile`` is called again and again."""
    Chat.objects.all().delete()
    facts = practice()
    chat = Chat.objects.create(
        community=wecops(),
        slug=facts.slug,
        title=facts.title,
        hashtags=list(facts.hashtags),
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
    )
    for part in parts:
        capture = ingest.plan_file(chat, str(part), page_size=20)
        ingest.leases.make_due(capture)
        knock_until(lambda: settled(chat), meanwhile)
    assert not Capture.objects.filter(quarantined_at__isnull=False).exists()
    return Transcript.objects.get(publication__chat=chat).sha256


# Visits are counted by the process that dies, so there is one, and it comes by every point five times.
@pytest.mark.parametrize("worker", ["1"], indirect=True)
def test_a_worker_killed_at_a_named_point_changes_nothing(request, worker, crash_file, parts):
    expected = play(parts)

    for point, visit in cases(request):
        crash_file.write_text(f"{point} {visit} {point}-{visit}")

        assert play(parts) == expected, (point, visit)
        assert not crash_file.exists(), f"{point} was visited less than {visit} times"


def sudden_death(worker, seed):
    """What kills the whole worker at some moment within three seconds from now, and starts it again: once."""
    moment = time.monotonic() + random.Random(seed).uniform(0.05, 3.0)
    struck = []

    def strike():
        if time.monotonic() >= moment and not struck:
            struck.append(moment)
            worker.kill()
            worker.start()

    return strike


def test_a_worker_killed_at_any_moment_changes_nothing(deep, worker, parts):
    expected = play(parts)

    for seed in range(20 if deep else 3):
        assert play(parts, sudden_death(worker, seed)) == expected, seed
