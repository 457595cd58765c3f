"""Days that a series names, or a person -> evenings that can hold a chat."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Community
from chats.lifecycle import NotAllowed, hours
from chats.models import Proposal, Series, Slot
from chats.models.slot import Standing

AHEAD = timedelta(weeks=26)
LONGEST = timedelta(hours=10)  # of an evening, as of those of a series
AGAIN = timedelta(weeks=1)  # a round of making makes slots for as much longer, so that the next is not tomorrow


def plan(now: datetime) -> int:
    """See that every series has its slots for half a year to come.  Returns how many were made."""
    until = now.date() + AHEAD
    return sum(_continue(each.pk, now) for each in Series.objects.exclude(planned_until__gte=until))


@transaction.atomic
def _continue(key: int, now: datetime) -> int:
    Community.objects.select_for_update(no_key=True).get(series=key)  # first, as everywhere
    series = Series.objects.select_for_update(of=("self",)).select_related("community").get(pk=key)
    until = now.date() + AHEAD + AGAIN
    made = 0
    for day in days(series, until):
        starts_at, ends_at = evening(series, day)
        if starts_at > now and (series.planned_until is None or day > series.planned_until):
            made += _open(series.community, starts_at, ends_at, series) is not None
    Series.objects.filter(pk=key).update(planned_until=until)
    return made


def begin(community: Community, name: str, *, first_on: date, every_weeks: int = 2) -> Series:
    """A series at the usual hour; its evenings follow with the next ``plan``.  One of that name stays as it is."""
    facts = {"first_on": first_on, "every_weeks": every_weeks, "time_zone": community.time_zone}
    return Series.objects.get_or_create(community=community, name=name, defaults=facts)[0]


def days(series: Series, until: date) -> Iterator[date]:
    """Those of a series to ``until``, without the skipped ones."""
    last = min(until, series.last_on or until)
    day = series.first_on
    while day <= last:
        if not series.skips(day):
            yield day
        day += timedelta(weeks=series.every_weeks)


def evening(series: Series, day: date) -> tuple[datetime, datetime]:
    """From when to when, in UTC: at the same time by the clocks there, whichever time of year they show."""
    starts_at = datetime.combine(day, series.starts, ZoneInfo(series.time_zone)).astimezone(UTC)
    return starts_at, starts_at + timedelta(minutes=series.minutes)


@transaction.atomic
def replan(series: Series, now: datetime) -> int:
    """After a change of the rule: evenings that nobody has or wishes for go, and those of the new rule are made.

    Returns how many were made.
    """
    hours.hold(series.community)
    unwanted = Slot.objects.free(now).filter(series=series, proposals=None, wishes=None)
    Slot.objects.filter(pk__in=list(unwanted.values_list("pk", flat=True))).delete()
    Series.objects.filter(pk=series.pk).update(planned_until=None)
    return _continue(series.pk, now)


@transaction.atomic
def open_slot(community: Community, starts_at: datetime, ends_at: datetime) -> Slot:
    """An evening beside the series.  Raises ``NotAllowed`` for hours that cannot be, or are another's."""
    hours.check(starts_at, ends_at)
    if ends_at - starts_at > LONGEST:
        raise NotAllowed("A chat takes 10 hours at most: look at the day of its end.")
    slot = _open(community, starts_at, ends_at, None)
    if slot is None:
        raise NotAllowed("Another slot is open at that time.")
    return slot


def _open(community: Community, starts_at: datetime, ends_at: datetime, series: Series | None) -> Slot | None:
    hours.hold(community)
    if Slot.objects.of(community).filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        return None
    return Slot.objects.create(community=community, starts_at=starts_at, ends_at=ends_at, series=series)


@transaction.atomic
def close_slot(slot: Slot) -> None:
    """No chat is to be held then; whoever wished for it wishes for the others.  A series that made it skips the day.

    Raises ``NotAllowed`` where it is kept for a proposal or was.
    """
    _close(slot)
    if slot.series:
        skip(slot.series, slot.starts_at.astimezone(ZoneInfo(slot.series.time_zone)).date())


def _close(slot: Slot) -> None:
    hours.hold(slot.community)
    known: Any = Slot.objects.with_standing().filter(pk=slot.pk).first()
    if known is None:
        return
    if known.standing != Standing.FREE:
        raise NotAllowed("A proposal has this evening. Take that back first, or move its chat.")
    _forget(known)
    known.delete()


def _forget(slot: Slot) -> None:
    """The chats of its confirmed proposals are on other evenings by now, or called off.

    Whoever decides about one holds its row and may wait for the hours that we hold, so we do not wait for it.
    """
    told = slot.proposals.count()
    rows = slot.proposals.select_for_update(of=("self",), skip_locked=True)
    keys = list(rows.values_list("pk", flat=True))
    if len(keys) < told:
        raise NotAllowed("Somebody decides about a proposal of this evening right now. Try again in a moment.")
    Proposal.objects.filter(pk__in=keys).update(slot=None)


@transaction.atomic
def skip(series: Series, day: date) -> None:
    """No chat on one day of a series; its slot goes if nobody has it."""
    hours.hold(series.community)
    known = Series.objects.select_for_update().get(pk=series.pk)
    if day not in known.skipped:
        Series.objects.filter(pk=known.pk).update(skipped=sorted([*known.skipped, day]))
    starts_at, _ = evening(known, day)
    for slot in known.slots.filter(starts_at=starts_at):
        _close(slot)
