"""A button on the page of a row -> a page that says what comes of it and asks for the rest -> a writer's verb."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts import audit, door
from accounts.admin.base import Titled
from chats.lifecycle import NotAllowed
from chats.proposals import Unfinished


class Deciding(NamedTuple):
    """Who decides what about a row: ``values`` is what they typed."""

    row: Any
    values: dict[str, Any]
    by: Any
    is_team: bool
    now: datetime


class Done(NamedTuple):
    """What to say of it, and the row to go on with."""

    said: str
    row: Model


class Asked(forms.Form):
    """What a decision needs to know; nothing more than the press of its button, unless there are fields."""

    def __init__(self, *args: Any, row: Any, by: Any, now: datetime, is_team: bool, **kwargs: Any) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        self.row, self.by, self.now, self.is_team = row, by, now, is_team


class Decision(NamedTuple):
    """``field`` is where a refusal stands; ``said`` is what comes of it."""

    label: str
    said: str
    does: Callable[[Deciding], Done]
    logged: str
    is_open: Callable[[Any], bool]
    form: type[Asked] = Asked
    field: str = ""
    needs: str = "change"  # on rows of the list, or a permission by its whole name
    is_for_hosts: bool = False
    is_for_team: bool = True
    tone: str = ""
    is_always_logged: bool = False  # though no field of the row says so


class Decided(Titled):
    """A list whose rows are decided about: each decision has its own page, and its entry in the log."""

    decisions: dict[str, Decision] = {}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.decide)
        name = f"{self.opts.app_label}_{self.opts.model_name}_decide"
        return [path("<int:key>/decide/<slug:name>/", view, name=name), *super().get_urls()]

    def may_decide(self, request: HttpRequest, decision: Decision) -> bool:
        standing = door.standing(request)
        if not (decision.is_for_hosts if standing.is_host_only else decision.is_for_team):
            return False
        if "." in decision.needs:
            return standing.may(decision.needs)
        return self._may(request, decision.needs)

    def on_offer(self, request: HttpRequest, row: Any) -> list[dict[str, str]]:
        """The buttons of a row's page: those that somebody may press now."""
        return [
            {"name": name, "label": each.label, "tone": each.tone, "address": self.address(row, name)}
            for name, each in self.decisions.items()
            if each.is_open(row) and self.may_decide(request, each)
        ]

    def address(self, row: Any, name: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_decide", args=[row.pk, name])

    def page_of(self, row: Model) -> str:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])

    def decide(self, request: HttpRequest, key: int, name: str) -> HttpResponse:
        """Ask, and do; what is refused stands in a sentence on the same page, with all that was typed."""
        row = get_object_or_404(self.get_queryset(request), pk=key)
        decision = self.decisions.get(name)
        if decision is None:
            raise Http404
        if not self.may_decide(request, decision):
            raise PermissionDenied
        if request.method != "POST" and not decision.is_open(row):
            messages.warning(request, f"“{decision.label}” is not possible any more: look how it stands now.")
            return HttpResponseRedirect(self.page_of(row))
        form = self.asking(request, row, decision, request.POST if request.method == "POST" else None)
        if form.is_valid() and (done := self._done(request, decision, form)):
            messages.success(request, done.said)
            return HttpResponseRedirect(self.page_of(done.row))
        return TemplateResponse(request, "admin/chats/decide.html", self._page(request, row, decision, form))

    def asking(self, request: HttpRequest, row: Any, decision: Decision, typed: Any = None) -> Asked:
        is_team = not door.standing(request).is_host_only
        return decision.form(typed, row=row, by=request.user, now=timezone.now(), is_team=is_team)

    def _done(self, request: HttpRequest, decision: Decision, form: Asked) -> Done | None:
        told = Deciding(form.row, form.cleaned_data, request.user, form.is_team, form.now)
        before = audit.stored(form.row)
        try:
            with transaction.atomic():
                done = decision.does(told)
                after = audit.stored(form.row)
                if decision.is_always_logged or after.values != before.values:
                    audit.record(request, decision.logged, before=before, after=after)
        except Unfinished as error:
            for problem in error.problems:
                form.add_error(None, problem.said)
        except NotAllowed as error:
            form.add_error(decision.field or None, str(error))
        else:
            return done
        return None

    def _page(self, request: HttpRequest, row: Any, decision: Decision, form: Asked) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": f"{decision.label}: {row}",
            "opts": self.opts,
            "row": row,
            "back": self.page_of(row),
            "decision": decision,
            "form": form,
            **self.told_of(row, form.now),
        }

    def told_of(self, row: Any, now: datetime) -> dict[str, Any]:
        """What the page of a decision says of the row: ``facts`` are names with what they say."""
        return {}
