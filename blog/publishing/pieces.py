"""A short piece of a member -> a row under a post of many; held where somebody has to read it first."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts import crisis, prose
from accounts.models import User
from blog.models import Contribution, Post, Standing
from blog.publishing import decisions, letters
from blog.publishing.clearing import clear
from chats.lifecycle import NotAllowed

MOST_WORDS = 200
MOST_SIGNS = 2000
MOST_EACH = 5  # of one person under one post
GRACE = timedelta(hours=1)  # for whoever was still writing when the time was over
CLOSED = "This post takes no pieces now: only from a week before the event to a week after it."


@transaction.atomic
def contribute(post: Post, user: User, text: str, *, now: datetime, begun_at: datetime | None = None) -> Contribution:
    """Add a piece: a newcomer's is held, in a crisis everybody's.  Raises ``NotAllowed`` with a sentence for them.

    ``begun_at`` is when they began to write: whoever did so in time has ``GRACE``.
    """
    text = prose.lines(text)
    Post.objects.select_for_update().get(pk=post.pk)  # two who press at once are counted one after the other
    if not may_end(post, now, begun_at):
        raise NotAllowed(CLOSED)
    if not user.is_active:
        raise NotAllowed("You cannot write here.")
    if not text:
        raise NotAllowed("Write a few words first.")
    count = len(text.split())
    if count > MOST_WORDS or len(text) > MOST_SIGNS:
        raise NotAllowed(f"That is {count} words. {MOST_WORDS} at most, so that everybody is read.")
    own = post.contributions.filter(user=user)
    if own.filter(text=text).exists():
        raise NotAllowed("You have sent exactly this before.")
    if own.count() >= MOST_EACH:
        raise NotAllowed(f"You have added {MOST_EACH} pieces here. Leave some room for others.")
    is_known = Contribution.objects.filter(user=user, standing=Standing.SHOWN, post__community=post.community).exists()
    is_shown = is_known and not crisis.position(post.community).holds_comments
    standing = Standing.SHOWN if is_shown else Standing.HELD
    piece = post.contributions.create(user=user, text=text, html=prose.html(text), standing=standing, created_at=now)
    clear(post)
    return piece


def may_end(post: Post, now: datetime, begun_at: datetime | None) -> bool:
    """Whether a piece that somebody began then can still be added."""
    if post.takes_pieces(now):
        return True
    in_time = begun_at is not None and now - GRACE <= begun_at <= now and post.takes_pieces(begun_at)
    return in_time and post.is_out(now)


@transaction.atomic
def withdraw(piece: Contribution, *, now: datetime) -> None:
    """Its writer wants it no more: no word of it stays, nor of a letter that tells of it."""
    Contribution.objects.filter(pk=piece.pk).delete()
    letters.unsay(piece, [piece.user_id], now)
    clear(piece.post)


def withdraw_all(user: User, *, now: datetime) -> None:
    """All they have added, wherever: they leave, or are erased."""
    for piece in Contribution.objects.filter(user=user).select_related("post__community").order_by("pk"):
        withdraw(piece, now=now)


@transaction.atomic
def show(piece: Contribution, by: User, *, now: datetime) -> Contribution:
    """Let everybody read it: one that waits, or one that was hidden."""
    known = _deciding(piece, by)
    was = known.standing
    _decided(known, now, Standing.SHOWN)
    if was != Standing.SHOWN:
        letters.send("words_shown", known, [known.user_id])
    return known


@transaction.atomic
def hide(piece: Contribution, by: User, rule: int, said: str = "", *, now: datetime) -> Contribution:
    """Take it away under a house rule; its writer is told why."""
    known = _deciding(piece, by)
    _decided(known, now, Standing.HIDDEN, rule=rule, said=decisions.reason(rule, said))
    letters.send("words_removed", known, [known.user_id])
    return known


def _deciding(piece: Contribution, by: User) -> Contribution:
    """The row as it stands now, locked until the transaction ends."""
    rows = Contribution.objects.select_for_update(of=("self",)).select_related("post__community")
    known = rows.filter(pk=piece.pk).first()
    if known is None:
        raise NotAllowed("Its writer has taken it back.")
    decisions.check(known.text, known.user_id, by)
    return known


def _decided(
    known: Contribution, now: datetime, standing: Standing, *, rule: int | None = None, said: str = ""
) -> None:
    known.standing, known.rule, known.said, known.decided_at = standing, rule, said, now
    known.save(update_fields=["standing", "rule", "said", "decided_at"])
    clear(known.post)


def empty_hidden(now: datetime) -> int:
    """Throw away the words of pieces that were hidden long ago; returns of how many."""
    over = Contribution.objects.filter(standing=Standing.HIDDEN, decided_at__lt=now - decisions.KEPT).exclude(text="")
    return over.update(text="", html="", said="")
