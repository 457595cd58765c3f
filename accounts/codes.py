"""Somebody on no network -> a code in a letter -> signed in; where their community allows it.

The code lies in the visitor's own session, as a hash; five tries and ten minutes are all it is good for.
"""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import outbox
from accounts.models import Community, User
from accounts.outbox import To

KEY = "accounts.codes"
LASTS = timedelta(minutes=10)
MOST_TRIES = 5


class Asked(NamedTuple):
    """A code under way: to which address, until when (seconds since 1970), and where its owner wants to go."""

    address: str
    until: float
    wanted: str


def ask(session: SessionBase, community: Community, address: str, *, now: float, wanted: str) -> None:
    """Write a new code to ``address``; whatever was asked before is void.  Raises ``outbox.Refused``."""
    code = f"{secrets.randbelow(10**6):06d}"
    outbox.compose("sign-in-code", community, To(address), {"code": f"{code[:3]} {code[3:]}"})
    until = now + LASTS.total_seconds()
    session[KEY] = {"asked": Asked(address, until, wanted), "hash": _hash(address, code), "tries": 0}


def under_way(session: SessionBase, *, now: float) -> Asked | None:
    kept = session.get(KEY)
    if not kept or kept["tries"] >= MOST_TRIES:
        return None
    asked = Asked(*kept["asked"])
    return asked if asked.until > now else None


def fits(session: SessionBase, typed: str, *, now: float) -> bool:
    """Whether it is the code.  Each try counts; the right one uses it up."""
    asked = under_way(session, now=now)
    if asked is None:
        return False
    kept = session[KEY]
    session[KEY] = {**kept, "tries": kept["tries"] + 1}
    digits = "".join(each for each in typed if each.isdecimal())
    if not constant_time_compare(kept["hash"], _hash(asked.address, digits)):
        return False
    del session[KEY]
    return True


def _hash(address: str, code: str) -> str:
    return salted_hmac(KEY, f"{address} {code}", algorithm="sha256").hexdigest()


def member(address: str, at: datetime) -> User:
    """Whoever has confirmed that address, else somebody new: the code has proven that it is theirs."""
    user = User(username=f"portal-{secrets.token_hex(8)}", name="A member", email=address, email_confirmed_at=at)
    user.set_unusable_password()
    with suppress(IntegrityError), transaction.atomic():
        user.save(force_insert=True)
    return User.objects.get(email__iexact=address)
