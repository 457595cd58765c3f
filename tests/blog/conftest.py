"""What the tests of the blog start from: an empty cache, and an editor at the desk."""

import pytest

from accounts.roles import Role
from tests.factories.people import person


@pytest.fixture(autouse=True)
def _empty_cache(empty_cache):
    """Rate limits and kept pages live there."""


@pytest.fixture
def one_key(settings):
    """The desk opens without a second step."""
    settings.TEAM_SECOND_STEP = False


@pytest.fixture
def desk(client, one_key):
    client.force_login(person("ed", Role.EDITOR))
    return client
