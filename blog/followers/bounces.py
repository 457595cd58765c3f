"""A letter that came back -> whose it was -> counted; after three they follow no more.

The name in that address is in no other letter and cannot be guessed, so nobody else can be talked out of following.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any, Literal

from django.conf import settings
from django.db import transaction

from accounts.models import Mail
from accounts.models.mail import Status
from blog import followers
from blog.models import Bounce, Follower, Newsletter

MOST = 3
REMEMBERED = timedelta(days=120)
LARGEST = 2_000_000  # bytes of a report
_NAME = re.compile(r"[0-9a-f]{32}")
_BACK_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")

Outcome = Literal["counted", "counted_out", "known", "passing", "unknown"]


def read(report: bytes, now: datetime) -> Outcome:
    """Count what a delivery status notification (RFC 3464) says.

    "known" was counted before, "passing" is a delay or no such report, "unknown" is no letter to a follower of ours.
    """
    # Headers as they were written: what takes them apart trips over those that somebody has made up.
    message = message_from_bytes(report[:LARGEST])
    if not _is_final(message):
        return "passing"
    name = next(_names(message), "")
    mail = Mail.objects.filter(message_id__startswith=f"<{name}@").first() if name else None
    return _count(mail, name, now) if mail else "unknown"


def _is_final(message: Message) -> bool:
    """Whether it says of somebody that it failed for good: action "failed", status 5.something."""
    return any(
        _field(block, "Action") == "failed" and _field(block, "Status").startswith("5.")
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status"
        for block in _blocks(part)
    )


def _field(block: Any, name: str) -> str:
    return str(block.get(name, "")).strip().lower()


def _blocks(part: Message) -> list[Any]:
    payload = part.get_payload()
    return payload if isinstance(payload, list) else []


def _names(message: Message) -> Iterator[str]:
    """The letter's name: from where the report was sent, else from the letter that it quotes."""
    box = settings.BOUNCES_TO.rpartition("@")[0]
    back = re.compile(rf"{re.escape(box)}\+({_NAME.pattern})@", re.IGNORECASE) if box else None
    for header in _BACK_TO if back else ():
        for value in message.get_all(header, []):
            yield from (each.lower() for each in back.findall(str(value)))  # type: ignore[union-attr]
    for part in message.walk():
        if part is not message and part.get("Message-ID"):
            yield from _NAME.findall(str(part["Message-ID"]))
        elif part.get_content_type() == "text/rfc822-headers":
            headers: Any = part.get_payload(decode=True) or b""
            quoted = message_from_bytes(headers)
            yield from _NAME.findall(str(quoted.get("Message-ID", "")))


@transaction.atomic
def _count(mail: Mail, name: str, now: datetime) -> Outcome:
    rows = Follower.objects.select_for_update(of=("self",)).select_related("community")
    follower = rows.filter(community=mail.community_id, address__iexact=mail.to).first()
    if follower is None:
        return "unknown"
    _, is_new = Bounce.objects.get_or_create(follower=follower, letter=name, defaults={"at": now})
    if not is_new:
        return "known"
    if follower.bounces.filter(at__gt=now - REMEMBERED).count() < MOST:
        return "counted"
    followers.leave(follower)
    return "counted_out"


def count_refused(newsletter: Newsletter, now: datetime) -> None:
    """What the mail server refused to its face came back as well."""
    refused = Mail.objects.filter(community=newsletter.community_id, series=newsletter.series)
    for mail in refused.filter(status=Status.FAILED, error_code="refused", emptied_at=None):
        _count(mail, mail.message_id.strip("<>").partition("@")[0], now)
