"""Somebody must stay outside, or may come back -> their row, and the end of every session."""

from django.db import transaction

from accounts import sessions
from accounts.models import User
from accounts.roles import TEAM


def is_team(user: User) -> bool:
    """Whether they work for any community here."""
    return user.is_superuser or user.appointments.filter(role__name__in=TEAM).exists()


@transaction.atomic
def block(user: User) -> None:
    """They are signed out everywhere, and no way in opens for them."""
    _set(user, is_active=False)
    sessions.end_all(user)


def unblock(user: User) -> None:
    _set(user, is_active=True)


def _set(user: User, *, is_active: bool) -> None:
    user.is_active = is_active
    user.save(update_fields=["is_active"])
