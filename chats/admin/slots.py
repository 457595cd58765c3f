"""Slots -> whose each evening is; opened beside the series, and closed where nobody has them."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import audit
from accounts.admin.base import OfCommunity, pill
from accounts.models import Community
from chats import proposals
from chats.admin import stages
from chats.admin.filters import Picked
from chats.admin.forms import near
from chats.admin.refusals import Refused, Refusing, beside
from chats.models import Chat, Proposal, Slot, Stage, Standing
from chats.models.proposal import ProposalQuerySet
from chats.proposals import slots
from chats.rendering import times
from chats.rendering.numbers import counted

HOUR = timedelta(hours=1)


def with_owners(rows: Any) -> QuerySet[Slot]:
    """Slots with whose they are: the chat that is held then, the proposal it is kept for, how many want it."""
    hours = {"starts_at__lt": OuterRef("ends_at"), "ends_at__gt": OuterRef("starts_at")}
    held = Chat.objects.going_ahead().filter(holds_slot=True, community=OuterRef("community"), **hours)
    kept: ProposalQuerySet = Proposal.objects.holding().filter(slot=OuterRef("pk"))
    wanting = Q(wishes__proposal__status=Stage.SUBMITTED)
    named = {
        "chat_key": Subquery(held.values("pk")[:1]),
        "chat_title": Subquery(held.values("title")[:1]),
        "kept_key": Subquery(kept.values("pk")[:1]),
        "kept_title": Subquery(kept.values("title")[:1]),
        "kept_status": Subquery(kept.values("status")[:1]),
    }
    return rows.with_standing().annotate(wanting=Count("wishes", filter=wanting), **named)


class ByTime(Picked):
    """Those to come, unless somebody asks for others."""

    title = "when"
    parameter_name = "when"
    choices_by_value = {"over": ("over", Q()), "all": ("all", Q())}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("over", "over"), ("all", "at any time")]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        return [{**first, "display": "to come"}, *rest]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        now = timezone.now()
        if self.value() == "over":
            return queryset.filter(starts_at__lte=now)
        return queryset if self.value() == "all" else queryset.filter(starts_at__gt=now)


class ByStanding(Picked):
    title = "whose it is"
    parameter_name = "whose"
    choices_by_value = {value: (label, Q(standing=value)) for value, label in Standing.choices}


class SlotForm(forms.ModelForm):
    class Meta:
        model = Slot
        fields = ("starts_at", "ends_at")
        labels = {"starts_at": "Starts (UK time)", "ends_at": "Ends (UK time)"}
        help_texts = {"ends_at": "Empty: an hour later."}

    refused: list[tuple[str, str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "ends_at" in self.fields:
            self.fields["ends_at"].required = False

    def clean_starts_at(self) -> datetime:
        return near(self.cleaned_data["starts_at"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        starts_at = values.get("starts_at")
        if starts_at and not values.get("ends_at"):
            values["ends_at"] = starts_at + HOUR
        if starts_at and starts_at <= timezone.now():
            self.add_error("starts_at", "That is over. Choose an evening to come.")
        elif starts_at and values["ends_at"] <= starts_at:
            self.add_error("ends_at", "A chat ends after it starts: look at its start and its end.")
        for _, sentence in self.refused:
            self.add_error("starts_at", sentence)
        return values


@admin.register(Slot)
class SlotAdmin(Refusing):
    """They are opened and closed, never moved: what is held then has its own time."""

    title = "Slots: the evenings that can hold a chat"
    lede = "Series make them, half a year ahead. Open one beside them, or close one that nobody has."
    form = SlotForm
    change_form_template = "admin/chats/slot.html"
    list_display = ["evening", "whose", "series"]
    list_filter = [ByTime, ByStanding, ("series", OfCommunity)]
    list_select_related = ["series", "community"]
    ordering = ["starts_at"]
    actions = ["close"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Slot]:
        return with_owners(super().get_queryset(request).select_related("community", "series"))

    def get_fields(self, request: HttpRequest, obj: Slot | None = None) -> Any:
        return ["evening", "whose", "series"] if obj else ["starts_at", "ends_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Slot | None = None) -> Any:
        return ["evening", "whose", "series"] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Slot | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Slot | None = None) -> bool:
        return False

    def has_close_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "delete")

    @admin.display(description="Evening", ordering="starts_at")
    def evening(self, slot: Slot) -> str:
        return stages.evening(slot.starts_at, slot.ends_at, slot.community.time_zone)

    @admin.display(description="Whose it is")
    def whose(self, slot: Any) -> SafeString | str:
        """With a warning of the weeks in which clocks in the US are out of step."""
        return stages.warned(self._owner(slot), slot.starts_at, slot.community.time_zone)

    def _owner(self, slot: Any) -> SafeString:
        """Free, wanted by some, pending or offered, or taken by a chat."""
        if slot.chat_key:
            return _led(pill("good", "taken"), "chats_chat", slot.chat_key, slot.chat_title)
        if slot.kept_key:
            told = pill("warn", "pending") if slot.kept_status == Stage.PENDING else pill("brand", "offered")
            return _led(told, "chats_proposal", slot.kept_key, slot.kept_title)
        if slot.wanting:
            address = f"{reverse('admin:chats_proposal_changelist')}?wanted__id__exact={slot.pk}"
            said = f"wanted by {counted(slot.wanting, 'proposal,proposals')}"
            return format_html('{} <a href="{}">{}</a>', pill("", "free"), address, said)
        return pill("", "free")

    def save_model(self, request: HttpRequest, obj: Slot, form: Any, change: bool) -> None:
        form.before = None
        community = Community.objects.for_request(request)
        if community is None:
            raise Refused([("", "Open the desk at the address of a community: an evening is one's.")])
        with beside("starts_at"):
            row = slots.open_slot(community, form.cleaned_data["starts_at"], form.cleaned_data["ends_at"])
        obj.pk, obj.community, obj._state.adding = row.pk, community, False

    @admin.action(description="Close: no chat then", permissions=["close"])
    def close(self, request: HttpRequest, rows: QuerySet[Slot]) -> None:
        for slot in rows:
            self._close(request, slot)

    def _close(self, request: HttpRequest, slot: Slot) -> bool:
        day = times.day(slot.starts_at, slot.community.time_zone)
        before = audit.stored(slot)
        try:
            with transaction.atomic():
                slots.close_slot(slot)
                audit.record(request, "closes", before=before)
        except proposals.NotAllowed as refusal:
            messages.warning(request, f"{day}: {refusal}")
            return False
        messages.success(request, f"{day} is closed. Whoever wished for it wishes for the others.")
        return True

    def get_urls(self) -> list[URLPattern]:
        return [path("<int:key>/order/", self.button(self.order), name="chats_slot_order"), *super().get_urls()]

    def order(self, request: HttpRequest, key: int) -> HttpResponse:
        """The button on the page of one evening."""
        if not self.has_close_permission(request):
            raise PermissionDenied
        slot = get_object_or_404(self.get_queryset(request), pk=key)
        is_gone = request.POST.get("order") == "close" and self._close(request, slot)
        page = reverse("admin:chats_slot_changelist") if is_gone else reverse("admin:chats_slot_change", args=[key])
        return HttpResponseRedirect(page)

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        told = {"may_close": self.has_close_permission(request)}
        return super().changeform_view(request, object_id, extra_context=told)


def _led(state: SafeString, name: str, key: int, title: str) -> SafeString:
    return format_html('{} <a href="{}">{}</a>', state, reverse(f"admin:{name}_change", args=[key]), title)
