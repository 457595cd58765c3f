"""The beat table -> the broker.  The rows say what is due; this only knocks on the door every few seconds."""

import gc
import os
import sys
from datetime import UTC, datetime
from typing import Any

from celery import Celery
from django.conf import settings

HOUR = 3600

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wecops.settings")

# A build makes hundreds of thousands of small values and no circles of them.  Looking for circles after every 700 new
# ones, as Python does, takes a twelfth of its time.
gc.set_threshold(50_000, 20, 100)
# While a page is stored, a thread reads the next.  At Python's own 5 ms it would not let go for so long each time the
# database has answered, which happens some thirty times a page.
sys.setswitchinterval(0.0005)

app = Celery("wecops")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _knock(task: str, seconds: float) -> dict[str, Any]:
    """An entry of the beat table.  A tick that finds the queue blocked is worthless after the next one: it expires."""
    return {
        "task": task,
        "schedule": float(seconds),
        "options": {"expires": float(seconds)},
        "last_run_at": datetime.min.replace(tzinfo=UTC),  # a new beat knocks at once
    }


app.conf.beat_schedule = {
    "plan": _knock("chats.plan", settings.TICK_SECONDS),
    "post": _knock("accounts.post", settings.MAIL_TICK_SECONDS),
    "empty": _knock("accounts.empty", HOUR),
}
