"""A stand-in for X that the portal under test believes to be it."""

import pytest

from tests.simulators.loopback import Loopback
from tests.simulators.x_door import AUTHORIZE, PROFILE, TOKEN, XDoor, XPerson

CLIENT, SECRET = "the-client", "the-secret-of-the-client"
CALLBACK = "/accounts/twitter_oauth2/login/callback/"
PEOPLE = (
    XPerson("1001", "pc_ferrow", "Priya Ferrow"),
    XPerson("1002", "sgt_oakes", "Sgt Oakes \U0001f469\u200d\U0001f692"),
    XPerson("1003", "gone_quiet", "Gone Quiet", is_suspended=True),
)


@pytest.fixture(autouse=True)
def _empty_cache(empty_cache):
    """Rate limits live there."""


@pytest.fixture
def door():
    """X's sign-in, for the site that test clients ask."""
    return XDoor({person.id: person for person in PEOPLE}, CLIENT, SECRET, frozenset({f"http://testserver{CALLBACK}"}))


@pytest.fixture
def x(door, settings):
    with Loopback(door.answer) as server:
        settings.SOCIALACCOUNT_PROVIDERS = {"twitter_oauth2": {"APPS": [{"client_id": CLIENT, "secret": SECRET}]}}
        settings.X_CLIENT_ID = CLIENT
        settings.X_AUTHORIZE_URL = server.url + AUTHORIZE
        settings.X_TOKEN_URL = server.url + TOKEN
        settings.X_PROFILE_URL = server.url + PROFILE
        settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.5
        yield server
