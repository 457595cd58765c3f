"""Who asks for the desk -> whether it opens, or the next thing to do before it does."""

from enum import Enum, auto
from typing import Any, NamedTuple

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from accounts import roles
from accounts.models import Community, User

SECOND_STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class Missing(Enum):
    """What stands between somebody and the desk."""

    SIGN_IN = auto()
    SIGN_IN_AGAIN = auto()  # before somebody gets a first password
    ROLE = auto()
    PASSWORD = auto()
    SECOND_STEP = auto()
    PASSWORD_TYPED = auto()  # in this session
    CODE_TYPED = auto()


class Standing(NamedTuple):
    """Somebody at the desk of a community: their roles there, what these allow, and what is still missing."""

    roles: frozenset[roles.Role]
    permissions: frozenset[str]
    is_everything: bool
    missing: Missing | None

    @property
    def is_host_only(self) -> bool:
        """A host sees only their own."""
        return not self.is_everything and not self.roles & roles.TEAM

    def may(self, permission: str) -> bool:
        return self.missing is None and (self.is_everything or permission in self.permissions)


def standing(request: HttpRequest) -> Standing:
    """Looked up once a request."""
    if not hasattr(request, "standing"):
        request.standing = _standing(request)  # type: ignore[attr-defined]
    return request.standing  # type: ignore[attr-defined]


def _standing(request: HttpRequest) -> Standing:
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return Standing(frozenset(), frozenset(), is_everything=False, missing=Missing.SIGN_IN)
    community = Community.objects.for_request(request)
    held = roles.held(user, community)
    return Standing(
        held, roles.permissions(held), is_everything=user.is_superuser, missing=_missing(request, user, held)
    )


def _missing(request: HttpRequest, user: User, held: frozenset[roles.Role]) -> Missing | None:
    """A host gets in with X alone; the team and superusers with a password and a second step, or with a passkey."""
    if not user.is_superuser and not held & roles.DESK:
        return Missing.ROLE
    if not settings.TEAM_SECOND_STEP or not (user.is_superuser or held & roles.TEAM):
        return None
    if not user.has_usable_password():
        is_old = get_adapter().is_reauthentication_required(app="allauth.account")
        return Missing.SIGN_IN_AGAIN if is_old else Missing.PASSWORD
    if not is_mfa_enabled(user, SECOND_STEPS):
        return Missing.SECOND_STEP
    return _untyped(get_authentication_records(request, user))


def _untyped(records: list[dict[str, Any]]) -> Missing | None:
    done = {record["method"] for record in records}
    if any(record.get("passwordless") for record in records):  # a passkey is both
        return None
    if "password" not in done:
        return Missing.PASSWORD_TYPED
    return None if "mfa" in done else Missing.CODE_TYPED
