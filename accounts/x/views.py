"""The browser -> X and back -> who came; whatever X answers but a person ends on one friendly page."""

import re
from typing import Any

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.twitter_oauth2.views import TwitterOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from accounts import prose

_ID = re.compile(r"[0-9]{1,20}", re.ASCII)
_HANDLE = re.compile(r"\w{1,30}", re.ASCII)
_PICTURE = re.compile(r"https?://[\w.:-]+/[!-~]*", re.ASCII)


class XAdapter(TwitterOAuth2Adapter):
    """X at the addresses of the settings, believed only as far as its answer is of the shape its contract names."""

    @property
    def authorize_url(self) -> str:
        return settings.X_AUTHORIZE_URL

    @property
    def access_token_url(self) -> str:
        return settings.X_TOKEN_URL

    @property
    def profile_url(self) -> str:
        return settings.X_PROFILE_URL

    def get_access_token_data(self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: Any = None) -> Any:
        try:
            return super().get_access_token_data(request, app, client, pkce_code_verifier)
        except (KeyError, TypeError, ValueError) as error:  # an answer without a type, or of no sense
            raise OAuth2Error("X gave no token.") from error

    def parse_token(self, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("access_token"), str):
            raise OAuth2Error("X gave no token.")
        # Of what else X sends nothing is wanted: no token is stored, so none has to be renewed.
        return super().parse_token({"access_token": data["access_token"]})

    def get_user_info(self, token: Any) -> dict[str, str]:
        """``id``, ``name``, ``username`` and ``profile_image_url``; OAuth2Error for an answer that names nobody.

        A suspended or deleted account is a 200 without ``data``.
        """
        try:
            data = super().get_user_info(token)
        except (KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("X named nobody.") from error
        return _person(data)


def _person(data: Any) -> dict[str, str]:
    if not isinstance(data, dict):
        raise OAuth2Error("X named nobody.")
    uid, handle, name = (data.get(field) for field in ("id", "username", "name"))
    if not (isinstance(uid, str) and _ID.fullmatch(uid) and isinstance(handle, str) and _HANDLE.fullmatch(handle)):
        raise OAuth2Error("X named somebody without a number or a handle.")
    return {
        "id": uid,
        "username": handle,
        "name": prose.one_line(name) if isinstance(name, str) else "",
        "profile_image_url": _picture(data.get("profile_image_url")),
    }


def _picture(told: Any) -> str:
    return told if isinstance(told, str) and len(told) <= 500 and _PICTURE.fullmatch(told) else ""


_to_x = OAuth2LoginView.adapter_view(XAdapter)
_from_x = OAuth2CallbackView.adapter_view(XAdapter)


@never_cache
def oauth2_login(request: HttpRequest) -> HttpResponse:
    return _to_x(request) if settings.X_CLIENT_ID else redirect("account_login")


@never_cache
def oauth2_callback(request: HttpRequest) -> HttpResponse:
    return _from_x(request) if settings.X_CLIENT_ID else redirect("account_login")
