"""A leased row -> the statements that lend it, renew it and take it back; each is one step by the database's clock."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.models import Leased, Tick

MOST_ATTEMPTS = 3

# Until the work begins the lease is half as long: a message that was lost is no worker that may only be slow.
# Materialized: run twice by an unlucky plan, the inner query would lend out more than the limit.  Ordered once more: an
# update gives back rows as its plan comes by them.
CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT {key} AS id, {first}next_due_at AS was_due FROM {table}
        WHERE next_due_at <= clock_timestamp() AND quarantined_at IS NULL AND attempts < %(most)s
          AND {is_free} {and_others} {and_not}
        ORDER BY {first}next_due_at, {key}
        LIMIT greatest(0, least(%(at_once)s, {room}))
        FOR UPDATE SKIP LOCKED),
    lent AS (
        UPDATE {table}
        SET lease_until = now.until, next_due_at = now.until, fence = fence + 1
        FROM due, (SELECT clock_timestamp() + %(lease)s / 2 AS until) AS now
        WHERE {table}.{key} = due.id
        RETURNING {table}.{key} AS id, fence)
    SELECT lent.id, lent.fence FROM lent JOIN due ON due.id = lent.id
    ORDER BY {first}was_due, lent.id
"""
UNLENT = {
    "is_free": "lease_until IS NULL",
    "room": "%(slots)s - (SELECT count(*) FROM {table} WHERE lease_until > clock_timestamp())",
}
# Whoever had these is gone, and so is the hand that would be counted; they must not wait for a moment without work.
LAPSED = {"is_free": "lease_until <= clock_timestamp()", "room": "%(at_once)s"}
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
# Whoever has locked a row is about to make progress, and must not keep others from what is due.
QUARANTINE = """
    WITH dead AS MATERIALIZED (
        SELECT {key} AS id FROM {table}
        WHERE next_due_at <= clock_timestamp() AND quarantined_at IS NULL AND attempts >= %(most)s
          AND (lease_until IS NULL OR lease_until <= clock_timestamp())
        FOR UPDATE SKIP LOCKED)
    UPDATE {table}
    SET quarantined_at = clock_timestamp(), lease_until = NULL,
        error_code = coalesce(nullif(error_code, ''), 'killed'),
        error = coalesce(nullif(error, ''), 'The worker died each time it tried this.')
    FROM dead WHERE {table}.{key} = dead.id
"""
RENEW = """
    UPDATE {table}
    SET lease_until = now.until, attempts = attempts + %(begun)s,
        next_due_at = CASE WHEN next_due_at = lease_until THEN now.until ELSE next_due_at END
    FROM (SELECT clock_timestamp() + %(lease)s AS until) AS now
    WHERE {key} = %(id)s AND fence = %(fence)s
    RETURNING clock_timestamp()
"""
# Of work that is over by now, nothing is lent any more.
BEAT = """
    UPDATE {table}
    SET lease_until = now.until,
        next_due_at = CASE WHEN next_due_at = lease_until THEN now.until ELSE next_due_at END
    FROM (SELECT clock_timestamp() + %(lease)s AS until) AS now
    WHERE {key} = %(id)s AND fence = %(fence)s AND lease_until IS NOT NULL
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
    UPDATE {table}
    SET lease_until = NULL, next_due_at = clock_timestamp(), attempts = greatest(0, attempts - %(given_back)s)
    WHERE {key} = %(id)s AND fence = %(fence)s AND lease_until IS NOT NULL
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


def claim(which: dict[str, str], *, kind: str = "", first: str = "", unless: str = "") -> str:
    """The statement that lends ``UNLENT`` or ``LAPSED`` rows; those of one ``kind`` leave a hand to the others.

    ``first`` is a column whose lowest values go before others; ``unless`` is a condition in SQL, of our own words,
    under which a row stays where it is.
    """
    statement = CLAIM
    parts = {
        "and_others": OTHERS if kind else "",
        "and_not": f"AND NOT coalesce({unless}, false)" if unless else "",
        "first": f"{first}, " if first else "",
    }
    for name, part in {**which, **parts}.items():
        statement = statement.replace(f"{{{name}}}", part)
    return statement.replace("{kind}", kind)


def run(statement: str, model: type[Leased] | type[Tick], **values: Any) -> list[tuple]:
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
