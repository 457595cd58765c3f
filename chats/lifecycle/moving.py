"""What is decided about a chat on the calendar -> its rows, and a letter to each who counts on it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts import leases
from chats.lifecycle import hours, letters
from chats.lifecycle.hours import NotAllowed
from chats.models import Build, Chat, Proposal, Question, Status
from chats.rendering import times

# What may become of a chat; one that is called off stays so, and another is scheduled.
TRANSITIONS = {
    Status.SCHEDULED: {Status.MOVED, Status.CANCELLED},
    Status.MOVED: {Status.MOVED, Status.CANCELLED},
    Status.CANCELLED: set(),
}
LONGEST_REASON = 300
MINUTE = timedelta(minutes=1)


def renew(chat: Chat) -> None:
    """What is said of a chat has changed: have its pages and everybody's calendars say so."""
    Chat.objects.filter(pk=chat.pk).update(sequence=F("sequence") + 1, revised_at=Now())
    build, _ = Build.objects.get_or_create(chat=chat)
    leases.make_due(build)


@transaction.atomic
def move(chat: Chat, starts_at: datetime, ends_at: datetime, reason: str, *, now: datetime) -> Chat:
    """Hold it at another time, its questions with it, and tell its hosts and who comes; the old evening is free.

    Raises ``NotAllowed`` for one that has begun or is called off, and for hours that are over or somebody else's.
    """
    proposal = Proposal.objects.select_for_update().filter(chat=chat).first()
    known = _deciding(chat, Status.MOVED, reason)
    if now >= known.starts_at:
        raise NotAllowed(f"“{known}” has begun, so it cannot be moved.")
    hours.check(starts_at, ends_at)
    if starts_at <= now:
        raise NotAllowed("That time is over. Choose one to come.")
    if (starts_at, ends_at) == (known.starts_at, known.ends_at):
        raise NotAllowed("That is when it is already. Choose another time.")
    if known.holds_slot:
        hours.keep(known.community, starts_at, ends_at, chat=known)
    by = starts_at - known.starts_at
    before = letters.when(known.starts_at, known.ends_at, known.time_zone)["evening"]
    _plan_questions(known, starts_at, ends_at)
    if proposal and proposal.freezes_at:
        Proposal.objects.filter(pk=proposal.pk).update(freezes_at=proposal.freezes_at + by)
    times_now = {"starts_at": starts_at, "ends_at": ends_at}
    Chat.objects.filter(pk=known.pk).update(status=Status.MOVED, status_reason=reason.strip(), **times_now)
    return _tell("moved", known, before=before)


def _plan_questions(chat: Chat, starts_at: datetime, ends_at: datetime) -> None:
    """As far into the hour as they were; where that is longer or shorter by now, so are the times between them."""
    stretch = (ends_at - starts_at) / (chat.ends_at - chat.starts_at)
    for key, planned_at in chat.questions.values_list("pk", "planned_at"):
        if planned_at is None:
            continue
        ahead = planned_at - chat.starts_at
        if stretch != 1:
            ahead = int(ahead * stretch / MINUTE) * MINUTE
        Question.objects.filter(pk=key).update(planned_at=starts_at + ahead)


@transaction.atomic
def cancel(chat: Chat, reason: str, *, now: datetime) -> Chat:
    """Call it off, with the reason that readers see, and tell its hosts and who comes; its evening is free.

    Raises ``NotAllowed`` for one that is over or called off already.
    """
    known = _deciding(chat, Status.CANCELLED, reason)
    if now >= known.ends_at:
        raise NotAllowed(f"“{known}” was held on {times.day(known.starts_at, known.time_zone)}.")
    Chat.objects.filter(pk=known.pk).update(status=Status.CANCELLED, status_reason=reason.strip())
    return _tell("cancelled", known)


def _deciding(chat: Chat, status: Status, reason: str) -> Chat:
    """The row as it stands now, locked."""
    known = Chat.objects.select_for_update(of=("self",)).select_related("community").get(pk=chat.pk)
    if status not in TRANSITIONS[Status(known.status)]:
        raise NotAllowed(f"“{known}” is {known.get_status_display()}, so it cannot be {status.label}.")
    if not reason.strip():
        raise NotAllowed("Readers want to know why: say it in a sentence.")
    if len(reason.strip()) > LONGEST_REASON:
        raise NotAllowed(f"The reason stands on every page of the chat: {LONGEST_REASON} characters at most.")
    return known


def _tell(template: str, chat: Chat, **told: str) -> Chat:
    renew(chat)
    letters.of_chat(template, chat, letters.everybody(chat), **told)
    chat.refresh_from_db()
    return chat
