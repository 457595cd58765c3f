"""Topics -> their list and form: what a community keeps coming back to."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin.base import Titled
from accounts.models import Community
from chats.models import Topic


@admin.register(Topic)
class TopicAdmin(Titled):
    title = "Topics"
    list_display = ["name", "summary", "owner"]
    list_select_related = ["owner"]
    search_fields = ["name", "summary"]
    ordering = ["name"]
    fields = ("name", "slug", "summary", "owner", "community")

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> list[str]:
        return ["slug", "community"] if obj else []  # addresses stand on them

    def get_prepopulated_fields(self, request: HttpRequest, obj: Topic | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["name"]}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"community": Community.objects.for_request(request), **super().get_changeform_initial_data(request)}
