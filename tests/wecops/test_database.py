"""A connection that lived on is not asked; one that ended in between is known, and replaced before anybody notices."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def other(db):
    """Another connection, as a thread would have kept it since its last request."""
    kept = connection.copy()
    with kept.cursor() as cursor:
        cursor.execute("SELECT 42")
    yield kept
    kept.close()


def _last_asked(number):
    with connection.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [number])
        return cursor.fetchone()


def test_one_that_lives_is_not_asked(other):
    assert (other.is_usable(), _last_asked(other.connection.info.backend_pid)) == (True, ("SELECT 42",))


def test_one_that_was_ended_is_replaced(other):
    number = other.connection.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])

    was_usable = other.is_usable()
    other.health_check_enabled, other.health_check_done = True, False
    other.close_if_health_check_failed()
    with other.cursor() as cursor:
        cursor.execute("SELECT 43")

    assert (was_usable, other.connection.info.backend_pid == number) == (False, False)


def test_what_the_server_only_mentions_ends_nothing(other):
    with other.cursor() as cursor:
        cursor.execute("LISTEN told")
    teller = connection.copy()
    with teller.cursor() as cursor:
        cursor.execute("NOTIFY told")
    teller.close()

    assert other.is_usable()


def _prepared(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return cursor.fetchone()


def test_what_is_asked_again_is_planned_once(other):
    counts = []
    for word in ("one", "two", "three"):
        assert other.prepared("SELECT %s || %s", [word, "!"]) == [(f"{word}!",)]
        counts += _prepared(other)

    assert counts == [0, 1, 1]


def test_a_log_of_queries_has_their_values(other):
    with CaptureQueriesContext(other) as asked:
        for word in ("one", "it's"):
            other.prepared("SELECT %s || 'd'", [word])

    assert [query["sql"] for query in asked.captured_queries] == ["SELECT 'one' || 'd'", "SELECT 'it''s' || 'd'"]


@pytest.fixture
def table(other):
    with other.cursor() as cursor:
        cursor.execute("CREATE TABLE changing (number integer); INSERT INTO changing VALUES (7)")
    yield "changing"
    with other.cursor() as cursor:
        cursor.execute("DROP TABLE changing")


def test_a_plan_whose_table_changed_is_made_anew(other, table):
    before = [other.prepared("SELECT * FROM changing", []) for _ in range(3)]
    changer = connection.copy()
    with changer.cursor() as cursor:
        cursor.execute("ALTER TABLE changing ADD word text DEFAULT 'new'")
    changer.close()

    assert (before, other.prepared("SELECT * FROM changing", [])) == ([[(7,)]] * 3, [(7, "new")])
