"""Reading the practice chat once more: the command waits for a worker, here a thread that does what is due."""

import json
import threading
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from chats.models import Tweet
from tests.simulators.practice import practice
from tests.wecops.test_seed_demo import seed

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def sweep_for(seconds):
    """Do what is due again and again, as a worker would."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        call_command("sweep", stdout=StringIO())
        time.sleep(0.2)
    connection.close()


def test_rehearse_has_the_file_read_anew(tmp_path):
    seed(tmp_path, chats=0)
    call_command("sweep", stdout=StringIO())
    worker = threading.Thread(target=sweep_for, args=[4])
    out = StringIO()

    worker.start()
    call_command("rehearse", stdout=out)
    worker.join()

    counts = json.loads(out.getvalue())
    rehearsed = Tweet.objects.filter(chat__slug=practice().slug)
    assert (counts["read"], counts["created"], counts["unchanged"]) == (rehearsed.count(), 0, counts["read"])


def test_rehearse_says_when_nobody_works(tmp_path):
    seed(tmp_path, chats=0)

    with pytest.raises(CommandError) as error:
        call_command("rehearse", seconds=0.1)

    assert str(error.value) == "The worker did not finish the practice chat in time. Is one running?"
