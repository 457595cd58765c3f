"""Somebody who waits for a network -> a call before each request: work that takes long shows that it goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_before_asking: ContextVar[Callable[[], object] | None] = ContextVar("before_asking", default=None)


@contextmanager
def felt_by(before_asking: Callable[[], object]) -> Iterator[None]:
    """Have ``before_asking`` called before each request that is made within; what it raises is raised there."""
    before = _before_asking.set(before_asking)
    try:
        yield
    finally:
        _before_asking.reset(before)


def beat() -> None:
    """A request is about to be made."""
    if before_asking := _before_asking.get():
        before_asking()
