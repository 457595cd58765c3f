"""Every migration has its way back, and the models need no other."""

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import Community

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def migrate(*target):
    call_command("migrate", *target, interactive=False, verbosity=0)


def tables():
    return {name for name in connection.introspection.table_names() if name.startswith(("accounts_", "chats_"))}


def test_migrations_go_back_to_nothing_and_forth_again():
    before = tables()

    migrate("chats", "zero")
    migrate("accounts", "zero")
    between = tables()
    migrate()

    assert between == set()
    assert tables() == before
    assert Community.objects.get().slug == "wecops"
