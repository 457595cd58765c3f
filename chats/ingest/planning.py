"""Chats on the calendar -> the captures that will fetch them, each due when its chat opens.

Safe to repeat: what is planned already stays.  Whatever changes about a chat (its time, its hashtags, its networks,
whether it is held at all) changes its captures with the next tick.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch
from django.db.models.functions import Coalesce, Greatest, Now

from accounts import leases
from chats.ingest import cadence, opening
from chats.ingest.cadence import Evening
from chats.models import Build, Capture, Chat, Status, Tweet, Why
from chats.sources import x_queries

AHEAD = timedelta(days=14)  # people want to see what will happen before it does
FORGOTTEN = timedelta(days=7)  # the networks' searches reach back no further
MORNING = time(8)
# What stands in a capture that has not failed, and in one that has read nothing either.
UNTRIED = {"attempts": 0, "waits": 0, "quarantined_at": None}
UNREAD = {"cursor": "", "began_at": None, "looked_at": None, "swept_at": None, "completed_at": None, **UNTRIED}
ASKING = Prefetch("tweets", Tweet.objects.filter(asked__isnull=False).order_by("asked", "pk"), to_attr="asking")


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
    """See that every chat that is near has just the captures that its facts ask for, each due when it should be."""
    live = opening.live_sources()
    if not live:
        return
    near = Chat.objects.filter(starts_at__lt=now + AHEAD, ends_at__gt=now - FORGOTTEN).select_related("community")
    for chat in near.prefetch_related("captures", ASKING):
        if _orders(chat, live, now):
            _carry_out(chat, live, now)


def replan(chat: Chat, now: datetime) -> int:
    """Plan one chat's captures anew; how many there are then, 0 where nothing can be captured."""
    live = opening.live_sources()
    known = _carry_out(chat, live, now)
    return chat.captures.exclude(source="file").count() if _wanted(known, live) else 0


@transaction.atomic
def _carry_out(chat: Chat, live: list[str], now: datetime) -> Chat:
    """Bring the captures of the chat, as it stands now, in line with its facts; returns it."""
    Build.objects.get_or_create(chat=chat)
    captures = Prefetch("captures", Capture.objects.select_for_update(of=("self",)).order_by("pk"))
    known = Chat.objects.select_related("community").prefetch_related(captures, ASKING).get(pk=chat.pk)
    for order in _orders(known, live, now):
        order()
    return known


def _orders(chat: Chat, live: list[str], now: datetime) -> list[Callable[[], object]]:
    """What is to be done with the chat's captures, and with those that it lacks."""
    wanted = {(each.source, each.query): each for each in _wanted(chat, live)}
    orders: list[Callable[[], object]] = []
    for capture in chat.captures.all():
        if opening.is_live(capture.source):
            order = _order(capture, chat, now, is_wanted=wanted.pop((capture.source, capture.query), None) is not None)
            orders += [order] if order else []
    return orders + [partial(_begin, chat, each) for each in wanted.values()]


def _order(capture: Capture, chat: Chat, now: datetime, *, is_wanted: bool) -> Callable[[], object] | None:
    """What a paused one is to do waits for the person who paused it; what failed for good, for whoever mends it."""
    is_held = capture.lease_until is not None and capture.lease_until > now
    is_at_rest = capture.next_due_at is None and not is_held
    has_begun = bool(capture.cursor or capture.looked_at)
    if capture.paused_at:
        return None
    if not is_wanted:
        if is_held or (is_at_rest and capture.completed_at):
            return None
        return partial(_rest, capture) if has_begun else capture.delete
    if capture.settings != _window(chat):
        return partial(_begin_again, capture, chat)
    # A chat that was called off and is held after all, or a network that was unticked and is ticked again.
    if is_at_rest and not capture.quarantined_at and cadence.next_look(evening(chat), now):
        return partial(_wake, capture, chat)
    has_other_access = capture.refused not in ("", opening.fingerprint(capture.source))
    return partial(_ask_again, capture) if capture.error_code and has_other_access else None


def _begin(chat: Chat, wanted: Wanted) -> None:
    values = {"why": wanted.why, "settings": _window(chat), "next_due_at": chat.opens_at}
    Capture.objects.get_or_create(chat=chat, source=wanted.source, query=wanted.query, defaults=values)


def _begin_again(capture: Capture, chat: Chat) -> None:
    """Read another window, and all of it: who reads the old one now must not move the new one's cursor."""
    leases.revoke(capture)
    Capture.objects.filter(pk=capture.pk).update(settings=_window(chat), **UNREAD)
    _wake(capture, chat)


def _wake(capture: Capture, chat: Chat) -> None:
    Capture.objects.filter(pk=capture.pk).update(next_due_at=Greatest(Now(), chat.opens_at), completed_at=None)


def _ask_again(capture: Capture) -> None:
    """What the network refused may go well with the access that is set now."""
    Capture.objects.filter(pk=capture.pk).update(refused="")
    leases.make_due(capture)


def _rest(capture: Capture) -> None:
    """Nothing more is expected of it, nor does it matter any more what went wrong; pages say so."""
    at_rest = {"next_due_at": None, "completed_at": Coalesce("completed_at", Now()), "error_code": "", "error": ""}
    Capture.objects.filter(pk=capture.pk).update(**at_rest, **UNTRIED)
    leases.make_due(Build.objects.get(chat=capture.chat_id))


def _wanted(chat: Chat, live: list[str]) -> list[Wanted]:
    """What the chat's facts ask for, of the networks that the portal has access to."""
    if chat.status == Status.CANCELLED:
        return []
    return [each for network in live if network in chat.networks for each in WANTED[network](chat)]


def _window(chat: Chat) -> dict[str, str]:
    """The stretch of time to ask for, as every live source takes it."""
    return {"since": chat.opens_at.isoformat(), "until": chat.closes_at.isoformat()}


def _of_x(chat: Chat) -> list[Wanted]:
    """The cheapest reads first: the timelines of the community's own account, where it owns the app that asks.

    Then the hashtags; and what lacks them: the community's own tweets and mentions, and answers to the questions.
    """
    handle = chat.community.handle
    is_owner = bool(handle) and handle.lower() == settings.X_OWNER.lower()
    timelines = [Wanted("x", f"from:{handle}", Why.OWN), Wanted("x", f"@{handle}", Why.MENTION)] if is_owner else []
    tagged = [Wanted("x", query, Why.HASHTAG) for query in x_queries.hashtags(chat.hashtags)]
    mentions = [f"(@{handle} OR from:{handle})"] if handle and not is_owner else []
    threads = [f"conversation_id:{tweet.conversation or tweet.network_id}" for tweet in _asking(chat, "x")]
    return [
        *timelines,
        *tagged,
        *(Wanted("x", x_queries.without(query, chat.hashtags), Why.MENTION) for query in mentions),
        *(Wanted("x", x_queries.without(query, chat.hashtags), Why.CONVERSATION) for query in dict.fromkeys(threads)),
    ]


def _of(network: str) -> Callable[[Chat], list[Wanted]]:
    def wanted(chat: Chat) -> list[Wanted]:
        """Each hashtag, and the replies to the questions that were asked there."""
        tags = [Wanted(network, tag, Why.HASHTAG) for tag in chat.hashtags]
        return tags + [Wanted(network, tweet.network_id, Why.CONVERSATION) for tweet in _asking(chat, network)]

    return wanted


def _asking(chat: Chat, network: str) -> list[Tweet]:
    """The tweets that asked the questions, as the newest transcript found them."""
    return [tweet for tweet in chat.asking if tweet.network == network]  # type: ignore[attr-defined]


WANTED = {"x": _of_x, "mastodon": _of("mastodon"), "bluesky": _of("bluesky")}
