"""An evening under way -> the same with something broken: every fault of the matrix, brief or as long as it says."""

import signal
import time
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db.models.functions import Now

from accounts import leases
from chats import tasks
from chats.models import Capture
from tests.faults.evening import Evening
from wecops.celery import app

GRACE = 10  # seconds between asking a worker to stop and insisting
BETWEEN_FLUSHES = 0.6
BETWEEN_ENDINGS = 0.5
UNLENT_SECONDS = 5


def crash(point, visit):
    """A worker's child, by SIGKILL, when it comes by a point for so many times."""

    def strike(held: Evening, seconds):
        held.crash_file.write_text(f"{point} {visit} {point}-{visit}")
        struck_or_over = lambda: not held.crash_file.exists() or held.is_over()  # noqa: E731
        held.wait_until(struck_or_over, f"{point} was not visited {visit} times")

    return strike


def lent():
    return Capture.objects.filter(lease_until__gt=Now()).exists()


def killed(held: Evening, seconds):
    """The whole worker, by SIGKILL and with work in its hands; another is started."""
    held.wait_until(lambda: lent() or held.is_over(), "no capture was lent")
    held.workers.pop().end()
    held.is_struck()
    held.start_worker()


def stopped(held: Evening, seconds):
    """A worker that is frozen with work in its hands; another takes over; then the first goes on."""
    frozen = held.workers[-1]
    held.wait_until(lambda: lent() or held.is_over(), "no capture was lent")
    frozen.strike(signal.SIGSTOP)
    held.is_struck()
    until = time.monotonic() + seconds
    held.start_worker()
    held.recovered()
    time.sleep(max(0, until - time.monotonic()))
    frozen.strike(signal.SIGCONT)


def deployed(held: Evening, seconds):
    held.workers.pop().ask_to_stop(grace=GRACE)
    held.is_struck()
    held.start_worker()


def lose(held: Evening, end):
    """Hand out what is due as a worker does, and ``end`` the broker that has the messages before anybody takes them."""
    worker, lost = held.workers[-1], []
    deadline = time.monotonic() + UNLENT_SECONDS
    while not lost and time.monotonic() < deadline:
        worker.strike(signal.SIGSTOP)
        lost = leases.claim_due(Capture, 10)
        with app.connection_for_write(held.ground.broker.url()) as wire:
            tasks.plan.apply_async(connection=wire)  # whoever waits at the broker has the first at once
            for claim in lost:
                tasks.ingest_chat.apply_async((claim.id, claim.fence), connection=wire)
        if lost:
            end()
        worker.strike(signal.SIGCONT)
        time.sleep(0.1)
    held.lost += len(lost)


def broker_emptied(held: Evening, seconds):
    broker = held.ground.broker
    lose(held, broker.shut_down)
    if broker.is_there:  # nothing was due
        broker.shut_down()
    time.sleep(seconds)
    broker.start()


def broker_torn(held: Evening, seconds):
    broker = held.ground.broker
    broker.kill(torn=7)
    time.sleep(seconds)
    broker.start()


def flushed(held: Evening, seconds):
    with held.ground.broker.client as client:
        for _ in range(9):
            client.flushall()
            time.sleep(held.dice.uniform(0, BETWEEN_FLUSHES))
        lose(held, client.flushall)


def broker_frozen(held: Evening, seconds):
    broker = held.ground.broker
    broker.freeze()
    time.sleep(seconds)
    broker.thaw()


def half_open(held: Evening, seconds):
    """Who is connected to the broker goes on talking to nobody."""
    held.ground.line.drop()


def database_crashed(held: Evening, seconds):
    database = held.ground.database
    database.stop(signal.SIGQUIT)
    time.sleep(seconds)
    database.start()


def database_restarted(held: Evening, seconds):
    """The first reader afterwards is answered, though the connection is one from before."""
    database = held.ground.database
    assert status(held.chat) == "200 OK"
    database.stop(signal.SIGINT)
    database.start()
    assert status(held.chat) == "200 OK"


def status(chat):
    """Of the answer to somebody who asks for its page."""
    said, environ = [], {"HTTP_HOST": "testserver", "PATH_INFO": chat.get_absolute_url()}
    setup_testing_defaults(environ)
    WSGIHandler()(environ, lambda status, headers: said.append(status)).close()
    return said[0]


def connections_terminated(held: Evening, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        held.ground.database.terminate_connections()
        time.sleep(BETWEEN_ENDINGS)


def out_of_time(held: Evening, seconds):
    """A task that may take so many seconds hangs, and is killed for it."""
    held.wait_until(held.harm_file.exists, "nobody read the poison")
    time.sleep(max(0, held.harm_file.stat().st_mtime + seconds - time.time()))


LEASE = settings.LEASE_SECONDS
# What breaks, the seconds within which work must go on, and the seconds that it lasts: among others, and by itself.
STRIKES = {
    "W1": (crash("ingest.after_fetch", 2), 15, 0, 0),
    "W2": (crash("ingest.in_transaction", 2), 15, 0, 0),
    "W3": (crash("ingest.after_commit", 2), 15, 0, 0),
    "W4": (crash("build.after_render", 1), 20, 0, 0),
    "W5": (killed, 15, 0, 0),
    "W6": (stopped, 130, LEASE + 3, 180),
    "W7": (deployed, 20, 0, 0),
    "R1": (broker_emptied, 20, 2, 30),
    "R2": (broker_torn, 20, 2, 30),
    "R3": (flushed, 20, 0, 0),
    "R4": (broker_frozen, 20, 4, 60),
    "R5": (half_open, 60, 0, 0),
    "P1": (database_crashed, 10, 2, 20),
    "P2": (database_restarted, 5, 0, 0),
    "P3": (connections_terminated, 5, 3, 60),
}
