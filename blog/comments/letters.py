"""What became of a comment -> letters to those it concerns, if they have an address; their page tells it as well."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models.user import Mailed
from blog.models import Comment, Outcome
from blog.publishing import letters


def tell_writer(template: str, comment: Comment, **told: Any) -> None:
    _send(template, comment, [comment.author_id], **told)


def tell_reporters(comment: Comment, members: Iterable[int], outcome: Outcome) -> None:
    _send("report_answered", comment, members, outcome=outcome.label, is_gone=outcome == Outcome.REMOVED)


def tell_answered(comment: Comment) -> None:
    """Whoever wrote what it answers, if they want such letters and it was somebody else."""
    answered = comment.parent.author if comment.parent else None
    if answered and answered != comment.author and Mailed.REPLIES in answered.mailed:
        _send("comment_answered", comment, [answered.pk])


def unsay(comment: Comment, now: datetime) -> None:
    """Its words are gone: from letters to its writer too, and to whoever it answered."""
    letters.unsay(comment, [comment.author_id], now)
    unsay_answer(comment, now)


def unsay_answer(comment: Comment, now: datetime) -> None:
    """Nobody but its writer reads it any more, nor that somebody was answered."""
    if comment.parent:
        letters.unsay(comment, [comment.parent.author_id], now)


def _send(template: str, comment: Comment, members: Iterable[int | None], **told: Any) -> None:
    by = str(comment.author or "Somebody")
    letters.send(template, comment, members, comment=comment, by=by, **told)
