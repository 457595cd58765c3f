"""A chat captured live while its servers and workers break: the transcript is that of an evening when nothing did.

Each row is named by its code in docs/measurements.md: W for the workers, R for the broker, P for PostgreSQL.
"""

import logging
import time
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

import pytest

from chats.models import Capture, IngestRun
from tests.faults.evening import evening, faultless, outcome
from tests.faults.ground import SCALE, side_by_side
from tests.faults.strikes import STRIKES, out_of_time

logger = logging.getLogger(__name__)

pytestmark = pytest.mark.long
SHORT = ("W1", "R3", "P1")
AT_ONCE = (10, 24)  # seconds of an evening with one fault, and with three
AT_LENGTH = 20  # and as long as the fault lasts
SLOWER = {"CAPTURE_TIME_SCALE": "10"}  # a look every second and a half: hands that are always late tell nothing
LONGEST_DELAY = 1.5


class Played(NamedTuple):
    """What came of an evening and of a faultless capture of the same; how long it took to recover."""

    live: tuple[str, set[str]]
    faultless: tuple[str, set[str]]
    seconds: float
    lost: int = 0
    poison: str = ""
    passed_over: frozenset[str] = frozenset()


def play(held, faults=(), **environment):
    """The evening with these faults, one after the other; what came of it, and the seconds that the last was felt."""
    held.start_worker(**environment)
    time.sleep(max(0, (held.facts.starts_at - datetime.now(UTC)).total_seconds()))
    held.wait_until(Capture.objects.exclude(looked_at=None).exists, "nobody looked")
    for strike, seconds in faults:
        time.sleep(held.dice.uniform(0, LONGEST_DELAY))
        held.strike(strike, seconds)
    seconds = held.recovered() if faults else 0
    held.wait_until(held.is_over, "the evening did not come to its end")
    for worker in held.workers:
        worker.end()
    assert not Capture.objects.exclude(quarantined_at=None).exists()
    return outcome(held.chat), seconds


def one(code, deep, ground):
    strike, _, brief, long = STRIKES[code]
    with evening(ground, code, seconds=AT_LENGTH + long if deep else AT_ONCE[0]) as held:
        live, seconds = play(held, [(strike, long if deep else brief)], **SLOWER if deep else {})
        assert not held.crash_file.exists()
        return Played(live, faultless(held), seconds, held.lost)


def three(seed, deep, ground):
    with evening(ground, seed, seconds=AT_ONCE[1]) as held:
        struck = [STRIKES[code] for code in held.dice.sample(sorted(STRIKES), 3)]
        live, seconds = play(held, [(strike, brief) for strike, _, brief, _ in struck])
        return Played(live, faultless(held), seconds)


def tweet_amid(facts):
    """One with the hashtag, after the first question."""
    tagged = [
        said for said in facts.tweets if "#wecops" in said.text.lower() and not said.retweet_of and not said.edits
    ]
    return tagged[len(tagged) // 3].id


def poisoned(how, deep, ground):
    with evening(ground, how, seconds=2 * AT_LENGTH) as held:
        poison = tweet_amid(held.facts)
        held.spoilt.add(poison)
        live, _ = play(held, POISON=f"{how} {poison}", **SLOWER)
        runs = IngestRun.objects.filter(capture__chat=held.chat).exclude(rejected=0)
        passed_over = {reason.partition(": ")[2] for run in runs for _, reason in run.rejections}
        seconds = min(run.last_at.timestamp() for run in runs) - held.harm_file.stat().st_mtime
        return Played(live, faultless(held), seconds, poison=poison, passed_over=passed_over)


def limited(limit, deep, ground):
    with evening(ground, limit, seconds=AT_ONCE[0]) as held:
        poison = f"loop {tweet_amid(held.facts)} once"
        live, seconds = play(held, [(out_of_time, limit)], POISON=poison, TIME_LIMIT=str(limit))
        return Played(live, faultless(held), seconds)


# By the name of the parameter that tells one from the other.
EVENINGS = {"code": one, "seed": three, "how": poisoned, "limit": limited}


def pytest_generate_tests(metafunc):
    deep = metafunc.config.getoption("--deep")
    cases = {
        "code": list(STRIKES) if deep else SHORT,
        "seed": range(20 if deep else 0),
        "how": ["die", "loop", "swell"] if deep else [],
        "limit": [3] if deep else [],
    }
    for name in cases.keys() & set(metafunc.fixturenames):
        metafunc.parametrize(name, cases[name])


def case(item):
    """What tells a test's evening from the others."""
    return next((name, value) for name, value in item.callspec.params.items() if name in EVENINGS)


@pytest.fixture(scope="module")
def evenings(request, deep, django_db_blocker, tmp_path_factory):
    """All that were asked for, held side by side; none is waited for here."""
    here = [item for item in request.session.items if item.path == request.path]
    asked = [case(item) for item in here if not item.get_closest_marker("skip")]
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.CAPTURE_TIME_SCALE", SCALE)
        patch.setattr("django.conf.settings.X_API_URL", "")
        patch.setattr("django.conf.settings.X_BEARER_TOKEN", "")
        holding = [partial(EVENINGS[name], value, deep) for name, value in asked]
        with side_by_side(tmp_path_factory.mktemp("faults"), holding) as futures:
            yield dict(zip(asked, futures, strict=True))


@pytest.fixture
def played(request, evenings):
    found = evenings[case(request.node)].result()
    logger.info("%s went on after %.1f seconds", request.node.name, found.seconds)
    return found


def test_no_fault_makes_another_transcript_or_is_felt_for_long(played, code):
    assert len(played.live[1]) == 200
    assert played.live == played.faultless
    assert bool(played.lost) == (code in ("R1", "R3"))
    assert played.seconds <= STRIKES[code][1]


def test_w8_a_tweet_that_kills_its_reader_costs_no_other(played, how):
    assert played.passed_over == {f"{played.poison} ended each of 3 programs that read it, and was passed over"}
    assert played.faultless[1] - played.live[1] == {played.poison}
    assert played.seconds <= 120


def test_w12_a_task_that_is_killed_for_its_time_is_done_by_another(played, limit):
    assert played.live == played.faultless
    assert 0 < played.seconds <= 100


def test_no_three_faults_make_another_transcript(played, seed):
    assert played.live == played.faultless
