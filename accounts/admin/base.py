"""What every list of the desk has in common: its title, its pills, and rows that only the machinery writes."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString


def pill(tone: str, word: str) -> SafeString:
    """How something does, in a word; ``tone`` is good, warn, bad, brand, live or nothing."""
    return format_html('<span class="pill{}">{}</span>', f" pill--{tone}" if tone else "", word)


class Titled(admin.ModelAdmin):
    """A list under a ``title`` of ours instead of "Select … to change"."""

    title = ""
    show_full_result_count = False
    list_per_page = 50

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.title, **(extra_context or {})})


class ReadOnly:
    """Nobody adds, changes or deletes by hand; actions ask for the "decide" permission: to change such rows at all."""

    opts: Any

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")
