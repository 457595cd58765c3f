"""A chat captured live while its servers and workers break: the transcript is that of an evening when nothing did.

Each row is named by its code in docs/measurements.md: W for the workers, R for the broker, P for PostgreSQL.
"""

import random
import signal
import time
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now

from chats.models import Capture, IngestRun
from tests.faults import hands
from tests.faults.evening import LEASE_SECONDS, SCALE, Ground, evening, faultless, outcome
from tests.faults.line import Line
from tests.faults.servers import Broker, Database

AWAY = 2  # seconds that a server is gone
GRACE = 10  # seconds between asking a worker to stop and insisting


@pytest.fixture(scope="module")
def ground(django_db_blocker, tmp_path_factory):
    """Servers of our own, which the tests' other ones never hear of."""
    folder = tmp_path_factory.mktemp("faults")
    ours, theirs = Database(folder), dict(connection.settings_dict)
    broker = Broker(folder)
    line = Line(broker.port)
    environment = {
        "DATABASE_URL": ours.url,
        "REDIS_URL": broker.url(line.port),
        "CAPTURE_TIME_SCALE": str(SCALE),
        "LEASE_SECONDS": str(LEASE_SECONDS),
        "WORKER_SLOTS": "2",
        "RECHECKS_A_DAY": "0",
    }
    beat = None
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        connection.close()
        connection.settings_dict.update(HOST=ours.url.partition("host=")[2], NAME="wecops", USER="wecops", PORT="")
        try:
            call_command("migrate", verbosity=0)
            patch.setattr("django.conf.settings.CAPTURE_TIME_SCALE", SCALE)
            patch.setattr("django.conf.settings.X_API_URL", "")
            patch.setattr("django.conf.settings.X_BEARER_TOKEN", "")
            beat = hands.beat(folder / "beat.log", **environment)
            yield Ground(folder, ours, broker, line, environment)
        finally:
            if beat:
                beat.end()
            connection.close()
            connection.settings_dict.update(theirs)
            line.close()
            broker.end()
            ours.end()


def crash(point, visit):
    def strike(held):
        held.crash_file.write_text(f"{point} {visit} {point}-{visit}")
        held.wait_until(lambda: not held.crash_file.exists(), f"{point} was not visited {visit} times")

    return strike


def killed(held):
    """The whole worker, by SIGKILL and with work in its hands; another is started."""
    held.wait_until(Capture.objects.filter(lease_until__gt=Now()).exists, "no capture was lent")
    held.workers.pop().end()
    held.start_worker()


def stopped(held):
    """A worker that is frozen longer than its lease; another takes over; then the first goes on."""
    frozen = held.workers[-1]
    frozen.strike(signal.SIGSTOP)
    held.start_worker()
    time.sleep(2 * LEASE_SECONDS)
    frozen.strike(signal.SIGCONT)


def deployed(held):
    held.workers.pop().ask_to_stop(grace=GRACE)
    held.start_worker()


def broker_emptied(held):
    broker = held.ground.broker
    broker.shut_down()
    time.sleep(AWAY)
    broker.start()


def broker_torn(held):
    broker = held.ground.broker
    broker.kill(torn=7)
    time.sleep(AWAY)
    broker.start()


def flushed(held):
    with held.ground.broker.client as client:
        for _ in range(10):
            client.flushall()
            time.sleep(random.uniform(0, 0.6))


def broker_frozen(held):
    broker = held.ground.broker
    broker.freeze()
    time.sleep(2 * AWAY)
    broker.thaw()


def half_open(held):
    """Who is connected to the broker goes on talking to nobody."""
    held.ground.line.drop()


def database_crashed(held):
    database = held.ground.database
    database.stop(signal.SIGQUIT)
    time.sleep(AWAY)
    database.start()


def database_restarted(held):
    database = held.ground.database
    database.stop(signal.SIGINT)
    database.start()


def connections_terminated(held):
    for _ in range(6):
        held.ground.database.terminate_connections()
        time.sleep(0.5)


FAULTS = {
    "W1": crash("ingest.after_fetch", 2),
    "W2": crash("ingest.in_transaction", 2),
    "W3": crash("ingest.after_commit", 2),
    "W4": crash("build.after_render", 1),
    "W5": killed,
    "W6": stopped,
    "W7": deployed,
    "R1": broker_emptied,
    "R2": broker_torn,
    "R3": flushed,
    "R4": broker_frozen,
    "R5": half_open,
    "P1": database_crashed,
    "P2": database_restarted,
    "P3": connections_terminated,
}
SHORT = ("W1", "R3", "P1")


def play(held, faults, dice, **environment):
    """The evening with these faults, one after the other; what came of it."""
    held.start_worker(**environment)
    time.sleep(max(0, (held.facts.starts_at - datetime.now(UTC)).total_seconds()))
    for fault in faults:
        time.sleep(dice.uniform(0, 1.5))
        fault(held)
    held.wait_until(held.is_over, "the evening did not come to its end")
    for worker in held.workers:
        worker.end()
    assert not Capture.objects.exclude(quarantined_at=None).exists()
    return outcome(held.chat)


def pytest_generate_tests(metafunc):
    deep = metafunc.config.getoption("--deep")
    if "code" in metafunc.fixturenames:
        metafunc.parametrize("code", list(FAULTS) if deep else SHORT)
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(20 if deep else 1))


def test_no_fault_makes_another_transcript(ground, code):
    with evening(ground) as held:
        live = play(held, [FAULTS[code]], random.Random(code))

        assert len(live[1]) == 200
        assert live == faultless(held)


def tweet_amid(facts):
    """One with the hashtag, after the first question."""
    tagged = [
        said for said in facts.tweets if "#wecops" in said.text.lower() and not said.retweet_of and not said.edits
    ]
    return tagged[len(tagged) // 3]


@pytest.mark.parametrize("how", ["die", "loop", "swell"])
def test_w8_a_tweet_that_kills_its_reader_costs_no_other(ground, deep, how):
    if not deep:
        pytest.skip("takes 20 seconds; runs with --deep")
    with evening(ground) as held:
        poison = tweet_amid(held.facts).id
        held.spoilt.add(poison)
        live = play(held, [], random.Random(how), POISON=f"{how} {poison}", TIME_LIMIT="3", LEASE_SECONDS="5")
        reasons = [reason for run in IngestRun.objects.exclude(rejected=0) for _, reason in run.rejections]

        assert {reason.partition(": ")[2] for reason in reasons} == {
            f"{poison} ended each of 3 programs that read it, and was passed over"
        }
        assert faultless(held)[1] - live[1] == {poison}


def test_w12_a_task_that_is_killed_for_its_time_is_done_by_another(ground, deep, tmp_path):
    if not deep:
        pytest.skip("takes 10 seconds; runs with --deep")
    with evening(ground) as held:
        poison = f"loop {tweet_amid(held.facts).id} {tmp_path / 'once'}"
        live = play(held, [], random.Random(12), POISON=poison, TIME_LIMIT="3")

        assert (tmp_path / "once").exists()
        assert live == faultless(held)


def test_no_three_faults_make_another_transcript(ground, seed):
    dice = random.Random(seed)
    codes = dice.sample(sorted(FAULTS), 3)

    with evening(ground) as held:
        live = play(held, [FAULTS[code] for code in codes], dice)

        assert live == faultless(held), codes
