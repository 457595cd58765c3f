"""The broker -> the writers.  A task is a door: it takes ids, makes one call, and never retries; the rows do that."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task
from django.utils import timezone

from accounts import leases, reasons
from accounts.leases import Claim, LeaseLost
from chats import archive, ingest
from chats.ingest import planning, rechecking
from chats.models import Build, Capture, Notice, Recheck
from chats.proposals import notices, slots
from chats.sources.base import SourceError

logger = logging.getLogger(__name__)

PAGES_A_TASK = 7  # of 3,000 tweets: well within a task's time limit, and nobody waits long for a free hand


@shared_task(name="chats.plan")
def plan() -> None:
    """Hand out the work that is due.  Beat calls this every few seconds; losing a message costs one tick."""
    leases.record_tick("plan")
    hand_out(lapsed=True)  # first: whatever goes wrong in planning must not keep anybody from what is planned
    archive.renew_stale_pages()
    planning.plan_captures(timezone.now())
    rechecking.plan_rechecks()
    slots.plan(timezone.now())
    notices.plan(timezone.now())


def hand_out(*, lapsed: bool = False) -> None:
    """Claim what is due and send it to whoever is free.

    ``lapsed`` leases may end while a message waits for a free hand.  Only a tick, which has waited in the same queue
    behind it, knows that nobody has it any more.
    """
    for capture in ingest.claim_due(lapsed=lapsed):
        ingest_chat.delay(capture.id, capture.fence)
    for build in archive.claim_due(lapsed=lapsed):
        archive_chat.delay(build.id, build.fence)
    for row in rechecking.claim_due(lapsed=lapsed):
        recheck_tweets.delay(row.id, row.fence)
    for notice in notices.claim_due(lapsed=lapsed):
        send_notice.delay(notice.id, notice.fence)


@shared_task(name="chats.ingest")
def ingest_chat(capture_id: int, fence: int) -> None:
    """Read one claimed capture, then hand on at once what that made due."""
    claim = Claim(Capture, capture_id, fence)
    with _handing_on(claim):
        ingest.ingest(claim, most_pages=PAGES_A_TASK)


@shared_task(name="chats.archive")
def archive_chat(chat_id: int, fence: int) -> None:
    """Build one claimed chat's transcript, then hand on what waited for a free hand."""
    claim = Claim(Build, chat_id, fence)
    with _handing_on(claim):
        archive.build(claim, timezone.now())


@shared_task(name="chats.recheck")
def recheck_tweets(recheck_id: int, fence: int) -> None:
    """Ask one network for some tweets again, then hand on the builds that what was taken back made due."""
    claim = Claim(Recheck, recheck_id, fence)
    with _handing_on(claim):
        rechecking.recheck(claim)


@shared_task(name="chats.notice")
def send_notice(notice_id: int, fence: int) -> None:
    """Write the letters of one claimed notice; the outbox sends them."""
    claim = Claim(Notice, notice_id, fence)
    with _handing_on(claim):
        notices.send(claim)


@contextmanager
def _handing_on(claim: Claim) -> Iterator[None]:
    """What is due after the work goes out at once; what stopped the work is in the row already, or makes it due."""
    try:
        yield
    except (LeaseLost, SourceError) as error:
        logger.warning("%s %s stopped: %s", claim.model.__name__, claim.id, error)
    except reasons.OF_DATABASE as error:
        leases.give_back(claim, error)
    hand_out()
