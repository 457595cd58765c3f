"""Chats -> their list, and a page each of their facts, questions and hosts; moved and cancelled by their writers."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import door
from accounts.admin.base import AtDesk, OfCommunity
from accounts.admin.named import WHEN, Named
from accounts.models import Community, User
from chats import lifecycle
from chats.admin import moving, stages, words
from chats.admin.collecting import Collected
from chats.admin.deciding import Decided
from chats.admin.forms import ChatForm
from chats.ingest import forgetting
from chats.models import Chat, ChatHost, Question, Status, Tweet, Withheld
from chats.proposals.drafts import FROZEN
from chats.proposals.moves import FREEZE

# What its proposal says until it begins, so that it is written in one place only.
OF_PROPOSAL = ("title", "summary", "topic", "tags")


def written_elsewhere(chat: Chat | None, now: datetime) -> bool:
    """Whether a chat to come says what its proposal says."""
    return chat is not None and hasattr(chat, "proposal") and now < chat.starts_at


class Row(AtDesk, admin.TabularInline):
    """Rows of a chat; those of one to come are written on the page of its proposal, where it has one."""

    community_path = "chat__community"
    host_path = "chat__hosts__user"
    formset = Named
    extra = 1

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not written_elsewhere(obj, timezone.now())

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not written_elsewhere(obj, timezone.now())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not written_elsewhere(obj, timezone.now())


class Questions(Row):
    model = Question
    fields = ["number", "text", "planned_at", "asked_at"]
    formfield_overrides = {**WHEN, models.TextField: {"widget": forms.Textarea(attrs={"rows": 3})}}


class Hosts(Row):
    """``user`` lets them see the chat at the desk, whatever they are called on X by then."""

    model = ChatHost
    fields = ["handle", "name", "is_guest", "position", "user"]
    raw_id_fields = ["user"]
    verbose_name, verbose_name_plural = "host", "hosts"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may not look among the members ties nobody to one."""
        may_look = self.admin_site.get_model_admin(User).has_view_permission(request)
        return [name for name in self.fields if may_look or name != "user"]


@admin.register(Chat)
class ChatAdmin(Collected, Decided):
    host_path = "hosts__user"
    title = "Chats"
    form = ChatForm
    change_form_template = "admin/chats/chat.html"
    delete_confirmation_template = "admin/chats/chat_delete.html"
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
        ("When", {"fields": ["starts_at", "ends_at", "time_zone"]}),
        ("Collecting", {"fields": ["hashtags", "networks", "lead_in_minutes", "tail_minutes"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Chat]:
        kept = Tweet.objects.filter(chat=OuterRef("pk"), withheld=Withheld.SHOWN).order_by().values("chat")
        count = Subquery(kept.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
        chats = super().get_queryset(request).select_related("build__published", "proposal")
        chats = chats.prefetch_related("captures__chat")
        return chats.annotate(tweets_here=Coalesce(count, 0))

    decisions = moving.DECISIONS

    def get_fieldsets(self, request: HttpRequest, obj: Chat | None = None) -> Any:
        """With why it is not as it was announced, for who mends the words."""
        first, (when, told), *others = super().get_fieldsets(request, obj)
        reason = ["status_reason"] if obj and obj.status != Status.SCHEDULED else []
        return [first, (when, {"fields": [*told["fields"], *reason]}), *others]

    def get_readonly_fields(self, request: HttpRequest, obj: Chat | None = None) -> list[str]:
        """Its address stands on some; others are decided, or written elsewhere."""
        if obj is None:
            return []
        now = timezone.now()
        hours = ["starts_at", "ends_at"] if now < obj.starts_at or obj.status == Status.CANCELLED else []
        return ["slug", "community", *hours, *(OF_PROPOSAL if written_elsewhere(obj, now) else ())]

    def has_change_permission(self, request: HttpRequest, obj: Chat | None = None) -> bool:
        """Whoever began to write before it froze is told in a sentence."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or request.method == "POST" or not self._is_frozen(request, obj))

    def _is_frozen(self, request: HttpRequest, chat: Chat) -> bool:
        """Whether a host asks the team now: from some days before it until it begins."""
        now = timezone.now()
        if now >= chat.starts_at or not door.standing(request).is_host_only:
            return False
        freezes_at = chat.proposal.freezes_at if hasattr(chat, "proposal") else None
        return now >= (freezes_at or chat.starts_at - FREEZE)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.frozen = FROZEN if obj and self._is_frozen(request, obj) else ""
        return form

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        chat: Any = self.get_object(request, object_id) if object_id else None
        return super().changeform_view(request, object_id, extra_context=self._beside(request, chat) if chat else {})

    def _beside(self, request: HttpRequest, chat: Chat) -> dict[str, Any]:
        now = timezone.now()
        return {
            "decisions": self.on_offer(request, chat),
            "frozen": FROZEN if self._is_frozen(request, chat) else "",
            "proposal": chat.proposal if written_elsewhere(chat, now) else None,
            "state": words.of_phase(chat, now),
            "evening": self._evening(chat),
        }

    def told_of(self, row: Any, now: datetime) -> dict[str, Any]:
        facts = [("When", self._evening(row)), ("Hosts", ", ".join(host.name for host in row.hosts.all()))]
        return {"state": words.of_phase(row, now), "facts": [*facts, ("Say they come", row.coming.count())]}

    def _evening(self, chat: Chat) -> SafeString | str:
        said = stages.evening(chat.starts_at, chat.ends_at, chat.time_zone)
        return stages.warned(said, chat.starts_at, chat.time_zone)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Chat | None = None) -> dict[str, Sequence[str]]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"community": Community.objects.for_request(request), **super().get_changeform_initial_data(request)}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        lifecycle.renew(form.instance)

    def get_deleted_objects(
        self, objs: Iterable[Chat], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What goes with chats, counted: thousands of rows, one by one, would say less.

        One to come that somebody counts on does not go before it is called off, since nobody would be told.
        """
        chats = list(objs)
        tweets = Tweet.objects.filter(chat__in=chats).count()
        ahead = Chat.objects.upcoming(timezone.now()).filter(pk__in=[chat.pk for chat in chats])
        counted_on = ahead.filter(Q(coming__isnull=False) | Q(hosts__user__isnull=False)).distinct()
        kept = [f"People count on “{chat}”. Cancel it first: then they are told." for chat in counted_on]
        return [str(chat) for chat in chats], {"chats": len(chats), "tweets kept of them": tweets}, set(), kept

    def delete_model(self, request: HttpRequest, obj: Chat) -> None:
        forgetting.throw_away([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Chat]) -> None:
        forgetting.throw_away(queryset.select_related("community"))

    @admin.display(description="Begins", ordering="starts_at")
    def begins(self, chat: Chat) -> SafeString | str:
        """With a warning ahead of weeks in which clocks in the US are out of step."""
        said = words.moment(chat.starts_at, chat.time_zone)
        is_ahead = chat.status != Status.CANCELLED and timezone.now() < chat.starts_at
        return stages.warned(said, chat.starts_at, chat.time_zone) if is_ahead else said

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
