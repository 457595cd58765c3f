"""A cache that vanishes costs a miss, never a page."""

import pytest
from django.core.cache import cache

from wecops.cache import ForgivingRedisCache


@pytest.fixture
def gone():
    """A cache at an address where nobody listens."""
    return ForgivingRedisCache("redis://127.0.0.1:9/0", {"OPTIONS": {"socket_connect_timeout": 0.2}})


def test_a_missing_cache_misses(gone, caplog):
    gone.set("a", 1, 10)
    gone.delete_many(["a"])
    gone.delete("a")

    assert gone.get("a", "nothing") == "nothing"
    assert {record.levelname for record in caplog.records} == {"WARNING"}


def test_a_lock_in_a_missing_cache_is_had_at_once(gone):
    """Else nobody could sign in while it is away: attempts are counted there."""
    assert gone.add("lock", 1, 10)


def test_the_real_cache_remembers_and_forgets():
    cache.set("a", b"bytes", 10)
    assert cache.get("a") == b"bytes"

    cache.delete_many(["a"])

    assert cache.get("a") is None
