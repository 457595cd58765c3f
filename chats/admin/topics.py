"""Topics and hand-overs -> their lists and forms: what a community comes back to, and what came of it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest

from accounts.admin.base import OfCommunity, Titled
from accounts.models import Community
from chats.models import Handover, Outcome, Topic


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


class HandoverForm(forms.ModelForm):
    """What the database would refuse is said beside the field."""

    source = forms.URLField(label="Where it can be read", max_length=500, required=False, assume_scheme="https")

    class Meta:
        model = Handover
        fields = (
            "topic", "said", "chat", "tweet", "to", "by", "handed_on", "ask_again_on", "outcome", "answer",
            "answered_on", "is_checked", "source",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        handed_on, answered_on = values.get("handed_on"), values.get("answered_on")
        is_waiting = values.get("outcome") == Outcome.WAITING
        if is_waiting and answered_on:
            self.add_error("outcome", "Say what became of it, or leave the day empty on which something came back.")
        if is_waiting and values.get("is_checked"):
            self.add_error("is_checked", "Nothing has come back that could be checked.")
        if not is_waiting and not answered_on:
            self.add_error("answered_on", "When did it come back?")
        if not is_waiting and not values.get("answer"):
            self.add_error("answer", "What came back? Also where the answer was no.")
        if handed_on and answered_on and answered_on < handed_on:
            self.add_error("answered_on", "An answer comes after what it answers.")
        if values.get("tweet") and not values.get("chat"):
            self.add_error("chat", "Of which chat is that tweet?")
        self._keep_to_one_community(values)
        return values

    def _keep_to_one_community(self, values: dict[str, Any]) -> None:
        topic = values.get("topic")
        for name in ("chat", "by"):
            other = values.get(name)
            if topic and other and other.community_id != topic.community_id:
                self.add_error(name, "It belongs to another community.")


@admin.register(Handover)
class HandoverAdmin(Titled):
    title = "Handed on, and what came back"
    lede = "Those to ask again first."
    community_path = "topic__community"
    form = HandoverForm
    list_display = ["said", "topic", "to", "handed_on", "outcome", "ask_again_on"]
    list_filter = ["outcome", ("topic", OfCommunity)]
    list_select_related = ["topic"]
    search_fields = ["said", "to", "answer"]
    fieldsets = [
        ("What was said", {"fields": ["topic", "said", "chat", "tweet"]}),
        ("Handed on", {"fields": ["to", "by", "handed_on", "ask_again_on"]}),
        ("What came back", {"fields": ["outcome", "answer", "answered_on", "is_checked", "source"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Handover]:
        return super().get_queryset(request).order_by(F("ask_again_on").asc(nulls_last=True), "-handed_on")
