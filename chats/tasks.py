"""The broker -> the writers.  A task is a door: it takes ids, makes one call, and never retries; the rows do that."""

import logging

from celery import shared_task
from django.utils import timezone

from accounts import leases
from accounts.leases import Claim, LeaseLost
from chats import archive, ingest
from chats.ingest import planning, rechecking
from chats.models import Build, Capture, Recheck
from chats.sources.base import SourceError

logger = logging.getLogger(__name__)

PAGES_A_TASK = 7  # of 3,000 tweets: well within a task's time limit, and nobody waits long for a free hand


@shared_task(name="chats.plan")
def plan() -> None:
    """Hand out the work that is due.  Beat calls this every few seconds; losing a message costs one tick."""
    leases.record_tick("plan")
    hand_out()  # first: whatever goes wrong in planning must not keep anybody from what is planned
    archive.renew_stale_pages()
    planning.plan_captures(timezone.now())
    rechecking.plan_rechecks()


def hand_out() -> None:
    """Claim what is due and send it to whoever is free."""
    for capture in ingest.claim_due():
        ingest_chat.delay(capture.id, capture.fence)
    for build in archive.claim_due():
        archive_chat.delay(build.id, build.fence)
    for row in rechecking.claim_due():
        recheck_tweets.delay(row.id, row.fence)


@shared_task(name="chats.ingest")
def ingest_chat(capture_id: int, fence: int) -> None:
    """Read one claimed capture, then hand on at once what that made due."""
    try:
        ingest.ingest(Claim(Capture, capture_id, fence), most_pages=PAGES_A_TASK)
    except (LeaseLost, SourceError) as error:  # both are in the rows already
        logger.warning("Capture %s stopped: %s", capture_id, error)
    hand_out()


@shared_task(name="chats.archive")
def archive_chat(chat_id: int, fence: int) -> None:
    """Build one claimed chat's transcript, then hand on what waited for a free hand."""
    try:
        archive.build(Claim(Build, chat_id, fence), timezone.now())
    except LeaseLost as error:
        logger.warning("Build %s stopped: %s", chat_id, error)
    hand_out()


@shared_task(name="chats.recheck")
def recheck_tweets(recheck_id: int, fence: int) -> None:
    """Ask one network for some tweets again, then hand on the builds that what was taken back made due."""
    try:
        rechecking.recheck(Claim(Recheck, recheck_id, fence))
    except (LeaseLost, SourceError) as error:
        logger.warning("Re-check %s stopped: %s", recheck_id, error)
    hand_out()
