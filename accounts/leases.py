"""Rows that are due -> the one worker that may do them.  The database's clock decides; machines may differ.

A claim lends a row for a while (the lease) and numbers it (the fence).  Work stands inside ``working``, which counts
the attempt: a claim whose message was lost on the way costs a lease, never an attempt.  What it writes is kept in
short transactions, each inside ``hold``: it locks the row and refuses when somebody else has claimed it since.

While a row is lent its due time stands at the end of the lease.  A due time that was moved meanwhile (``make_due``)
therefore survives the end of the work, and the row comes round again: nothing that arrives during a build is missed.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import Error, connection, transaction

from accounts import reasons
from accounts.models import Leased, Tick

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=5)
BEFORE_LONG = timedelta(minutes=1)

# Materialized: run twice by an unlucky plan, the inner query would lend out more than the limit.
CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT {key} AS id FROM {table}
        WHERE next_due_at <= clock_timestamp() AND quarantined_at IS NULL AND attempts < %(most)s
          AND (lease_until IS NULL OR lease_until <= clock_timestamp()) {and_others}
        ORDER BY {first}next_due_at, {key}
        LIMIT greatest(0, least(%(at_once)s,
            %(slots)s - (SELECT count(*) FROM {table} WHERE lease_until > clock_timestamp())))
        FOR UPDATE SKIP LOCKED)
    UPDATE {table}
    SET lease_until = now.until, next_due_at = now.until, fence = fence + 1
    FROM due, (SELECT clock_timestamp() + %(lease)s AS until) AS now
    WHERE {table}.{key} = due.id
    RETURNING {table}.{key}, fence
"""
# The last free hand is for another kind, where one is due before long.
OTHERS = """
          AND ((SELECT count(*) FROM {table} AS held
                WHERE held.{kind} = {table}.{kind} AND held.lease_until > clock_timestamp()) < %(slots)s - 1
            OR NOT EXISTS (
                SELECT FROM {table} AS other
                WHERE other.{kind} <> {table}.{kind} AND other.quarantined_at IS NULL
                  AND other.next_due_at <= clock_timestamp() + %(before_long)s))
"""
CLAIM_ONE = """
    UPDATE {table}
    SET lease_until = now.until, next_due_at = now.until, fence = fence + 1,
        attempts = 0, waits = 0, quarantined_at = NULL
    FROM (SELECT clock_timestamp() + %(lease)s AS until) AS now
    WHERE {key} = %(id)s AND (lease_until IS NULL OR lease_until <= clock_timestamp())
    RETURNING {key}, fence
"""
QUARANTINE = """
    UPDATE {table}
    SET quarantined_at = clock_timestamp(), lease_until = NULL,
        error_code = coalesce(nullif(error_code, ''), 'killed'),
        error = coalesce(nullif(error, ''), 'The worker died each time it tried this.')
    WHERE next_due_at <= clock_timestamp() AND quarantined_at IS NULL AND attempts >= %(most)s
      AND (lease_until IS NULL OR lease_until <= clock_timestamp())
"""
RENEW = """
    UPDATE {table}
    SET lease_until = now.until, attempts = attempts + %(begun)s,
        next_due_at = CASE WHEN next_due_at = lease_until THEN now.until ELSE next_due_at END
    FROM (SELECT clock_timestamp() + %(lease)s AS until) AS now
    WHERE {key} = %(id)s AND fence = %(fence)s
    RETURNING clock_timestamp()
"""
DUE = """
    UPDATE {table}
    SET next_due_at = least(coalesce(next_due_at, 'infinity'), clock_timestamp()),
        attempts = CASE WHEN quarantined_at IS NULL THEN attempts ELSE 0 END, waits = 0, quarantined_at = NULL
    WHERE {key} = %(id)s
"""
# Who was put aside as dead and yet makes progress is not dead.
DONE = """
    UPDATE {table}
    SET attempts = 0, waits = 0, error_code = '', error = '', quarantined_at = NULL, lease_until = NULL,
        next_due_at = CASE WHEN next_due_at = lease_until THEN %(again_at)s ELSE next_due_at END
    WHERE {key} = %(id)s
"""
STEP = """
    UPDATE {table}
    SET attempts = 0, waits = 0, error_code = '', error = '', quarantined_at = NULL,
        lease_until = now.until, next_due_at = now.until
    FROM (SELECT clock_timestamp() + %(lease)s AS until) AS now
    WHERE {key} = %(id)s
"""
RELEASE = """
    UPDATE {table} SET lease_until = NULL, next_due_at = clock_timestamp() WHERE {key} = %(id)s AND fence = %(fence)s
"""
REVOKE = """
    UPDATE {table} SET fence = fence + 1, lease_until = NULL WHERE {key} = %(id)s
"""
FAIL = """
    UPDATE {table}
    SET lease_until = NULL, error_code = %(code)s, error = %(error)s,
        quarantined_at = CASE WHEN %(permanent)s OR attempts >= %(most)s THEN clock_timestamp() END,
        next_due_at = clock_timestamp() + greatest(%(retry_after)s, %(wait)s * attempts)
    WHERE {key} = %(id)s AND fence = %(fence)s
"""
# The attempt is given back.  Each wait in a row is longer, and none quite as long as another worker's.
WAIT = """
    UPDATE {table}
    SET lease_until = NULL, error_code = %(code)s, error = %(error)s,
        attempts = greatest(0, attempts - 1), waits = least(waits + 1, 100), quarantined_at = NULL,
        next_due_at = clock_timestamp() + greatest(
            %(retry_after)s, least(%(longest)s, %(wait)s * power(2, least(waits, 20))) * (1 + random() / 4))
    WHERE {key} = %(id)s AND fence = %(fence)s
"""
TICK = """
    INSERT INTO {table} (name, count, last_at) VALUES (%(name)s, 1, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET count = {table}.count + 1, last_at = clock_timestamp()
"""


class LeaseLost(Exception):
    """Somebody else has claimed the row since; what was done under the old claim must not be committed."""


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


def _run(statement: str, model: type[Leased] | type[Tick], **values: Any) -> list[tuple]:
    """Run one of this module's statements on ``model``'s table; the rows it returns, if any."""
    meta = model._meta
    statement = statement.format(
        table=connection.ops.quote_name(meta.db_table), key=connection.ops.quote_name(str(meta.pk.column))
    )
    values.setdefault("lease", timedelta(seconds=settings.LEASE_SECONDS))
    values.setdefault("most", MOST_ATTEMPTS)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def claim_due(model: type[Row], slots: int, *, kind: str = "", first: str = "") -> list[Claim[Row]]:
    """Lend out due rows until ``slots`` of the model are lent.  More would only wait in the queue while leases run out.

    Rows that used up their attempts without progress are put aside first.  Where ``kind`` names a column, rows that
    are alike in it leave the last of several slots to others that are due: what hangs, hangs together.  Where ``first``
    names one, its lowest values go before what has been due for longer.
    """
    _run(QUARANTINE, model)
    claim = CLAIM.replace("{first}", f"{first}, " if first else "")
    if not kind:
        due = _run(claim.replace("{and_others}", ""), model, slots=slots, at_once=slots)
        return [Claim(model, *row) for row in due]
    statement = claim.replace("{and_others}", OTHERS if slots > 1 else "").replace("{kind}", kind)
    claims: list[Claim[Row]] = []
    while rows := _run(statement, model, slots=slots, at_once=1, before_long=BEFORE_LONG):
        claims += [Claim(model, *row) for row in rows]
    return claims


def claim_one(row: Row) -> Claim[Row] | None:
    """Lend out this row now, due or not; None while somebody else holds it.  For commands that work themselves."""
    rows = _run(CLAIM_ONE, type(row), id=row.pk)
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
        yield row


def renew(claim: Claim) -> datetime:
    """Say that the work goes on: the lease starts anew.  Returns the time by the database.

    Raises ``LeaseLost`` when it is no longer ours.
    """
    return _renew(claim, begun=0)


def _renew(claim: Claim, *, begun: int) -> datetime:
    rows = _run(RENEW, claim.model, id=claim.id, fence=claim.fence, begun=begun)
    if not rows:
        raise LeaseLost(f"{claim.model.__name__} {claim.id} was claimed again after fence {claim.fence}.")
    return rows[0][0]


def release(claim: Claim) -> None:
    """Give a row back before its work is done: it is due at once, for whoever is free."""
    _run(RELEASE, claim.model, id=claim.id, fence=claim.fence)


def revoke(row: Leased) -> None:
    """Take a row from whoever holds it: what they do next is refused.  When it is due is for the caller to say."""
    _run(REVOKE, type(row), id=row.pk)


def step(claim: Claim) -> None:
    """Inside ``hold``: a step is done and the next one follows under the same claim."""
    _run(STEP, claim.model, id=claim.id)


def done(claim: Claim, *, again_at: datetime | None = None) -> None:
    """Inside ``hold``: the work is done.  It is due ``again_at``, if ever, unless something came in meanwhile."""
    _run(DONE, claim.model, id=claim.id, again_at=again_at)


def fail(claim: Claim, *, code: str, error: str, permanent: bool = False, retry_after: timedelta = timedelta()) -> None:
    """A step went wrong.  It comes due again later, after ``retry_after`` at the earliest, or is put aside."""
    _run(FAIL, claim.model, **_said(claim, code, error), permanent=permanent, retry_after=retry_after)


def wait(claim: Claim, *, code: str, error: str, retry_after: timedelta = timedelta()) -> None:
    """The outside is not ready.  It comes due again later, and the attempt does not count.

    Each wait in a row is twice as long, from ``FIRST_WAIT`` to ``LONGEST_WAIT`` and up to a quarter more, so that
    workers do not come back all at once; ``retry_after`` is the least.
    """
    _run(WAIT, claim.model, **_said(claim, code, error), longest=LONGEST_WAIT, retry_after=retry_after)


def _said(claim: Claim, code: str, error: str) -> dict[str, Any]:
    code, error = reasons.stated(code, error)
    return {"id": claim.id, "fence": claim.fence, "code": code, "error": error, "wait": FIRST_WAIT}


@contextmanager
def working(claim: Claim) -> Iterator[None]:
    """Count the attempt before it begins; whatever goes wrong inside is written into the row, and raised on.

    The row then comes due again or is put aside.  An error may say more: ``code``, ``permanent``, ``waiting`` and
    ``retry_after``, as ``chats.sources.base.SourceError`` does.  A database's refusal is raised on as ``NotStored``.
    """
    _renew(claim, begun=1)
    try:
        yield
    except LeaseLost:
        raise
    except Exception as error:
        reason = reasons.of(error)
        said: dict[str, Any] = {
            "code": reason.code,
            "error": reason.said,
            "retry_after": getattr(error, "retry_after", None) or timedelta(),
        }
        if getattr(error, "waiting", False):
            wait(claim, **said)
        else:
            fail(claim, permanent=getattr(error, "permanent", False), **said)
        if isinstance(error, Error):
            logger.error("%s %s: %s", claim.model.__name__, claim.id, reasons.refused(error))  # noqa: TRY400, has rows
            raise NotStored(reason) from None
        raise


def make_due(row: Leased) -> None:
    """Put a row's work on the table now.  One that was put aside gets all its attempts again."""
    _run(DUE, type(row), id=row.pk)


def clock() -> datetime:
    """The time by the database, which alone decides what is due: machines may differ."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def record_tick(name: str) -> None:
    """Count one knock of the clock that arrived."""
    _run(TICK, Tick, name=name)
