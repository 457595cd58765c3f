"""A chat, an event or a topic -> what upper floors have beside it: unknown here, so a signal asks who has something."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.dispatch import Signal
from django.utils.safestring import SafeString

from chats.models import Chat, Event, Topic

# Sent with ``chat``; a receiver answers with a list of ``Film``.
films_asked = Signal()
# Sent with ``event``; a receiver answers with a list of ``Film``.
films_of_event_asked = Signal()
# Sent with ``event`` and ``now``; a receiver answers with a list of ``Writing``.
writings_asked = Signal()
# Sent with ``topic`` and ``now``; a receiver answers with a list of ``Writing``.
writings_on_topic_asked = Signal()


@dataclass(frozen=True, slots=True)
class Film:
    """A film of the work, as a chat's page shows it; both times are None where it never was live."""

    title: str
    summary: str
    path: str
    picture: SafeString
    minutes: int | None
    starts_at: datetime | None
    ends_at: datetime | None


class Writing(NamedTuple):
    """Something written about an event or on a topic: where it stands, and what sort of writing it is, in our words."""

    address: str
    title: str
    summary: str
    kind: str


def films(chat: Chat) -> tuple[Film, ...]:
    """Those that readers may see, of whoever has some."""
    answers: list[Any] = films_asked.send(sender=Chat, chat=chat)
    return tuple(film for _, found in answers for film in found)


def films_of(event: Event) -> tuple[Film, ...]:
    """Those of an event, and of the chat that goes with it, that readers may see."""
    answers: list[Any] = films_of_event_asked.send(sender=Event, event=event)
    return tuple(film for _, found in answers for film in found)


def writings(event: Event, now: datetime) -> list[Writing]:
    """All that was written about it and is out."""
    answers: list[Any] = writings_asked.send(sender=Event, event=event, now=now)
    return [each for _, told in answers for each in told]


def writings_on(topic: Topic, now: datetime) -> list[Writing]:
    """All that was written on a topic and is out, the newest first."""
    answers: list[Any] = writings_on_topic_asked.send(sender=Topic, topic=topic, now=now)
    return [each for _, told in answers for each in told]
