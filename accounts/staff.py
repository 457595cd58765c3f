"""Who may open the desk -> their row: with a password of Django's own, or known by X's number before they come."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from accounts import sessions
from accounts.models import User


def appoint(username: str, password: str, *, name: str = "") -> User:
    """Somebody who may do everything there; whoever is known already gets this password and name."""
    user, _ = User.objects.get_or_create(username=username)
    user.name, user.is_staff, user.is_superuser = name, True, True
    if not user.check_password(password):
        user.set_password(password)
    user.save(update_fields=["name", "is_staff", "is_superuser", "password"])
    return user


@transaction.atomic
def forget_second_step(username: str) -> bool:
    """Take all of somebody's second steps away and sign them out; whether there was one.  ``User.DoesNotExist``.

    Only for whoever can run commands: it is as much as the password of the account.
    """
    user = User.objects.get(username=username)
    forgotten, _ = Authenticator.objects.filter(user=user).delete()
    sessions.end_all(user)
    return forgotten > 0


@transaction.atomic
def enrol(uid: str, handle: str, *, name: str, now: datetime) -> User:
    """Somebody who has not signed in with X yet, by X's number of them; whoever is known stays as they are."""
    known = SocialAccount.objects.filter(provider="twitter_oauth2", uid=uid).select_related("user").first()
    if known:
        return known.user
    user = User(username=f"x-{uid}", name=name, handle=handle, handle_seen_at=now)
    user.set_unusable_password()
    user.save(force_insert=True)
    SocialAccount.objects.create(user=user, provider="twitter_oauth2", uid=uid, extra_data={"username": handle})
    return user
