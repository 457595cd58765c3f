"""Events in person -> their list, and a page each, where all times are those of the place."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import CharField, URLField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.admin.base import AtDesk, Titled, pill
from accounts.admin.named import WHEN, Named
from accounts.models import Community, known_time_zone
from chats.lifecycle import gathering
from chats.models import Event, EventStatus, Partner, ProgrammeItem, Speaker
from chats.models.event import LONGEST
from chats.rendering import events
from chats.views.events import told

TONES = {EventStatus.DRAFT: "", EventStatus.PUBLISHED: "good", EventStatus.CANCELLED: "bad"}
SAFE: Any = {**WHEN, URLField: {"assume_scheme": "https", "widget": forms.URLInput}}
NARROW: Any = {**SAFE, CharField: {"widget": forms.TextInput(attrs={"size": 26})}}  # a row fits beside the menu


class EventForm(forms.ModelForm):
    """Its moments are typed and shown as clocks at the place have them."""

    class Meta:
        labels = {"slug": "Name in its address", "live_chat": "The chat with it"}
        widgets = {
            **{name: forms.Textarea(attrs={"rows": 3, "cols": 80}) for name in ("summary", "way", "status_reason")},
            **{name: forms.TextInput(attrs={"size": 70}) for name in ("title", "address", "access")},
            **{name: forms.URLInput(attrs={"size": 70}) for name in ("map", "tickets")},
            "text": forms.Textarea(attrs={"rows": 16, "cols": 80}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            zone = ZoneInfo(self.instance.time_zone)
            for name in ("starts_at", "ends_at"):
                self.initial[name] = timezone.make_naive(getattr(self.instance, name), zone)

    def full_clean(self) -> None:
        with timezone.override(self._zone()):
            super().full_clean()

    def _zone(self) -> ZoneInfo:
        """That of the place as it is typed; what is no zone is told by its field."""
        typed = str(self.data.get(self.add_prefix("time_zone"), self.instance.time_zone)).strip()
        try:
            known_time_zone(typed)
        except ValidationError:
            typed = self.instance.time_zone
        return ZoneInfo(typed)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        starts_at, ends_at = values.get("starts_at"), values.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", "An event ends after it starts: look at its start and its end.")
        elif starts_at and ends_at and ends_at > starts_at + LONGEST:
            self.add_error("ends_at", f"An event lasts {LONGEST.days} days at most.")
        status = values.get("status")
        if status == EventStatus.CANCELLED and not (values.get("status_reason") or "").strip():
            self.add_error("status_reason", "Readers want to know why: say it in a sentence.")
        if status == EventStatus.DRAFT and Event.objects.announced().filter(pk=self.instance.pk).exists():
            self.add_error("status", "People have it in their calendars. Cancel it, and say why.")
        chat, community = values.get("live_chat"), values.get("community") or self._community()
        if chat and community and chat.community_id != community.pk:
            self.add_error("live_chat", "It belongs to another community.")
        return values

    def _community(self) -> Community | None:
        return self.instance.community if self.instance.pk else None


class Row(AtDesk, admin.TabularInline):
    """Rows of an event."""

    community_path = "event__community"
    formset = Named
    formfield_overrides = NARROW
    extra = 1


class DayByDay(Named):
    """The programme of the days that the event has."""

    def clean(self) -> None:
        super().clean()
        lasts = self._lasts()
        for form in self.forms:
            if (form.cleaned_data.get("day") or 1) > lasts:
                form.add_error("day", f"The event has no day {form.cleaned_data['day']}.")

    def _lasts(self) -> int:
        """How many days it lasts; as long as an event may where its own form has still to be mended."""
        event = self.instance
        try:
            known_time_zone(event.time_zone)
        except ValidationError:
            return LONGEST.days
        return (
            len(event.days) if event.starts_at and event.ends_at and event.starts_at < event.ends_at else LONGEST.days
        )


class ItemForm(forms.ModelForm):
    """Seven fields in a row."""

    class Meta:
        labels = {"is_pause": "Pause"}
        help_texts = {"is_pause": ""}
        widgets = {
            **{name: forms.Textarea(attrs={"rows": 3, "cols": 16}) for name in ("title", "text")},
            **{name: forms.TextInput(attrs={"size": 9}) for name in ("speakers", "room")},
            "starts": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }


class Programme(Row):
    model = ProgrammeItem
    form = ItemForm
    formset = DayByDay
    fields = ["day", "starts", "title", "text", "speakers", "room", "is_pause"]


class Speakers(Row):
    model = Speaker
    fields = ["name", "role", "link", "position"]


class Partners(Row):
    model = Partner
    fields = ["name", "gives", "link", "position"]


@admin.register(Event)
class EventAdmin(Titled):
    """What readers have known is cancelled, and says so; only a draft goes without a trace."""

    title = "Events"
    lede = "Gatherings in person. Nobody sees a draft; of whatever was published, calendars are told each change."
    form = EventForm
    change_form_template = "admin/chats/event.html"
    list_display = ["title", "state", "days", "place"]
    list_filter = ["status"]
    search_fields = ["title", "place", "summary"]
    ordering = ["-starts_at"]
    inlines = [Programme, Speakers, Partners]
    formfield_overrides = SAFE
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "text", "community"]}),
        ("When, by the clocks of the place", {"fields": ["starts_at", "ends_at", "time_zone"]}),
        (
            "Where, and who can come",
            {"fields": ["place", "address", "way", "map", "cost", "places", "tickets", "access"]},
        ),
        ("From afar", {"fields": ["live_chat"]}),
        ("What is decided", {"fields": ["status", "status_reason"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Event | None = None) -> list[str]:
        return ["slug", "community"] if obj else []  # its address stands on them

    def get_prepopulated_fields(self, request: HttpRequest, obj: Event | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["title"]}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"community": Community.objects.for_request(request), **super().get_changeform_initial_data(request)}

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_announced)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Many at once would be deleted whether they are announced or not."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def get_view_on_site_url(self, obj: Event | None = None) -> str | None:
        return obj.get_absolute_url() if obj and obj.is_announced else None

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        was = Event.objects.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        if was:
            gathering.renew(obj, was)

    def get_urls(self) -> list[URLPattern]:
        look = self.admin_site.admin_view(self.look)
        return [path("<int:key>/look/", look, name="chats_event_look"), *super().get_urls()]

    def look(self, request: HttpRequest, key: int) -> HttpResponse:
        """The page of a draft as readers will see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows: Any = self.get_queryset(request)
        event = get_object_or_404(rows.told(), pk=key)
        return render(request, "chats/event.html", {**told(event, event.community), "canonical": "", "preview": True})

    @admin.display(description="State")
    def state(self, event: Event) -> SafeString:
        return pill(TONES[EventStatus(event.status)], event.get_status_display())

    @admin.display(description="When", ordering="starts_at")
    def days(self, event: Event) -> str:
        return events.days(event)
