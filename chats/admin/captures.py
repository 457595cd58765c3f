"""Captures and their runs -> lists that say in plain words how each does; and the buttons that move one."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.admin.base import ReadOnly, Titled
from chats.admin import orders, words
from chats.admin.filters import ByEnd, BySource, ByState, RunBySource
from chats.models import Capture, IngestRun

RUNS_SHOWN = 30


def with_costs(captures: QuerySet[Capture]) -> QuerySet[Capture]:
    """Captures with what their runs were charged for, in millionths of a dollar."""
    runs = IngestRun.objects.filter(capture=OuterRef("pk")).order_by().values("capture")
    return captures.select_related("chat").annotate(cost=Subquery(runs.annotate(sum=Sum("cost")).values("sum")))


@admin.register(Capture)
class CaptureAdmin(ReadOnly, Titled):
    community_path = "chat__community"
    host_path = "chat__hosts__user"
    title = "Captures: what is asked of whom, and how it does"
    change_form_template = "admin/chats/capture.html"
    list_display = ["chat", "asked_why", "state_said", "looks", "dollars"]
    list_display_links = ["asked_why"]
    list_filter = [ByState, BySource]
    search_fields = ["chat__title", "query"]
    ordering = ["-chat__starts_at", "source", "pk"]
    actions = ["capture_now", "pause", "go_on"]
    readonly_fields = [
        "chat_link",
        "from_source",
        "asked",
        "why",
        "state_said",
        "looked_at_said",
        "next_said",
        "counted_said",
    ]
    fields = (*readonly_fields,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Capture]:
        return with_costs(super().get_queryset(request))

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        key = int(object_id) if object_id and object_id.isdecimal() else 0
        runs = IngestRun.objects.filter(capture=key).select_related("capture__chat").order_by("-last_at")
        told = {
            "runs": [words.told(run) for run in runs[:RUNS_SHOWN]],
            "may_decide": self.has_decide_permission(request),
        }
        return super().changeform_view(request, object_id, extra_context=told)

    @admin.display(description="Chat")
    def chat_link(self, capture: Capture) -> str:
        address = reverse("admin:chats_chat_captures", args=[capture.chat_id])
        return format_html('<a href="{}">{}</a>', address, capture.chat)

    @admin.display(description="Source", ordering="source")
    def from_source(self, capture: Capture) -> str:
        return words.source(capture)

    @admin.display(description="What is asked", ordering="query")
    def asked(self, capture: Capture) -> str:
        return words.query(capture)

    @admin.display(description="What is asked, and why", ordering="source")
    def asked_why(self, capture: Capture) -> str:
        why = capture.get_why_display()
        told = words.source(capture), words.query(capture), why
        return format_html('{}, <bdi class="query">{}</bdi> <span class="quiet">{}</span>', *told)

    @admin.display(description="Looks", ordering="looked_at")
    def looks(self, capture: Capture) -> str:
        row = words.row(capture, timezone.now())
        return format_html("last {} <br>next {}", row.looked_at, row.next_at)

    @admin.display(description="State")
    def state_said(self, capture: Capture) -> str:
        state = words.of_capture(capture, timezone.now())
        return format_html('{} <span class="quiet"><bdi>{}</bdi></span>', state.pill, state.more)

    @admin.display(description="Last looked at", ordering="looked_at")
    def looked_at_said(self, capture: Capture) -> str:
        return words.moment(capture.looked_at, capture.chat.time_zone)

    @admin.display(description="Next look", ordering="next_due_at")
    def next_said(self, capture: Capture) -> str:
        return words.moment(capture.next_due_at, capture.chat.time_zone)

    @admin.display(description="The network's own count")
    def counted_said(self, capture: Capture) -> str:
        if capture.counted is None:
            return "not known"
        return f"{capture.counted:,} on {words.moment(capture.counted_at, capture.chat.time_zone)}"

    @admin.display(description="Cost", ordering="cost")
    def dollars(self, capture: Any) -> str:
        return words.dollars(capture.cost)

    @admin.action(description="Capture now", permissions=["decide"])
    def capture_now(self, request: HttpRequest, captures: QuerySet[Capture]) -> None:
        self._obey(request, "now", captures)

    @admin.action(description="Pause", permissions=["decide"])
    def pause(self, request: HttpRequest, captures: QuerySet[Capture]) -> None:
        self._obey(request, "pause", captures)

    @admin.action(description="Go on", permissions=["decide"])
    def go_on(self, request: HttpRequest, captures: QuerySet[Capture]) -> None:
        self._obey(request, "go-on", captures)

    def _obey(self, request: HttpRequest, order: str, captures: Iterable[Capture]) -> None:
        orders.obey(request, order, captures, timezone.now())

    def get_urls(self) -> list[URLPattern]:
        return [path("<int:key>/order/", self.button(self.order), name="chats_capture_order"), *super().get_urls()]

    def order(self, request: HttpRequest, key: int) -> HttpResponse:
        """A button on the page of one capture."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        capture = get_object_or_404(self.get_queryset(request), pk=key)
        if request.POST.get("order") in orders.ORDERS:
            with transaction.atomic():
                self._obey(request, request.POST["order"], [capture])
        return HttpResponseRedirect(reverse("admin:chats_capture_change", args=[key]))


@admin.register(IngestRun)
class RunAdmin(ReadOnly, Titled):
    community_path = "capture__chat__community"
    host_path = "capture__chat__hosts__user"
    title = "Runs: what each look brought, and why some ended early"
    list_display = ["when", "chat", "from_source", "brought", "requests", "dollars", "said"]
    list_filter = [ByEnd, RunBySource]
    search_fields = ["capture__chat__title", "error"]
    ordering = ["-last_at"]
    list_select_related = ["capture__chat"]
    readonly_fields = [
        "chat", "from_source", "asked", "when", "until", "pages", "read", "created", "updated", "unchanged",
        "outside_window", "rejected", "requests", "dollars", "failures", "said", "refused",
    ]  # fmt: skip
    fields = (*readonly_fields,)

    @admin.display(description="Begun", ordering="started_at")
    def when(self, run: IngestRun) -> str:
        return words.moment(run.started_at)

    @admin.display(description="Last page")
    def until(self, run: IngestRun) -> str:
        return words.moment(run.last_at)

    @admin.display(description="Chat", ordering="capture__chat__starts_at")
    def chat(self, run: IngestRun) -> str:
        return str(run.capture.chat)

    @admin.display(description="Source", ordering="capture__source")
    def from_source(self, run: IngestRun) -> str:
        return words.source(run.capture)

    @admin.display(description="What it brought", ordering="read")
    def brought(self, run: IngestRun) -> str:
        told = [f"{run.read:,} read, {run.created:,} new", f"{run.updated:,} changed" if run.updated else ""]
        return ", ".join(filter(None, [*told, f"{run.rejected:,} not readable" if run.rejected else ""]))

    @admin.display(description="What was asked")
    def asked(self, run: IngestRun) -> str:
        return words.query(run.capture)

    @admin.display(description="Cost", ordering="cost")
    def dollars(self, run: IngestRun) -> str:
        return words.dollars(run.cost)

    @admin.display(description="What went wrong")
    def said(self, run: IngestRun) -> str:
        return words.told(run).error or words.NONE

    @admin.display(description="The first rows that could not be read")
    def refused(self, run: IngestRun) -> str:
        return "; ".join(f"line {line}: {reason}" for line, reason in run.rejections[:20]) or words.NONE
