"""Words and an address -> a row that is sent once it is due, and what a person may still do with it.

Never lost silently, never twice by our doing: a row is *sending* before its letter leaves and *sent* after the mail
server has taken it.  One found in between is *unsure* (``delivering``).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from accounts import leases
from accounts.models import Attachment, Community, Mail, User
from accounts.models.mail import PASSING, PASSING_DAYS, SECRET, UNDER_WAY, Kind, Status
from accounts.outbox import headers, letters
from accounts.outbox.delivering import claim_due, deliver, is_set_up
from accounts.outbox.headers import Refused
from accounts.outbox.series import READER, call_off, erase, forget, hold_back, let_go, spread, take_out, unsay

__all__ = [
    "READER",
    "File",
    "Post",
    "Refused",
    "To",
    "call_off",
    "check",
    "claim_due",
    "compose",
    "deliver",
    "discard",
    "edit",
    "empty_old",
    "erase",
    "hold_back",
    "is_set_up",
    "let_go",
    "progress",
    "release",
    "send_again",
    "spread",
    "take_out",
    "unsay",
    "wanting",
]

STUCK = 6  # waits in a row: ten minutes or more
LARGEST = 5_000_000  # bytes of all attachments of one letter; servers take ten and encoding adds a third


@dataclass(frozen=True, slots=True)
class To:
    """Whom it is for.  ``name`` is shown beside the address; ``user`` is their row, where they have one."""

    address: str
    name: str = ""
    user: User | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """How it goes.  A draft ``is_held`` until somebody releases it; others go when ``due_at`` comes, or at once.

    ``unsubscribe`` is the address that stops such mail with one press (RFC 8058); a newsletter must have one.
    Each address gets one letter of a ``series``: who is written to again keeps the first.
    """

    kind: str = Kind.ACTION
    is_held: bool = False
    due_at: datetime | None = None
    series: str = ""
    unsubscribe: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """An attachment; ``content_type`` as "text/calendar; method=REQUEST"."""

    name: str
    content_type: str
    content: bytes


@transaction.atomic
def compose(
    template: str,
    community: Community,
    to: To,
    context: dict[str, Any],
    post: Post = Post(),
    files: Iterable[File] = (),
) -> Mail:
    """Write the letter of templates/mails/``template``.html; it leaves after the transaction it is written in.

    Raises ``Refused`` for what cannot stand above a letter: a line end in a name, an address that is none.
    """
    files = list(files)
    _check(files)
    told = {**context, "community": community, "site": community.site, "unsubscribe": post.unsubscribe}
    letter = letters.written(template, told)
    address = headers.address("The address", to.address.strip())
    known = Mail.objects.filter(community=community, series=post.series, to=address)
    if post.series and (mail := known.first()):
        return mail
    now = leases.clock()
    mail = Mail(
        community=community,
        user=to.user,
        kind=post.kind,
        template=template,
        series=post.series,
        to=address,
        name=headers.one_line("The name", _straight(to.name), headers.NAME),
        reply_to=headers.address("The reply address", post.reply_to) if post.reply_to else "",
        unsubscribe=headers.web_address("The address that stops mail", post.unsubscribe) if post.unsubscribe else "",
        subject=letter.subject,
        text=letter.text,
        html=letter.html(community),
        message_id=headers.new_message_id(),
        status=Status.DRAFT if post.is_held else Status.WAITING,
        next_due_at=None if post.is_held else post.due_at or now,
        created_at=now,
    )
    mail.save(force_insert=True)
    Attachment.objects.bulk_create(
        Attachment(mail=mail, name=file.name, content_type=file.content_type, content=file.content) for file in files
    )
    return mail


def _check(files: list[File]) -> None:
    for file in files:
        headers.one_line("The file's name", file.name)
        if not file.name or set(file.name) & set("/\\"):
            raise Refused(f"A file's name is no path: {file.name!r}.")
    if sum(len(file.content) for file in files) > LARGEST:
        raise Refused(f"The attachments are larger than {LARGEST // 1_000_000} MB, which many mail servers refuse.")


@contextmanager
def _changing(mail: Mail, refusal: str, *allowed: Status) -> Iterator[Mail]:
    """A transaction that holds the row as it stands now, and takes it from a worker that has it on its list.

    Raises ``Refused`` with this sentence where its status is none of ``allowed``.
    """
    with transaction.atomic():
        row = Mail.objects.select_for_update(of=("self",)).select_related("community").get(pk=mail.pk)
        if row.status not in allowed:
            raise Refused(f"{refusal} This mail is {row.get_status_display()}.")
        leases.revoke(row)
        if row.lease_until and row.next_due_at == row.lease_until:  # it was somebody's turn, which is over
            Mail.objects.filter(pk=row.pk).update(next_due_at=leases.clock())
        yield row


def edit(mail: Mail, *, to: str, name: str, subject: str, text: str) -> None:
    """Change what has not been sent; the HTML is made anew of the ``text``.  Raises ``Refused`` as ``compose`` does."""
    letter, envelope = check(to=to, name=name, subject=subject, text=text)
    with _changing(mail, "Only what waits can be changed.", Status.DRAFT, Status.WAITING) as row:
        words = {"subject": letter.subject, "text": letter.text, "html": letter.html(row.community)}
        Mail.objects.filter(pk=row.pk).update(**envelope, **words)


def check(*, to: str, name: str, subject: str, text: str) -> tuple[letters.Letter, dict[str, str]]:
    """The letter and the envelope that this would make.  Raises ``Refused`` where it would make none."""
    letter = letters.read(headers.one_line("The subject", _straight(subject)), text)
    if not (letter.subject and letter.parts):
        raise Refused("A mail has a subject and a text.")
    envelope = {"to": headers.address("The address", to.strip())}
    return letter, {**envelope, "name": headers.one_line("The name", _straight(name), headers.NAME)}


def _straight(words: str) -> str:
    return words.translate(letters.TURNING).strip()


def discard(mail: Mail) -> None:
    """Never send it, or never again.  Raises ``Refused`` for what is sent, or is leaving at this moment."""
    allowed = (Status.DRAFT, Status.WAITING, Status.UNSURE, Status.FAILED)
    with _changing(mail, "What has been sent cannot be taken back.", *allowed) as row:
        Mail.objects.filter(pk=row.pk).update(status=Status.DISCARDED, next_due_at=None)


def release(mail: Mail) -> None:
    """Send it now: a draft that was held back, or what waits for its time or for the mail server."""
    with _changing(mail, "There is nothing to send here.", Status.DRAFT, Status.WAITING) as row:
        _put_on_the_table(row)


def send_again(mail: Mail) -> None:
    """Send once more what failed or is unsure, under the same Message-ID: a person has decided so."""
    with _changing(mail, "Only what failed or is unsure can be sent again.", Status.UNSURE, Status.FAILED) as row:
        if row.emptied_at:
            raise Refused("Its words are no longer kept.")
        _put_on_the_table(row)


def _put_on_the_table(row: Mail) -> None:
    Mail.objects.filter(pk=row.pk).update(
        status=Status.WAITING, next_due_at=leases.clock(), waits=0, error_code="", error=""
    )


def empty_old() -> int:
    """Throw away the words and files of what was sent or discarded ``MAIL_KEPT_DAYS`` ago; that it was, stays.

    What opens an account goes as soon as it was sent, and after three days also whom a stranger's question went to.
    """
    now = leases.clock()
    before = now - timedelta(days=settings.MAIL_KEPT_DAYS)
    over = Q(status=Status.SENT, sent_at__lt=before) | Q(status=Status.DISCARDED, created_at__lt=before)
    over |= Q(status__in=(Status.SENT, Status.DISCARDED), template__in=SECRET)
    with transaction.atomic():
        old = list(Mail.objects.select_for_update().filter(over, emptied_at=None).values_list("pk", flat=True))
        Attachment.objects.filter(mail__in=old).delete()
        passing = Mail.objects.filter(template__in=PASSING, created_at__lt=now - timedelta(days=PASSING_DAYS))
        asked = passing.filter(next_due_at=None).exclude(to__endswith="@erased.invalid")
        forget(list(asked.values_list("pk", flat=True)), now)
        return Mail.objects.filter(pk__in=old).update(text="", html="", emptied_at=now)


def progress(community: Community, series: str) -> dict[str, int]:
    """How many letters of a series stand where, by status."""
    rows = Mail.objects.filter(community=community, series=series).order_by().values_list("status")
    return dict(rows.annotate(Count("pk")))


def wanting() -> dict[str, int]:
    """How many letters want a person: "unsure" and "failed" to decide, "stuck" to see why none is taken for so long."""
    rows = Mail.objects.filter(status__in=(Status.UNSURE, Status.FAILED), next_due_at=None).order_by()
    rows = rows.exclude(kind=Kind.NEWSLETTER, error_code="refused")  # a bounce, and counted as one
    told = dict(rows.values_list("status").annotate(Count("pk")))
    stuck = Mail.objects.filter(status__in=UNDER_WAY, waits__gte=STUCK).count()
    return {**told, "stuck": stuck} if stuck else told
