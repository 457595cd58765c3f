"""The log -> a list that anybody can read who may: when, who, what, to which row, and what it said before and after."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts import telling
from accounts.admin.base import ReadOnly, Titled
from accounts.models import AuditEntry, User


class ByWhom(admin.SimpleListFilter):
    """Those who stand in it."""

    title = "who"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        there = model_admin.get_queryset(request).order_by().values("by")
        return [(str(user.pk), str(user)) for user in User.objects.filter(pk__in=there).order_by("name", "username")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = self.value() or ""
        return queryset.filter(by=int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else queryset


@admin.register(AuditEntry)
class LogAdmin(ReadOnly, Titled):
    title = "The log: what was done at the desk"
    list_display = ["when", "who", "done", "changed"]
    list_display_links = None
    list_filter = [ByWhom, "verb"]
    list_select_related = ["by"]
    search_fields = ["label", "verb", "note", "model"]
    lede = "Everything that was done stays in it. What somebody said, and people's names, do not."
    date_hierarchy = "at"
    ordering = ["-at", "-pk"]
    readonly_fields = ["when", "who", "done", "changed"]
    fields = (*readonly_fields,)

    @admin.display(description="When", ordering="at")
    def when(self, entry: AuditEntry) -> str:
        return date_format(localtime(entry.at), "j M Y, H:i")

    @admin.display(description="Who", ordering="by")
    def who(self, entry: AuditEntry) -> SafeString:
        return format_html("<bdi>{}</bdi>", telling.who(entry))

    @admin.display(description="What was done", ordering="verb")
    def done(self, entry: AuditEntry) -> SafeString:
        address = telling.address(entry)
        row = '<a href="{}"><bdi>{}</bdi></a>' if address else "{}<bdi>{}</bdi>"
        which = format_html(row, address, telling.which(entry))
        note = format_html(' <span class="quiet">“<bdi>{}</bdi>”</span>', entry.note) if entry.note else ""
        return format_html("{} {}{}", entry.verb, which, note)

    @admin.display(description="Before, and after")
    def changed(self, entry: AuditEntry) -> SafeString:
        return telling.as_list(telling.changes(entry))
