"""The crisis switch at the desk: where it stands, a form that moves it, and every position it has had."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts import audit, crisis, prose
from accounts.admin.base import ReadOnly, Titled
from accounts.models import Community, Crisis, User
from accounts.models.crisis import SWITCHES

SHOWN = 30


class CrisisForm(forms.ModelForm):
    class Meta:
        model = Crisis
        fields = ("notice", *SWITCHES, "reason")
        widgets = {"notice": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "holds_comments": "And pieces of posts of many. Its writer is told that it waits. What is there stays.",
            "pauses_posts": "They stay scheduled, and come out once this is off again.",
            "pauses_newsletters": "What somebody waits for goes on: codes, confirmations, moved and cancelled chats.",
            "pauses_chats": "Every page says that none is held, and so does each that is to come. Reminders wait; what "
            "is over by then is told to nobody. What people tweet all the same is kept.",
            "reason": "One sentence. It stays in the log for good, so name nobody.",
        }

    def clean_notice(self) -> str:
        return prose.one_line(self.cleaned_data["notice"], 300)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("notice") and not any(values.get(name) for name in SWITCHES):
            self.add_error("notice", "Say what every page is to say, or tick what is to be held back.")
        return values

    @property
    def position(self) -> crisis.Position:
        return crisis.Position(*(self.cleaned_data[name] for name in ("notice", *SWITCHES)))


@admin.register(Crisis)
class CrisisAdmin(ReadOnly, Titled):
    title = "Crisis switch"
    list_display = ["notice", "since", "until"]
    list_display_links = None
    readonly_fields = ["notice", *SWITCHES, "reason", "by", "since", "until"]
    fields = (*readonly_fields,)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, _community(request))

    def _page(self, request: HttpRequest, community: Community, form: CrisisForm | None = None) -> HttpResponse:
        now = community.crises.in_force().select_related("by").first()
        told = {
            **self.admin_site.each_context(request),
            "title": f"Crisis switch of {community}",
            "opts": self.opts,
            "form": form or CrisisForm(instance=now),
            "now": now,
            "crises": community.crises.select_related("by")[:SHOWN],
            "may_press": self.has_decide_permission(request),
        }
        return TemplateResponse(request, "admin/accounts/crisis.html", told)

    def get_urls(self) -> list[URLPattern]:
        press = self.admin_site.admin_view(self.press)
        return [path("press/", press, name="accounts_crisis_press"), *super().get_urls()]

    def press(self, request: HttpRequest) -> HttpResponse:
        """One of three buttons: put it there, back to normal, undo."""
        start = HttpResponseRedirect(reverse("admin:accounts_crisis_changelist"))
        if request.method != "POST":
            return start
        if not self.has_decide_permission(request):
            raise PermissionDenied
        community, order = _community(request), request.POST.get("order")
        by = request.user if isinstance(request.user, User) else None
        told: dict[str, Any] = {"by": by, "now": timezone.now()}
        if order == "set":
            form = CrisisForm(request.POST)
            if not form.is_valid():
                return self._page(request, community, form)
            moved = self._logged(request, community, "moves", lambda: crisis.switch(
                community, form.position, reason=form.cleaned_data["reason"], **told))  # fmt: skip
        elif order == "normal":
            moved = self._logged(request, community, "turns off", lambda: crisis.switch(
                community, crisis.NORMAL, reason="over", **told))  # fmt: skip
        else:
            moved = self._undo(request, community, **told)
        if moved:
            messages.success(request, "Done. Pages say so within seconds.")
        else:
            messages.info(request, "It stands there already.")
        return start

    def _undo(self, request: HttpRequest, community: Community, **told: Any) -> bool:
        try:
            return self._logged(request, community, "undoes", lambda: crisis.undo(community, **told))
        except crisis.NothingToUndo as refusal:
            messages.warning(request, str(refusal))
            return False

    def _logged(self, request: HttpRequest, community: Community, verb: str, move: Any) -> bool:
        """Move it, and write into the log where it stood before and where it stands now; both or neither."""
        with transaction.atomic():
            old = community.crises.in_force().first()
            before = audit.stored(old) if old else None
            moved = move()
            new = community.crises.in_force().first()
            row = new or old  # one of them, where it moved
            if moved and row:
                audit.record(request, verb, before=before, after=audit.stored(row))
        return moved


def _community(request: HttpRequest) -> Community:
    community = Community.objects.for_request(request)
    if community is None:
        raise Http404
    return community
