"""Letters that are due -> the mail server -> what became of each, in its row.

A row becomes *sending* only when the server has taken the envelope and waits for the letter, and *sent* when it has
the letter: whoever dies outside these two commits has changed nothing.  A row found in between is *unsure*.  What one
person waits for then goes once more, under the same Message-ID; what many get waits for somebody to decide.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from accounts import crash, crisis, leases, reasons
from accounts.leases import Bag, Claim, LeaseLost
from accounts.models import Mail
from accounts.models.mail import Kind, Status
from accounts.outbox import headers
from accounts.outbox.server import MailServer, NoAnswer, NotTaken

logger = logging.getLogger(__name__)

AT_ONCE = 100  # letters; one connection carries them
BAGS = 4  # on their way: the bags of hands that died must not keep the next ones waiting until their leases are over
BAG = timedelta(seconds=3)  # twice this letters are lent, and half of it is for sending them
# A lease that outlives whoever may still wait for the server's answer: workers are ended after 90 seconds.
ANSWER = timedelta(seconds=100)
AGAIN = timedelta(minutes=1)
FIRST_WAIT, LONGEST_WAIT, MOST_WAITS = timedelta(minutes=1), timedelta(hours=4), 24  # three days in all
PAUSED = f"(kind = '{Kind.NEWSLETTER.value}' AND community_id IN {crisis.communities_that('pauses_newsletters')})"
_RESTING: dict[str, Any] = {"next_due_at": None, "lease_until": None, "waits": 0}
# The two that every letter needs, as they are: putting them together anew takes longer than running them.
DEPART = """
    UPDATE accounts_mail
    SET status = 'sending', lease_until = clock_timestamp() + %(answer)s, next_due_at = clock_timestamp() + %(answer)s
    WHERE id = %(id)s AND fence = %(fence)s AND status IN ('waiting', 'unsure')
"""
ARRIVE = """
    UPDATE accounts_mail
    SET status = 'sent', sent_at = clock_timestamp(), lease_until = NULL, next_due_at = NULL, waits = 0,
        error_code = '', error = ''
    WHERE id = %(id)s AND fence = %(fence)s AND status IN ('sending', 'unsure')
"""
DIED = "Whoever sent it stopped before the mail server's answer was written down: it may have arrived."


def is_set_up() -> bool:
    """Whether there is a mail server at all; without one every letter waits."""
    return bool(settings.EMAIL_HOST)


def claim_due() -> list[Claim[Mail]]:
    """The next letters, what somebody waits for first; newsletters that the crisis switch pauses wait."""
    if not is_set_up():
        return []
    return leases.claim_due(Mail, BAGS * AT_ONCE, first="kind", bag=Bag(AT_ONCE, 2 * BAG), unless=PAUSED)


def deliver(claims: Sequence[Claim[Mail]]) -> Counter[str]:
    """Send claimed letters over one connection; how many went which way: sent, waiting, unsure, failed, lost.

    For half the time they are lent: what is left is due at once.  A server that nobody gets through to ends it, too.
    """
    crash.point("outbox.after_claim")
    done: Counter[str] = Counter()
    ends = monotonic() + BAG.total_seconds() / 2
    rows = Mail.objects.select_related("community").prefetch_related("attachments")
    mails = rows.in_bulk([claim.id for claim in claims])
    with MailServer() as server:
        for place, claim in enumerate(claims):
            if monotonic() > ends:
                _give_back(claims[place:])
                break
            try:
                done[_deliver(server, claim, mails.get(claim.id))] += 1
            except LeaseLost:
                done["lost"] += 1
            except NotTaken as trouble:
                logger.warning("No mail leaves: %s", trouble.code)  # what was said may name people
                done["waiting"] += _put_off(claims[place:], trouble)
                break
    return done


def _give_back(claims: Sequence[Claim[Mail]]) -> None:
    for claim in claims:
        leases.release(claim)


def _put_off(claims: Sequence[Claim[Mail]], trouble: NotTaken) -> int:
    """Nothing is wrong with these letters: they wait as for every outside that is not ready, however long."""
    for claim in claims:
        leases.wait(claim, code=trouble.code, error=str(trouble))
    return len(claims)


def _deliver(server: MailServer, claim: Claim[Mail], mail: Mail | None) -> str:
    """One letter.  Raises ``NotTaken`` when no letter would fare better, ``LeaseLost`` when somebody else has it."""
    if mail is None or mail.fence != claim.fence:
        raise LeaseLost(f"Mail {claim.id} was claimed again after fence {claim.fence}.")
    if mail.status == Status.SENDING and not _doubt(claim, mail, DIED, timedelta()):
        return "unsure"
    try:
        letter = headers.as_bytes(mail)
        server.offer(headers.return_path(mail), mail.to)
        crash.point("outbox.after_offer")
        _depart(server, claim)
        crash.point("outbox.after_departure")
        server.hand_over(letter)
    except NotTaken as refusal:
        return _refused(claim, mail, refusal)
    except NoAnswer as silence:
        _doubt(claim, mail, str(silence), AGAIN)
        return "unsure"
    except (ValueError, LookupError, TypeError) as error:
        return _give_up(claim, code="unwritable", error=f"The letter cannot be put together: {error}")
    crash.point("outbox.after_answer")
    _arrive(claim)
    crash.point("outbox.after_commit")
    return "sent"


def _depart(server: MailServer, claim: Claim[Mail]) -> None:
    """*Sending*: from here to ``_arrive`` nobody else may touch it.  Not if it was edited or discarded meanwhile."""
    if not _changed(DEPART, claim, answer=ANSWER):
        server.hang_up()
        raise LeaseLost(f"Mail {claim.id} was taken back before it left.")


def _arrive(claim: Claim[Mail]) -> None:
    """*Sent*.  Also where others have begun to doubt: the answer is here, and it is yes."""
    if not _changed(ARRIVE, claim):
        raise LeaseLost(f"Mail {claim.id} was claimed again after fence {claim.fence}.")


def _changed(statement: str, claim: Claim[Mail], **values: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"id": claim.id, "fence": claim.fence, **values})
        return cursor.rowcount == 1


def _doubt(claim: Claim[Mail], mail: Mail, said: str, wait: timedelta) -> bool:
    """*Unsure*.  Whether it goes once more: ``wait`` later, or at once by us, who hold it."""
    goes_again = mail.kind == Kind.ACTION and mail.unsure_at is None
    code, said = reasons.stated("unsure", said)
    with leases.hold(claim):
        row = Mail.objects.filter(pk=claim.id)
        row.update(status=Status.UNSURE, unsure_at=Coalesce(F("unsure_at"), Now()), error_code=code, error=said)
        if not goes_again:
            row.update(**_RESTING)
        elif wait:
            row.update(next_due_at=Now() + wait, lease_until=None)
    crash.point("outbox.in_doubt")
    return goes_again


def _refused(claim: Claim[Mail], mail: Mail, refusal: NotTaken) -> str:
    """The server's no is as good as never having asked: the letter waits as before, or failed for good."""
    if refusal.is_final or (mail.waits >= MOST_WAITS and not refusal.is_general):
        return _give_up(claim, code=refusal.code, error=str(refusal))
    with leases.hold(claim):
        Mail.objects.filter(pk=claim.id).update(status=Status.UNSURE if mail.unsure_at else Status.WAITING)
        if not refusal.is_general:
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(mail.waits, 10))
            leases.wait(claim, code=refusal.code, error=str(refusal), retry_after=wait)
    if refusal.is_general:
        raise refusal
    return "waiting"


def _give_up(claim: Claim[Mail], *, code: str, error: str) -> str:
    """*Failed*: the desk says so until a person sends it again or discards it."""
    with leases.hold(claim):
        leases.wait(claim, code=code, error=error)
        Mail.objects.filter(pk=claim.id).update(status=Status.FAILED, **_RESTING)
    return "failed"
