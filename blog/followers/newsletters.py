"""What is out -> newsletters that are due -> letters in the outbox, batch by batch; and what a person may do with one.

A batch of letters and the place where it ended are one transaction.  Whoever dies, however often, leaves each follower
with one letter or none, and the next to come goes on where the last commit stood.  The letters then leave as all mail.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from accounts import crash, leases, outbox
from accounts.leases import Claim
from accounts.models import Community, Mail, User
from accounts.models.mail import UNDER_WAY, Status
from accounts.outbox import READER, Refused, To
from blog.followers import bounces, letters
from blog.followers.choices import word
from blog.models import Follower, Newsletter, Pace, Post
from blog.publishing import mailed

SLOTS = 1
BATCH = 500  # letters in one transaction: whoever leaves at that moment waits for it
BATCHES = 40  # in one task
GRACE = timedelta(minutes=10)  # in which a slip that somebody sees after publishing can be mended
LATE = timedelta(days=2)  # after that nothing is news
FRIDAY, NOON, WEEK = 4, 12, timedelta(days=7)


def plan(now: datetime) -> None:
    """Write down what is due and is not written yet, and close what is over."""
    _plan_posts(now)
    _plan_weeks(now)
    for newsletter in Newsletter.objects.open().select_related("post", "community"):
        _look_after(newsletter, now)


def _plan_posts(now: datetime) -> None:
    waiting = Follower.objects.filter(community=OuterRef("community"), pace=Pace.AT_ONCE)
    out = Post.objects.published(now).filter(Exists(waiting), published_at__gt=now - LATE, newsletter=None)
    Newsletter.objects.bulk_create(
        [
            Newsletter(community=post.community, post=post, created_at=now, next_due_at=now + GRACE)
            for post in out.select_related("community")
        ],
        ignore_conflicts=True,
    )


def _plan_weeks(now: datetime) -> None:
    weekly = Follower.objects.filter(community=OuterRef("pk"), pace=Pace.WEEKLY)
    for community in Community.objects.filter(Exists(weekly)):
        until = last_friday(now, community.time_zone)
        of_week = {"published_at__gt": until - WEEK, "published_at__lte": until}
        is_news = now - until < LATE and Post.objects.of(community).published(now).filter(**of_week).exists()
        if is_news and not Newsletter.objects.of(community).filter(until=until).exists():
            row = Newsletter(community=community, since=until - WEEK, until=until, created_at=now, next_due_at=now)
            Newsletter.objects.bulk_create([row], ignore_conflicts=True)


def last_friday(now: datetime, zone: str) -> datetime:
    """The last Friday noon there, this moment included; clocks may have changed since."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() - timedelta(days=(local.weekday() - FRIDAY) % 7)
    noon = datetime(day.year, day.month, day.day, NOON, tzinfo=ZoneInfo(zone))
    return noon if noon <= now else last_friday(now - timedelta(days=1), zone)


def next_friday(now: datetime, zone: str) -> datetime:
    """The next Friday noon there."""
    return last_friday(now + WEEK, zone)


def _look_after(newsletter: Newsletter, now: datetime) -> None:
    if newsletter.post and not newsletter.post.is_out(now):
        _withdraw(newsletter, now)
        return
    if not newsletter.post and _write_anew(newsletter):
        return
    if newsletter.paused_at:
        outbox.hold_back(newsletter.community, newsletter.series)  # what the server put off has come back to wait
    elif newsletter.written_at and not _under_way(newsletter):
        bounces.count_refused(newsletter, now)
        Newsletter.objects.filter(pk=newsletter.pk, paused_at=None).update(settled_at=now)


def _write_anew(newsletter: Newsletter) -> bool:
    """Where a week's letters tell of what was taken back since, those that have not left are written once more."""
    return mailed.write_anew(newsletter, letters.taken_back(newsletter))


def _under_way(newsletter: Newsletter) -> int:
    standing = progress(newsletter)
    return sum(standing.get(status, 0) for status in (*UNDER_WAY, Status.DRAFT))


def _withdraw(newsletter: Newsletter, now: datetime) -> None:
    """Its post was taken back: nothing more leaves.  Where nothing has been written, it is as if it had never been."""
    unwritten = Newsletter.objects.filter(pk=newsletter.pk, cursor=0, readers=0, lease_until=None)
    if not unwritten.delete()[0]:
        with suppress(Refused):  # somebody was faster
            stop(newsletter, now)


def progress(newsletter: Newsletter) -> dict[str, int]:
    """How many of its letters stand where, by status."""
    return outbox.progress(newsletter.community, newsletter.series)


def claim_due(*, lapsed: bool = True) -> list[Claim[Newsletter]]:
    return leases.claim_due(Newsletter, SLOTS, lapsed=lapsed)


def write(claim: Claim[Newsletter]) -> None:
    """Put letters into the outbox until all are there, or it is somebody else's turn."""
    with leases.working(claim):
        for _ in range(BATCHES):
            with leases.hold(claim) as newsletter:
                is_all = _write_batch(newsletter, leases.clock())
                if is_all:
                    leases.done(claim)
                    Newsletter.objects.filter(pk=claim.id).update(written_at=leases.clock(), next_due_at=None)
                else:
                    leases.step(claim)
                crash.point("newsletter.before_commit")
            crash.point("newsletter.after_commit")
            if is_all:
                return
        leases.release(claim)


def _write_batch(newsletter: Newsletter, now: datetime) -> bool:
    """The next letters; whether there are no more to write."""
    every = letters.posts(newsletter, now)
    readers = _next_readers(newsletter, now) if every else []
    for shown, group in _alike(newsletter, every, readers):
        outbox.spread(
            letters.template(newsletter),
            newsletter.community,
            letters.context(newsletter, shown, now, reader=READER),
            [(each.address, word(each)) for each in group],
            series=newsletter.series,
            unsubscribe=letters.stop_address(newsletter.community, READER),
        )
        Newsletter.objects.filter(pk=newsletter.pk).update(readers=F("readers") + len(group))
    if readers:
        Newsletter.objects.filter(pk=newsletter.pk).update(cursor=readers[-1].pk)
    return len(readers) < BATCH


def _next_readers(newsletter: Newsletter, now: datetime) -> list[Follower]:
    """Locked: whoever leaves meanwhile is deleted only when their letter is there to be erased as well."""
    today = now.astimezone(ZoneInfo(newsletter.community.time_zone)).date()
    rows = Follower.objects.of(newsletter.community).awake(today)
    rows = rows.filter(pk__gt=newsletter.cursor, confirmed_at__lte=newsletter.created_at)
    has_one = Mail.objects.filter(community=newsletter.community_id, series=newsletter.series, to=OuterRef("address"))
    rows = rows.exclude(Exists(has_one))
    if newsletter.post:
        rows = rows.filter(pace=Pace.AT_ONCE).wanting(newsletter.post)
    else:
        rows = rows.filter(pace=Pace.WEEKLY).prefetch_related("topics")
    return list(rows.select_for_update(of=("self",)).order_by("pk")[:BATCH])


def _alike(
    newsletter: Newsletter, every: list[Post], readers: list[Follower]
) -> Iterator[tuple[list[Post], list[Follower]]]:
    """Readers who are told of the same posts, together; who has ticked none of a week's gets no letter."""
    if newsletter.post_id:
        yield from [(every, readers)] if readers else []
        return
    groups: dict[tuple[int, ...], list[Follower]] = defaultdict(list)
    for each in readers:
        groups[tuple(post.pk for post in letters.for_choice(every, letters.ticked(each)))].append(each)
    for keys, group in groups.items():
        if keys:
            yield [post for post in every if post.pk in keys], group


@contextmanager
def _changing(newsletter: Newsletter) -> Iterator[Newsletter]:
    """A transaction that holds the row as it stands, when whoever writes its letters has ended a batch."""
    with transaction.atomic():
        yield Newsletter.objects.select_for_update(of=("self",)).select_related("community").get(pk=newsletter.pk)


def pause(newsletter: Newsletter, now: datetime) -> None:
    """Write and send no more for now.  Raises ``Refused`` where there is nothing to pause."""
    with _changing(newsletter) as row:
        if row.paused_at or row.stopped_at or row.settled_at:
            raise Refused("There is nothing to pause.")
        _set(row, paused_at=now, next_due_at=None, lease_until=None, fence=F("fence") + 1)
        outbox.hold_back(row.community, row.series)


def go_on(newsletter: Newsletter, now: datetime) -> None:
    """Go on where it was paused; or begin at once.  Raises ``Refused``."""
    with _changing(newsletter) as row:
        if row.stopped_at or (row.written_at and not row.paused_at):
            raise Refused("There is nothing to go on with.")
        _set(row, paused_at=None, **({} if row.written_at else {"next_due_at": now, "lease_until": None}))
        outbox.let_go(row.community, row.series)


def stop(newsletter: Newsletter, now: datetime) -> None:
    """Never write or send the rest.  Raises ``Refused`` where all has left."""
    with _changing(newsletter) as row:
        if row.stopped_at or row.settled_at:
            raise Refused("It is over.")
        _set(row, stopped_at=now, next_due_at=None, lease_until=None, fence=F("fence") + 1)
        outbox.call_off(row.community, row.series)


def _set(row: Newsletter, **values: Any) -> None:
    Newsletter.objects.filter(pk=row.pk).update(**values)


def try_out(newsletter: Newsletter, user: User, now: datetime) -> str:
    """Send it to one of the team; returns the address.  Raises ``Refused`` where they have none, or nothing is out."""
    if not (user.email and user.email_confirmed_at):
        raise Refused("You have given no address, or not confirmed it yet. Do so in your settings.")
    shown = letters.posts(newsletter, now)
    if not shown:
        raise Refused("There is nothing in it: what it tells of is not out.")
    told = {**letters.context(newsletter, shown, now, reader=""), "is_test": True}
    outbox.compose(letters.template(newsletter), newsletter.community, To(user.email, str(user), user), told)
    return user.email
