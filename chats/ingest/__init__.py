"""Source pages -> Tweet rows.  Safe to repeat: one page is one transaction, and a page read twice changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from accounts import crash, leases
from accounts.leases import Claim, LeaseLost
from chats.ingest.rows import Counts, merge
from chats.models import Build, Capture, Chat, IngestRun
from chats.sources import SOURCES
from chats.sources.base import Page, Rejected, SourceError

REJECTIONS_KEPT = 100
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


def claim_due() -> list[Claim[Capture]]:
    return leases.claim_due(Capture, settings.WORKER_SLOTS)


def ingest(claim: Claim[Capture], *, most_pages: int | None = None) -> tuple[Counts, list[Rejected]]:
    """Read a claimed capture page by page to its end, or until ``most_pages`` are read; the rest is then due at once.

    Raises ``LeaseLost`` when somebody else took it over; any other error is raised after it was written into the row.
    What was stored until then stays, and the next attempt goes on from there.
    """
    capture = Capture.objects.get(pk=claim.id)
    counts = Counts()
    rejected: list[Rejected] = []
    with _telling(capture), leases.working(claim):
        pages = SOURCES[capture.source](capture.query, **capture.settings).pages(capture.cursor)
        for number, page in enumerate(pages, 1):
            crash.point("ingest.after_fetch")
            counts += store(claim, page)
            crash.point("ingest.after_commit")
            rejected += page.rejected
            if number == most_pages and page.cursor:
                leases.release(claim)
                break
    return counts, rejected


@contextmanager
def _telling(capture: Capture) -> Iterator[None]:
    """A file that turns out unreadable makes the build due: the pages say so, and never call a part the whole."""
    try:
        yield
    except LeaseLost:
        raise
    except Exception:
        if not capture.error_code:  # from then on they say so
            leases.make_due(Build.objects.get(chat=capture.chat_id))
        raise


def store(claim: Claim[Capture], page: Page) -> Counts:
    """One page in one transaction: its tweets merged, the cursor moved, the ledger written, the build made due."""
    with leases.hold(claim) as capture:
        build = Build.objects.select_for_update(of=("self",)).select_related("chat").get(chat=capture.chat_id)
        rejected = len(page.rejected)
        counts = merge(build.chat, page.tweets, why=capture.source) + Counts(read=rejected, rejected=rejected)
        _write_ledger(claim, page, counts)
        is_at_last_read = not page.cursor and capture.completed_at is None
        if counts.created or counts.updated or is_at_last_read or capture.error_code:
            leases.make_due(build)
        capture.cursor = page.cursor or ""
        capture.completed_at = None if page.cursor else Now()
        capture.save(update_fields=["cursor", "completed_at"])
        (leases.step if page.cursor else leases.done)(claim)
        crash.point("ingest.in_transaction")
    return counts


def _write_ledger(claim: Claim[Capture], page: Page, counts: Counts) -> None:
    run, _ = IngestRun.objects.get_or_create(
        capture_id=claim.id, fence=claim.fence, defaults={"started_at": Now(), "last_at": Now()}
    )
    room = REJECTIONS_KEPT - len(run.rejections)
    run.rejections += [[rejected.line, rejected.reason] for rejected in page.rejected[:room]]
    run.pages = F("pages") + 1
    run.last_at = Now()
    for name in Counts.__slots__:
        setattr(run, name, F(name) + getattr(counts, name))
    run.save(update_fields=["pages", "last_at", "rejections", *Counts.__slots__])
