"""The practice chat told ten times as fast -> how long after X offered a tweet it stood on the page that people poll.

Everything is real but X: beat, worker, database, cache and web server, at the cadence of an evening divided by ten.
Work is not divided, so each build and each look weighs ten times what it does on an evening.
"""

import re
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chats.models import Chat
from tests.bench import chats
from tests.bench.measure import report
from tests.bench.sites import Servers, served
from tests.faults import hands
from tests.faults.evening import scheduled
from tests.simulators.practice import practice
from tests.simulators.quickening import quickened
from tests.simulators.x_api import Clock, XApi
from tests.simulators.x_finding import HORIZON
from wecops.launcher.folder import DataFolder
from wecops.launcher.places import DATA

SLUG = "bench-following"
QUICKER = 10
SOON = timedelta(seconds=25)  # until all of them have started
VIEWERS = 50
POLL_SECONDS = 3  # of each viewer: half a minute of the evening
LOOK_SECONDS = 0.2  # of ours
WITHIN = 60  # seconds of the evening
LASTING = timedelta(seconds=20)  # after the last tweet was offered
NUMBER = re.compile(rb"/status/(\d+)")


def run():
    shown = _evening()
    waits = sorted(wait for _, wait in shown)
    tagged = sorted(wait for has_tag, wait in shown if has_tag)
    for name, found in (("all", waits), ("hashtag", tagged)):
        report(f"following.{name}.within", 100 * sum(each <= WITHIN for each in found) / len(found), "% within 60 s")
        report(f"following.{name}.p95", found[len(found) * 95 // 100], "s of the evening, 95th percentile")
        report(f"following.{name}.median", found[len(found) // 2], "s of the evening")
        report(f"following.{name}.tweets", len(found), "tweets")


def _evening():
    """(has the hashtag, seconds of the evening from being offered to being seen) of every tweet since the chat began.

    What was said before, some saw before everything had started.  One that was never seen counts as seen at the end.
    """
    chats.forget(SLUG)
    starts_at = (datetime.now(UTC) + SOON).replace(microsecond=0)
    facts = _lasting(quickened(practice(starts_at=starts_at), QUICKER))
    horizon = HORIZON / QUICKER
    log = DataFolder(DATA / "bench").log
    with ExitStack() as stack:
        api = stack.enter_context(XApi(facts, Clock(datetime.now(UTC), scale=1), horizon=horizon))
        api.limits = {name: QUICKER * limit for name, limit in api.limits.items()}
        chat = scheduled(replace(facts, slug=SLUG))
        scale = {"TICK_SECONDS": "1", "CAPTURE_TIME_SCALE": str(QUICKER)}
        scale |= {"X_API_URL": api.url, "X_BEARER_TOKEN": api.token}
        for hand in (hands.beat(log("beat"), **scale), hands.worker(log("worker"), RECHECKS_A_DAY="0", **scale)):
            stack.callback(hand.end)
        site = stack.enter_context(served("portal", "wecops.wsgi:application", Servers()))
        path = f"{chat.get_absolute_url()}transcript/time/"
        stack.enter_context(_viewers(site, path))
        seen = _watched(site, path, until=facts.ends_at + horizon + LASTING)
        kept = set(Chat.objects.get(pk=chat.pk).tweets.values_list("network_id", flat=True))
    end = datetime.now(UTC)
    return [
        ("#wecops" in said.text.lower(), (seen.get(said.id, end) - said.at - horizon).total_seconds() * QUICKER)
        for said in facts.public
        if said.id in kept and said.at >= facts.starts_at
    ]


def _lasting(facts):
    """Only what is neither deleted nor edited stands on the page under one id from beginning to end."""
    kept = [said for said in facts.tweets if not said.truth.deleted_at and not said.edits]
    return replace(facts, tweets=tuple(kept))


@contextmanager
def _viewers(site, path):
    """So many people who look again and again, whatever they find."""
    is_over = threading.Event()

    def look(number):
        is_over.wait(POLL_SECONDS * number / VIEWERS)
        while not is_over.wait(POLL_SECONDS):
            site.get(path)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(VIEWERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def _watched(site, path, *, until):
    """When each tweet, by its id, was first seen on the page."""
    seen = {}
    while (now := datetime.now(UTC)) < until:
        status, _, body = site.get(path, {"Accept-Encoding": "identity"})
        for number in NUMBER.findall(body) if status == 200 else ():
            seen.setdefault(number.decode(), now)
        time.sleep(LOOK_SECONDS)
    return seen
