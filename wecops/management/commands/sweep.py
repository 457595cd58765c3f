"""Everything that is due -> done, without Celery: for cron, and for a machine that has no broker today."""

import json
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts import outbox, portraits, sessions
from blog import comments, publishing
from chats import archive, ingest
from chats.ingest import planning, rechecking
from chats.proposals import notices, slots


class Command(BaseCommand):
    help = "Do everything that is due now, in this process."

    def handle(self, *args: Any, **options: Any) -> None:
        done: Counter[str] = Counter(captures=0, builds=0, rechecks=0, notices=0, mails=0, pictures=0, failed=0)
        planning.plan_captures(timezone.now())
        rechecking.plan_rechecks()
        slots.plan(timezone.now())
        notices.plan(timezone.now())
        while True:
            archive.renew_stale_pages()
            captures, builds, rechecks = ingest.claim_due(), archive.claim_due(), rechecking.claim_due()
            due, mails, pictures = notices.claim_due(), outbox.claim_due(), portraits.claim_due()
            if not (captures or builds or rechecks or due or mails or pictures):
                break
            for capture in captures:
                done[self._outcome("captures", ingest.ingest, capture)] += 1
            for build in builds:
                done[self._outcome("builds", archive.build, build, timezone.now())] += 1
            for row in rechecks:
                done[self._outcome("rechecks", rechecking.recheck, row)] += 1
            for picture in pictures:
                done[self._outcome("pictures", portraits.fetch, picture)] += 1
            for notice in due:
                done[self._outcome("notices", notices.send, notice)] += 1
            if mails:
                done["mails"] += outbox.deliver(mails)["sent"]
        publishing.render_stale()
        outbox.empty_old()
        comments.empty_old(timezone.now())
        sessions.clear_ended(timezone.now())
        self.stdout.write(json.dumps(dict(sorted(done.items()))))

    def _outcome(self, name: str, work: Any, *args: Any) -> str:
        """Do one piece of work.  One that fails is written in its row, comes due again, and must not stop the rest."""
        try:
            work(*args)
        except Exception as error:
            self.stderr.write(f"{args[0].model.__name__} {args[0].id}: {error}")
            return "failed"
        return name
