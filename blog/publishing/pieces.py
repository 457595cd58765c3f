"""A short piece of a member -> a row under a post of many; held where somebody has to read it first."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts import crisis, prose
from accounts.models import User
from blog.models import Contribution, Post, Standing
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
def withdraw(piece: Contribution) -> None:
    """Its writer wants it no more: no word of it stays."""
    piece.delete()
    clear(piece.post)


def show(piece: Contribution) -> None:
    _stand(piece, Standing.SHOWN)


def hide(piece: Contribution) -> None:
    _stand(piece, Standing.HIDDEN)


def _stand(piece: Contribution, standing: Standing) -> None:
    piece.standing = standing
    piece.save(update_fields=["standing"])
    clear(piece.post)
