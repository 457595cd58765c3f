"""Somebody at the door -> signed in, with X or, for the team, with a password; allauth does the work."""

from typing import Any

from allauth.account.views import LoginView, LogoutView
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class SignIn(LoginView):
    """One button.  It is here and nowhere else, since a form needs a cookie, and reading must not."""

    http_method_names = ["get", "head"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "next": self.get_next_url() or "",
            "is_possible": bool(settings.X_CLIENT_ID),
        }


class TeamSignIn(LoginView):
    template_name = "account/team.html"


class SignOut(LogoutView):
    """A GET asks, a POST does; what is left in the browser is what an anonymous reader has: nothing."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if not request.user.is_authenticated:
            response.delete_cookie(settings.CSRF_COOKIE_NAME, samesite=settings.CSRF_COOKIE_SAMESITE)
        return response
