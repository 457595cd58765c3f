"""Source pages -> Tweet rows.  Safe to repeat: one page is one transaction, and a page read twice changes nothing.

A file is read once.  A live source is looked at again and again (``cadence``): each look reads on from the cursor to
what there is now, and a sweep reads the whole window once more.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db.models.functions import Now, TruncMinute

from accounts import crash, leases, reasons
from accounts.leases import Claim, LeaseLost
from chats.ingest import cadence, ledger, opening, planning, spending, uploads
from chats.ingest.batches import Batch, prepare
from chats.ingest.rows import Counts, merge
from chats.models import BUDGET_SPENT, Build, Capture, Chat, Status, Why, Withheld
from chats.sources import quarantine, x_queries
from chats.sources.ahead import ahead
from chats.sources.base import LiveSource, Page, Rejected, SourceError

LONGEST_PATH = 1000


def plan_file(chat: Chat, path: str, *, cursor: str = "", **settings: str) -> Capture:
    """The capture that reads the file at ``path`` from its beginning or a cursor, not yet due; ``settings`` say how."""
    if len(path) > LONGEST_PATH:
        raise SourceError(f"The path {path[:40]}… is too long to be kept.", code="file_path", permanent=True)
    Build.objects.get_or_create(chat=chat)
    capture, _ = Capture.objects.update_or_create(
        chat=chat, source="file", query=path, defaults={"settings": settings, "cursor": cursor, "completed_at": None}
    )
    return capture


def claim_due(*, lapsed: bool = True) -> list[Claim[Capture]]:
    return leases.claim_due(Capture, settings.WORKER_SLOTS, kind="source", lapsed=lapsed)


def ingest(claim: Claim[Capture], *, most_pages: int | None = None) -> tuple[Counts, list[Rejected]]:
    """Read a claimed capture page by page to its end, or to what there is for now, or until ``most_pages`` are read
    or, of a live source, half of ``opening.LONGEST`` is over; the rest is then due at once.

    Raises ``LeaseLost`` when somebody else took it over; any other error is raised after it was written into the row.
    What was stored until then stays, and the next attempt goes on from there.
    """
    capture = Capture.objects.select_related("chat__community").filter(pk=claim.id).first()
    if capture is None:
        raise LeaseLost(f"Capture {claim.id} is gone: its chat was deleted, or does not want it any more.")
    counts = Counts()
    rejected: list[Rejected] = []
    began_at = leases.clock()
    going_on = opening.going_on(claim, began_at)
    watched = quarantine.watchful(_is_perilous(capture))
    waited_out = opening.waited_out(_may_still_come(capture, began_at))
    with _telling(claim, capture), leases.working(claim), waited_out, going_on, watched:
        if _is_paused(claim):
            return counts, rejected
        places: set[str | None] = set()  # what is heard between two looks moves on to none
        for page, batch in _pages(claim, capture, began_at):
            places.add(page.cursor)
            crash.point("ingest.after_fetch")
            counts += store(claim, page, batch, began_at=began_at)
            crash.point("ingest.after_commit")
            rejected += page.rejected
            if _is_end(page):
                uploads.throw_away(capture.query)
                continue
            if _is_paused(claim):
                break
            if len(places) == most_pages or (opening.is_live(capture.source) and opening.is_long(began_at)):
                leases.release(claim)
                break
    return counts, rejected


def _may_still_come(capture: Capture, now: datetime) -> bool:
    """Whether a source that answers badly is asked again by itself: it is looked at anyway until the last sweep."""
    return opening.is_live(capture.source) and now < planning.evening(capture.chat).sweeps[-1]


def _is_paused(claim: Claim[Capture]) -> bool:
    """Whether a person has paused the capture; what an error or a page has set since then is laid down again."""
    with leases.hold(claim) as capture:
        if capture.paused_at:
            leases.done(claim)
            if capture.error_code:
                leases.make_due(Build.objects.get(chat=capture.chat_id))
    return capture.paused_at is not None


def _is_perilous(capture: Capture) -> bool:
    """Whether an attempt at it ever ended without a word: what killed a worker comes again with every later look."""
    if capture.attempts and not capture.is_perilous:
        capture.is_perilous = True
        capture.save(update_fields=["is_perilous"])
    return capture.is_perilous


def _pages(claim: Claim[Capture], capture: Capture, now: datetime) -> Iterator[tuple[Page, Batch]]:
    """What the source gives from where it is to be read, each page with what can be made of it before it is stored."""
    spending.check(capture.source, now)  # the sweep, too, costs something
    source, cursor = opening.open_source(capture), capture.cursor
    looks = [moment for moment in (capture.looked_at, capture.swept_at) if moment]
    evening = planning.evening(capture.chat)
    if looks and isinstance(source, LiveSource) and cadence.is_sweep(evening, max(looks), now):
        cursor = _begin_sweep(claim, source)
    # A file costs nothing to ask.  A network does: its page is stored before the next is fetched.
    is_live = opening.is_live(capture.source)
    asked = _within_budget(capture.source, source.pages(cursor)) if is_live else source.pages(cursor)
    pages = ((page, prepare(page.tweets, why=capture.why)) for page in asked)
    return pages if is_live else ahead(pages)  # the thread that reads ahead must not ask the database


def _within_budget(source: str, pages: Iterator[Page]) -> Iterator[Page]:
    """The pages, until what those before have cost leaves no money for the next."""
    for page in pages:
        yield page
        if not _is_end(page):
            spending.check(source, leases.clock())


def _begin_sweep(claim: Claim[Capture], source: LiveSource) -> str:
    """Have the source find out what of the whole window is to be read once more; where to begin with it."""
    own = Capture.objects.get(pk=claim.id)
    swept = source.again(own.cursor, stored=_by_minute(own))
    with leases.hold(claim) as capture:
        capture.cursor, capture.swept_at = swept.cursor, Now()
        if swept.counted is not None and swept.counted != capture.counted:
            capture.counted, capture.counted_at = swept.counted, Now()
            leases.make_due(Build.objects.get(chat=capture.chat_id))
        capture.save(update_fields=["cursor", "swept_at", "counted", "counted_at"])
        ledger.write_counts(claim, capture.source, swept.counts)
        leases.step(claim)
    return swept.cursor


def _by_minute(capture: Capture) -> Counter[datetime]:
    """How many tweets that a capture asks for are stored and on their network, by the minute they were written in.

    What another of its kind has brought, of another conversation, must not stand for what this one lacks.
    """
    network, why = capture.source, Why(capture.why)
    stored = capture.chat.tweets.filter(network=network, why_captured__contains=[why])
    stored = stored.exclude(withheld=Withheld.GONE_FROM_NETWORK).annotate(minute=TruncMinute("created_at"))
    return Counter(
        minute
        for minute, conversation, tags in stored.values_list("minute", "conversation", "hashtags")
        if x_queries.may_find(capture.query, conversation=conversation, tags=tags)
    )


@contextmanager
def _telling(claim: Claim[Capture], capture: Capture) -> Iterator[None]:
    """What goes wrong stands in the ledger, and makes the build due: pages say so, and never call a part the whole."""
    try:
        yield
    except LeaseLost:
        raise
    except Exception as error:
        ledger.write_failure(claim, error)
        if getattr(error, "is_refusal", False):
            Capture.objects.filter(pk=claim.id, fence=claim.fence).update(refused=opening.fingerprint(capture.source))
        was, code = capture.error_code, reasons.of(error).code
        if not was or (was != code and BUDGET_SPENT in (was, code)):  # from then on they say so
            leases.make_due(Build.objects.get(chat=capture.chat_id))
        raise


def store(claim: Claim[Capture], page: Page, batch: Batch | None = None, *, began_at: datetime | None = None) -> Counts:
    """One page in one transaction: its tweets merged, the cursor moved, the ledger written, the build made due.

    ``began_at`` is when the source was first asked under this claim; now, if nothing is said.
    """
    with leases.hold(claim) as capture:
        build = (
            Build.objects.select_for_update(of=("self",)).select_related("chat__community").get(chat=capture.chat_id)
        )
        rejected = len(page.rejected)
        counts = merge(build.chat, page.tweets, why=capture.why, batch=batch)
        counts += Counts(read=rejected, rejected=rejected)
        cost = spending.read(build.chat, capture.source, page) if opening.is_live(capture.source) else 0
        ledger.write(claim, capture.source, page, counts, cost=cost)
        was = _standing(capture, build.chat)
        had_failed = bool(capture.error_code)
        capture.cursor = page.cursor or ""
        _settle(claim, capture, build.chat, page, capture.began_at or began_at or leases.clock())
        capture.save(update_fields=["cursor", "began_at", "looked_at", "missing", "completed_at"])
        if counts.created or counts.updated or had_failed or _standing(capture, build.chat) != was:
            leases.make_due(build)
        crash.point("ingest.in_transaction")
    return counts


def _is_end(page: Page) -> bool:
    """Whether a page is the last of its source, or the last for now."""
    return page.cursor is None or page.is_last


def _settle(claim: Claim[Capture], capture: Capture, chat: Chat, page: Page, began_at: datetime) -> None:
    """After a page the next one follows; after the last it is settled when to look again, if ever.

    What was written after a look began, it has not seen: not if it lasted long, and not if it was broken off and
    somebody else went on with it.
    """
    if not _is_end(page):
        capture.began_at, capture.completed_at = began_at, None
        leases.step(claim)
        return
    again_at = _next_look(capture, chat, began_at)
    capture.began_at, capture.looked_at = None, began_at
    capture.missing = _missing(capture, page, began_at)
    capture.completed_at = None if again_at or capture.paused_at else leases.clock()
    leases.done(claim, again_at=again_at)


def _missing(capture: Capture, page: Page, began_at: datetime) -> list[list[str]]:
    """What the last page told, and until when what is missing may not be asked for; what was left alone stays."""
    resting = {each[0]: each for each in opening.still_resting(capture, began_at)}
    now = leases.clock()
    return [
        resting.get(each.part)
        or [each.part, each.code, each.reason, *([(now + each.retry_after).isoformat()] if each.retry_after else [])]
        for each in page.missing
    ]


def _next_look(capture: Capture, chat: Chat, began_at: datetime) -> datetime | None:
    if not opening.is_live(capture.source) or capture.paused_at or chat.status == Status.CANCELLED:
        return None
    conversations = _followed(capture.source, began_at) if capture.why == Why.CONVERSATION else 0
    return cadence.next_look(planning.evening(chat), began_at, conversations=conversations)


def _followed(source: str, now: datetime) -> int:
    """How many conversations of a network are followed closely, in all chats; the one that asks is one of them."""
    followed = Capture.objects.filter(source=source, why=Why.CONVERSATION, paused_at=None, chat__ends_at__gt=now)
    return max(1, followed.count())


def _standing(capture: Capture, chat: Chat) -> tuple:
    """What pages say of a capture besides its tweets: whether it goes on, has seen the end, and lacks something."""
    has_seen_the_end = capture.looked_at is not None and capture.looked_at >= chat.closes_at
    return capture.completed_at is None, has_seen_the_end, [each[: opening.UNTIL] for each in capture.missing]
