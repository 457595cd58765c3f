"""What a member sets for themselves -> their row; an address only when a letter to it was answered."""

from datetime import timedelta
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.generic import UpdateView, View

from accounts import addresses, outbox
from accounts.addresses import NotConfirmed
from accounts.forms import OwnSettings
from accounts.models import Community, User


class Settings(LoginRequiredMixin, UpdateView):
    form_class = OwnSettings
    template_name = "accounts/settings.html"
    success_url = reverse_lazy("accounts:settings")

    def get_object(self, queryset: object = None) -> User:
        # A row of its own: what is typed must not stand in the head of the page before it is kept.
        return User.objects.get(username=self.request.user.get_username())

    def get_initial(self) -> dict[str, Any]:
        return {"email": self.object.email}

    def form_valid(self, form: Any) -> HttpResponse:
        address = form.cleaned_data["email"]
        if address and address.lower() != self.object.email.lower():
            try:
                asked = self._ask(address)
            except outbox.Refused as refusal:
                form.add_error("email", str(refusal))
                return self.form_invalid(form)
            if not asked:
                form.add_error("email", "You have asked for that often lately. Wait an hour, then try again.")
                return self.form_invalid(form)
        elif not address and self.object.email:
            addresses.forget(self.object, timezone.now())
        form.instance.save(update_fields=form.Meta.fields)
        messages.success(self.request, "Saved.")
        return redirect("accounts:settings")

    def _ask(self, address: str) -> bool:
        """Write to it; False where that was asked too often."""
        community = Community.objects.for_request(self.request)
        if community is None or not ratelimit.consume(self.request, action="confirm_address"):
            return False
        ends_on = timezone.localtime(timezone.now() + addresses.LASTS - timedelta(hours=1))
        addresses.ask(self.object, address, community, until=date_format(ends_on, "j F"))
        messages.info(self.request, f"We have written to {address}. Press the button there, and it is yours.")
        return True


@method_decorator(never_cache, name="dispatch")
class ConfirmAddress(View):
    """A GET asks, since programs open the links of a letter as well; a POST does it, signed in or not."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            _, address = addresses.read(token)
        except NotConfirmed as problem:
            return self._page(problem=str(problem), status=410)
        return self._page(address=address)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            return self._page(confirmed=addresses.confirm(token, timezone.now()))
        except NotConfirmed as problem:
            return self._page(problem=str(problem), status=410)

    def _page(self, status: int = 200, **told: str) -> HttpResponse:
        return TemplateResponse(self.request, "accounts/address.html", told, status=status)
