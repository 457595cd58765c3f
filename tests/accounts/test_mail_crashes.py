"""A real process dies by SIGKILL at every point of a delivery.  Only between *sending* and *sent* may that be seen.

There the row says *unsure*: what one person waits for has gone once more, under the same Message-ID, and a newsletter
waits for somebody.  Everywhere else each letter arrives once, the ones behind it in the bag included.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from accounts import outbox
from accounts.models import Mail
from accounts.outbox import To
from tests.accounts.posting import NEWS, composed, delivered, leases_run_out, mail_server

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ONCE = ("sent", 1, False)
# What becomes of the letter at which it died, by where: its status, how often it arrived, whether it is marked.
OUTCOMES = {
    "outbox.after_claim": (ONCE, ONCE),
    "outbox.after_offer": (ONCE, ONCE),
    "outbox.after_departure": (("sent", 1, True), ("unsure", 0, True)),
    "outbox.after_answer": (("sent", 2, True), ("unsure", 1, True)),
    "outbox.after_commit": (ONCE, ONCE),
}
ACTIONS, NEWSLETTERS = 2, 2
KILLED = -signal.SIGKILL


@pytest.fixture(scope="module")
def server():
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def deliver(server, tmp_path_factory, django_db_setup):
    """Deliver in another process, which dies at a point when it comes there for the so-manieth time."""
    crash_file = tmp_path_factory.mktemp("mail") / "crash"
    address, _, query = os.environ["DATABASE_URL"].partition("?")
    places = {
        "DATABASE_URL": f"{address.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{query}",
        "EMAIL_URL": server.url,
        "CRASH_FILE": str(crash_file),
    }
    command = [sys.executable, "-m", "tests.accounts.dying"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env={**os.environ, **places}, **pipes) as process:

        def deliver(point, visit=1):
            crash_file.write_text(f"{point} {visit} {point}-{visit}")
            process.stdin.write("\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield deliver
        process.stdin.close()


def bag(server):
    """Two letters that somebody waits for and two newsletters, in the order in which they go."""
    Mail.objects.all().delete()
    server.delivered.clear()
    actions = [composed(To(f"{number}@waits.example")) for number in range(ACTIONS)]
    return [*actions, *(composed(To(f"{number}@reads.example"), NEWS) for number in range(NEWSLETTERS))]


def outcomes(mails, server):
    arrived = Counter((letter.to, letter.message["Message-ID"]) for letter in server.delivered)
    assert arrived.keys() <= {(mail.to, mail.message_id) for mail in mails}
    rows = [Mail.objects.get(pk=mail.pk) for mail in mails]
    return [(row.status, arrived[row.to, row.message_id], row.unsure_at is not None) for row in rows]


def expected(point, visit):
    wanted = [ONCE] * (ACTIONS + NEWSLETTERS)
    wanted[visit - 1] = OUTCOMES[point][visit > ACTIONS]
    return wanted


def test_only_a_death_between_sending_and_sent_can_be_seen_and_is_marked(deep, server, deliver):
    visits = range(1, ACTIONS + NEWSLETTERS + 1) if deep else (1, ACTIONS + 1)
    cases = [(point, visit) for point in OUTCOMES for visit in visits if point != "outbox.after_claim" or visit == 1]
    for point, visit in cases:
        mails = bag(server)
        assert deliver(point, visit) == KILLED, (point, visit)

        leases_run_out()
        delivered()

        assert outcomes(mails, server) == expected(point, visit), (point, visit)
        assert delivered() == {}


def test_who_dies_in_doubt_is_followed_by_one_more_try_and_no_third(server, deliver):
    mail, *others = bag(server)

    assert deliver("outbox.after_answer") == KILLED
    leases_run_out()
    assert deliver("outbox.in_doubt") == KILLED
    leases_run_out()
    assert deliver("outbox.after_answer") == KILLED
    leases_run_out()
    delivered()

    assert outcomes([mail, *others], server) == [("unsure", 2, True), ONCE, ONCE, ONCE]
    assert (delivered(), outbox.wanting()) == ({}, {"unsure": 1})


def test_what_has_left_is_left_alone_while_its_sender_may_live(server, deliver):
    """Others wait longer than any answer may take."""
    mails = bag(server)
    assert deliver("outbox.after_departure") == KILLED
    left, *others = [Mail.objects.get(pk=mail.pk) for mail in mails]

    assert left.status == "sending"
    assert left.lease_until - others[0].lease_until > timedelta(seconds=70)
