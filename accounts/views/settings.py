"""What a member sets for themselves -> their row."""

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
        return User.objects.get(pk=self.request.user.pk)  # not the one that the page's head shows before it is saved

    def form_valid(self, form: OwnSettings) -> HttpResponse:
        form.instance.save(update_fields=form.Meta.fields)
        messages.success(self.request, "Saved.")
        return HttpResponse(status=302, headers={"Location": str(self.success_url)})
