"""What people decide about a post -> its status: the table of what may follow what, and one verb each."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from blog.models import Post, PostStatus
from blog.publishing import addresses, consent, mailed, words, writing
from blog.publishing.clearing import clear
from chats.lifecycle import NotAllowed

MOVES = {
    PostStatus.DRAFT: {PostStatus.REVIEW, PostStatus.SCHEDULED, PostStatus.PUBLISHED},
    PostStatus.REVIEW: {PostStatus.DRAFT, PostStatus.SCHEDULED, PostStatus.PUBLISHED},
    PostStatus.SCHEDULED: {PostStatus.DRAFT, PostStatus.SCHEDULED, PostStatus.PUBLISHED},
    PostStatus.PUBLISHED: {PostStatus.UNPUBLISHED},
    PostStatus.UNPUBLISHED: {PostStatus.PUBLISHED},
}
LONGEST_AHEAD = timedelta(days=366)


def settled(post: Post, now: datetime) -> PostStatus:
    """Its status as the clock has it: what was scheduled and has come out is published."""
    return PostStatus.PUBLISHED if post.is_out(now) else PostStatus(post.status)


@transaction.atomic
def submit(post: Post, *, now: datetime) -> Post:
    """Ask another editor to read it."""
    known = _moving(post, PostStatus.REVIEW, now)
    _check_ready(known)
    return _moved(post, known, status=PostStatus.REVIEW)


@transaction.atomic
def take_back(post: Post, *, now: datetime) -> Post:
    """From review, or from the list of what comes out: a draft again."""
    known = _moving(post, PostStatus.DRAFT, now)
    clear(known)
    return _moved(post, known, status=PostStatus.DRAFT, published_at=None, published_on=None)


@transaction.atomic
def schedule(post: Post, at: datetime, *, now: datetime) -> Post:
    """Let it come out by itself; until then nobody can read it."""
    known = _moving(post, PostStatus.SCHEDULED, now)
    _check_ready(known)
    consent.check(known)
    if not now < at < now + LONGEST_AHEAD:
        raise NotAllowed("Choose a time to come, within a year.")
    return _moved(post, known, status=PostStatus.SCHEDULED, **_dated(known, at))


@transaction.atomic
def publish(post: Post, *, now: datetime) -> Post:
    """Out at once.  One that was taken down comes back under the day it had, at its old address."""
    known = _moving(post, PostStatus.PUBLISHED, now)
    _check_ready(known)
    consent.check(known)
    at = known.published_at if known.status == PostStatus.UNPUBLISHED and known.published_at else now
    return _moved(post, known, status=PostStatus.PUBLISHED, **{**_dated(known, at), "changed_at": now})


@transaction.atomic
def unpublish(post: Post, *, now: datetime) -> Post:
    """Take it down: its address says that it is gone, lists and feeds have it no longer."""
    known = _moving(post, PostStatus.UNPUBLISHED, now)
    mailed.recall(known)
    return _moved(post, known, status=PostStatus.UNPUBLISHED, changed_at=now)


def _moving(post: Post, status: PostStatus, now: datetime) -> Post:
    """The row as it stands now, locked; raises ``NotAllowed`` where it cannot move so."""
    known = writing.held(post)
    here = settled(known, now)
    if status not in MOVES[here]:
        raise NotAllowed(f"“{known}” is {here.label}, so it cannot become {status.label}.")
    return known


def _check_ready(post: Post) -> None:
    """Raises ``NotAllowed`` with what is missing before others read it."""
    if not post.text.strip():
        raise NotAllowed("There is nothing to read yet: write its text first.")


def _dated(post: Post, at: datetime) -> dict[str, Any]:
    """When it comes out, and the day of that where the community is at home."""
    day = at.astimezone(ZoneInfo(post.community.time_zone)).date()
    return {"published_at": at, "published_on": day, "changed_at": at, **_completed(post)}


def _completed(post: Post) -> dict[str, Any]:
    """What no reader should miss: whose post it is, and a sentence for lists."""
    if not post.bylines.exists():
        us = post.community
        writing.sign(post, [writing.writer(us, us.name, handle=us.handle)])
    made = words.made(post.text)
    return {**made, "excerpt": post.excerpt or words.excerpt(made["html"])}


def _moved(post: Post, known: Post, **changes: Any) -> Post:
    writing.put(known, changes)
    if known.get_absolute_url():
        addresses.free(known.community, known.get_absolute_url())
    clear(known)
    writing.give_back(post, known)
    return post
