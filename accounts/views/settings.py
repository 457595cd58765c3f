"""What a member sets for themselves -> their row."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.views.generic import UpdateView

from accounts.forms import OwnSettings
from accounts.models import User


class Settings(LoginRequiredMixin, UpdateView):
    form_class = OwnSettings
    template_name = "accounts/settings.html"
    success_url = reverse_lazy("accounts:settings")

    def get_object(self, queryset: object = None) -> User:
        # A row of its own: what is typed must not stand in the head of the page before it is kept.
        return User.objects.get(username=self.request.user.get_username())

    def form_valid(self, form: Any) -> HttpResponse:
        form.instance.save(update_fields=form.Meta.fields)
        messages.success(self.request, "Saved.")
        return HttpResponse(status=302, headers={"Location": str(self.success_url)})
