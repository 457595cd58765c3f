"""Those who sign posts, and addresses of before -> their lists and forms."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin.base import Titled
from accounts.models import Community, User
from blog.admin.forms import OldAddressForm
from blog.models import OldAddress, Writer


class OfThisDesk(Titled):
    """New rows are the community's whose desk this is."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["community"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"community": Community.objects.for_request(request), **super().get_changeform_initial_data(request)}


@admin.register(Writer)
class WriterAdmin(OfThisDesk):
    title = "Those who sign posts"
    list_display = ["name", "handle", "slug"]
    search_fields = ["name", "handle"]
    ordering = ["name", "pk"]
    raw_id_fields = ["user"]
    fields = ("name", "handle", "slug", "biography", "user", "community")

    def get_fields(self, request: HttpRequest, obj: Writer | None = None) -> Any:
        """Whoever may not look among the members ties nobody to one."""
        may_look = self.admin_site.get_model_admin(User).has_view_permission(request)
        return [name for name in self.fields if may_look or name != "user"]

    def get_readonly_fields(self, request: HttpRequest, obj: Writer | None = None) -> list[str]:
        return ["slug", "community"] if obj else []  # an address stands on it

    def get_prepopulated_fields(self, request: HttpRequest, obj: Writer | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["handle"]}


@admin.register(OldAddress)
class OldAddressAdmin(OfThisDesk):
    title = "Old addresses"
    lede = "Where somebody is led who follows a link of before: to a post, to a chat, or to any page of ours."
    form = OldAddressForm
    list_display = ["path", "where"]
    list_select_related = ["post", "chat"]
    search_fields = ["path", "target", "post__title", "chat__title"]
    ordering = ["path"]
    raw_id_fields = ["post", "chat"]

    @admin.display(description="Leads to")
    def where(self, address: OldAddress) -> str:
        return address.leads_to
