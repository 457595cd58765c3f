"""Chats -> their list, their facts with questions and hosts, and a page each of how its capture does."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts import audit, door
from accounts.admin.base import AtDesk, OfCommunity, Titled
from accounts.admin.named import WHEN, Named
from accounts.models import Community, User
from chats import health, lifecycle
from chats.admin import orders, words
from chats.admin.captures import with_costs
from chats.admin.forms import ChatForm, FileForm
from chats.ingest import forgetting, importing, opening, planning
from chats.models import Chat, ChatHost, IngestRun, Question, Tweet, Withheld
from chats.models.chat import LIVE_NETWORKS
from chats.models.tweet import GONE
from chats.rendering import completeness, times
from chats.rendering.numbers import counted
from chats.sources.base import SourceError

ORPHANS_SHOWN = 20
RUNS_SHOWN = 12


class Questions(AtDesk, admin.TabularInline):
    model = Question
    community_path = "chat__community"
    host_path = "chat__hosts__user"
    fields = ["number", "text", "planned_at", "asked_at"]
    formset = Named
    formfield_overrides = {**WHEN, models.TextField: {"widget": forms.Textarea(attrs={"rows": 3})}}
    extra = 1


class Hosts(AtDesk, admin.TabularInline):
    """``user`` lets them see the chat at the desk, whatever they are called on X by then."""

    model = ChatHost
    community_path = "chat__community"
    host_path = "chat__hosts__user"
    fields = ["handle", "name", "is_guest", "position", "user"]
    raw_id_fields = ["user"]
    formset = Named
    extra = 1
    verbose_name, verbose_name_plural = "host", "hosts"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may not look among the members ties nobody to one."""
        may_look = self.admin_site.get_model_admin(User).has_view_permission(request)
        return [name for name in self.fields if may_look or name != "user"]


@admin.register(Chat)
class ChatAdmin(Titled):
    host_path = "hosts__user"
    title = "Chats"
    form = ChatForm
    change_form_template = "admin/chats/chat.html"
    list_display = ["title", "begins", "phase", "on", "tweets_kept", "capture"]
    list_filter = ["status", ("topic", OfCommunity)]
    search_fields = ["title", "slug"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at"]
    list_per_page = 25
    actions = ["capture_now", "pause", "go_on", "replan"]
    inlines = [Questions, Hosts]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "topic", "tags", "community"]}),
        ("When", {"fields": ["starts_at", "ends_at", "time_zone", "status", "status_reason"]}),
        ("Collecting", {"fields": ["hashtags", "networks", "lead_in_minutes", "tail_minutes"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Chat]:
        kept = Tweet.objects.filter(chat=OuterRef("pk"), withheld=Withheld.SHOWN).order_by().values("chat")
        count = Subquery(kept.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
        chats = super().get_queryset(request).select_related("build__published").prefetch_related("captures__chat")
        return chats.annotate(tweets_here=Coalesce(count, 0))

    def get_readonly_fields(self, request: HttpRequest, obj: Chat | None = None) -> list[str]:
        return ["slug", "community"] if obj else []  # the chat's address stands on them

    def get_prepopulated_fields(self, request: HttpRequest, obj: Chat | None = None) -> dict[str, Sequence[str]]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"community": Community.objects.for_request(request), **super().get_changeform_initial_data(request)}

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """To press buttons about captures, which cost money: hosts may not."""
        return door.standing(request).may("chats.change_capture")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        lifecycle.renew(form.instance)

    def get_deleted_objects(
        self, objs: Iterable[Chat], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What goes with chats, counted: thousands of rows, one by one, would say less."""
        chats = list(objs)
        tweets = Tweet.objects.filter(chat__in=chats).count()
        return [str(chat) for chat in chats], {"chats": len(chats), "tweets kept of them": tweets}, set(), []

    def delete_model(self, request: HttpRequest, obj: Chat) -> None:
        forgetting.throw_away([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Chat]) -> None:
        forgetting.throw_away(queryset.select_related("community"))

    @admin.display(description="Begins", ordering="starts_at")
    def begins(self, chat: Chat) -> str:
        return words.moment(chat.starts_at, chat.time_zone)

    @admin.display(description="Phase")
    def phase(self, chat: Chat) -> str:
        return words.of_phase(chat, timezone.now()).pill

    @admin.display(description="Networks")
    def on(self, chat: Chat) -> str:
        return ", ".join(label for name, label in words.networks().items() if name in chat.networks) or words.NONE

    @admin.display(description="Tweets kept", ordering="tweets_here")
    def tweets_kept(self, chat: Any) -> str:
        return f"{chat.tweets_here:,}"

    @admin.display(description="Capture")
    def capture(self, chat: Chat) -> str:
        state = words.of_chat(chat, timezone.now())
        address = reverse("admin:chats_chat_captures", args=[chat.pk])
        label = f"Capture of {chat}: {state.word}"
        return format_html('<a class="pilled" href="{}" aria-label="{}">{}</a>', address, label, state.pill)

    @admin.action(description="Capture now", permissions=["decide"])
    def capture_now(self, request: HttpRequest, chats: QuerySet[Chat]) -> None:
        self._obey(request, "now", chats)

    @admin.action(description="Pause every capture", permissions=["decide"])
    def pause(self, request: HttpRequest, chats: QuerySet[Chat]) -> None:
        self._obey(request, "pause", chats)

    @admin.action(description="Let paused captures go on", permissions=["decide"])
    def go_on(self, request: HttpRequest, chats: QuerySet[Chat]) -> None:
        self._obey(request, "go-on", chats)

    @admin.action(description="Re-plan the captures", permissions=["decide"])
    def replan(self, request: HttpRequest, chats: QuerySet[Chat]) -> None:
        for chat in chats.select_related("community"):
            planned = planning.replan(chat, timezone.now())
            if planned:
                now = audit.stored(chat)
                audit.record(request, "plans anew", before=now, after=now, note=counted(planned, "capture,captures"))
                messages.success(request, f"{chat}: {counted(planned, 'capture is,captures are')} planned.")
            else:
                said = "nothing can be planned. Is it cancelled, without a network, or is no access set up?"
                messages.warning(request, f"{chat}: {said}")

    def _obey(self, request: HttpRequest, order: str, chats: QuerySet[Chat]) -> None:
        for chat in chats:
            orders.obey(request, order, chat.captures.select_related("chat").order_by("pk"), timezone.now())

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.captures)
        return [path("<int:key>/captures/", view, name="chats_chat_captures"), *super().get_urls()]

    def captures(self, request: HttpRequest, key: int) -> HttpResponse:
        """How the capture of one chat does: what is here and missing, what each source was asked, and buttons."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        chat = get_object_or_404(self.get_queryset(request).select_related("community"), pk=key)
        form = FileForm()
        if request.method == "POST":
            if not self.has_decide_permission(request):
                raise PermissionDenied
            form = FileForm(request.POST, request.FILES) if request.POST.get("order") == "import" else form
            with transaction.atomic():
                is_understood = self._press(request, chat, form)
            if is_understood:
                return HttpResponseRedirect(request.path)
        return TemplateResponse(request, "admin/chats/captures.html", self._told(request, chat, form))

    def _press(self, request: HttpRequest, chat: Chat, form: FileForm) -> bool:
        """Do what a button of the page asks for; whether it could be understood."""
        order = request.POST.get("order", "")
        if order == "import":
            return self._import(request, chat, form)
        if order == "replan":
            self.replan(request, Chat.objects.filter(pk=chat.pk))
        elif order in orders.ORDERS:
            every = chat.captures.select_related("chat").order_by("pk")
            named = request.POST.get("capture")  # compared as it is written: it may be anything
            chosen = [capture for capture in every if named in (None, str(capture.pk))]
            orders.obey(request, order, chosen, timezone.now())
        return True

    def _import(self, request: HttpRequest, chat: Chat, form: FileForm) -> bool:
        if not form.is_valid():
            return False
        file = form.cleaned_data["file"]
        try:
            capture = importing.take_in(chat, file.name, file.chunks())
        except SourceError as error:
            form.add_error("file", str(error))
            return False
        messages.success(request, f"The file {words.query(capture)} is read by the next free worker.")
        audit.record(request, "hands in a file", after=audit.stored(capture), within=chat)
        return True

    def _not_set_up(self, chat: Chat, planned: set[str]) -> list[str]:
        """What the chat wants to be captured from and nobody can ask."""
        unasked = set(chat.networks) - planned - set(opening.live_sources())
        return [label for name, label in LIVE_NETWORKS if name in unasked]

    def _told(self, request: HttpRequest, chat: Chat, form: FileForm) -> dict[str, Any]:
        now = timezone.now()
        captures: list[Any] = list(with_costs(chat.captures.order_by("source", "pk")))
        orphans = health.orphans(chat)
        removed = chat.tweets.filter(withheld__in=GONE).count()
        runs = IngestRun.objects.filter(capture__chat=chat).select_related("capture__chat").order_by("-last_at")
        return {
            **self.admin_site.each_context(request),
            "title": f"Capture of {chat}",
            "opts": self.opts,
            "chat": chat,
            "form": form,
            "phase": words.of_phase(chat, now),
            "when": f"{times.day(chat.starts_at, chat.time_zone)}, "
            f"{times.hours(chat.starts_at, chat.ends_at, chat.time_zone)} {times.zone_word(chat.time_zone)}",
            "window": f"{times.clock(chat.opens_at, chat.time_zone)} to {times.clock(chat.closes_at, chat.time_zone)}",
            "captures": [words.row(capture, now) for capture in captures],
            "cost": words.dollars(sum(capture.cost or 0 for capture in captures)),
            "copy": completeness.of(chat, missing_parents=len(orphans), removed=removed),
            "not_set_up": self._not_set_up(chat, {capture.source for capture in captures}),
            "orphans": orphans[:ORPHANS_SHOWN],
            "more_orphans": max(0, len(orphans) - ORPHANS_SHOWN),
            "shown": chat.tweets.filter(withheld=Withheld.SHOWN).count(),
            "held_back": chat.tweets.filter(withheld=Withheld.QUARANTINED).count(),
            "runs": [words.told(run) for run in runs[:RUNS_SHOWN]],
            "may_decide": self.has_decide_permission(request),
        }
