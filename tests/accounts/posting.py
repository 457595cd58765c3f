"""What several tests of mail need: a letter, a mail server that the settings name, time that passes."""

from contextlib import contextmanager
from datetime import timedelta

from django.db.models import F
from django.test import override_settings

from accounts import outbox
from accounts.models import Community, Mail
from accounts.outbox import Post, To
from tests.simulators.mail_server import MailServer

STOP = "https://portal.example/mail/stop/9fK2"
TOLD = {"link": "https://portal.example/mail/yes/4Hq9", "until": "23 November"}
ANN = To("ann@reader.example", "Ann Okelu-Reed")
ACTION = Post()
NEWS = Post(kind="newsletter", unsubscribe=STOP)


def composed(to=ANN, post=ACTION, template="confirm", files=(), **context):
    return outbox.compose(template, Community.objects.get(slug="wecops"), to, {**TOLD, **context}, post, files)


@contextmanager
def mail_server(script=None, **settings):
    """A mail server that the portal knows, with the patience of a second."""
    with MailServer(script) as server:
        places = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": server.port, "EMAIL_TIMEOUT": 1}
        with override_settings(DEFAULT_FROM_EMAIL="hello@portal.example", **{**places, **settings}):
            yield server


def delivered():
    """Send what is due; how many went which way."""
    return dict(outbox.deliver(outbox.claim_due()))


def leases_run_out():
    """What nobody works at any more comes due."""
    long_ago = F("created_at") - timedelta(hours=1)
    lent = Mail.objects.exclude(lease_until=None)
    lent.update(lease_until=long_ago, next_due_at=long_ago)


def waits_are_over():
    Mail.objects.exclude(next_due_at=None).update(next_due_at=F("created_at"))
