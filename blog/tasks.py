"""The broker -> the writers of the blog.  A task is a door: it takes ids, makes one call, and never retries."""

import logging

from celery import shared_task
from django.utils import timezone

from accounts import leases, reasons
from accounts.leases import Claim, LeaseLost
from blog import blogroll, comments, publishing
from blog.followers import newsletters
from blog.models import Feed, Newsletter
from chats.sources.base import SourceError

logger = logging.getLogger(__name__)


@shared_task(name="blog.plan")
def plan() -> None:
    """Hand out the work that is due.  Beat calls this every few seconds; losing a message costs one tick."""
    leases.record_tick("blog")
    hand_out(lapsed=True)
    newsletters.plan(timezone.now())


def hand_out(*, lapsed: bool = False) -> None:
    """Claim what is due and send it to whoever is free; of ``lapsed`` leases only a tick knows that nobody has them."""
    for newsletter in newsletters.claim_due(lapsed=lapsed):
        write_newsletter.delay(newsletter.id, newsletter.fence)
    for feed in blogroll.claim_due(lapsed=lapsed):
        fetch_feed.delay(feed.id, feed.fence)


@shared_task(name="blog.newsletter")
def write_newsletter(newsletter_id: int, fence: int) -> None:
    """Write the next letters of one claimed newsletter; the outbox sends them."""
    claim = Claim(Newsletter, newsletter_id, fence)
    try:
        newsletters.write(claim)
    except LeaseLost as error:
        logger.warning("A newsletter stopped: %s", error)
    except reasons.OF_DATABASE as error:
        leases.give_back(claim, error)
    hand_out()


@shared_task(name="blog.feed")
def fetch_feed(feed_id: int, fence: int) -> None:
    """Look at one claimed feed; what goes wrong is in its row."""
    try:
        blogroll.fetch(Claim(Feed, feed_id, fence))
    except (LeaseLost, SourceError) as error:
        logger.warning("A feed was not read: %s", error)


@shared_task(name="blog.empty")
def empty() -> None:
    """Throw away the words of comments and pieces that were removed long ago, and where comments came from."""
    now = timezone.now()
    if number := comments.empty_old(now) + publishing.empty_hidden(now):
        logger.info("The words of %s removed comments and pieces were thrown away.", number)
