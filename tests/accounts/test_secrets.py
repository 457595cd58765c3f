"""Nothing that opens a door lies in the database or in the logs, after everybody has come in every way."""

import logging

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection

from accounts.roles import Role
from tests.accounts.conftest import SECRET
from tests.accounts.test_door import PASSWORD, appoint, set_password, set_up_codes
from tests.accounts.test_sign_in import choose, go, sign_in, who

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def everything_stored():
    """All rows of all tables as text, and what sessions hold."""
    rows = []
    with connection.cursor() as cursor:
        for table in sorted(model._meta.db_table for model in apps.get_models(include_auto_created=True)):
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" AS t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join([*rows, *(str(session.get_decoded()) for session in Session.objects.all())])


def test_no_secret_is_stored_or_logged(client, x, door, settings, caplog):
    caplog.set_level(logging.DEBUG)
    settings.X_BEARER_TOKEN = bearer = "canary-of-the-bearer-token"
    settings.TEAM_SECOND_STEP = True
    settings.LOGGING_CONFIG = None
    used = choose(go(client), "1001")
    client.get(used)
    appoint(who(client), Role.ORGANISER)
    set_password(client)
    secret = set_up_codes(client)
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    client.logout()
    client.post("/accounts/login/team/", {"login": "x-1001", "password": PASSWORD})
    client.post("/accounts/login/team/", {"login": "x-1001", "password": "canary of a wrong password"})
    client.get(used)
    sign_in(client, "1003")

    canaries = {
        "client secret": SECRET,
        "bearer": bearer,
        "secret key": settings.SECRET_KEY,
        "password": PASSWORD,
        "wrong password": "canary of a wrong password",
        "app secret": secret,
        "code of X": dict(pair.split("=") for pair in used.partition("?")[2].split("&"))["code"],
        **{f"token {number}": token for number, token in enumerate(door.tokens)},
        **{f"recovery code {number}": code for number, code in enumerate(codes)},
    }
    stored, logged = everything_stored(), "\n".join(record.getMessage() for record in caplog.records)
    assert len(canaries) == 7 + 2 + 10
    assert {name for name, canary in canaries.items() if canary in stored} == set()
    assert {name for name, canary in canaries.items() if canary in logged} == set()
