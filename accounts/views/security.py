"""How somebody comes in and where they are signed in -> one page, and a button that ends each."""

from typing import Any

from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.base.views import IndexView
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.views import View

from accounts import door, sessions
from accounts.models import Portrait


class Security(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        standing = door.standing(self.request)
        return super().get_context_data(**kwargs) | {
            "account": SocialAccount.objects.filter(user=user).first(),
            "has_password": user.has_usable_password(),
            "sessions": sessions.listed(user),
            "opens_desk": standing.missing is None,
            "needs_second_step": user.is_superuser or bool(standing.roles & door.roles.TEAM),
        }


class RemovePasskey(RemoveWebAuthnView):
    success_url = reverse_lazy("mfa_index")


class OwnPicture(LoginRequiredMixin, View):
    """Somebody's own picture, to themselves alone."""

    def get(self, request: HttpRequest) -> HttpResponse:
        portrait = Portrait.objects.filter(user=authenticated_user(request), image__isnull=False).first()
        if portrait is None:
            raise Http404
        return HttpResponse(portrait.image, content_type="image/png")


class EndSession(LoginRequiredMixin, View):
    """Sign out elsewhere: in one place, or wherever else somebody is signed in."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, key: int | None = None) -> HttpResponse:
        """Whoever had to sign in after pressing the button comes back to its page."""
        return redirect("mfa_index")

    def post(self, request: HttpRequest, key: int | None = None) -> HttpResponse:
        user = authenticated_user(request)
        if key is None:
            sessions.end_others(request, user)
            messages.success(request, "You are signed in here only.")
        elif sessions.end(user, key):
            messages.success(request, "Signed out there.")
        return redirect("mfa_index")
