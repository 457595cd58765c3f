"""Chats on the calendar -> the captures that will fetch them, each due when its chat opens.

Safe to repeat: what is planned already stays, what was planned otherwise and not begun is planned anew.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Greatest, Now

from accounts import leases
from chats.ingest import opening
from chats.ingest.cadence import Evening
from chats.models import Build, Capture, Chat, Status, Why

AHEAD = timedelta(days=14)  # people want to see what will happen before it does
FORGOTTEN = timedelta(days=7)  # the networks' searches reach back no further
MOST_QUERY = 512  # characters that X takes from those who pay as they go
MORNING = time(8)


class Wanted(NamedTuple):
    """One thing to ask one network."""

    source: str
    query: str
    why: Why


def evening(chat: Chat) -> Evening:
    """A chat's times as the cadence of its captures needs them."""
    zone = ZoneInfo(chat.time_zone)
    closes = chat.closes_at.astimezone(zone)
    day = closes.date() + timedelta(days=closes.time() >= MORNING)
    morning = datetime.combine(day, MORNING, zone)
    return Evening(chat.opens_at, chat.ends_at, chat.closes_at, morning, settings.CAPTURE_TIME_SCALE)


def plan_captures(now: datetime) -> None:
    """See that every chat that is near has its captures, and no others that were not begun."""
    live = opening.live_sources()
    if not live:
        return
    chats = Chat.objects.going_ahead().filter(starts_at__lt=now + AHEAD, ends_at__gt=now - FORGOTTEN)
    for chat in chats.exclude(networks=[]).select_related("community").prefetch_related("captures"):
        wanted = [each for network in live if network in chat.networks for each in WANTED[network](chat)]
        if _differs(chat, wanted):
            _write(chat, wanted)


def _differs(chat: Chat, wanted: list[Wanted]) -> bool:
    planned = {(capture.source, capture.query): capture for capture in chat.captures.all()}
    missing = any((each.source, each.query) not in planned for each in wanted)
    return missing or any(_is_stale(capture, chat, wanted) for capture in planned.values())


def _is_stale(capture: Capture, chat: Chat, wanted: list[Wanted]) -> bool:
    """Not begun yet, and no longer what the chat's facts say.  A paused one waits for the person who paused it."""
    if not opening.is_live(capture.source) or capture.cursor or capture.looked_at or capture.paused_at:
        return False
    asked = any((each.source, each.query) == (capture.source, capture.query) for each in wanted)
    return not asked or capture.settings != _window(chat)


@transaction.atomic
def _write(chat: Chat, wanted: list[Wanted]) -> None:
    Build.objects.get_or_create(chat=chat)
    for capture in chat.captures.select_for_update(of=("self",)):
        if _is_stale(capture, chat, wanted) and (capture.lease_until is None):
            capture.delete()
    for each in wanted:
        Capture.objects.get_or_create(
            chat=chat,
            source=each.source,
            query=each.query,
            defaults={"why": each.why, "settings": _window(chat), "next_due_at": chat.opens_at},
        )


def replan(chat: Chat) -> int:
    """Plan a chat's captures anew by what its facts say now; returns how many captures are planned.

    Those that have begun read the whole new window once more, if it is another.  Returns 0 where nothing can be.
    """
    wanted = [each for network in opening.live_sources() if network in chat.networks for each in WANTED[network](chat)]
    if not wanted or chat.status == Status.CANCELLED:
        return 0
    _write(chat, wanted)
    with transaction.atomic():
        for capture in chat.captures.select_for_update(of=("self",)).exclude(source="file"):
            if capture.settings != _window(chat):
                leases.revoke(capture)  # who reads the old window now must not move the new one's cursor
                capture.settings, capture.cursor, capture.completed_at = _window(chat), "", None
                capture.save(update_fields=["settings", "cursor", "completed_at"])
                if not capture.paused_at:
                    Capture.objects.filter(pk=capture.pk).update(next_due_at=Greatest(Now(), chat.opens_at))
        return chat.captures.exclude(source="file").count()


def _window(chat: Chat) -> dict[str, str]:
    """The stretch of time to ask for, as every live source takes it."""
    return {"since": chat.opens_at.isoformat(), "until": chat.closes_at.isoformat()}


def _of_x(chat: Chat) -> list[Wanted]:
    """The hashtag; and what lacks it: the community's own tweets and mentions, and answers to the questions."""
    tags = " OR ".join(f"#{tag}" for tag in chat.hashtags)
    without = " ".join(f"-#{tag}" for tag in chat.hashtags)
    handle = chat.community.handle
    return [
        Wanted("x", f"({tags})"[:MOST_QUERY], Why.HASHTAG),
        Wanted("x", f"(@{handle} OR from:{handle}) {without}", Why.MENTION),
        *(Wanted("x", f"conversation_id:{id_} {without}", Why.CONVERSATION) for id_ in _asked(chat, "x")),
    ]


def _of(network: str) -> Callable[[Chat], list[Wanted]]:
    def wanted(chat: Chat) -> list[Wanted]:
        """Each hashtag, and the replies to the questions that were asked there."""
        tags = [Wanted(network, tag, Why.HASHTAG) for tag in chat.hashtags]
        return tags + [Wanted(network, id_, Why.CONVERSATION) for id_ in _asked(chat, network)]

    return wanted


def _asked(chat: Chat, network: str) -> list[str]:
    """The ids of the tweets that asked the questions, as the newest transcript found them."""
    asked = chat.tweets.filter(network=network, asked__isnull=False).order_by("asked")
    return list(asked.values_list("network_id", flat=True))


WANTED = {"x": _of_x, "mastodon": _of("mastodon"), "bluesky": _of("bluesky")}
