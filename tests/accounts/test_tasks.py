"""What is due leaves bag by bag, by the worker's hand or by a sweep, which is the same without one."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from accounts import outbox, tasks
from accounts.models import Mail, Tick
from accounts.outbox import To
from tests.accounts.posting import composed, mail_server
from wecops.celery import app

pytestmark = pytest.mark.django_db


@pytest.fixture
def mails(monkeypatch):
    """Three letters, of which two make a bag."""
    monkeypatch.setattr(outbox.delivering, "AT_ONCE", 2)
    return [composed(To(f"{number}@reader.example")) for number in range(3)]


@pytest.fixture
def _at_once():
    """What is handed out is done here and now."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.mark.usefixtures("_at_once")
def test_a_tick_sends_bag_after_bag_until_nothing_is_due(mails):
    with mail_server() as server:
        tasks.post()

    assert (len(server.delivered), server.conversations) == (len(mails), 2)
    assert Tick.objects.get(name="post").count == 1


def test_a_sweep_sends_what_is_due_too(mails):
    out = StringIO()

    with mail_server() as server:
        call_command("sweep", stdout=out)

    assert json.loads(out.getvalue())["mails"] == len(server.delivered) == len(mails)


def test_the_words_of_old_mail_are_thrown_away(settings, mails):
    settings.MAIL_KEPT_DAYS = 0
    outbox.discard(mails[0])

    tasks.empty()

    assert list(Mail.objects.filter(text="")) == [mails[0]]
