"""An address somebody gives -> theirs, once a letter to it was answered.

Nothing of it is stored before.  The link carries whose and which address, signed, for three days.
"""

from datetime import datetime, timedelta

from django.core import signing
from django.db import IntegrityError, transaction

from accounts import outbox
from accounts.models import Community, User
from accounts.outbox import To

SALT = "accounts.addresses"
LASTS = timedelta(days=3)


class NotConfirmed(Exception):
    """The link is used up, changed, or leads to an address that somebody else confirmed; the sentence says which."""


def ask(user: User, address: str, community: Community, *, until: str) -> None:
    """Write to ``address``; ``until`` says in words how long the link works.  Raises ``outbox.Refused``."""
    told = {"link": f"{community.site}/me/email/{token(user, address)}/", "until": until}
    outbox.compose("confirm", community, To(address, user.name, user), told)


def token(user: User, address: str) -> str:
    """What confirms it, for whoever gets the letter."""
    return signing.dumps([user.pk, address, user.email, _settled(user)], salt=SALT, compress=True)


def read(token: str) -> tuple[User, str]:
    """Whose and which address; raises ``NotConfirmed``."""
    try:
        key, address, *before = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.SignatureExpired as error:
        raise NotConfirmed("That link is more than three days old. Give the address once more.") from error
    except signing.BadSignature as error:
        raise NotConfirmed("That link is not whole. Copy it again from the letter, to its last letter.") from error
    user = User.objects.filter(pk=key, is_active=True).first()
    if user is None or (user.email != address and [user.email, _settled(user)] != before):
        raise NotConfirmed("That link is used up: something else was chosen since.")
    return user, address


def _settled(user: User) -> str:
    return user.email_confirmed_at.isoformat() if user.email_confirmed_at else ""


def confirm(token: str, now: datetime) -> str:
    """The address is theirs from now on; returns it.  Safe to repeat.  Raises ``NotConfirmed``."""
    user, address = read(token)
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(email=address, email_confirmed_at=now)
    except IntegrityError as error:
        raise NotConfirmed("Another account here has that address already.") from error
    return address


def forget(user: User, now: datetime) -> None:
    """No address, so nothing is mailed; links of before bring none back."""
    User.objects.filter(pk=user.pk).update(email="", email_confirmed_at=now)
