"""Chats to come -> what the calendar and the page of one cost, uncached, and how that grows with the archive."""

import gzip
import re
import time
from contextlib import nullcontext
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import Community
from chats.models import Chat, ChatHost, Question
from tests.bench import chats
from tests.bench.measure import database_server, median, report
from tests.bench.sites import Servers, peers, pretalx, served

RUNS = 5
FEW, USUAL, MANY = 100, 70, 5000
RECENT = 40
GZIPPED = b"\x1f\x8b"
REQUESTS = 60
TIMED = 200
UNIT = "CPU ms/request, database included"


def run():
    servers = Servers(database=database_server(connection))
    has_peer = peers() and (peers() / "venv-pretalx").exists()
    with served("portal", "wecops.wsgi:application", servers) as site, pretalx() if has_peer else nullcontext() as peer:
        coming = _fill(USUAL)
        _costs(site, peer, {"calendar": "/chats/", "coming": coming.get_absolute_url()})
        report("calendar.month", median([site.cost(f"/chats/{coming.local_date:%Y/%m}/", REQUESTS).served]), UNIT)
        slow = {}
        for count in (FEW, MANY):
            _fill(count)
            slow[count] = [_slow(site, "/chats/") for _ in range(RUNS)]
        growth = median([many / few for few, many in zip(slow[FEW], slow[MANY], strict=True)])
        report(f"calendar.p95.{FEW}", median(slow[FEW]), "ms")
        report(f"calendar.p95.{MANY}", median(slow[MANY]), "ms", ratio=growth, against=f"{FEW} chats")
        _clear()


def _costs(site, peer, paths):
    """One run of every contender in turn; the ratios are those of one run."""
    theirs = dict(zip(paths, _paths_of(peer), strict=True)) if peer else {}
    runs = [
        {
            name: (site.cost(path, REQUESTS).served, peer.cost(theirs[name], REQUESTS).served if peer else None)
            for name, path in paths.items()
        }
        for _ in range(RUNS)
    ]
    for name in paths:
        ours = median([run[name][0] for run in runs])
        if not peer:
            report(f"calendar.{name}", ours, UNIT)
            continue
        report(f"calendar.{name}.pretalx", median([run[name][1] for run in runs]), UNIT)
        ratio = median([run[name][0] / run[name][1] for run in runs])
        report(f"calendar.{name}", ours, UNIT, ratio=ratio, against="pretalx")


def _paths_of(peer):
    """Its schedule, and the page of the first talk in it."""
    _, _, body = peer.get("/democon/schedule/export/schedule.json")
    text = gzip.decompress(body) if body.startswith(GZIPPED) else body
    return "/democon/schedule/", re.search(rb"/democon/talk/[A-Z0-9]+/", text)[0].decode()


def _fill(count):
    """So many chats in place of those before: one a fortnight, 12 of them ahead; of many the oldest stand closer.

    Each has two hosts and six questions.
    """
    _clear()
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    a_fortnight, close = timedelta(days=14), timedelta(days=6000 / count)
    rows = []
    for number in range(count):
        starts_at = now + (12 - number) * a_fortnight
        if number > RECENT:
            starts_at = now + (12 - RECENT) * a_fortnight - (number - RECENT) * min(a_fortnight, close)
        rows.append(
            Chat(
                community=Community.objects.get(slug="wecops") if not rows else rows[0].community,
                slug=f"bench-calendar-{number}",
                title=f"Chat {number}: what helps on the night shift",
                summary="What people in control rooms wish others knew about the first minute, and what could change.",
                hashtags=["WeCops"],
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=1),
            )
        )
    made = Chat.objects.bulk_create(rows)
    ChatHost.objects.bulk_create(
        ChatHost(chat=chat, handle=f"host{n}", name=f"Host Number {n}") for chat in made for n in (1, 2)
    )
    Question.objects.bulk_create(
        Question(chat=chat, number=n, text=f"What would you change about number {n}?", planned_at=chat.starts_at)
        for chat in made
        for n in range(1, 7)
    )
    chats.tidy()
    chat = made[10]
    chat.refresh_from_db()
    return chat


def _clear():
    Chat.objects.filter(slug__startswith="bench-calendar-").delete()


def _slow(site, path):
    """The 95th of a hundred answers, in milliseconds, one after the other."""
    times = []
    for _ in range(TIMED):
        began = time.perf_counter()
        site.get(path)
        times.append(1000 * (time.perf_counter() - began))
    return sorted(times[10:])[int(0.95 * (TIMED - 10))]
