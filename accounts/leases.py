"""Rows that are due -> the one worker that may do them.  The database's clock decides; machines may differ.

A claim lends a row for a while (the lease) and numbers it (the fence).  Work stands inside ``working``, which counts
the attempt: a claim whose message was lost on the way costs a lease, never an attempt.  What it writes is kept in
short transactions, each inside ``hold``: it locks the row and refuses when somebody else has claimed it since.

A lease is short, for it is all that tells a dead worker's work from a living one's.  While work is in hand a thread
renews it (``accounts.pulse``), whatever the work waits for; a row that is locked cannot be claimed anyway.

While a row is lent its due time stands at the end of the lease.  A due time that was moved meanwhile (``make_due``)
therefore survives the end of the work, and the row comes round again: nothing that arrives during a build is missed.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from django.conf import settings
from django.db import Error, connection, transaction

from accounts import lending, pulse, reasons
from accounts.models import Leased, Tick

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=5)
LONGEST_REFUSED = timedelta(hours=1)  # whoever was refused waits for somebody to set something else
BEFORE_LONG = timedelta(minutes=1)
BEATS_A_LEASE = 4
SILENCE = timedelta(seconds=30)  # of work that is in hand, until it counts as hung
_ASK_AGAIN_SECONDS = 0.25
_TOLD_TO_GO = {"57P01", "57P02", "57P03"}  # a server that is stopped, or a connection that an administrator ends


class LeaseLost(Exception):
    """The row is no longer ours, or soon somebody else's; what was done under the claim must not be committed."""


class NotStored(Exception):
    """The database refused something.  Its own words hold the rows that it refused, so they go no further."""

    def __init__(self, reason: reasons.Reason) -> None:
        super().__init__(reason.said)
        self.code = reason.code


Row = TypeVar("Row", bound=Leased)


@dataclass(frozen=True)
class Claim(Generic[Row]):
    """The right to work on one row until somebody else gets a higher ``fence``."""

    model: type[Row]
    id: int
    fence: int


class Bag(NamedTuple):
    """What one hand takes along: ``most`` rows, lent for half of ``lease``."""

    most: int
    lease: timedelta


def claim_due(  # noqa: PLR0913 - each is a question of one of its callers
    model: type[Row],
    slots: int,
    *,
    kind: str = "",
    first: str = "",
    unless: str = "",
    lapsed: bool = True,
    bag: Bag | None = None,
) -> list[Claim[Row]]:
    """Lend out due rows until ``slots`` of the model are lent.  More would only wait in the queue while leases run out.

    Rows that used up their attempts without progress are put aside first.  Where ``kind`` names a column, rows that
    are alike in it leave the last of several slots to others that are due: what hangs, hangs together.  What was lent
    and has ``lapsed``, its lease being over, comes first, whether there are slots for it or not.  Where ``first`` names
    a column, its lowest values go before what has been due for longer.  Rows of which ``unless`` (SQL) is true stay
    due, however long.
    """
    lending.run(lending.QUARANTINE, model)
    told = {"lease": bag.lease} if bag else {}
    statement = lending.claim(lending.LAPSED, first=first, unless=unless)
    most = bag.most if bag else slots
    rows = lending.run(statement, model, at_once=most, **told) if lapsed else []
    unlent = lending.claim(lending.UNLENT, kind=kind if slots > 1 else "", first=first, unless=unless)
    room = 1 if kind else most  # each changes what the next one may be
    while most > len(rows) and (
        more := lending.run(
            unlent, model, slots=slots, at_once=min(room, most - len(rows)), before_long=BEFORE_LONG, **told
        )
    ):
        rows += more
    return [Claim(model, *row) for row in rows]


def claim_one(row: Row) -> Claim[Row] | None:
    """Lend out this row now, due or not; None while somebody else holds it.  For commands that work themselves."""
    rows = lending.run(lending.CLAIM_ONE, type(row), id=row.pk)
    return Claim(type(row), *rows[0]) if rows else None


@contextmanager
def hold(claim: Claim[Row]) -> Iterator[Row]:
    """A transaction in which the claimed row is locked.  Raises ``LeaseLost`` when the claim is no longer good."""
    with transaction.atomic():
        row = (
            claim.model._default_manager.select_for_update(of=("self",)).filter(pk=claim.id, fence=claim.fence).first()
        )
        if row is None:
            raise LeaseLost(f"{claim.model.__name__} {claim.id} was claimed again after fence {claim.fence}.")
        pulse.heard()
        yield row


def renew(claim: Claim) -> datetime:
    """Say that the work goes on: the lease starts anew.  Returns the time by the database.

    Raises ``LeaseLost`` when it is no longer ours.
    """
    return _renew(claim, begun=0)


def _renew(claim: Claim, *, begun: int) -> datetime:
    rows = lending.run(lending.RENEW, claim.model, id=claim.id, fence=claim.fence, begun=begun)
    if not rows:
        raise LeaseLost(f"{claim.model.__name__} {claim.id} was claimed again after fence {claim.fence}.")
    pulse.heard()
    return rows[0][0]


def beat(claim: Claim) -> None:
    """The lease starts anew, if there is one still: whoever works on the row lives."""
    lending.run(lending.BEAT, claim.model, id=claim.id, fence=claim.fence)


def release(claim: Claim) -> None:
    """Give a row back before its work is done: it is due at once, for whoever is free."""
    _release(claim, given_back=0)


def _release(claim: Claim, *, given_back: int) -> None:
    lending.run(lending.RELEASE, claim.model, id=claim.id, fence=claim.fence, given_back=given_back)


def revoke(row: Leased) -> None:
    """Take a row from whoever holds it: what they do next is refused.  When it is due is for the caller to say."""
    lending.run(lending.REVOKE, type(row), id=row.pk)


def step(claim: Claim) -> None:
    """Inside ``hold``: a step is done and the next one follows under the same claim."""
    lending.run(lending.STEP, claim.model, id=claim.id)


def done(claim: Claim, *, again_at: datetime | None = None) -> None:
    """Inside ``hold``: the work is done.  It is due ``again_at``, if ever, unless something came in meanwhile."""
    lending.run(lending.DONE, claim.model, id=claim.id, again_at=again_at)


def fail(claim: Claim, *, code: str, error: str, permanent: bool = False, retry_after: timedelta = timedelta()) -> None:
    """A step went wrong.  It comes due again later, after ``retry_after`` at the earliest, or is put aside."""
    lending.run(lending.FAIL, claim.model, **_said(claim, code, error), permanent=permanent, retry_after=retry_after)


def wait(
    claim: Claim, *, code: str, error: str, retry_after: timedelta = timedelta(), longest: timedelta = LONGEST_WAIT
) -> None:
    """The outside is not ready.  It comes due again later, and the attempt does not count.

    Each wait in a row is twice as long, from ``FIRST_WAIT`` to ``longest`` and up to a quarter more, so that workers do
    not come back all at once; ``retry_after`` is the least.
    """
    lending.run(lending.WAIT, claim.model, **_said(claim, code, error), longest=longest, retry_after=retry_after)


def _said(claim: Claim, code: str, error: str) -> dict[str, Any]:
    code, error = reasons.stated(code, error)
    return {"id": claim.id, "fence": claim.fence, "code": code, "error": error, "wait": FIRST_WAIT}


@contextmanager
def working(claim: Claim) -> Iterator[None]:
    """Count the attempt before it begins; whatever goes wrong inside is written into the row, and raised on.

    Where the database broke off, the row is given back, and ``LeaseLost`` is raised; what it refused is ``NotStored``.
    """
    _renew(claim, begun=1)
    wire, lease = connection.connection, settings.LEASE_SECONDS
    try:
        with pulse.beating(partial(beat, claim), every=lease / BEATS_A_LEASE, silence=SILENCE.total_seconds()):
            yield
    except LeaseLost:
        raise
    except Exception as error:
        is_of_database = isinstance(error, reasons.OF_DATABASE)
        # After a lost connection Django has sometimes made a new one already.
        if is_of_database and (wire.closed or wire is not connection.connection):
            give_back(claim, error)
            raise LeaseLost(f"{claim.model.__name__} {claim.id} was given back: the database broke off.") from None
        reason = reasons.of(error)
        said: dict[str, Any] = {
            "code": reason.code,
            "error": reason.said,
            "retry_after": getattr(error, "retry_after", None) or timedelta(),
        }
        if getattr(error, "waiting", False) or reasons.is_for_now(error):
            wait(claim, **said, longest=LONGEST_REFUSED if getattr(error, "is_refusal", False) else LONGEST_WAIT)
        else:
            fail(claim, permanent=getattr(error, "permanent", False), **said)
        if is_of_database:
            logger.error("%s %s: %s", claim.model.__name__, claim.id, reasons.refused(error))  # noqa: TRY400, has rows
            raise NotStored(reason) from None
        raise


def give_back(claim: Claim, error: Exception) -> None:
    """Have a row due at once whose work an ``error`` of the database broke off, before it was over or even began.

    It waits for the database no longer than the lease lasts, which gives the row back by itself.
    The attempt does not count where the server said that it was told to go; else our own statement may have ended it.
    """
    given_back = int(bool(reasons.states(error) & _TOLD_TO_GO))
    deadline = time.monotonic() + settings.LEASE_SECONDS
    while True:
        connection.close()
        try:
            return _release(claim, given_back=given_back)
        except Error:
            if time.monotonic() > deadline:
                raise NotStored(reasons.of(error)) from None
        time.sleep(_ASK_AGAIN_SECONDS)


def make_due(row: Leased) -> None:
    """Put a row's work on the table now.  One that was put aside gets all its attempts again."""
    lending.run(lending.DUE, type(row), id=row.pk)


def clock() -> datetime:
    """The time by the database, which alone decides what is due: machines may differ."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def record_tick(name: str) -> None:
    """Count one knock of the clock that arrived."""
    lending.run(lending.TICK, Tick, name=name)
