"""Series make evenings at the same time by the clocks, all year."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from chats import lifecycle, proposals
from chats.models import Series, Slot
from chats.proposals import NotAllowed, slots
from tests.factories.chats import wecops
from tests.factories.proposals import accepted, evenings, member, submitted

pytestmark = pytest.mark.django_db


def series(**facts):
    return Series.objects.create(community=wecops(), name="Wednesdays", **{"first_on": date(2026, 10, 14), **facts})


def starts():
    return list(Slot.objects.values_list("starts_at", flat=True))


def test_every_second_wednesday_at_nine_summer_and_winter():
    series(skipped=[date(2026, 12, 23)])

    slots.plan(datetime(2026, 10, 1, tzinfo=UTC))

    assert [f"{at:%d %b %H}" for at in starts()][:7] == [
        "14 Oct 20", "28 Oct 21", "11 Nov 21", "25 Nov 21", "09 Dec 21", "06 Jan 21", "20 Jan 21",
    ]  # fmt: skip
    assert [f"{at:%d %b %H}" for at in starts()][-2:] == ["17 Mar 21", "31 Mar 20"]
    assert {slot.ends_at - slot.starts_at for slot in Slot.objects.all()} == {timedelta(hours=1)}


def test_slots_go_on_as_time_does_and_never_come_twice():
    series()
    slots.plan(datetime(2026, 10, 1, tzinfo=UTC))
    first = starts()
    Slot.objects.filter(starts_at=first[3]).delete()  # somebody closed it

    assert slots.plan(datetime(2026, 10, 2, tzinfo=UTC)) == 0
    assert slots.plan(datetime(2026, 10, 30, tzinfo=UTC)) == 2
    assert first[3] not in starts()
    assert starts() == sorted(set(starts()))


def test_a_series_ends_and_makes_no_evening_that_is_over():
    series(last_on=date(2026, 11, 25), every_weeks=1, starts=time(20, 30), minutes=30)

    slots.plan(datetime(2026, 11, 12, tzinfo=UTC))

    assert [f"{at:%d %b %H:%M}" for at in starts()] == ["18 Nov 20:30", "25 Nov 20:30"]


def test_a_changed_rule_keeps_what_somebody_wishes_for(now):
    rule = series()
    slots.plan(now)
    free = list(Slot.objects.all()[:2])
    submitted(member("Nell Harrow"), free, now=now)
    Series.objects.update(starts=time(20), every_weeks=4)

    slots.replan(rule, now)

    kept = [f"{at:%d %b %H}" for at in starts()][:4]
    assert kept == ["25 Nov 21", "09 Dec 20", "09 Dec 21", "06 Jan 20"]


def test_a_skipped_day_loses_its_slot(now):
    rule = series()
    slots.plan(now)
    day = date(2026, 12, 9)

    slots.skip(rule, day)
    slots.skip(rule, day)

    assert Series.objects.get().skipped == [day]
    assert datetime(2026, 12, 9, 21, tzinfo=UTC) not in starts()


def test_a_closed_evening_of_a_series_is_skipped_from_then_on(now):
    rule = series()
    slots.plan(now)
    slot = Slot.objects.all()[1]

    slots.close_slot(slot)
    slots.replan(rule, now)

    assert Series.objects.get().skipped == [slot.starts_at.date()]
    assert slot.starts_at not in starts()


def test_two_slots_do_not_overlap(now):
    (slot,) = evenings(now, 1)
    half = timedelta(minutes=30)

    with pytest.raises(NotAllowed, match="Another slot"):
        slots.open_slot(wecops(), slot.starts_at + half, slot.ends_at + half)
    with pytest.raises(IntegrityError), transaction.atomic():
        Slot.objects.create(community=wecops(), starts_at=slot.starts_at - half, ends_at=slot.ends_at - half)
    with pytest.raises(NotAllowed, match="10 hours at most"):
        slots.open_slot(wecops(), slot.ends_at, slot.ends_at + timedelta(days=365))
    slots.open_slot(wecops(), slot.ends_at, slot.ends_at + half)


def test_only_a_free_slot_is_closed(now):
    free = evenings(now)
    proposal = submitted(member("Nell Harrow"), free, now=now)
    proposals.accept(proposal, free[0], now=now)

    with pytest.raises(NotAllowed, match="A proposal has this evening"):
        slots.close_slot(free[0])
    slots.close_slot(free[1])

    assert [wish.slot for wish in proposal.wishes.all()] == [free[0], free[2]]


def test_an_evening_whose_chat_has_moved_is_closed(now):
    free = evenings(now)
    offered = accepted(member("Nell Harrow"), free, now=now)
    chat = proposals.confirm(offered, now=now)
    with pytest.raises(NotAllowed, match="A proposal has this evening"):
        slots.close_slot(free[0])

    lifecycle.move(chat, free[1].starts_at, free[1].ends_at, "The host is on leave.", now=now)
    slots.close_slot(free[0])

    offered.refresh_from_db()
    assert (offered.status, offered.slot, offered.chat) == ("confirmed", None, chat)
    assert list(Slot.objects.free(now)) == [free[2]]
