"""The broker -> the writers.  A task is a door: it takes ids, makes one call, and never retries; the rows do that."""

import logging

from celery import shared_task
from django.utils import timezone

from blog import comments

logger = logging.getLogger(__name__)


@shared_task(name="blog.empty")
def empty() -> None:
    """Throw away the words of comments that were removed long ago, and where comments came from."""
    if number := comments.empty_old(timezone.now()):
        logger.info("The words of %s removed comments were thrown away.", number)
