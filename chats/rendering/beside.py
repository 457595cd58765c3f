"""A chat -> what other floors have beside it: they lie above, unknown here, so a signal asks who has something."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.dispatch import Signal
from django.utils.safestring import SafeString

from chats.models import Chat

# Sent with ``chat``; a receiver answers with a list of ``Film``.
films_asked = Signal()


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


def films(chat: Chat) -> tuple[Film, ...]:
    """Those that readers may see, of whoever has some."""
    answers: list[Any] = films_asked.send(sender=Chat, chat=chat)
    return tuple(film for _, found in answers for film in found)
