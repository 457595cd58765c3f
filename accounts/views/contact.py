"""A reader who wants to tell something -> a letter to the team, without a cookie."""

from typing import Any

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import FormView, TemplateView

from accounts import contact, origin, outbox
from accounts.models import Community

ELSEWHERE = (
    "Your browser did not say that this came from our own page, so we have not taken it. Your words are still here: "
    "send them again."
)
TOO_OFTEN = (
    "That is more than five messages within an hour from your connection, so this one was not sent. Your words are "
    "still here: wait a while, then send them again. If others share your connection, it may have been them."
)
TOO_MANY = (
    "Very many people are writing to us at the moment, so this was not sent. Your words are still here: send them "
    "again in an hour."
)


@method_decorator(csrf_exempt, name="dispatch")  # it needs no cookie, so where it came from is asked instead
class Contact(FormView):
    form_class = contact.ContactForm
    template_name = "accounts/contact.html"
    success_url = reverse_lazy("accounts:contact-thanks")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        community = Community.objects.for_request(request)
        if community is None:
            raise Http404
        self.community = community
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET
        about = asked.get("about", "")
        return {"about": about if about in contact.ABOUT else "other", "where": asked.get("where", "")[:500]}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "now": timezone.now()}

    def form_valid(self, form: contact.ContactForm) -> HttpResponse:
        if not origin.is_own(self.request):
            return self._refused(form, ELSEWHERE, 403)
        if not ratelimit.consume(self.request, action="contact"):
            return self._refused(form, TOO_OFTEN, 429)
        if not ratelimit.consume(self.request, action="contact_all", key=self.community.slug):
            return self._refused(form, TOO_MANY, 429)
        try:
            contact.tell_the_team(self.community, form.cleaned_data)
        except outbox.Refused as refusal:
            form.add_error("email", str(refusal))
            return self.form_invalid(form)
        return super().form_valid(form)

    def _refused(self, form: contact.ContactForm, reason: str, status: int) -> HttpResponse:
        form.add_error(None, reason)
        response = self.form_invalid(form)
        response.status_code = status
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """``opened`` stays what it was as long as it is good: whoever was too quick is not the next time."""
        kept = self.request.POST.get("opened", "")
        now = timezone.now()
        opened = kept if contact.is_current(kept, now) else contact.opened(now)
        return super().get_context_data(canonical=self.request.path, opened=opened, **kwargs)


class ContactThanks(TemplateView):
    """It has arrived: what happens now."""

    template_name = "accounts/contact_thanks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if Community.objects.for_request(self.request) is None:
            raise Http404
        return super().get_context_data(canonical=self.request.path, **kwargs)
