"""What a volunteer decides about a comment -> its row, the reports it answers, and letters that say why."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from blog.comments import letters
from blog.comments.showing import held, renew
from blog.models import Comment, CommentState, HeldFor, Outcome
from blog.publishing import decisions
from chats.lifecycle import NotAllowed

TOLD_APART = timedelta(days=1)  # neighbours on one network
CHANGED = "Its writer has changed it meanwhile. Read what it says now, then decide."


@transaction.atomic
def approve(comment: Comment, by: User, *, now: datetime) -> Comment:
    """Show it to everybody: one that waits, one that was reported, one that was removed."""
    known = _deciding(comment, by)
    was, is_first = known.state, known.shown_at is None
    facts = {"state": CommentState.SHOWN, "shown_at": known.shown_at or now, "rule": None, "said": "", "appeal": ""}
    _decided(known, by, now, **facts)
    _answer(known, Outcome.KEPT, now)
    if was != CommentState.SHOWN:
        letters.tell_writer("words_shown", known)
    if is_first:
        letters.tell_answered(known)
    return known


@transaction.atomic
def ask(comment: Comment, by: User, said: str, *, now: datetime) -> Comment:
    """Have its writer change something; nobody else sees it meanwhile."""
    known = _deciding(comment, by)
    if known.state not in (CommentState.HELD, CommentState.SHOWN):
        raise NotAllowed(f"It is {known.get_state_display()}, so there is nothing to ask.")
    words = decisions.sentence(said)
    if not words:
        raise NotAllowed("Say in a sentence what should be different.")
    _decided(known, by, now, state=CommentState.CHANGE, said=words)
    letters.tell_writer("comment_change", known)
    return known


@transaction.atomic
def remove(comment: Comment, by: User, rule: int, said: str = "", *, now: datetime) -> Comment:
    """Take it away under a house rule.  A removal that its writer did not accept is confirmed by somebody else."""
    known = _deciding(comment, by)
    words = decisions.reason(rule, said)
    again = known.held_for == HeldFor.APPEAL
    _decided(known, by, now, state=CommentState.REMOVED, rule=rule, said=words)
    _answer(known, Outcome.REMOVED, now)
    letters.unsay_answer(known, now)
    letters.tell_writer("words_removed", known, again=again, can_appeal=not known.appeal)
    return known


def _deciding(comment: Comment, by: User) -> Comment:
    """The row as it stands now; ``comment`` has the words that were read before somebody decided."""
    known = held(comment)
    decisions.check(known.text, known.author_id, by)
    if known.text != comment.text:
        raise NotAllowed(CHANGED)
    if known.held_for == HeldFor.APPEAL and known.decided_by_id == by.pk and not by.is_superuser:
        raise NotAllowed("You removed it, so somebody else looks again.")
    return known


def _decided(known: Comment, by: User, now: datetime, **changes: object) -> None:
    changes |= {"decided_at": now, "decided_by": by, "held_for": ""}
    for field, value in changes.items():
        setattr(known, field, value)
    known.save(update_fields=[*changes])
    renew(known.post)


def _answer(known: Comment, outcome: Outcome, now: datetime) -> None:
    """Whoever reported it learns what came of it."""
    waiting = known.reports.filter(outcome="")
    members = list(waiting.values_list("by", flat=True))
    waiting.update(outcome=outcome, answered_at=now)
    letters.tell_reporters(known, members, outcome)


def empty_old(now: datetime) -> int:
    """Throw away the words of what was removed long ago, and where comments came from; returns of how many."""
    Comment.objects.exclude(sent_from="").filter(sent_at__lt=now - TOLD_APART).update(sent_from="")
    over = (
        Q(state=CommentState.REMOVED, decided_at__lt=now - decisions.KEPT) & ~Q(held_for=HeldFor.APPEAL) & ~Q(text="")
    )
    return Comment.objects.filter(over).update(text="", html="", said="", appeal="")
