"""Everything that is due -> done, without Celery: for cron, and for a machine that has no broker today."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts import outbox, portraits, sessions
from blog import blogroll, comments, publishing
from blog.followers import newsletters
from chats import archive, ingest
from chats.ingest import planning, rechecking
from chats.proposals import notices, slots

# By name: what lends out the rows that are due, and what does one of them.
WORK: dict[str, tuple[Callable[[], list[Any]], Callable[[Any], object]]] = {
    "captures": (ingest.claim_due, ingest.ingest),
    "builds": (archive.claim_due, lambda claim: archive.build(claim, timezone.now())),
    "rechecks": (rechecking.claim_due, rechecking.recheck),
    "pictures": (portraits.claim_due, portraits.fetch),
    "notices": (notices.claim_due, notices.send),
    "newsletters": (newsletters.claim_due, newsletters.write),
    "feeds": (blogroll.claim_due, blogroll.fetch),
}


class Command(BaseCommand):
    help = "Do everything that is due now, in this process."

    def handle(self, *args: Any, **options: Any) -> None:
        done: Counter[str] = Counter(dict.fromkeys([*WORK, "mails", "failed"], 0))
        planning.plan_captures(timezone.now())
        rechecking.plan_rechecks()
        slots.plan(timezone.now())
        notices.plan(timezone.now())
        newsletters.plan(timezone.now())
        while True:
            archive.renew_stale_pages()
            due = [(name, work, claim) for name, (claim_due, work) in WORK.items() for claim in claim_due()]
            mails = outbox.claim_due()
            if not (due or mails):
                break
            for name, work, claim in due:
                done[self._outcome(name, work, claim)] += 1
            if mails:
                done["mails"] += outbox.deliver(mails)["sent"]
        publishing.render_stale()
        outbox.empty_old()
        comments.empty_old(timezone.now())
        publishing.empty_hidden(timezone.now())
        sessions.clear_ended(timezone.now())
        self.stdout.write(json.dumps(dict(sorted(done.items()))))

    def _outcome(self, name: str, work: Callable[[Any], object], claim: Any) -> str:
        """Do one piece of work.  One that fails is written in its row, comes due again, and must not stop the rest."""
        try:
            work(claim)
        except Exception as error:
            self.stderr.write(f"{claim.model.__name__} {claim.id}: {error}")
            return "failed"
        return name
