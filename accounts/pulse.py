"""Work in hand -> its lease, renewed beside it: a dead worker is known in seconds, however long a step may take.

A thread can only say that its process lives.  The work must be heard from as well, or what hangs would hang for ever.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import Error, connection


@dataclass
class _Heard:
    """When the work last said that it goes on, by ``time.monotonic``."""

    at: float


_work: ContextVar[_Heard | None] = ContextVar("work", default=None)


def heard() -> None:
    """The work in hand, if any, goes on."""
    if work := _work.get():
        work.at = time.monotonic()


@contextmanager
def beating(beat: Callable[[], object], *, every: float, silence: float) -> Iterator[None]:
    """Have ``beat`` called ``every`` so many seconds by a thread with a database connection of its own.

    No longer than ``silence`` seconds after the work was last ``heard``.
    """
    work, over = _Heard(time.monotonic()), threading.Event()
    before = _work.set(work)
    threading.Thread(target=_beat, args=(beat, work, over, every, silence), daemon=True).start()
    try:
        yield
    finally:
        _work.reset(before)
        over.set()


def _beat(beat: Callable[[], object], work: _Heard, over: threading.Event, every: float, silence: float) -> None:
    """Most work is done before the first beat, and then this connects to nothing."""
    try:
        while not over.wait(every) and time.monotonic() - work.at < silence:
            try:
                beat()
            except Error:  # the next one asks anew; a lease that ends before it costs a repetition, never a row
                connection.close()
    finally:
        connection.close()
