"""What a member writes, changes, takes back and reports -> rows of comments."""

from datetime import datetime

from django.db import transaction
from django.utils.safestring import SafeString

from accounts import prose
from accounts.models import User
from blog import thread
from blog.comments import letters, limits
from blog.comments.limits import Refused
from blog.comments.showing import held, renew
from blog.models import Comment, CommentReport, CommentState, HeldFor, Outcome, Post, Worry
from blog.models.comment import CAN_EDIT

FOLDED_AFTER = 3  # reports that nobody has answered
LONGEST_APPEAL = 1000


def preview(text: str) -> SafeString:
    """How it would look.  Raises ``Refused`` as ``add`` does for its words."""
    return limits.check_words(text)[1]


@transaction.atomic
def add(
    post: Post, author: User, text: str, *, now: datetime, to: Comment | None = None, sent_from: str = ""
) -> Comment:
    """A comment, or a reply ``to`` one: shown at once, or held with its reason; ``Refused`` keeps nothing.

    A reply to a reply stands beside it.  ``sent_from`` is a ``place``.
    """
    User.objects.select_for_update().get(pk=author.pk)  # two windows at once are counted one after the other
    post = Post.objects.select_for_update(of=("self",)).select_related("community").get(pk=post.pk)
    limits.check_writer(author)
    _check_open(post, now)
    words, html = limits.check_words(text)
    limits.check_new(author, words, post.community, now)
    limits.check_pace(author, sent_from, now)
    parent = _answered(post, to)
    why = limits.held_for(author, post.community, now)
    last = post.comments.order_by("-number").values_list("number", flat=True).first() or 0
    comment = post.comments.create(
        number=last + 1,
        parent=parent,
        author=author,
        text=words,
        html=html,
        state=CommentState.HELD if why else CommentState.SHOWN,
        held_for=why or "",
        sent_at=now,
        shown_at=None if why else now,
        sent_from=sent_from,
    )
    if not why:
        renew(post)
        letters.tell_answered(comment)
    return comment


def _check_open(post: Post, now: datetime) -> None:
    if not post.is_out(now):
        raise Refused("The post is not there any more, so nothing can be said under it.", "This post is gone")
    if why := thread.closed(post, now):
        raise Refused("What is there stays to read.", why.rstrip("."))


def _answered(post: Post, to: Comment | None) -> Comment | None:
    if to is None:
        return None
    if to.post_id != post.pk or to.state != CommentState.SHOWN:
        raise Refused("The comment that you answer is not there any more. Send yours without it.")
    return to.parent or to


def can_edit(comment: Comment, now: datetime) -> bool:
    """For fifteen minutes; and whenever a volunteer has asked for a change."""
    if comment.state == CommentState.CHANGE:
        return True
    return comment.state in (CommentState.HELD, CommentState.SHOWN) and now < comment.sent_at + CAN_EDIT


@transaction.atomic
def edit(comment: Comment, text: str, *, now: datetime) -> Comment:
    """Give it other words.  Whose first one was let through gets this one read again, or that would be the way in."""
    known = held(comment)
    author = known.author
    if author is None or not can_edit(known, now):
        raise Refused("A comment can be changed for fifteen minutes. You can still delete it.", "Its time is over")
    limits.check_writer(author)
    words, html = limits.check_words(text)
    if words == known.text:
        return known
    limits.check_new(author, words, known.post.community, now, but=known.pk)
    changes = {"text": words, "html": html, "edited_at": now}
    if known.state == CommentState.CHANGE:
        changes |= {"state": CommentState.HELD, "held_for": HeldFor.CHANGED}
    elif known.state == CommentState.SHOWN and (
        why := limits.held_for(author, known.post.community, now, but=known.pk)
    ):
        changes |= {"state": CommentState.HELD, "held_for": why}
    return _changed(known, **changes)


def _changed(known: Comment, **changes: object) -> Comment:
    for field, value in changes.items():
        setattr(known, field, value)
    known.save(update_fields=[*changes])
    renew(known.post)
    return known


NO_WORDS = {"text": "", "html": "", "said": "", "appeal": "", "sent_from": ""}


@transaction.atomic
def withdraw(comment: Comment, *, now: datetime) -> Comment:
    """Its words go for good; its place in the thread stays.  Safe to repeat."""
    known = held(comment)
    if known.state == CommentState.WITHDRAWN:
        return known
    known.reports.filter(outcome="").update(outcome=Outcome.REMOVED, answered_at=now)
    letters.unsay(known, now)
    if known.state == CommentState.REMOVED:  # which it stays
        return _changed(known, **NO_WORDS, held_for="")
    return _changed(known, **NO_WORDS, held_for="", state=CommentState.WITHDRAWN, decided_at=now)


def withdraw_all(author: User, *, now: datetime) -> int:
    """All they have said, wherever: they leave, or are erased.  Returns how many comments lost their words."""
    with transaction.atomic():
        own = list(Comment.objects.filter(author=author).exclude(text="").order_by("post", "pk"))
        for comment in own:
            withdraw(comment, now=now)
    return len(own)


@transaction.atomic
def report(comment: Comment, by: User, why: str, *, now: datetime) -> CommentReport:
    """Ask a volunteer to look; whoever has asked already has.

    It stays until then, unless three have asked, or it may name a real case and nobody of us has read it yet.
    """
    known = held(comment)
    if why not in Worry.values:
        raise Refused("Say what is wrong.")
    if known.author_id == by.pk:
        raise Refused("It is your own. You can delete it.")
    earlier = known.reports.filter(by=by).first()
    if earlier:
        return earlier
    if known.state != CommentState.SHOWN:
        raise Refused("It is not there any more.")
    limits.check_writer(by)
    if CommentReport.objects.filter(by=by, made_at__gt=now - limits.DAY).count() >= limits.MOST_REPORTS:
        raise Refused("You have reported many today. Write to the team, so that we look at them together.")
    made = known.reports.create(by=by, why=why, made_at=now)
    is_unread_case = why == Worry.CASE and known.decided_at is None
    if is_unread_case or known.reports.filter(outcome="").count() >= FOLDED_AFTER:
        _changed(known, state=CommentState.HELD, held_for=HeldFor.REPORTED)
    return made


@transaction.atomic
def appeal(comment: Comment, text: str, *, now: datetime) -> Comment:
    """Ask somebody else of the team to look again at what was removed; once."""
    known = held(comment)
    words = prose.lines(text)
    if known.state != CommentState.REMOVED or not known.text:
        raise Refused("There is nothing to look at again.")
    if known.appeal:
        raise Refused("You have asked already.")
    if not words:
        raise Refused("Say in a sentence how you see it.")
    if len(words) > LONGEST_APPEAL:
        raise Refused(f"That is {len(words) - LONGEST_APPEAL} characters too long.")
    return _changed(known, appeal=words, held_for=HeldFor.APPEAL)
