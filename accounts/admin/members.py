"""Members -> a list for who looks after them, and a page each: roles, and the buttons that keep somebody out."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts import audit, blocking, door, prose, roles, sessions
from accounts.admin.base import AtDesk, Titled
from accounts.admin.named import Named
from accounts.models import Appointment, User
from accounts.telling import NOTHING


def ask_again(request: HttpRequest) -> None:
    """Have whoever has not typed a password or a code lately do so; what they sent waits meanwhile."""
    if get_adapter().is_reauthentication_required(app="allauth.account"):
        raise ReauthenticationRequired


class ByStanding(admin.SimpleListFilter):
    title = "who they are"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((role.value, role.label) for role in roles.Role if role in roles.DESK), ("blocked", "blocked")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = self.value()
        if chosen == "blocked":
            return queryset.filter(is_active=False)
        if chosen not in roles.DESK:
            return queryset
        appointed = Appointment.objects.filter(role__name=chosen, community__in=_communities(request))
        return queryset.filter(pk__in=appointed.values("user"))


def _communities(request: HttpRequest) -> QuerySet:
    """Those whose roles somebody may see: their own, or all."""
    return admin.site.get_model_admin(Appointment.community.field.remote_field.model).get_queryset(request)


class Appointments(AtDesk, admin.TabularInline):
    """Roles are given by superusers; organisers see who has one in their community."""

    model = Appointment
    fk_name = "user"
    fields = ["role", "community", "given"]
    readonly_fields = ["given"]
    formset = Named
    extra = 0
    verbose_name_plural = "roles"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "role":  # everybody who is signed in is a member
            kwargs["queryset"] = Group.objects.filter(name__in=roles.DESK).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="Given")
    def given(self, appointment: Appointment) -> str:
        if appointment.given_at is None:
            return NOTHING
        by = f" by {appointment.given_by}" if appointment.given_by else ""
        return f"{date_format(localtime(appointment.given_at), 'j M Y')}{by}"


class Reason(forms.Form):
    """Why somebody is kept out: in the log, for the rest of the team and for whoever complains."""

    reason = forms.CharField(max_length=300)

    def clean_reason(self) -> str:
        reason = prose.one_line(self.cleaned_data["reason"], 300)
        if not reason:
            raise forms.ValidationError("Say why.")
        return reason


@admin.register(User)
class MemberAdmin(Titled):
    """Accounts are the portal's, so they are seen from every community; roles are those of this one."""

    title = "Members: who has signed in"
    community_path = ""
    change_form_template = "admin/accounts/member.html"
    list_display = ["shown_name", "on_x", "here", "seen", "state"]
    list_filter = [ByStanding]
    search_fields = ["name", "handle", "username"]
    lede = "Search by name, by handle on X, or by the name they sign in with."
    ordering = [F("last_login").desc(nulls_last=True), "-pk"]
    readonly_fields = ["shown_name", "on_x", "since", "seen", "open_sessions", "state"]
    fields = (*readonly_fields,)
    inlines = [Appointments]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        appointed = Appointment.objects.filter(community__in=_communities(request)).select_related("role", "community")
        return super().get_queryset(request).prefetch_related(Prefetch("appointments", appointed, to_attr="roles_here"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # X says who comes in

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what they wrote would lose its author: that is the business of leaving, not of the desk

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """To save the page, which is to give or take roles; whoever may not do that has buttons only."""
        return door.standing(request).is_everything and super().has_change_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    @admin.display(description="Name", ordering="name")
    def shown_name(self, user: User) -> str:
        return str(user)

    @admin.display(description="On X", ordering="handle")
    def on_x(self, user: User) -> SafeString | str:
        return format_html("<bdi>@{}</bdi>", user.handle) if user.handle else NOTHING

    @admin.display(description="Roles here")
    def here(self, user: Any) -> str:
        held = sorted({str(each.role) for each in user.roles_here})
        return ", ".join([*(["superuser"] if user.is_superuser else []), *held]) or "member"

    @admin.display(description="Last sign-in", ordering="last_login")
    def seen(self, user: User) -> str:
        return date_format(localtime(user.last_login), "j M Y, H:i") if user.last_login else "not yet"

    @admin.display(description="Here since", ordering="date_joined")
    def since(self, user: User) -> str:
        return date_format(localtime(user.date_joined), "j M Y")

    @admin.display(description="Signed in")
    def open_sessions(self, user: User) -> str:
        number = len(sessions.listed(user))
        return "nowhere" if not number else "in one place" if number == 1 else f"in {number} places"

    @admin.display(description="May come in", ordering="is_active")
    def state(self, user: User) -> SafeString:
        tone, word = ("good", "yes") if user.is_active else ("bad", "blocked")
        return format_html('<span class="pill pill--{}">{}</span>', tone, word)

    def may_press(self, request: HttpRequest, user: User) -> bool:
        """Superusers may keep out anybody but themselves; moderators members, and nobody of the team."""
        standing = door.standing(request)
        if user == request.user:
            return False
        return standing.is_everything or (standing.may("accounts.change_user") and not blocking.is_team(user))

    def changeform_view(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> Any:
        user = self.get_object(request, object_id) if object_id else None
        if request.method == "POST" and user and self.has_change_permission(request, user):
            ask_again(request)
        told = {"may_press": self.may_press(request, user) if user else False}
        return super().changeform_view(request, object_id, extra_context=told)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing of theirs is typed here."""
        form.before = audit.stored(obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for each in formset.extra_forms:
            each.instance.given_by, each.instance.given_at = request.user, timezone.now()
        super().save_formset(request, form, formset, change)

    def get_urls(self) -> list[URLPattern]:
        return [path("<int:key>/press/", self.button(self.press), name="accounts_user_press"), *super().get_urls()]

    def press(self, request: HttpRequest, key: int) -> HttpResponse:
        """A button on a member's page: block, unblock, or sign out everywhere."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        user = self.get_queryset(request).filter(pk=key).first()
        if user is None:
            raise Http404
        if not self.may_press(request, user):
            raise PermissionDenied
        ask_again(request)
        with transaction.atomic():
            self._obey(request, user, request.POST.get("order", ""))
        return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[key]))

    def _obey(self, request: HttpRequest, user: User, order: str) -> None:
        if order == "block":
            form = Reason(request.POST)
            if not form.is_valid():
                messages.error(request, "Say in a sentence why: it is kept in the log.")
                return
            with audit.watching(request, [user], "blocks", note=form.cleaned_data["reason"]):
                blocking.block(user)
            messages.success(request, f"{user} is signed out everywhere and cannot come in.")
        elif order == "unblock":
            with audit.watching(request, [user], "lets in again"):
                blocking.unblock(user)
            messages.success(request, f"{user} may come in again.")
        elif order == "sign-out":
            sessions.end_all(user)
            now = audit.stored(user)
            audit.record(request, "signs out everywhere", before=now, after=now)
            messages.success(request, f"{user} is signed out everywhere.")
