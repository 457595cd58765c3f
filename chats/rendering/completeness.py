"""The ledger of a chat's captures -> what is known of how complete its copy is, and never more."""

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from pathlib import PurePath
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum

from chats.models import BUDGET_SPENT, NOT_SET_UP, Capture, Chat, Network, Why, Withheld
from chats.models.chat import LIVE_NETWORKS
from chats.rendering.copies import CompletenessValue, FileValue, NetworkValue, SourceValue
from chats.sources import x_stream


def of(chat: Chat, *, missing_parents: int, removed: int) -> CompletenessValue:
    """What the ledger says of every source.  ``missing_parents`` and ``removed`` are what the build has counted."""
    captures = (
        Capture.objects.filter(chat=chat)
        .annotate(goes=Count("runs"), stored=Sum("runs__created"), pages=Sum("runs__pages"))
        .annotate(rows=Sum("runs__read"), rejected=Sum("runs__rejected"), last_at=Max("runs__last_at"))
        .order_by("source", "pk")
    )
    outside = Q(created_at__lt=chat.opens_at) | Q(created_at__gte=chat.closes_at)
    planned = {name: list(group) for name, group in groupby(captures, key=attrgetter("source"))}
    begun = {name: [capture for capture in group if capture.goes] for name, group in planned.items()}
    tagged = chat.tweets.filter(why_captured__contains=[Why.HASHTAG])
    tagged_by_network = dict(tagged.values_list("network").annotate(Count("pk")).order_by("network"))
    return CompletenessValue(
        sources=tuple(_source(name, group) for name, group in begun.items() if group),
        files=tuple(_file(capture) for capture in planned.get("file", ())),
        networks=tuple(
            _network(name, group, tagged_by_network.get(name, 0), chat)
            for name, group in planned.items()
            if name != "file"
        ),
        missing_parents=missing_parents,
        outside_window=chat.tweets.filter(outside, withheld=Withheld.SHOWN).count(),
        removed=removed,
        held_back=chat.tweets.filter(withheld=Withheld.QUARANTINED).count(),
        confirmed_at=_oldest_word(chat),
        unasked=_unasked(chat, planned),
    )


def stopped(chat: Chat) -> tuple[NetworkValue, ...]:
    """The networks from which nothing comes for it at present: without a transcript that is all there is to tell."""
    captures = Capture.objects.filter(chat=chat).exclude(source="file").order_by("source", "pk")
    planned = groupby(captures, key=attrgetter("source"))
    networks = (_network(name, list(group), 0, chat) for name, group in planned)
    return tuple(network for network in networks if network.is_stopped)


def _unasked(chat: Chat, planned: Collection[str]) -> tuple[str, ...]:
    """What of the chat's networks has no capture, where others have: all that are set up are planned together."""
    if not {*planned} - {"file"}:
        return ()
    return tuple(label for name, label in LIVE_NETWORKS if name in chat.networks and name not in planned)


def _oldest_word(chat: Chat) -> datetime | None:
    """Since when the networks have said of every tweet that it is there; None while they never did of one."""
    shown = chat.tweets.filter(withheld=Withheld.SHOWN).aggregate(
        oldest=Min("confirmed_at"), never=Count("pk", filter=Q(confirmed_at=None))
    )
    return None if shown["never"] else shown["oldest"]


def _source(name: str, captures: list[Any]) -> SourceValue:
    stored, pages = (sum(getattr(capture, count) for capture in captures) for count in ("stored", "pages"))
    gaps = {part for capture in captures for part, code, *_ in capture.missing if code == "gap"}
    last_at = max(capture.last_at for capture in captures)
    return SourceValue(name, stored, pages, last_at, _counted(captures), tuple(sorted(gaps)))


def _network(name: str, captures: list[Any], tagged: int, chat: Chat) -> NetworkValue:
    """What is known of one network, by all that it is asked for this chat; by what it was asked, if that is all."""
    answered_at = max((capture.looked_at for capture in captures if capture.looked_at), default=None)
    counted = _counted(captures)
    wanted = [capture for capture in captures if not capture.was_left(chat)]
    captures = wanted or captures
    looks = [capture.looked_at for capture in captures if capture.looked_at]
    told = {reason: None for capture in captures for _, code, reason, *_ in capture.missing if code != x_stream.CODE}
    return NetworkValue(
        name=Network(name).label,
        state=_state(captures) if wanted else "left",
        looked_at=answered_at,
        has_seen_the_end=len(looks) == len(captures) and min(looks) >= chat.closes_at,
        tagged=tagged,
        counted=counted,
        missing=tuple(told),
    )


def _state(captures: list[Any]) -> Any:
    """The worst of them: a reader wants to know what may be lacking."""
    wrong = {capture.error_code or "put_aside" for capture in captures if capture.error_code or capture.quarantined_at}
    if wrong - {BUDGET_SPENT, NOT_SET_UP}:
        return "failed"
    if wrong:
        return "off" if NOT_SET_UP in wrong else "spent"
    if any(capture.paused_at for capture in captures):
        return "paused"
    return "open" if any(capture.completed_at is None for capture in captures) else "whole"


def _counted(captures: Iterable[Any]) -> int | None:
    counts = [capture.counted for capture in captures if capture.counted is not None and capture.why == Why.HASHTAG]
    return sum(counts) if counts else None


def _file(capture: Any) -> FileValue:
    """What is known of one file.  Only its name is told: where it lies is nobody's business."""
    has_failed = bool(capture.error_code) or capture.quarantined_at is not None
    return FileValue(
        name=PurePath(capture.query).name,
        state="failed" if has_failed else "whole" if capture.completed_at else "open",
        goes=capture.goes,
        pages=capture.pages or 0,
        rows=capture.rows or 0,
        rejected=capture.rejected or 0,
        stored=capture.stored or 0,
        last_at=capture.last_at,
    )
