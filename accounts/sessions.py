"""Where somebody is signed in -> ended: one, all others, or all; and the traces of those that ended by themselves."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User


def listed(user: User) -> list[UserSession]:
    """Every session of theirs that still holds, newest first."""
    sessions = UserSession.objects.purge_and_list(user)
    return sorted(sessions, key=lambda session: session.created_at, reverse=True)


def end(user: User, key: int) -> bool:
    """End the one with this row; whether there was one."""
    session = UserSession.objects.filter(user=user, pk=key).first()
    if session is None:
        return False
    session.end()
    return True


def end_others(request: HttpRequest, user: User) -> None:
    """All but the one of ``request``."""
    _end(user, request.session.session_key)


def end_all(user: User) -> None:
    _end(user, None)


@transaction.atomic
def _end(user: User, kept: str | None) -> None:
    for session in UserSession.objects.filter(user=user).exclude(session_key=kept or ""):
        session.end()


def clear_ended(now: datetime) -> int:
    """Forget sessions that are over and the network addresses kept with them; returns how many were forgotten."""
    Session.objects.filter(expire_date__lt=now).delete()
    keys = Session.objects.values("session_key")
    return UserSession.objects.exclude(session_key__in=keys).delete()[0]
