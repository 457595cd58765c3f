"""A person's word on a capture -> its row: look now, pause, go on.

What a worker has in hand meanwhile is not torn from it: it notices after its page (``ingest``).
"""

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from accounts import leases
from chats.ingest import opening, uploads
from chats.models import Build, Capture


class NotPossible(Exception):
    """What was asked cannot be done; the message says why, in a sentence for the person who asked."""


@transaction.atomic
def capture_now(capture: Capture, now: datetime) -> None:
    """Have the capture look at its source at once, also one that was put aside or is done."""
    row = _locked(capture)
    if row.paused_at:
        raise NotPossible("It is paused: let it go on first.")
    if _is_early(row, now):
        raise NotPossible("There is nothing to capture yet: it begins with the chat's lead-in.")
    if uploads.is_gone(row.query):
        raise NotPossible("Its file was read and is not kept: hand it in again.")
    leases.make_due(row)


@transaction.atomic
def pause(capture: Capture) -> None:
    """Stop asking the source until somebody lets it go on.  Whoever pauses has seen what was wrong with it."""
    row = _locked(capture)
    if row.paused_at:
        return
    if row.completed_at and row.next_due_at is None and not row.error_code:
        raise NotPossible("It is done: there is nothing to pause.")
    row.paused_at, row.next_due_at, row.quarantined_at = Now(), None, None
    row.error_code = row.error = ""
    row.save(update_fields=["paused_at", "next_due_at", "quarantined_at", "error_code", "error"])
    _tell(row)


@transaction.atomic
def go_on(capture: Capture, now: datetime) -> None:
    """Take a pause back: what is missing is fetched at once, or when the chat opens."""
    row = _locked(capture)
    if not row.paused_at:
        return
    row.paused_at, row.attempts, row.waits = None, 0, 0
    row.next_due_at = row.chat.opens_at if _is_early(row, now) else Now()
    row.save(update_fields=["paused_at", "attempts", "waits", "next_due_at"])
    _tell(row)


def _locked(capture: Capture) -> Capture:
    return Capture.objects.select_for_update(of=("self",)).select_related("chat").get(pk=capture.pk)


def _is_early(capture: Capture, now: datetime) -> bool:
    return opening.is_live(capture.source) and now < capture.chat.opens_at


def _tell(capture: Capture) -> None:
    """Pages say whether a source is paused."""
    leases.make_due(Build.objects.get_or_create(chat=capture.chat)[0])
