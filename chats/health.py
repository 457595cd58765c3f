"""Rows of captures, builds and notices -> how each source does, and what is wrong at the moment.  Reads only.

An incident is no row of its own: it stands for as long as what it tells of does, and is gone when that is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import Count, Max, Min, Q

from accounts.models import Tick
from chats.models import BUDGET_SPENT, Build, Capture, Chat, Network, Notice, Recheck, Tweet

LATE_TICK = timedelta(minutes=1)
LATE_BUILD = timedelta(minutes=5)
ALARM = timedelta(days=5)  # after its chat, what is not captured is about to be lost: searches reach seven days back
FORGOTTEN = timedelta(days=7)

PUBLIC = {
    "worker_silent": "New tweets and new pages have to wait for a moment.",
    BUDGET_SPENT: "This month's money for reading X is spent. What is missing is fetched later.",
    "capture_about_to_be_lost": "Part of a chat is in danger of being lost.",
    "recheck_failing": "We cannot ask at the moment whether tweets are still there.",
    "build_late": "A transcript is taking longer than it should.",
    "notice_failing": "A reminder by mail is late.",
    "notice_put_aside": "A reminder by mail has not gone out.",
}

State = Literal["working", "waiting", "paused", "failing", "spent", "off"]


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """``answered_at`` is when it last had nothing more to tell; "waiting" means that no chat needs it just now,
    "paused" that one does and somebody has stopped asking, "spent" that there is no money to ask it this month."""

    network: str
    name: str
    state: State
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Incident:
    """``code`` is stable; ``said`` a sentence for whoever can do something about it; ``chat`` the chat it is about."""

    code: str
    said: str
    since: datetime | None
    chat: Chat | None = None

    @property
    def public(self) -> str:
        """What any reader may know: what ``said`` tells may name files and accounts."""
        return PUBLIC.get(self.code, "Part of a chat could not be collected.")


def sources(live: list[str], now: datetime) -> list[SourceHealth]:
    """Every network that tweets can be captured from; ``live`` are those that the portal has access to."""
    rows = Capture.objects.exclude(source="file").values("source").annotate(answered_at=Max("looked_at"))
    bad = Q(error_code__gt="") | Q(quarantined_at__isnull=False)
    rows = rows.annotate(
        failing=Count("pk", filter=bad & Q(completed_at=None, chat__ends_at__gt=now - FORGOTTEN)),
        open=Count("pk", filter=_near(now)),
        paused=Count("pk", filter=_paused(now)),
    )
    rows = rows.annotate(spent=Count("pk", filter=Q(completed_at=None, error_code=BUDGET_SPENT)))
    known = {row["source"]: row for row in rows}
    return [
        SourceHealth(
            network,
            Network(network).label,
            _state(known.get(network), is_on=network in live),
            known[network]["answered_at"] if network in known else None,
        )
        for network in (Network.X, Network.MASTODON, Network.BLUESKY)
    ]


def _near(now: datetime) -> Q:
    return Q(completed_at=None, paused_at=None, next_due_at__lt=now + timedelta(hours=2))


def _paused(now: datetime) -> Q:
    is_near = Q(chat__starts_at__lt=now + timedelta(hours=2), chat__ends_at__gt=now - FORGOTTEN)
    return Q(completed_at=None, paused_at__isnull=False) & is_near


def _state(row: Mapping[str, Any] | None, *, is_on: bool) -> State:
    if not is_on:
        return "off"
    if row is None:
        return "waiting"
    if row["failing"] > row["spent"]:
        return "failing"
    if row["spent"]:
        return "spent"
    if row["open"]:
        return "working"
    return "paused" if row["paused"] else "waiting"


def incidents(now: datetime) -> list[Incident]:
    """What is wrong at ``now``, the most pressing first."""
    return [*_clock(now), *_captures(now), *_builds(now), *_rechecks(), *_notices(now)]


def _clock(now: datetime) -> list[Incident]:
    tick = Tick.objects.filter(name="plan").first()
    if tick and now - tick.last_at <= LATE_TICK:
        return []
    said = "No worker has reported for more than a minute: nothing is captured or built until one does."
    return [Incident("worker_silent", said, tick.last_at if tick else None)]


def _captures(now: datetime) -> list[Incident]:
    """One for each chat and reason: ten captures that fail alike are one thing to mend."""
    found: dict[tuple, Incident] = {}
    wrong = Capture.objects.filter(Q(error_code__gt="") | Q(quarantined_at__isnull=False))
    for capture in wrong.select_related("chat").order_by("-quarantined_at", "pk"):
        code = "capture_put_aside" if capture.quarantined_at else capture.error_code
        since = capture.quarantined_at or capture.looked_at
        found.setdefault((capture.chat_id, code, capture.error), Incident(code, capture.error, since, capture.chat))
    open_ = Capture.objects.filter(
        ~Q(source="file"), completed_at=None, paused_at=None, chat__ends_at__gt=now - FORGOTTEN
    )
    late = open_.filter(Q(looked_at=None) | Q(looked_at__lt=now - ALARM), chat__ends_at__lt=now - ALARM)
    said = "Nothing was captured for days, and the network forgets in less than two: it must be mended now."
    for row in late.values("chat").annotate(since=Min("looked_at")):
        chat = Chat.objects.get(pk=row["chat"])
        found[chat.pk, "capture_about_to_be_lost", ""] = Incident("capture_about_to_be_lost", said, row["since"], chat)
    return list(found.values())


def _builds(now: datetime) -> list[Incident]:
    late = Q(next_due_at__lt=now - LATE_BUILD) | Q(quarantined_at__isnull=False) | Q(error_code__gt="")
    return [
        Incident("build_late", build.error or "Its transcript waits to be built.", build.next_due_at, build.chat)
        for build in Build.objects.filter(late).select_related("chat")
    ]


def _rechecks() -> list[Incident]:
    return [
        Incident("recheck_failing", row.error, row.quarantined_at)
        for row in Recheck.objects.exclude(error_code="").order_by("network")
    ]


def _notices(now: datetime) -> list[Incident]:
    """Letters that could not be written, until the evening they tell of; what is only offered is not named."""
    wrong = Notice.objects.exclude(error_code="").filter(sent_at=None, starts_at__gt=now)
    return [
        Incident(
            "notice_put_aside" if notice.quarantined_at else "notice_failing",
            f"Letters could not be written ({notice.get_occasion_display()}): {notice.error}",
            notice.quarantined_at or notice.next_due_at,
            notice.chat,
        )
        for notice in wrong.select_related("chat__community").order_by("starts_at", "pk")
    ]


def orphans(chat: Chat) -> list[Tweet]:
    """The chat's shown replies to tweets that are not here, oldest first."""
    replies = chat.tweets.filter(withheld="").exclude(reply_to="").select_related("author").order_by("created_at", "pk")
    known: set[tuple[str, str]] = set()
    for network, first, later in chat.tweets.values_list("network", "network_id", "edits"):
        known |= {(network, id_) for id_ in (first, *later)}
    return [tweet for tweet in replies.defer("spans") if (tweet.network, tweet.reply_to) not in known]


def last_check() -> datetime | None:
    """When a network last said whether tweets that are kept are still there; reading a chat does not ask that."""
    return Recheck.objects.aggregate(at=Max("answered_at"))["at"]
