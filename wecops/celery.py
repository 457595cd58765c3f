"""The beat table -> the broker.  The rows say what is due; this only knocks on the door every few seconds."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from celery import Celery
from celery.app.amqp import AMQP
from django.conf import settings
from kombu import Connection
from kombu.transport import redis

HOUR = 3600

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wecops.settings")

# A build makes hundreds of thousands of small values and no circles of them.  Looking for circles after every 700 new
# ones, as Python does, takes a twelfth of its time.
gc.set_threshold(50_000, 20, 100)
# While a page is stored, a thread reads the next.  At Python's own 5 ms it would not let go for so long each time the
# database has answered, which happens some thirty times a page.
sys.setswitchinterval(0.0005)

RECONNECT_SECONDS = 2


class Credit(redis.QoS):
    """A hand is free once its work is done, also when the broker went away before it could be told so.

    kombu counts such a message as one in hand for ever.  A worker whose hands are all taken so asks for no message, and
    so never notices that the broker is back.  The message itself comes once more, and finds its lease over.
    """

    def ack(self, delivery_tag: str) -> None:
        with self._letting_go(delivery_tag):
            super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        with self._letting_go(delivery_tag):
            super().reject(delivery_tag, requeue)

    @contextmanager
    def _letting_go(self, delivery_tag: str) -> Iterator[None]:
        try:
            yield
        except Exception:
            self._quick_ack(delivery_tag)
            raise


class Channel(redis.Channel):
    QoS = Credit


class Transport(redis.Transport):
    Channel = Channel


class Persistent(Connection):
    """Asks an absent broker at the same pace for ever, not every half minute in the end; and outlives it."""

    def get_transport_cls(self) -> type:
        named = super().get_transport_cls()
        return Transport if named is redis.Transport else named

    def ensure_connection(self, *args: Any, **named: Any) -> Connection:
        return super().ensure_connection(*args, **{**named, "interval_max": RECONNECT_SECONDS})

    def maybe_close_channel(self, channel: Any) -> None:
        """What a lost channel had not acknowledged cannot go back; kombu stumbles over that and ends the worker."""
        with suppress(AttributeError):
            super().maybe_close_channel(channel)


class Wires(AMQP):
    Connection = Persistent


app = Celery("wecops", amqp=Wires)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _knock(task: str, seconds: float, expires: float) -> dict[str, Any]:
    """An entry of the beat table.  A tick that waits behind others is worthless: it expires instead of piling up."""
    return {
        "task": task,
        "schedule": float(seconds),
        "options": {"expires": float(expires)},
        "last_run_at": datetime.min.replace(tzinfo=UTC),  # a new beat knocks at once
    }


# A tick that arrives waited no longer than a row is lent before work on it begins: so the message of a lease that is
# over was taken before it, or is lost.
app.conf.beat_schedule = {
    "plan": _knock("chats.plan", settings.TICK_SECONDS, settings.LEASE_SECONDS / 2),
    "post": _knock("accounts.post", settings.MAIL_TICK_SECONDS, settings.MAIL_TICK_SECONDS),
    "blog": _knock("blog.plan", settings.BLOG_TICK_SECONDS, settings.LEASE_SECONDS / 2),
    "empty": _knock("accounts.empty", HOUR, HOUR),
    "empty-comments": _knock("blog.empty", HOUR, HOUR),
}
