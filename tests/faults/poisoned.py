"""``POISON`` -> a Celery worker to which one tweet does harm while it is read; without it, the stack's own worker.

``POISON`` is ``how id``: "die" by SIGKILL, "loop" for ever, or "swell" to two gigabytes of memory.  With "once" as
a third word it does so a single time.  ``HARM_FILE`` is made then.  ``TIME_LIMIT`` are the seconds any task may take.
"""

import os
import signal
from pathlib import Path

from chats.sources.files import twarc_v2
from wecops.celery import app


def _die():
    os.kill(os.getpid(), signal.SIGKILL)


def _loop():
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # the soft limit's
    while True:
        pass


def _swell():
    held = []
    while True:
        held.append(bytearray(10**8))
        if len(held) > 20:
            _die()  # as the kernel's memory guard would


HARM = {"die": _die, "loop": _loop, "swell": _swell}


def _harmful(outcome, how, id_, once=""):
    done = Path(os.environ["HARM_FILE"])

    def read(item, *given, **named):
        if item.get("id") == id_ and not (once and done.exists()):
            if not done.exists():
                done.touch()
            HARM[how]()
        return outcome(item, *given, **named)

    return read


if __name__ == "__main__":
    if poison := os.environ.get("POISON"):
        twarc_v2.outcome = _harmful(twarc_v2.outcome, *poison.split())
    if limit := os.environ.get("TIME_LIMIT"):
        app.conf.update(task_time_limit=float(limit), task_soft_time_limit=float(limit) * 0.9)
    app.worker_main(["worker", "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"])
