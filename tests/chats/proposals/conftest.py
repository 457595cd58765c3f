"""What the tests of members' pages need: an hour that is now, evenings to come, and somebody who is signed in."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from tests.factories.proposals import evenings, member


@pytest.fixture
def today():
    """Views read the clock, so what they look at lies around it."""
    cache.clear()  # how often somebody did something is counted there
    return timezone.now()


@pytest.fixture
def free(db, today):
    return evenings(today)


@pytest.fixture
def nell(db):
    return member("Nell Harrow")


@pytest.fixture
def beth(db):
    return member("Beth Quarrie")


@pytest.fixture
def signed_in(client, nell):
    client.force_login(nell)
    return client
