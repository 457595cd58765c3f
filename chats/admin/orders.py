"""A button somebody presses -> the writer's verb, and a sentence that says what came of it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest

from accounts import audit
from chats.admin import words
from chats.ingest import control
from chats.ingest.control import NotPossible
from chats.models import Capture
from chats.rendering.numbers import counted


class Order(NamedTuple):
    """What to do with one capture, how the log calls it, and what to say of one and of several."""

    verb: Callable[[Capture, datetime], None]
    logged: str
    one: str
    several: str


# By the button's value.
ORDERS = {
    "now": Order(control.capture_now, "captures now", "looks at its source at once", "look at their sources at once"),
    "pause": Order(lambda capture, now: control.pause(capture), "pauses", "is paused", "are paused"),
    "go-on": Order(control.go_on, "lets go on", "goes on", "go on"),
}


def obey(request: HttpRequest, order: str, captures: Iterable[Capture], now: datetime) -> None:
    """Do it with each of these with which it can be done, and say of each what came of it."""
    verb, logged, one, several = ORDERS[order]
    done = []
    for capture in captures:
        before = audit.stored(capture)
        try:
            verb(capture, now)
        except NotPossible as refusal:
            messages.warning(request, f"{_named(capture)}: {refusal}")
        else:
            audit.record(request, logged, before=before, after=audit.stored(capture), within=capture.chat)
            done.append(capture)
    if len(done) == 1:
        messages.success(request, f"{_named(done[0])} {one}.")
    elif done:
        messages.success(request, f"{counted(len(done), 'capture,captures')} {several}.")


def _named(capture: Capture) -> str:
    return f"{words.source(capture)}, {words.query(capture)}"
