"""What editors decide about a film -> its row, and whatever else shows it: kept pages, and the page of its chat."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import leases
from accounts.models import Community
from blog.models import Video, VideoStatus
from blog.publishing import pictures
from chats import shelf
from chats.lifecycle import NotAllowed
from chats.models import Build

MOVES = {
    VideoStatus.DRAFT: {VideoStatus.PUBLISHED},
    VideoStatus.PUBLISHED: {VideoStatus.UNPUBLISHED},
    VideoStatus.UNPUBLISHED: {VideoStatus.PUBLISHED},
}


@transaction.atomic
def write(
    community: Community,
    slug: str,
    parts: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    now: datetime,
    **fields: Any,
) -> Video:
    """A draft with its ``parts``: fields of chapters, takeaways, soundbites, speakers and partners, by these names."""
    video = Video(community=community, slug=slug, created_at=now, changed_at=now, **fields)
    try:
        video.full_clean()
    except ValidationError as error:
        raise NotAllowed(" ".join(error.messages)) from error
    video.save(force_insert=True)
    for name, rows in parts.items():
        for row in rows:
            getattr(video, name).create(**row)
    return video


@transaction.atomic
def publish(video: Video, *, now: datetime) -> None:
    """Out at once, or again.  Raises ``NotAllowed`` while nobody could ever see it."""
    known = _moving(video, VideoStatus.PUBLISHED)
    if not known.key and known.starts_at is None:
        raise NotAllowed("There is nothing to see yet: say where the film is, or when it is shown live.")
    _put(video, known, status=VideoStatus.PUBLISHED, published_at=known.published_at or now, changed_at=now)


@transaction.atomic
def take_down(video: Video, *, now: datetime) -> None:
    """Its address says that it is gone; lists and the page of its chat have it no longer."""
    _put(video, _moving(video, VideoStatus.UNPUBLISHED), status=VideoStatus.UNPUBLISHED, changed_at=now)


@transaction.atomic
def illustrate(video: Video, file: bytes | None, *, now: datetime) -> None:
    """Our own copy of a picture for the time before somebody presses Play; ``None``: a drawing stands there."""
    known = _held(video)
    try:
        hero = pictures.keep(known.community, file, now=now) if file is not None else None
    except ValidationError as error:
        raise NotAllowed(error.message) from error
    _put(video, known, hero=hero, changed_at=now)
    pictures.drop_unused(known.community)


@transaction.atomic
def tell(video: Video, *, now: datetime, chat_before: int | None = None) -> None:
    """Something that its page says has changed; ``chat_before`` is the key of a chat beside which it stood."""
    _put(video, _held(video), changed_at=now)
    _make_due(chat_before)


def _held(video: Video) -> Video:
    """The row as it stands now, locked until the transaction ends."""
    return Video.objects.select_for_update(of=("self",)).select_related("community").get(pk=video.pk)


def _moving(video: Video, status: VideoStatus) -> Video:
    known = _held(video)
    here = VideoStatus(known.status)
    if status not in MOVES[here]:
        raise NotAllowed(f"“{known}” is {here.label}, so it cannot become {status.label}.")
    return known


def _put(video: Video, known: Video, **changes: Any) -> None:
    """Write it down, here and in hand, and have whatever shows it made anew."""
    was_known = known.status != VideoStatus.DRAFT
    for field, value in changes.items():
        setattr(known, field, value)
        setattr(video, field, value)
    known.save(update_fields=[*changes])
    if not was_known and known.status == VideoStatus.DRAFT:
        return
    shelf.renew(known.get_absolute_url())
    _make_due(known.chat_id)


def _make_due(chat: int | None) -> None:
    """The page of a chat is kept as it was when it was built."""
    for build in Build.objects.filter(chat=chat, published__isnull=False) if chat else ():
        leases.make_due(build)
