"""A word beside a list -> the rows it means."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from chats.admin import stages, words
from chats.models import Kind, Stage

BAD = Q(error_code__gt="") | Q(quarantined_at__isnull=False)
STATES = {
    "bad": ("needs somebody", BAD),
    "paused": ("paused", Q(paused_at__isnull=False)),
    "open": ("goes on", ~BAD & Q(paused_at=None, next_due_at__isnull=False)),
    "done": ("done", ~BAD & Q(completed_at__isnull=False, next_due_at=None)),
}


class Picked(admin.SimpleListFilter):
    """Choices with a condition each."""

    choices_by_value: dict[str, tuple[str, Q]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, (label, _) in self.choices_by_value.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = self.choices_by_value.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class ByState(Picked):
    title = "how it does"
    parameter_name = "state"
    choices_by_value = STATES


class BySource(Picked):
    title = "source"
    parameter_name = "from"
    choices_by_value = {name: (label, Q(source=name)) for name, label in words.NAMES.items()}


class RunBySource(Picked):
    title = "source"
    parameter_name = "from"
    choices_by_value = {name: (label, Q(capture__source=name)) for name, label in words.NAMES.items()}


class ByEnd(Picked):
    title = "its end"
    parameter_name = "end"
    choices_by_value = {"well": ("went well", Q(error_code="")), "early": ("ended early", ~Q(error_code=""))}


class ByStage(Picked):
    title = "state"
    parameter_name = "stage"
    choices_by_value = {
        "team": ("waits for the team", Q(status__in=(Stage.SUBMITTED, Stage.PENDING))),
        "host": ("waits for its host", Q(status__in=(Stage.DRAFT, Stage.INVITED, Stage.ACCEPTED))),
        **{stage: (word, Q(status=stage)) for stage, (_, word) in stages.WORDS.items()},
    }


class ByKind(Picked):
    title = "what it is built on"
    parameter_name = "kind"
    choices_by_value = {value: (label, Q(kind=value)) for value, label in Kind.choices}
