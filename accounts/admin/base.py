"""Somebody at the desk -> the rows they may see and what they may do with them, by their roles in this community."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import audit, door, telling
from accounts.admin.named import WHEN
from accounts.models import AuditEntry, Community, User

HISTORY_SHOWN = 200
# How links narrow a list by a field; anything else leads on to rows behind it.
NARROWED = {"", "exact", "id__exact", "isnull", "isempty", "year", "month", "day"}


def pill(tone: str, word: str) -> SafeString:
    """How something does, in a word; ``tone`` is good, warn, bad, brand, live or nothing."""
    return format_html('<span class="pill{}">{}</span>', f" pill--{tone}" if tone else "", word)


class AtDesk(BaseModelAdmin):
    """Rights come from ``roles.TABLE``; rows are those of the community whose host was asked, and a host's their own.

    ``community_path`` leads from a row to its community, and is "" where rows are no community's; ``host_path`` leads
    to the member who hosts, and is "" where a host has none.  Rows beyond that are not there.
    """

    community_path = "community"
    host_path = ""
    formfield_overrides = WHEN

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Straight there: Django's own way tells anybody at the desk the address of any row."""
        return obj.get_absolute_url() if self.view_on_site and hasattr(obj, "get_absolute_url") else None

    def _may(self, request: HttpRequest, *actions: str) -> bool:
        standing, opts = door.standing(request), self.opts
        return any(standing.may(f"{opts.app_label}.{action}_{opts.model_name}") for action in actions)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "view", "change")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "delete")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "view", "add", "change", "delete")

    def choices(self, request: HttpRequest) -> QuerySet:
        """What another row may point to: the rows of the community."""
        return self._of_community(request, super().get_queryset(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = self._of_community(request, super().get_queryset(request))
        return rows.filter(pk__in=self.own(request).values("pk")) if door.standing(request).is_host_only else rows

    def own(self, request: HttpRequest) -> QuerySet:
        """The rows that a host has to do with."""
        rows = self.model._base_manager.all()
        return rows.filter(**{self.host_path: request.user}) if self.host_path else rows.none()

    def _of_community(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        if door.standing(request).is_everything or not self.community_path:
            return rows
        community = Community.objects.for_request(request)
        return rows.filter(**{self.community_path: community.pk}) if community else rows.none()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Whoever points elsewhere points within what they may see."""
        try:
            related = self.admin_site.get_model_admin(db_field.remote_field.model)
        except NotRegistered:
            related = None
        if isinstance(related, AtDesk):
            kwargs.setdefault("queryset", related.choices(request))
        if db_field.remote_field.model is User:
            kwargs.setdefault("label", "Member")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A choice alone, without four pictures that lead away from what somebody is writing."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class OfCommunity(admin.RelatedFieldListFilter):
    """Beside a list, only the choices that its rows may have."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        choices = model_admin.admin_site.get_model_admin(field.remote_field.model).choices(request)
        return field.get_choices(include_blank=False, limit_choices_to={"pk__in": choices.values("pk")})


class Titled(AtDesk, admin.ModelAdmin):
    """A list under a ``title`` and a ``lede`` of ours, not "Select … to change"; what is done stands in our log."""

    title = ""
    lede = ""
    change_list_template = "admin/titled.html"
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    list_per_page = 50
    looked_up: tuple[str, ...] = ()  # fields that links of ours narrow the list by, besides those it offers

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the list offers: by any other field, a password or a private note is guessed letter by letter."""
        offered: list[Any] = [each[0] if isinstance(each, tuple) else each for each in self.list_filter]
        names = {each if isinstance(each, str) else each.parameter_name for each in offered}
        name, _, how = lookup.partition("__")
        return name in {*names, self.date_hierarchy, *self.looked_up} and how in NARROWED

    def get_list_display(self, request: HttpRequest) -> Any:
        """Whoever sees the rows of several communities is told whose each is."""
        shown = super().get_list_display(request)
        is_mixed = self.community_path == "community" and door.standing(request).is_everything
        return [*shown, "community"] if is_mixed and Community.objects.count() > 1 else shown

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.title, "lede": self.lede, **(extra_context or {})})

    def button(self, view: Callable[[HttpRequest, int], HttpResponse]) -> Any:
        """For the buttons of a row's page; whoever had to sign in after pressing one comes back to the page."""

        def pressed(request: HttpRequest, key: int) -> HttpResponse:
            if request.method == "POST":
                return view(request, key)
            return HttpResponseRedirect(
                reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[key])
            )

        return self.admin_site.admin_view(pressed)

    def response_action(self, request: HttpRequest, queryset: QuerySet, *args: Any) -> HttpResponse | None:
        """What is done to many, and what the log says of it, both or neither."""
        with transaction.atomic():
            return super().response_action(request, queryset, *args)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        form.before = audit.stored(obj) if change else None
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        rows = formset.model._base_manager.filter(pk__in=[each.instance.pk for each in formset.initial_forms])
        before = {row.pk: audit.facts(row) for row in rows}
        gone = {each.instance.pk for each in getattr(formset, "deleted_forms", [])}
        super().save_formset(request, form, formset, change)
        after = {row.pk: audit.facts(row) for row in rows.all()}
        for key, was in before.items():
            if key in gone:
                audit.record(request, "deletes", before=was, within=form.instance)
            elif after[key].values != was.values:
                audit.record(request, "changes", before=was, after=after[key], within=form.instance)
        for row in formset.new_objects:
            audit.record(request, "adds", after=audit.stored(row), within=form.instance)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        after = audit.stored(form.instance)
        if form.before is None:
            audit.record(request, "adds", after=after)
        elif after.values != form.before.values:
            audit.record(request, "changes", before=form.before, after=after)

    # Django's own log stays empty: it keeps names and says nothing of what was there before.
    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for row in queryset:
            audit.record(request, "deletes", before=audit.stored(row))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What was done to one row, told from our log."""
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None:
            return self.changeform_view(request, object_id)  # which says that there is none
        told = {
            **self.admin_site.each_context(request),
            "title": f"What was done: {row}",
            "entries": telling.told(self._entries(request, row)[:HISTORY_SHOWN]),
            "object": row,
            "opts": self.opts,
            "preserved_filters": self.get_preserved_filters(request),
        }
        return TemplateResponse(request, "admin/object_history.html", told)

    def _entries(self, request: HttpRequest, row: Model) -> QuerySet[AuditEntry]:
        """What was done to it in the community; of a member, other communities have their own log."""
        entries = audit.about(row)
        if door.standing(request).is_everything:
            return entries
        return entries.filter(community=Community.objects.for_request(request))


class ReadOnly:
    """Nobody adds, changes or deletes by hand; actions ask for the "decide" permission: to change such rows at all."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "change")  # type: ignore[attr-defined]
