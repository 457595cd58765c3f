"""Several people decide in the same moment: one has the evening, the others read who has it."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from chats import lifecycle, proposals
from chats.lifecycle import hours
from chats.models import Chat, Proposal, Slot
from chats.proposals import NotAllowed, slots
from tests.factories.chats import wecops
from tests.factories.proposals import accepted, evenings, member, submitted

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def at_once(*works):
    """What became of each: "done", or that it was not allowed."""
    start = Barrier(len(works))

    def run(work):
        try:
            start.wait(10)
            work()
        except NotAllowed:
            return "not allowed"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return sorted(threads.map(run, works))


def test_one_evening_and_one_yes_for_all_who_want_them_at_once(now):
    free = evenings(now)
    offers = [submitted(member(name), free, now=now, title=name) for name in ("Nell Harrow", "Sam Oduvale")]
    hours = {"starts_at": free[0].starts_at, "ends_at": free[0].ends_at}

    assert at_once(
        lambda: proposals.accept(offers[0], free[0], now=now),
        lambda: proposals.accept(offers[1], free[0], now=now),
        lambda: lifecycle.schedule(wecops(), "by-hand", title="By hand", **hours),
    ) == ["done", "not allowed", "not allowed"]
    assert Proposal.objects.holding().count() + Chat.objects.count() == 1

    taken = Chat.objects.count()
    third = accepted(member("Tess Ashgrove"), free[1:], now=now)
    assert at_once(*[lambda: proposals.confirm(third, now=now)] * 3) == ["done", "not allowed", "not allowed"]
    assert Chat.objects.count() == taken + 1


def wait_until_somebody_waits():
    """For a lock, that is; other views of the database stand still while a transaction lasts."""
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    pytest.fail("Nobody waits for a lock.")


def test_who_waits_for_an_evening_keeps_nothing_that_others_need_before_they_go_on(now):
    """Else whoever closes a slot and whoever accepts for it wait for each other until the database ends one of them."""
    free = evenings(now)
    offer = submitted(member("Nell Harrow"), free[1:], now=now)

    with ThreadPoolExecutor(1) as thread, transaction.atomic():
        hours.hold(wecops())
        late = thread.submit(at_once, lambda: proposals.accept(offer, free[0], now=now))
        wait_until_somebody_waits()
        Slot.objects.select_for_update(nowait=True).get(pk=free[0].pk)
        slots.close_slot(free[0])

    assert late.result() == ["not allowed"]
