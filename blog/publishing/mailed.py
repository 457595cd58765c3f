"""A post that changed -> letters that tell of it and have not left, taken out, so that they are written anew."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Q

from accounts import leases, outbox
from blog.models import Newsletter, Post


@transaction.atomic
def recall(post: Post) -> None:
    """Have none leave with words that it has no longer; the newsletter's next turn writes those that are still due."""
    if post.published_at is None:
        return
    of_week = Q(since__lt=post.published_at, until__gte=post.published_at)
    for newsletter in Newsletter.objects.of(post.community).open().filter(Q(post=post) | of_week):
        write_anew(newsletter, addresses(post))


def addresses(post: Post) -> list[str]:
    """Where it stands and where it has stood, whole."""
    site = post.community.site
    before = (f"{each.path}/" for each in post.old_addresses.all())
    return [f"{site}{path}" for path in (post.get_absolute_url(), *before)]


@transaction.atomic
def write_anew(newsletter: Newsletter, marks: Sequence[str]) -> bool:
    """Have those of its letters that say one of ``marks`` written once more; whether there were any.

    Waits until whoever writes them has ended a batch.
    """
    row = Newsletter.objects.select_for_update(of=("self",)).select_related("community").get(pk=newsletter.pk)
    if not outbox.take_out(row.community, row.series, marks):
        return False
    left = sum(outbox.progress(row.community, row.series).values())
    due = None if row.paused_at or row.stopped_at else leases.clock()
    told = {"cursor": 0, "readers": left, "written_at": None, "next_due_at": due, "lease_until": None}
    Newsletter.objects.filter(pk=row.pk).update(**told, fence=F("fence") + 1)
    return True
