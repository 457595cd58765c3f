"""The broker -> the outbox.  A task is a door: it takes ids, makes one call, and never retries; the rows do that."""

import logging

from celery import shared_task
from django.utils import timezone

from accounts import leases, outbox, portraits, sessions
from accounts.leases import Claim, LeaseLost
from accounts.models import Mail, Portrait
from chats.sources.base import SourceError

logger = logging.getLogger(__name__)


@shared_task(name="accounts.post")
def post() -> None:
    """Hand out the mail that is due.  Beat calls this every other second; losing a message costs one tick."""
    leases.record_tick("post")
    hand_out()


def hand_out() -> None:
    """Claim what is due and send it to whoever is free: one bag of letters at a time, for one connection."""
    for portrait in portraits.claim_due():
        fetch_portrait.delay(portrait.id, portrait.fence)
    if claims := outbox.claim_due():
        carry.delay([(claim.id, claim.fence) for claim in claims])


@shared_task(name="accounts.carry")
def carry(claims: list[tuple[int, int]]) -> None:
    """Deliver claimed letters, then hand out the next."""
    outbox.deliver([Claim(Mail, id_, fence) for id_, fence in claims])
    hand_out()


@shared_task(name="accounts.portrait")
def fetch_portrait(user_id: int, fence: int) -> None:
    """Fetch a member's picture; what goes wrong is in the row."""
    try:
        portraits.fetch(Claim(Portrait, user_id, fence))
    except (LeaseLost, SourceError) as error:
        logger.warning("A picture was not fetched: %s", error)


@shared_task(name="accounts.empty")
def empty() -> None:
    """Throw away the words of old mail, and what is left of sessions that are over."""
    sessions.clear_ended(timezone.now())
    if number := outbox.empty_old():
        logger.info("The words of %s old letters were thrown away.", number)
