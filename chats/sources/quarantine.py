"""Records, one of which may kill whoever reads it -> what each comes to; the deadly one is passed over and named.

Reading is our own code, but what it reads comes from outside: an input nobody thought of may bring the memory to its
end, or the loop to none.  Once a worker died, a child reads first what its parent is about to read.
"""

import os
import resource
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from chats.sources.base import Rejected, SourceTweet
from chats.sources.files.values import mapping, string

CHANCES = 3
SECONDS = 0.5  # for a page; a hundred records take some milliseconds
_CPU_SECONDS = 1
MEMORY = 2**30  # what the child shares with its parent included
_POLL_SECONDS = 0.005
_LONGEST_NAME = 100
_is_watchful: ContextVar[bool] = ContextVar("is_watchful", default=False)

Outcome = TypeVar("Outcome")


@contextmanager
def watchful(yes: bool) -> Iterator[None]:
    """Whether what is read within goes to a child first."""
    before = _is_watchful.set(yes)
    try:
        yield
    finally:
        _is_watchful.reset(before)


def outcomes(records: Sequence[object], read: Callable[[object], Outcome]) -> Iterator[tuple[int, Outcome | str]]:
    """Each record's number, counted from 1, and what ``read`` makes of it; a sentence where that would be our end."""
    deadly = set(_deadly(records, read)) if _is_watchful.get() else set()
    for place, record in enumerate(records):
        yield place + 1, _sentence(record) if place in deadly else read(record)


def sorted_out(
    records: Sequence[object], read: Callable[[object], list[SourceTweet | str]], *, of: str = ""
) -> tuple[tuple[SourceTweet, ...], tuple[Rejected, ...]]:
    """The tweets in records that may each hold several, and what in them can be none; ``of`` names where they stood."""
    tweets: list[SourceTweet] = []
    rejected: list[Rejected] = []
    for number, found in outcomes(records, read):
        for each in [found] if isinstance(found, str) else found:
            if isinstance(each, str):
                rejected.append(Rejected(number, f"Item {number}{of}: {each}"))
            else:
                tweets.append(each)
    return tuple(tweets), tuple(rejected)


def _sentence(record: object) -> str:
    named = mapping(record)
    name = string(named.get("id")) or string(named.get("uri")) or "without an id"
    return f"{name[:_LONGEST_NAME]} ended each of {CHANCES} programs that read it, and was passed over"


def _deadly(records: Sequence[object], read: Callable[[object], object]) -> Iterator[int]:
    """The places of those that killed every child that came to them: one may die of the machine."""
    place = 0
    while (place := place + _survived(records[place:], read)) < len(records):
        if not any(_survived(records[place : place + 1], read) for _ in range(CHANCES - 1)):
            yield place
        place += 1


def _survived(records: Sequence[object], read: Callable[[object], object]) -> int:
    """How many of them a child reads before it dies."""
    hears, tells = os.pipe()
    child = os.fork()
    if not child:
        _read_and_die(records, read, tells)
    os.close(tells)
    deadline = time.monotonic() + SECONDS
    while not (ended := os.waitpid(child, os.WNOHANG))[0] and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    if not ended[0]:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with os.fdopen(hears, "rb") as heard:
        return len(heard.read())


def _read_and_die(records: Sequence[object], read: Callable[[object], object], tells: int) -> None:
    """Within bounds, should the parent die before; nothing of the parent's is touched or closed."""
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        for record in records:
            _survive(record, read)
            os.write(tells, b".")
    finally:
        os._exit(0)


def _survive(record: object, read: Callable[[object], object]) -> None:
    """An error is no death: whoever reads it next will meet and tell it."""
    try:
        read(record)
    except MemoryError:
        raise
    except Exception:
        return
