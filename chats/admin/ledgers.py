"""What the machinery wrote down of money and of re-checks -> lists to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import audit, leases
from accounts.admin.base import ReadOnly, Titled
from chats.admin import words
from chats.ingest import spending
from chats.models import Correction, Recheck, Spending


@admin.register(Spending)
class SpendingAdmin(ReadOnly, Titled):
    community_path = ""
    title = "Spending: what networks were asked, day by day"
    change_list_template = "admin/chats/spending.html"
    list_display = ["day", "network_name", "requests", "dollars"]
    list_display_links = None
    date_hierarchy = "day"
    ordering = ["-day", "network"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        now = timezone.now()
        told = {"forecast": spending.forecast(now), "months": spending.months(now), **(extra_context or {})}
        return super().changelist_view(request, told)

    @admin.display(description="Network", ordering="network")
    def network_name(self, row: Spending) -> str:
        return words.NAMES.get(row.network, row.network)

    @admin.display(description="Cost", ordering="cost")
    def dollars(self, row: Spending) -> str:
        return words.dollars(row.cost)


@admin.register(Recheck)
class RecheckAdmin(ReadOnly, Titled):
    community_path = ""
    title = "Re-checks: are the tweets we keep still there?"
    list_display = ["network", "checked", "gone", "returned", "next_said", "said"]
    list_display_links = None
    actions = ["check_now"]

    @admin.display(description="Next check", ordering="next_due_at")
    def next_said(self, row: Recheck) -> str:
        return words.moment(row.next_due_at)

    @admin.display(description="What went wrong")
    def said(self, row: Recheck) -> str:
        return row.error or words.NONE

    @admin.action(description="Check the oldest now", permissions=["decide"])
    def check_now(self, request: HttpRequest, rows: QuerySet[Recheck]) -> None:
        with audit.watching(request, rows, "checks now"):
            for row in rows:
                leases.make_due(row)
        self.message_user(request, "The tweets that were checked longest ago are asked for at once.")


@admin.register(Correction)
class CorrectionAdmin(ReadOnly, Titled):
    community_path = "tweet__chat__community"
    host_path = "tweet__chat__hosts__user"
    title = "Corrections: where hosts moved tweets to"
    list_display = ["said", "chat", "question", "by", "at"]
    list_display_links = None
    list_select_related = ["tweet__chat", "by"]
    ordering = ["-at"]

    @admin.display(description="Tweet")
    def said(self, row: Correction) -> str:
        return row.tweet.text[:100] or words.NONE

    @admin.display(description="Chat")
    def chat(self, row: Correction) -> str:
        return str(row.tweet.chat)
