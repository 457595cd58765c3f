"""A page of this floor -> whoever knows more about it further up; what they answer are plain values."""

from datetime import datetime
from typing import Any, NamedTuple

from django.dispatch import Signal

from chats.models import Event

# Sent with ``event`` and ``now``; who hears it answers a list of ``Writing``.
event_is_shown = Signal()


class Writing(NamedTuple):
    """Something written about an event: where it stands, and what sort of writing it is, in our words."""

    address: str
    title: str
    summary: str
    kind: str


def writings(event: Event, now: datetime) -> list[Writing]:
    """All that was written about it and is out."""
    answers: list[tuple[Any, Any]] = event_is_shown.send(Event, event=event, now=now)
    return [each for _, told in answers for each in told]
