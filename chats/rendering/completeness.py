"""The ledger of a chat's captures -> what is known of how complete its copy is, and never more."""

from itertools import groupby
from pathlib import PurePath
from typing import Any

from django.db.models import Count, Max, Q, Sum

from chats.models import Capture, Chat, Withheld
from chats.rendering.values import CompletenessValue, FileValue, SourceValue


def of(chat: Chat, *, missing_parents: int, removed: int) -> CompletenessValue:
    """What the ledger says of every source.  ``missing_parents`` and ``removed`` are what the build has counted."""
    captures = (
        Capture.objects.filter(chat=chat)
        .annotate(goes=Count("runs"), stored=Sum("runs__created"), pages=Sum("runs__pages"))
        .annotate(rows=Sum("runs__read"), rejected=Sum("runs__rejected"), last_at=Max("runs__last_at"))
        .order_by("source", "pk")
    )
    outside = Q(created_at__lt=chat.opens_at) | Q(created_at__gte=chat.closes_at)
    by_source = groupby((capture for capture in captures if capture.goes), key=lambda capture: capture.source)
    return CompletenessValue(
        sources=tuple(_source(name, list(read)) for name, read in by_source),
        files=tuple(_file(capture) for capture in captures if capture.source == "file"),
        missing_parents=missing_parents,
        outside_window=chat.tweets.filter(outside, withheld=Withheld.SHOWN).count(),
        removed=removed,
    )


def _source(name: str, captures: list[Any]) -> SourceValue:
    stored, pages = (sum(getattr(capture, count) for capture in captures) for count in ("stored", "pages"))
    return SourceValue(name, stored, pages, max(capture.last_at for capture in captures))


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
