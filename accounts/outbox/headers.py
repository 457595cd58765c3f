"""What stands above a letter -> one line each, or a sentence that says why not; and the letter as bytes."""

import re
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import URLValidator, validate_email
from django.utils.encoding import punycode

from accounts.models import Community, Mail

SUBJECT, NAME, ADDRESS = 200, 120, 254
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Refused(ValueError):
    """What was asked cannot be done; the sentence says why."""


def one_line(what: str, value: str, longest: int = SUBJECT) -> str:
    """The value, cut; refused where it holds a line end or another control character."""
    if _CONTROL.search(value):
        raise Refused(f"{what} must be one line without control characters: what follows it would be read as a header.")
    return value if len(value) <= longest else f"{value[: longest - 1]}…"


def address(what: str, value: str) -> str:
    """The address, a domain in another alphabet written as mail servers do: "xn--"."""
    one_line(what, value)
    try:
        validate_email(value)
        box, _, domain = value.rpartition("@")
        value = f"{box}@{punycode(domain)}"
    except (ValidationError, UnicodeError):
        raise Refused(f"{what} {value[:80]!r} is no address that mail can be sent to.") from None
    if len(value) > ADDRESS:
        raise Refused(f"{what} is longer than the {ADDRESS} characters of an address.")
    return value


def web_address(what: str, value: str) -> str:
    """An http(s) address, which must not end the ``<…>`` it stands in."""
    one_line(what, value, len(value))
    try:
        URLValidator(schemes=["https", "http"])(value)
    except ValidationError:
        raise Refused(f"{what} must be a whole address: https://…") from None
    if set(value) & set('<>" ,'):
        raise Refused(f"{what} holds a character that an address has not.")
    return value


def new_message_id() -> str:
    """A name that no other letter has, for ever.  Nobody can guess it, so a bounce that tells it is one of ours."""
    return f"<{uuid4().hex}@{sender().rpartition('@')[2]}>"


def sender() -> str:
    """The address that every letter comes from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def return_path(mail: Mail) -> str:
    """Where it comes back to when it cannot be delivered: one of its own below ``BOUNCES_TO``, if that is set."""
    if not settings.BOUNCES_TO:
        return sender()
    box, _, domain = settings.BOUNCES_TO.rpartition("@")
    return f"{box}+{mail.message_id.strip('<>').partition('@')[0]}@{domain}"


def _from(community: Community) -> str:
    return formataddr((one_line("The community's name", community.name), sender()))


def as_bytes(mail: Mail) -> bytes:
    """The whole message, headers first, with the line ends of SMTP."""
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        _from(mail.community),
        [formataddr((mail.name, mail.to))],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=_more(mail),
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for each in mail.attachments.all():
        message.attach(each.name, bytes(each.content), each.content_type)
    built: Any = message.message()
    if built.is_multipart():
        built.set_boundary(mail.message_id.strip("<>").partition("@")[0])  # one of theirs is searched for in all words
    return built.as_bytes(linesep="\r\n")


def _more(mail: Mail) -> dict[str, str]:
    told = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}  # out-of-office replies do not answer it
    if mail.unsubscribe:
        told["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        told["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    if mail.kind == "newsletter":
        host = urlsplit(mail.community.site).hostname
        told["List-ID"] = f"<{mail.community.slug}.{host}>"
    return told
