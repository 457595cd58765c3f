"""Claims on real rows, by the real database's clock."""

import time
import traceback
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from accounts import leases, lending
from accounts.leases import LeaseLost
from accounts.models import Tick
from chats.models import Build
from tests.factories.chats import ChatFactory

pytestmark = pytest.mark.django_db

PAST = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def order():
    return ChatFactory(build__next_due_at=PAST).build


def expire(order):
    Build.objects.filter(pk=order.pk).update(lease_until=PAST, next_due_at=PAST)


def test_claim_due_lends_a_due_row_once(order):
    first = leases.claim_due(Build, 10)
    second = leases.claim_due(Build, 10)

    assert [(claim.id, claim.fence) for claim in first] == [(order.pk, 1)]
    assert second == []


def test_claim_due_leaves_what_is_not_due():
    ChatFactory()
    ChatFactory(build__next_due_at=datetime(2100, 1, 1, tzinfo=UTC))

    assert leases.claim_due(Build, 10) == []


def test_claim_due_takes_the_oldest_first_and_no_more_than_asked(order):
    older = ChatFactory(build__next_due_at=PAST - timedelta(days=1)).build

    claims = leases.claim_due(Build, 1)

    assert [claim.id for claim in claims] == [older.pk]


def test_claims_come_in_order_however_the_server_goes_about_it():
    """As a table grows it joins in another way, which gives rows as they lie."""
    orders = [ChatFactory(build__next_due_at=PAST - timedelta(days=day)).build for day in range(3)]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off")

    claims = leases.claim_due(Build, 10)

    assert [claim.id for claim in claims] == [order.pk for order in reversed(orders)]


def test_claim_due_takes_over_after_the_lease(order):
    (first,) = leases.claim_due(Build, 10)
    expire(order)

    (second,) = leases.claim_due(Build, 10)

    assert second.fence == first.fence + 1
    with pytest.raises(LeaseLost), leases.hold(first):
        pass
    with leases.hold(second) as held:
        assert held.pk == order.pk


def test_claim_due_lends_no_more_than_there_are_hands(order):
    ChatFactory(build__next_due_at=PAST)
    ChatFactory(build__next_due_at=PAST)
    first = leases.claim_due(Build, 2)

    second = leases.claim_due(Build, 2)
    leases.release(first[0])
    third = leases.claim_due(Build, 2)

    assert [len(first), len(second), len(third)] == [2, 0, 1]


def die_at_work(claim):
    """Begin, and never come back: what a killed worker leaves behind."""
    leases.working(claim).__enter__()


def test_a_row_without_progress_is_put_aside_after_its_attempts(order):
    for _ in range(lending.MOST_ATTEMPTS):
        (claim,) = leases.claim_due(Build, 10)
        die_at_work(claim)
        expire(order)

    assert leases.claim_due(Build, 10) == []
    order.refresh_from_db()
    assert order.quarantined_at is not None
    assert order.error_code == "killed"


def test_a_message_that_never_arrived_is_no_attempt(order):
    """The broker was emptied, again and again: nobody has tried anything yet."""
    for _ in range(lending.MOST_ATTEMPTS + 2):
        assert len(leases.claim_due(Build, 10)) == 1
        expire(order)

    order.refresh_from_db()
    assert (order.attempts, order.quarantined_at) == (0, None)


def test_work_under_an_old_claim_does_not_begin(order):
    (claim,) = leases.claim_due(Build, 10)
    expire(order)
    leases.claim_due(Build, 10)

    with pytest.raises(LeaseLost), leases.working(claim):
        pytest.fail("It began.")


def test_release_makes_the_row_due_at_once(order):
    (claim,) = leases.claim_due(Build, 10)

    leases.release(claim)

    assert [again.fence for again in leases.claim_due(Build, 10)] == [claim.fence + 1]


def test_progress_gives_all_attempts_back(order):
    for _ in range(lending.MOST_ATTEMPTS + 2):
        (claim,) = leases.claim_due(Build, 10)
        die_at_work(claim)
        with leases.hold(claim):
            leases.step(claim)
        expire(order)

    order.refresh_from_db()
    assert order.attempts == 0
    assert order.quarantined_at is None


def test_done_leaves_nothing_due(order):
    (claim,) = leases.claim_due(Build, 10)

    with leases.hold(claim):
        leases.done(claim)

    order.refresh_from_db()
    assert (order.next_due_at, order.lease_until, order.attempts) == (None, None, 0)


def test_done_keeps_what_came_in_meanwhile(order):
    (claim,) = leases.claim_due(Build, 10)
    leases.renew(claim)
    leases.make_due(order)

    with leases.hold(claim):
        leases.done(claim)

    assert [again.fence for again in leases.claim_due(Build, 10)] == [claim.fence + 1]


def test_make_due_does_not_end_a_lease(order):
    leases.claim_due(Build, 10)

    leases.make_due(order)

    assert leases.claim_due(Build, 10) == []


def comes_due_in(order):
    """Seconds until then, by the database's clock."""
    order.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return (order.next_due_at - cursor.fetchone()[0]).total_seconds()


def test_fail_waits_and_keeps_the_reason(order):
    (claim,) = leases.claim_due(Build, 10)

    leases.fail(claim, code="broken", error="X made no sense.", retry_after=timedelta(days=365))

    assert comes_due_in(order) == pytest.approx(365 * 86_400, abs=60)
    assert (order.error_code, order.error) == ("broken", "X made no sense.")
    assert leases.claim_due(Build, 10) == []


class NotReady(Exception):
    code = "busy"
    waiting = True

    def __init__(self, retry_after=None):
        super().__init__("X is busy.")
        self.retry_after = retry_after


def test_what_only_has_to_wait_never_uses_up_attempts(order):
    for _ in range(lending.MOST_ATTEMPTS + 2):
        (claim,) = leases.claim_due(Build, 10)
        with pytest.raises(NotReady), leases.working(claim):
            raise NotReady
        Build.objects.update(next_due_at=PAST)

    order.refresh_from_db()
    assert (order.attempts, order.waits, order.quarantined_at) == (0, lending.MOST_ATTEMPTS + 2, None)
    assert (order.error_code, order.error) == ("busy", "X is busy.")


def test_waiting_gives_back_its_own_attempt_only(order):
    (claim,) = leases.claim_due(Build, 10)
    with pytest.raises(ZeroDivisionError), leases.working(claim):
        1 / 0  # noqa: B018
    claim = leases.Claim(Build, claim.id, claim.fence)
    with pytest.raises(NotReady), leases.working(claim):
        raise NotReady

    order.refresh_from_db()
    assert (order.attempts, order.waits) == (1, 1)


def test_waits_grow_up_to_a_bound_until_there_is_progress(order):
    (claim,) = leases.claim_due(Build, 10)
    seconds = []
    for _ in range(8):
        leases.wait(claim, code="busy", error="X is busy.")
        seconds.append(comes_due_in(order))

    steps = [10, 20, 40, 80, 160, 300, 300, 300]
    assert [step - 5 <= wait <= step * 1.25 for step, wait in zip(steps, seconds, strict=True)] == [True] * 8

    with leases.hold(claim):
        leases.step(claim)
    leases.wait(claim, code="busy", error="X is busy.")
    assert comes_due_in(order) <= 12.5


def test_a_wait_is_never_shorter_than_asked_for(order):
    (claim,) = leases.claim_due(Build, 10)

    with pytest.raises(NotReady), leases.working(claim):
        raise NotReady(timedelta(hours=2))

    assert comes_due_in(order) == pytest.approx(7200, abs=60)


def test_waiting_under_an_old_claim_changes_nothing(order):
    (claim,) = leases.claim_due(Build, 10)
    expire(order)
    leases.claim_due(Build, 10)

    leases.wait(claim, code="busy", error="X is busy.")

    order.refresh_from_db()
    assert (order.waits, order.error_code) == (0, "")


def test_fail_for_good_puts_aside_at_once_and_make_due_takes_it_back(order):
    (claim,) = leases.claim_due(Build, 10)
    leases.fail(claim, code="gone", error="The file is not there.", permanent=True)
    order.refresh_from_db()
    assert order.quarantined_at is not None

    leases.make_due(order)

    assert [again.id for again in leases.claim_due(Build, 10)] == [order.pk]


def test_working_writes_any_error_down_and_raises_it_on(order):
    (claim,) = leases.claim_due(Build, 10)

    with pytest.raises(ZeroDivisionError), leases.working(claim):
        1 / 0  # noqa: B018

    order.refresh_from_db()
    assert (order.error_code, order.error) == ("ZeroDivisionError", "division by zero")


@pytest.mark.parametrize("settle", [leases.step, leases.done])
def test_progress_takes_back_what_was_put_aside_meanwhile(order, settle):
    """The worker was slow, not dead."""
    (claim,) = leases.claim_due(Build, 10)
    Build.objects.filter(pk=order.pk).update(attempts=lending.MOST_ATTEMPTS)
    expire(order)
    leases.claim_due(Build, 10)
    order.refresh_from_db()
    assert order.error_code == "killed"

    with leases.hold(claim):
        settle(claim)

    order.refresh_from_db()
    assert (order.quarantined_at, order.error_code, order.attempts) == (None, "", 0)


def test_what_the_database_refuses_is_told_without_its_rows(order, caplog):
    (claim,) = leases.claim_due(Build, 10)

    with pytest.raises(leases.NotStored) as raised, leases.working(claim), transaction.atomic():
        Tick.objects.create(name="secret words", count=-1, last_at=PAST)

    order.refresh_from_db()
    assert (order.error_code, order.error) == ("IntegrityError", "The database did not take what was to be stored.")
    assert str(raised.value) == order.error
    shown = "".join(traceback.format_exception(raised.value))
    assert "secret words" not in shown + caplog.text
    assert "accounts_tick" in caplog.text


def ask_for_the_lock():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1ms'")
        cursor.execute("SELECT pg_advisory_lock(13)")


def test_what_another_has_locked_only_has_to_be_waited_for(order):
    """A program that is frozen may hold it for longer than all attempts last."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(13)")
        for _ in range(lending.MOST_ATTEMPTS + 1):
            (claim,) = leases.claim_due(Build, 10)
            with pytest.raises(leases.NotStored), leases.working(claim), transaction.atomic():
                ask_for_the_lock()
            Build.objects.update(next_due_at=PAST)
    finally:
        other.close()

    order.refresh_from_db()
    assert (order.attempts, order.waits, order.quarantined_at) == (0, lending.MOST_ATTEMPTS + 1, None)
    assert (order.error_code, order.error) == (
        "OperationalError",
        "The database was held up by other work, or had no room.",
    )


def test_an_error_is_cleaned_and_cut_before_it_is_stored(order):
    (claim,) = leases.claim_due(Build, 10)
    error = ValueError("ev\x00il\n\udce4 " + "x" * 5_000)
    error.code = "not a word\x00"

    with pytest.raises(ValueError, match="ev"), leases.working(claim):
        raise error

    order.refresh_from_db()
    assert order.error_code == "ValueError"
    assert order.error == "ev il " + "x" * 493 + "…"


def test_claim_one_takes_a_row_that_is_not_due_but_never_a_lent_one():
    order = ChatFactory().build

    first = leases.claim_one(order)
    second = leases.claim_one(order)

    assert first.fence == 1
    assert second is None


def test_record_tick_counts():
    leases.record_tick("plan")
    leases.record_tick("plan")

    assert Tick.objects.get().count == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_never_claim_the_same_row(order):
    """A second connection that holds the row locked makes the first skip it, not wait."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM chats_build WHERE chat_id = %s FOR UPDATE", [order.pk])

            assert leases.claim_due(Build, 10) == []
    finally:
        other.close()


def end_connection():
    """As an administrator does, or a server that is restarted."""
    other = connection.copy()
    try:
        connection.ensure_connection()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    finally:
        other.close()


def between_statements():
    end_connection()
    Build.objects.exists()


def in_a_transaction(claim):
    with leases.hold(claim):
        between_statements()


def in_a_copy(claim):
    """Where Django makes no errors of its own of psycopg's."""
    with leases.hold(claim), connection.cursor() as cursor, cursor.copy("COPY accounts_tick FROM STDIN"):
        end_connection()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("where", [lambda claim: between_statements(), in_a_transaction, in_a_copy])
def test_what_the_database_broke_off_is_due_at_once_and_no_attempt(order, where):
    (claim,) = leases.claim_due(Build, 10)

    with pytest.raises(LeaseLost, match="broke off"), leases.working(claim):
        where(claim)

    order.refresh_from_db()
    assert (order.attempts, order.lease_until, order.error_code) == (0, None, "")
    assert [again.fence for again in leases.claim_due(Build, 10)] == [claim.fence + 1]


def lent_for(order):
    """Seconds of the lease that are left, by the database's clock; None without one."""
    order.refresh_from_db()
    return order.lease_until and (order.lease_until - leases.clock()).total_seconds()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_lease_goes_on_for_as_long_as_the_work_is_heard_from(order, settings, monkeypatch):
    settings.LEASE_SECONDS = 0.4
    monkeypatch.setattr(leases, "SILENCE", timedelta(seconds=0.6))
    (claim,) = leases.claim_due(Build, 10)

    with leases.working(claim):
        for _ in range(2):
            time.sleep(0.5)
            assert (lent_for(order) > 0, leases.claim_due(Build, 10)) == (True, [])
            leases.renew(claim)
        time.sleep(1.3)  # it hangs
        assert lent_for(order) < 0
        (another,) = leases.claim_due(Build, 10)

    order.refresh_from_db()
    assert (order.fence, order.attempts) == (another.fence, 1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_late_beat_lends_nothing(order, settings):
    """The work is over by the time it comes."""
    (claim,) = leases.claim_due(Build, 10)
    leases.release(claim)

    leases.beat(claim)

    assert lent_for(order) is None
    assert [again.fence for again in leases.claim_due(Build, 10)] == [claim.fence + 1]


def test_only_who_knows_that_nobody_has_it_claims_a_lapsed_row(order):
    leases.claim_due(Build, 10)
    expire(order)

    assert leases.claim_due(Build, 10, lapsed=False) == []
    assert len(leases.claim_due(Build, 10)) == 1


def test_what_has_lapsed_waits_for_no_free_hand(order):
    """Where more is due than hands are free, there never is one: who ends one task claims the next."""
    leases.claim_due(Build, 1)
    expire(order)
    other = ChatFactory(build__next_due_at=PAST).build

    assert [claim.id for claim in leases.claim_due(Build, 1, lapsed=False)] == [other.pk]
    assert [claim.id for claim in leases.claim_due(Build, 1)] == [order.pk]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_row_that_is_locked_is_not_put_aside_and_keeps_nobody_waiting(order):
    Build.objects.filter(pk=order.pk).update(attempts=lending.MOST_ATTEMPTS)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM chats_build WHERE chat_id = %s FOR UPDATE", [order.pk])

            assert leases.claim_due(Build, 10) == []
    finally:
        other.close()
    order.refresh_from_db()
    assert order.quarantined_at is None
