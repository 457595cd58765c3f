"""What allauth asks while somebody comes in -> our rules: who may, what is kept of them, where they go."""

import logging
import secrets
import time
from base64 import b32encode
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import outbox, portraits, seals
from accounts.models import Community, User
from accounts.outbox import To

logger = logging.getLogger(__name__)

# Words of greeting would wait for a page that shows them: what a reader comes back to shows nobody's.
_UNSAID = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}
_CHANGED = {
    "account/email/password_changed": "The password was changed.",
    "account/email/password_set": "A password was chosen.",
    "account/email/password_reset": "A new password was chosen, through a link in a letter.",
    "mfa/email/totp_activated": "The app with six digits was set up.",
    "mfa/email/totp_deactivated": "The app with six digits was turned off.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made.",
    "mfa/email/webauthn_added": "A passkey was added.",
    "mfa/email/webauthn_removed": "A passkey was removed.",
    "socialaccount/email/account_connected": "An X account was connected.",
}
_STRONG = {"password", "mfa"}


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up with a password; the team's are given by who appoints them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whether ``url`` stays at the very host that was asked: other communities' are other houses."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts={context.request.get_host()})

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether to ask once more before the way in is changed: not of who has typed a password or a code lately.

        Who has neither yet must have come from X lately.
        """
        request = context.request
        lately = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        asked = _STRONG if request.user.has_usable_password() else _STRONG | {"socialaccount"}
        records = get_authentication_records(request, request.user)
        return not any(record["method"] in asked and record["at"] > lately for record in records)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """For the team: whoever has no password does not get one by mail."""
        if user.has_usable_password():
            community = self._community()
            path = urlsplit(context["password_reset_url"]).path  # its host is whatever the asking one wrote
            outbox.compose("new-password", community, To(email, str(user), user), {"link": f"{community.site}{path}"})

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """To whoever has given an address: what was changed about how they come in."""
        if user.email and (said := _CHANGED.get(template_prefix)):
            outbox.compose("changed", self._community(), To(user.email, str(user), user), {"said": said})

    def _community(self) -> Community:
        community = Community.objects.for_request(context.request)
        if community is None:
            raise PermissionDenied
        return community

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template not in _UNSAID:
            super().add_message(request, level, message_template, *args, **kwargs)


class XSignInAdapter(DefaultSocialAccountAdapter):
    """X says who somebody is; that number is theirs for good, the handle and the picture are as last seen."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user = sociallogin.user
        user.username = f"x-{sociallogin.account.uid}"  # never the handle, which may change its owner
        user.name = data["name"] or data["username"]
        _seen(user, data["username"], data["picture"])
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        is_second = sociallogin.state.get("process") == AuthProcess.CONNECT and _has_one(request.user)
        if is_second:  # which handle would be theirs?
            messages.error(request, "You have connected an X account already.")
            raise ImmediateHttpResponse(redirect("mfa_index"))
        if sociallogin.is_existing:
            told = sociallogin.account.extra_data
            _seen(sociallogin.user, told["username"], told["profile_image_url"])
            sociallogin.user.save(update_fields=["handle", "handle_seen_at", "picture"])
            portraits.want(sociallogin.user, sociallogin.user.picture)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("mfa_index")

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        sociallogin.user.set_unusable_password()
        try:
            with transaction.atomic():
                sociallogin.save(request)
        except IntegrityError:  # somebody new came back from X in two windows, and the other was first
            messages.info(request, "You were coming in by another window as well. Press the button once more.")
            raise ImmediateHttpResponse(redirect("account_login")) from None
        portraits.want(sociallogin.user, sociallogin.user.picture)
        return sociallogin.user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Log what went wrong under a number that the page shows; nothing that X or a stranger wrote is logged."""
        number = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
        logger.warning("Signing in with X failed, %s: %s %s", number, error, type(exception).__name__)
        if extra_context is not None:
            extra_context["number"] = number


def _has_one(user: User | AnonymousUser) -> bool:
    return user.is_authenticated and SocialAccount.objects.filter(user=user, provider="twitter_oauth2").exists()


def _seen(user: User, handle: str, picture: str) -> None:
    user.handle, user.picture, user.handle_seen_at = handle, picture, timezone.now()


class SecondStepAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps are stored so that the database alone does not give them away."""

    def get_totp_issuer(self) -> str:
        community = Community.objects.for_request(context.request)
        return community.name if community else super().get_totp_issuer()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": self.get_totp_issuer()}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        entity = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": self.get_totp_label(user), "display_name": str(user)}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002, allauth's name
        return "My passkey"

    def get_totp_label(self, user: User) -> str:
        return f"@{user.handle}" if user.handle else user.username

    def encrypt(self, text: str) -> str:
        return seals.keys("accounts.second_step").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Something new and unknown, so that no code fits, where the key it was closed with is gone."""
        try:
            return seals.keys("accounts.second_step").decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return b32encode(secrets.token_bytes(20)).decode()  # anything fixed would be a key that others can guess
