"""What a volunteer decides about a comment -> its row, the reports it answers, and letters that say why."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts import prose
from accounts.models import User
from blog.comments import letters
from blog.comments.showing import held, renew
from blog.models import Comment, CommentState, HeldFor, Outcome, Rule
from chats.lifecycle import NotAllowed

KEPT = timedelta(days=30)  # what was removed, for its writer to read, and to see it differently
TOLD_APART = timedelta(days=1)  # neighbours on one network
LONGEST = 1000
CHANGED = "Its writer has changed it meanwhile. Read what it says now, then decide."
# What its writer is told where the volunteer adds nothing.
SENTENCES = {
    Rule.WELCOME: "It makes somebody less welcome for who they are.",
    Rule.CASES: "Something in it points at a real case or a real person.",
    Rule.YOURSELF: "It speaks for others, or advertises something.",
    Rule.IDEAS: "It goes against the person, not the idea.",
    Rule.FAMILIES: "Somebody close to the people it is about will read it.",
    Rule.OPEN: "It leads people away to a place that is not open.",
}


@transaction.atomic
def approve(comment: Comment, by: User, *, now: datetime) -> Comment:
    """Show it to everybody: one that waits, one that was reported, one that was removed."""
    known = _deciding(comment, by)
    was, is_first = known.state, known.shown_at is None
    facts = {"state": CommentState.SHOWN, "shown_at": known.shown_at or now, "rule": None, "said": "", "appeal": ""}
    _decided(known, by, now, **facts)
    _answer(known, Outcome.KEPT, now)
    if was != CommentState.SHOWN:
        letters.tell_writer("comment_shown", known)
    if is_first:
        letters.tell_answered(known)
    return known


@transaction.atomic
def ask(comment: Comment, by: User, said: str, *, now: datetime) -> Comment:
    """Have its writer change something; nobody else sees it meanwhile."""
    known = _deciding(comment, by)
    if known.state not in (CommentState.HELD, CommentState.SHOWN):
        raise NotAllowed(f"It is {known.get_state_display()}, so there is nothing to ask.")
    words = _sentence(said)
    if not words:
        raise NotAllowed("Say in a sentence what should be different.")
    _decided(known, by, now, state=CommentState.CHANGE, said=words)
    letters.tell_writer("comment_change", known)
    return known


@transaction.atomic
def remove(comment: Comment, by: User, rule: int, said: str = "", *, now: datetime) -> Comment:
    """Take it away under a house rule.  A removal that its writer did not accept is confirmed by somebody else."""
    known = _deciding(comment, by)
    if rule not in Rule.values:
        raise NotAllowed("Say which house rule it goes against.")
    words = _sentence(said) or SENTENCES[Rule(rule)]
    again = known.held_for == HeldFor.APPEAL
    _decided(known, by, now, state=CommentState.REMOVED, rule=rule, said=words)
    _answer(known, Outcome.REMOVED, now)
    letters.tell_writer("comment_removed", known, again=again, can_appeal=not known.appeal)
    return known


def _sentence(said: str) -> str:
    words = prose.lines(said)
    if len(words) > LONGEST:
        raise NotAllowed(f"That is {len(words) - LONGEST} characters too long.")
    return words


def _deciding(comment: Comment, by: User) -> Comment:
    """The row as it stands now; ``comment`` has the words that were read before somebody decided."""
    known = held(comment)
    if not known.text:
        raise NotAllowed("Its words are gone, so there is nothing to decide.")
    if known.text != comment.text:
        raise NotAllowed(CHANGED)
    if known.author_id == by.pk and not by.is_superuser:
        raise NotAllowed("It is your own, so somebody else decides about it.")
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
    over = Q(state=CommentState.REMOVED, decided_at__lt=now - KEPT) & ~Q(held_for=HeldFor.APPEAL) & ~Q(text="")
    return Comment.objects.filter(over).update(text="", html="", said="", appeal="")
