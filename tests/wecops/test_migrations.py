"""Every migration has its way back, and the models need no other."""

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import Community
from chats import ingest
from chats.ingest import packing
from chats.models import RawPage
from tests.factories.chats import ChatFactory
from tests.factories.records import seen

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def migrate(*target):
    call_command("migrate", *target, interactive=False, verbosity=0)


def tables():
    return {
        name for name in connection.introspection.table_names() if name.startswith(("accounts_", "blog_", "chats_"))
    }


def test_migrations_go_back_to_nothing_and_forth_again():
    before = tables()

    migrate("blog", "zero")
    migrate("chats", "zero")
    migrate("accounts", "zero")
    between = tables()
    migrate()

    assert between == set()
    assert tables() == before
    assert Community.objects.get().slug == "wecops"


def test_raw_records_go_back_to_single_ones_and_forth_again(deep):
    """That migration changes no more, and on its way back lie all that came after it."""
    if not deep:
        pytest.skip("a long one: --deep")
    ingest.merge(ChatFactory(), (seen(1), seen(2)), why="file")
    ingest.merge(ChatFactory(), (seen(2),), why="file")
    before = raw_records()

    migrate("chats", "0003")
    migrate()

    assert raw_records() == before


def raw_records():
    pages = RawPage.objects.order_by("chat_id")
    return [(page.chat_id, page.tweets, packing.unpacked(page.body)) for page in pages]
