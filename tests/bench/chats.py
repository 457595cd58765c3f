"""A size -> a chat of exactly so many invented tweets in the bench's own database: planned, or published."""

from functools import cache
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.db import connection

from accounts import leases
from accounts.models import Community
from chats import ingest, lifecycle, tasks
from chats.models import Author, Build, Chat
from chats.rendering import pages
from tests.bench import tweets
from wecops.celery import app

# The tasks run in this process, so that their CPU can be counted and their limits moved; all else is as ever.
app.conf.task_always_eager = True


def planned(size, *, slug):
    """A new chat whose capture of its file is due and not begun.  An old one of the same name goes first."""
    forget(slug)
    community = Community.objects.get(slug="wecops")
    title = f"A chat of {size:,} tweets"
    chat = lifecycle.schedule(
        community, slug, title=title, starts_at=tweets.STARTS, ends_at=tweets.ENDS, holds_slot=False
    )
    lifecycle.add_host(chat, tweets.HOST)
    leases.make_due(ingest.plan_file(chat, str(file_of(size))))
    tidy()
    return chat


def published(size, *, slug, whole=False):
    """The address of a published chat.  ``whole``: its transcript on one page, however long that is."""
    chat = planned(size, slug=slug)
    with patch.object(pages, "WHOLE_UP_TO", size if whole else pages.WHOLE_UP_TO):
        tasks.plan()
    check(chat, size)
    return chat.get_absolute_url()


def check(chat, size):
    """A benchmark that lost something on the way measures nothing."""
    transcript = Build.objects.get(chat=chat).published
    if transcript is None or transcript.stats.tweets != size:
        raise RuntimeError(f"The transcript of {chat} was not published with its {size} tweets.")


def forget(slug):
    """Leave no row of an earlier run: what is there already costs less to write."""
    Chat.objects.filter(slug=slug).delete()
    Author.objects.filter(tweets=None, participations=None).delete()


def tidy():
    """Do now what the database would else do by itself amid a measurement."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@cache
def file_of(size):
    """The chat's file, written once a run."""
    path = Path(settings.STATIC_ROOT).parent / f"tweets-{size}.jsonl"
    path.write_text("".join(tweets.lines(size)), encoding="utf-8")
    return path
