"""What a look at a source brought, or why it failed -> the runs of its capture, and what the network charges."""

from django.db.models import F
from django.db.models.functions import Now

from accounts import reasons
from accounts.leases import Claim
from chats.ingest import spending
from chats.ingest.rows import Counts
from chats.models import Capture, IngestRun
from chats.sources.base import Page

REJECTIONS_KEPT = 100


def write(claim: Claim[Capture], source: str, page: Page, counts: Counts, *, cost: int) -> None:
    """Add a page to the run of this claim, and to the day's spending, in the caller's transaction.

    A look at a network that brings nothing new is added to the run before it: a night has a few runs, not hundreds.
    """
    goes_on = source != "file" and not (counts.created or counts.updated or counts.rejected)
    run = _own(claim) or (_latest(claim) if goes_on else None) or _begin(claim)
    room = REJECTIONS_KEPT - len(run.rejections)
    run.rejections += [[rejected.line, rejected.reason] for rejected in page.rejected[:room]]
    run.pages = F("pages") + 1
    run.requests = F("requests") + page.requests
    run.cost = F("cost") + cost
    run.last_at = Now()
    for name in Counts.__slots__:
        setattr(run, name, F(name) + getattr(counts, name))
    run.save(update_fields=["pages", "requests", "cost", "last_at", "rejections", *Counts.__slots__])
    spending.add(source, requests=page.requests, cost=cost)


def write_counts(claim: Claim[Capture], source: str, counts: int) -> None:
    """Add so many of the network's own counts to the run of this claim, in the caller's transaction."""
    if counts:
        run, cost = _own(claim) or _begin(claim), spending.price(source, counts=counts)
        IngestRun.objects.filter(pk=run.pk).update(requests=F("requests") + counts, cost=F("cost") + cost)
        spending.add(source, requests=counts, cost=cost)


def write_failure(claim: Claim[Capture], error: Exception) -> None:
    """Say in the run of this claim why it ended; the same failure again, with nothing between, only moves its time."""
    code, said = reasons.of(error)
    run = _own(claim)
    if run is None:
        latest = _latest(claim, failed=True)
        run = latest if latest and (latest.error_code, latest.error) == (code, said) else _begin(claim)
    run.failures = F("failures") + 1
    run.error_code, run.error, run.last_at = code, said, Now()
    run.save(update_fields=["failures", "error_code", "error", "last_at"])


def _own(claim: Claim[Capture]) -> IngestRun | None:
    return IngestRun.objects.filter(capture=claim.id, fence=claim.fence).first()


def _latest(claim: Claim[Capture], *, failed: bool = False) -> IngestRun | None:
    """The newest run of the capture, where it failed or did not as asked for."""
    run = IngestRun.objects.filter(capture=claim.id).order_by("-fence").first()
    return run if run and bool(run.error_code) == failed else None


def _begin(claim: Claim[Capture]) -> IngestRun:
    return IngestRun.objects.create(capture_id=claim.id, fence=claim.fence, started_at=Now(), last_at=Now())
