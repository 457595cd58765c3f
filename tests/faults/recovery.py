"""The end of a fault -> the seconds until what was in hand or due then has gone on, by the database's clock."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Now

from accounts import leases
from chats.models import Build, Capture, IngestRun

IN_HAND = Q(lease_until__isnull=False) | Q(next_due_at__lte=Now())


class Wound(NamedTuple):
    """What waits when a fault is over: captures by key, builds by key with the version that they had published."""

    since: datetime
    captures: set[int]
    builds: dict[int, int | None]


def wound() -> Wound:
    since = leases.clock()
    captures = Capture.objects.filter(IN_HAND, quarantined_at=None).values_list("pk", flat=True)
    return Wound(since, set(captures), dict(Build.objects.filter(IN_HAND).values_list("pk", "published")))


def is_healed(struck: Wound) -> bool:
    """Every capture has stored a page since, and every build has published or is at rest."""
    pages = IngestRun.objects.filter(capture__in=struck.captures, error_code="", last_at__gt=struck.since)
    if set(pages.values_list("capture", flat=True)) != struck.captures:
        return False
    builds = Build.objects.in_bulk(struck.builds)
    return all(
        build.published_id != struck.builds[pk] or (build.lease_until is None and not build.attempts)
        for pk, build in builds.items()
    )


def goes_on(struck: Wound) -> bool:
    """Any capture has stored a page since, also where none was in hand just then."""
    return IngestRun.objects.filter(error_code="", last_at__gt=struck.since).exists()


def seconds_since(struck: Wound) -> float:
    return (leases.clock() - struck.since).total_seconds()
