"""What is decided about an event in person -> its row, and calendars that say so."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts import leases
from accounts.models import Community
from chats.lifecycle.hours import NotAllowed
from chats.models import Build, Event, Partner, ProgrammeItem, Speaker

# What calendars and feeds tell of it.
TOLD = (
    "title", "summary", "starts_at", "ends_at", "time_zone", "place", "address", "cost", "access",
    "status", "status_reason",
)  # fmt: skip


@transaction.atomic
def gather(
    community: Community,
    slug: str,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    rows: Iterable[ProgrammeItem | Speaker | Partner] = (),
    **facts: Any,
) -> Event:
    """Write an event down with the ``rows`` of its page; ``facts`` are fields of ``Event``.

    One that is there already stays as it is.

    Raises ``NotAllowed`` for what its table would refuse.
    """
    known = Event.objects.of(community).filter(slug=slug).first()
    if known is not None:
        return known
    event = Event(community=community, slug=slug, title=title, starts_at=starts_at, ends_at=ends_at, **facts)
    try:
        event.full_clean()
    except ValidationError as error:
        raise NotAllowed(" ".join(error.messages)) from error
    event.save(force_insert=True)
    for row in rows:
        row.event = event
        row.save(force_insert=True)
    _tell_chats(event)
    return event


def renew(event: Event, was: Event) -> None:
    """Have calendars, feeds and the pages of its chats say what it says now; where they do already, nothing happens."""
    if any(getattr(event, name) != getattr(was, name) for name in TOLD):
        Event.objects.filter(pk=event.pk).update(sequence=F("sequence") + 1, revised_at=Now())
    if any(getattr(event, name) != getattr(was, name) for name in ("title", "status", "live_chat_id")):
        _tell_chats(event, was)


def _tell_chats(*events: Event) -> None:
    """The page of a chat that is over is kept as it was when it was built."""
    chats = {event.live_chat_id for event in events} - {None}
    for build in Build.objects.filter(chat__in=chats, published__isnull=False):
        leases.make_due(build)
