"""One letter and many addresses -> a row each, alike but for the links that know their reader, and what befalls them.

Nobody gets a letter of a series twice, whoever writes it how often: the table itself refuses a second row.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from accounts import leases
from accounts.models import Attachment, Community, Mail
from accounts.models.mail import PASSING, Kind, Status
from accounts.outbox import headers, letters

# In the letter's links it stands where each reader's own word will.  It must be none that anybody writes.
READER = "0reader0of0this0letter0"
AT_ONCE = 1000  # rows in one statement
GOING_NOWHERE = (Status.SENT, Status.DISCARDED, Status.FAILED, Status.UNSURE)
UNSAID = "What it told of was taken back"
NOBODY = "https://erased.invalid/"


def spread(
    template: str,
    community: Community,
    context: dict[str, Any],
    readers: Iterable[tuple[str, str]],
    *,
    series: str,
    unsubscribe: str,
) -> int:
    """Write a newsletter for each of ``readers`` (an address, and their word in links); returns how many there were.

    ``unsubscribe`` and the links of ``context`` hold ``READER``.  Words are rendered once.  Raises as ``compose`` does.
    """
    headers.web_address("The address that stops mail", unsubscribe)
    told = {**context, "community": community, "site": community.site, "unsubscribe": unsubscribe}
    letter = letters.written(template, told)
    subject, text, html = letter.subject, letter.text, letter.html(community)
    now = leases.clock()
    rows = [
        Mail(
            community=community,
            kind=Kind.NEWSLETTER,
            template=template,
            series=series,
            to=address,
            unsubscribe=unsubscribe.replace(READER, word),
            subject=subject,
            text=text.replace(READER, word),
            html=html.replace(READER, word),
            message_id=headers.new_message_id(),
            next_due_at=now,
            created_at=now,
        )
        for address, word in readers
    ]
    Mail.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
    return len(rows)


def hold_back(community: Community, series: str) -> int:
    """Keep what has not left; returns how many.  What a mail server has on the table at this moment still goes."""
    return _of(community, series, Status.WAITING).update(status=Status.DRAFT, **_TAKEN_BACK)


def let_go(community: Community, series: str) -> int:
    """Send what was held back."""
    return _of(community, series, Status.DRAFT).update(status=Status.WAITING, next_due_at=leases.clock())


def call_off(community: Community, series: str) -> int:
    """Never send what has not left."""
    return _of(community, series, Status.DRAFT, Status.WAITING).update(status=Status.DISCARDED, **_TAKEN_BACK)


@transaction.atomic
def take_out(community: Community, series: str, marks: Sequence[str], members: Collection[int] | None = None) -> int:
    """Delete what has not left and says one of ``marks``, so that it can be written anew; returns how many.

    Locked first: a letter that leaves at this moment stays, or whoever gets it would get another.  ``members`` are the
    keys of those whose letters are looked through, where only they can have such.
    """
    if not marks:
        return 0
    waiting = _to(members, _of(community, series, Status.DRAFT, Status.WAITING)).filter(_says(marks)).order_by("pk")
    keys = list(waiting.select_for_update().values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        Mail.objects.filter(pk__in=keys[start : start + AT_ONCE]).only("pk").delete()
    return len(keys)


def unsay(community: Community, marks: Sequence[str], now: datetime, members: Collection[int] | None = None) -> int:
    """Leave no word of letters that say one of ``marks`` and go nowhere any more; returns how many."""
    resting = _to(members, Mail.objects.filter(community=community, status__in=GOING_NOWHERE))
    keys = list(resting.filter(_says(marks)).values_list("pk", flat=True)) if marks else []
    Mail.objects.filter(pk__in=keys, status=Status.UNSURE).update(**_TAKEN_BACK)
    Attachment.objects.filter(mail__in=keys).delete()
    return Mail.objects.filter(pk__in=keys).update(subject=UNSAID, text="", html="", emptied_at=now)


def _to(members: Collection[int] | None, mails: QuerySet[Mail]) -> QuerySet[Mail]:
    return mails if members is None else mails.filter(user__in=members)


def _says(marks: Sequence[str]) -> Q:
    return Q(*(("text__contains", mark) for mark in marks), _connector=Q.OR)


_TAKEN_BACK: dict[str, Any] = {"next_due_at": None, "lease_until": None, "fence": F("fence") + 1}


def _of(community: Community, series: str, *standing: Status) -> Any:
    return Mail.objects.filter(community=community, series=series, status__in=standing)


@transaction.atomic
def erase(community: Community, address: str) -> int:
    """Leave neither the address nor a word of what a follower was sent, and send no more of it; returns how many rows.

    That a letter of a series was written and what became of it stays, for the sums.
    """
    wanted = Q(kind=Kind.NEWSLETTER) | Q(template__in=PASSING)
    rows = Mail.objects.select_for_update().filter(wanted, community=community, to=address)
    rows = rows.exclude(kind=Kind.ACTION, status=Status.SENDING)  # it may have to go once more, and soon is forgotten
    keys = list(rows.values_list("pk", flat=True))
    mine = Mail.objects.filter(pk__in=keys)
    mine.filter(status__in=(Status.DRAFT, Status.WAITING)).update(status=Status.DISCARDED, **_TAKEN_BACK)
    mine.filter(status=Status.UNSURE).update(**_TAKEN_BACK)
    return forget(keys, leases.clock())


def forget(keys: list[int], now: datetime) -> int:
    """Empty these rows of everything that tells whom they went to and what they said."""
    Attachment.objects.filter(mail__in=keys).delete()
    nobody = Concat(Cast("pk", TextField()), Value("@erased.invalid"))
    mails = Mail.objects.filter(pk__in=keys)
    mails.exclude(unsubscribe="").update(unsubscribe=NOBODY)
    return mails.update(to=nobody, name="", reply_to="", text="", html="", error="", emptied_at=now)
