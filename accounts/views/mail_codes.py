"""An address -> a code in a letter -> signed in, for people on no network; where their community allows it."""

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.generic import FormView

from accounts import codes, outbox
from accounts.forms import AskForCode, TypeMailedCode
from accounts.models import Community


class _ByMail(FormView):
    """404 where the community lets nobody in by email."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        community = Community.objects.for_request(request)
        if community is None or not community.has_email_sign_in:
            raise Http404
        self.community = community
        if request.user.is_authenticated:
            return redirect("me")
        return super().dispatch(request, *args, **kwargs)

    def _wanted(self) -> str:
        asked = self.request.POST.get("next") or self.request.GET.get("next") or ""
        return asked if asked and get_adapter().is_safe_url(asked) else ""


class AskForMailedCode(_ByMail):
    form_class = AskForCode
    template_name = "account/ask_for_code.html"
    success_url = reverse_lazy("account_type_code")

    def form_valid(self, form: AskForCode) -> HttpResponse:
        address = form.cleaned_data["email"].lower()
        if not ratelimit.consume(self.request, action="mail_code", key=address):
            return ratelimit.respond_429(self.request)
        try:
            codes.ask(self.request.session, self.community, address, now=time.time(), wanted=self._wanted())
        except outbox.Refused as refusal:
            form.add_error("email", str(refusal))
            return self.form_invalid(form)
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(next=self._wanted(), **kwargs)


class TypeCode(_ByMail):
    form_class = TypeMailedCode
    template_name = "account/type_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = codes.under_way(request.session, now=time.time())
        if asked is None:
            return redirect("me" if request.user.is_authenticated else "account_mail_code")
        self.asked = asked
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: TypeMailedCode) -> HttpResponse:
        if not ratelimit.consume(self.request, action="type_code"):
            return ratelimit.respond_429(self.request)
        if not codes.fits(self.request.session, form.cleaned_data["code"], now=time.time()):
            form.add_error("code", "Those are not the digits. After five tries you need new ones.")
            return self.form_invalid(form)
        user = codes.member(self.asked.address, timezone.now())
        record_authentication(self.request, user, method="code", email=self.asked.address)
        return perform_login(self.request, Login(user=user, redirect_url=self.asked.wanted or None))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(address=self.asked.address, **kwargs)
