"""What somebody types on a proposal's page -> its words and the tables beside them, each written by its own writer."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Q, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.base import AtDesk
from accounts.admin.named import Named
from accounts.models import User
from chats import proposals
from chats.admin import refusals, stages
from chats.analysis import lengths
from chats.models import Proposal, ProposalHost, ProposalQuestion, Reading, Slot, Stage, Wish
from chats.models.proposal import MOST_QUESTIONS
from chats.proposals import Host, drafts

FACTS = ("title", "why", "care", "kind", "topic", "hashtag")
TABLES = ("questions", "readings", "wishes", "hosts")
# Where what is missing stands, by the step of the form that members have.
PLACES = {"questions": "questions", "dates": "wishes", "people": "hosts"}
LABELS = {"is_academic": "Research", "is_guest": "Guest", "position": "Place", "slot": "Evening", "text": "Question"}
CHOOSING = (Stage.DRAFT, Stage.INVITED, Stage.SUBMITTED)  # later an evening is kept, and no wish matters


class Fitting(forms.ModelForm):
    """The row in hand stays as it is stored; what fits together the writers say, in sentences."""

    def _post_clean(self) -> None: ...


class ProposalForm(refusals.Told, Fitting):
    tables = TABLES

    class Meta:
        model = Proposal
        fields = FACTS
        widgets = {"why": forms.Textarea(attrs={"rows": 5})}
        labels = {"why": "Why now", "care": "Care note", "kind": "What it is built on"}

    def clean_hashtag(self) -> str:
        try:
            return drafts.readable_hashtag(self.cleaned_data["hashtag"])
        except proposals.NotAllowed as error:
            raise forms.ValidationError(str(error)) from error


class Rewritten(Named):
    """Rows that a writer replaces as a whole, so nobody minds which row was which, and an empty one is left out."""

    model: type[models.Model]
    refused: list[tuple[str, str]] = []

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        key = form.instance.pk
        form.fields[self.model._meta.pk.name] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=str(key) if key else ""
        )
        form.fields[self.fk.name].required = False

    def validate_unique(self) -> None:
        """Two that change places are not twice the same."""

    def clean(self) -> None:
        super().clean()
        own = [said for place, said in self.refused if place == self.prefix]
        if own:
            raise forms.ValidationError(own)

    def typed(self) -> list[dict[str, Any]]:
        """What stands in the rows that stay, in their order; those without a number come last."""
        kept = [
            form.cleaned_data
            for form in self.forms
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
        ]
        order = "number" if self.model is ProposalQuestion else "position"
        return sorted(kept, key=lambda row: (row.get(order) is None, row.get(order) or 0))


class Table(AtDesk, admin.TabularInline):
    community_path = "proposal__community"
    formset = Rewritten
    form = Fitting
    extra = 1

    def own(self, request: HttpRequest) -> QuerySet:
        theirs = Proposal.objects.of_host(request.user)  # type: ignore[arg-type]
        return self.model._base_manager.filter(proposal__in=theirs.values("pk"))

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("proposal__community")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> type[BaseInlineFormSet]:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.refused = refusals.of(request)
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            field.required = False
            field.label = LABELS.get(db_field.name, field.label)
        return field


class Questions(Table):
    model = ProposalQuestion
    fields = ["number", "text", "as_tweet"]
    readonly_fields = ["as_tweet"]
    formfield_overrides = {models.CharField: {"widget": forms.Textarea(attrs={"rows": 2})}}
    max_num = MOST_QUESTIONS
    verbose_name, verbose_name_plural = "question", "questions"

    @admin.display(description="As a tweet")
    def as_tweet(self, question: ProposalQuestion) -> str:
        if not question.pk:
            return ""
        told = lengths.question(question.number, question.text, question.proposal.hashtag)
        return f"{lengths.counted(told)} of {lengths.LONGEST}"


class Readings(Table):
    """What has a DOI is research whatever is ticked."""

    model = Reading
    fields = ["position", "title", "address", "is_academic"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https", "widget": forms.URLInput}}
    verbose_name, verbose_name_plural = "something to read", "to read before"


def _evening(slot: Slot) -> str:
    return stages.evening(slot.starts_at, slot.ends_at, slot.community.time_zone)


class Wishes(Table):
    model = Wish
    fields = ["position", "slot"]
    readonly_fields = ["evening"]
    verbose_name, verbose_name_plural = "evening", "evenings that would do, the best first"
    extra = 2

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("slot__community")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if self.has_change_permission(request, obj) else ["position", "evening"]

    @admin.display(description="Evening")
    def evening(self, wish: Wish) -> str:
        slot = wish.slot
        return stages.evening(slot.starts_at, slot.ends_at, wish.proposal.community.time_zone)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "slot":
            listed: Any = self.admin_site.get_model_admin(Slot)
            key = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
            wished = Wish.objects.filter(proposal=key).values("slot")
            free = Slot.objects.free(timezone.now()).order_by().values("pk")
            offered = listed.choices(request).filter(Q(pk__in=free) | Q(pk__in=wished))
            kwargs["queryset"] = offered.select_related("community")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "slot":
            field.label_from_instance = _evening
        return field

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.status in CHOOSING)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and (obj is None or obj.status in CHOOSING)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.status in CHOOSING)


class Hosts(Table):
    """The first is the host.  ``user`` lets them see it, and is who gets the letters."""

    model = ProposalHost
    fields = ["position", "handle", "name", "biography", "is_guest", "user"]
    raw_id_fields = ["user"]
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3})}}
    verbose_name, verbose_name_plural = "host", "hosts, co-hosts and guests"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may not look among the members ties nobody to one."""
        may_look = self.admin_site.get_model_admin(User).has_view_permission(request)
        return [name for name in self.fields if may_look or name != "user"]


def write(row: Proposal, form: Any, formsets: Any, *, by_team: bool, now: datetime) -> list[str]:
    """Hand what has changed to the writers, and say which parts.  Raises ``Refused``."""
    who: dict[str, Any] = {"now": now, "by_team": by_team}
    tables = {formset.prefix: formset for formset in formsets if formset.has_changed()}
    facts = {name: form.cleaned_data[name] for name in form.changed_data if name in FACTS}
    order = ["wishes", "facts", "questions", "readings", "hosts"]
    if len(facts.get("hashtag", "")) > len(row.hashtag):  # it stands in every question's tweet
        order = ["wishes", "questions", "facts", "readings", "hosts"]
    done = []
    for part in order:
        if part == "facts" and facts:
            with refusals.beside("", **PLACES):
                proposals.write(row, **who, **facts)
        elif part in tables:
            with refusals.beside(part, **PLACES):
                WRITERS[part](row, tables[part].typed(), who)
        else:
            continue
        done.append(part)
    return done


def _questions(row: Proposal, typed: list[dict[str, Any]], who: dict[str, Any]) -> None:
    proposals.ask_questions(row, [each.get("text") or "" for each in typed], **who)


def _readings(row: Proposal, typed: list[dict[str, Any]], who: dict[str, Any]) -> None:
    told = [each for each in typed if each.get("title") or each.get("address")]
    proposals.recommend(row, [(_titled(each), each.get("address") or "") for each in told], **who)


def _titled(each: dict[str, Any]) -> str:
    return f"{each.get('title') or ''}{' #academicpony' if each.get('is_academic') else ''}"


def _wishes(row: Proposal, typed: list[dict[str, Any]], who: dict[str, Any]) -> None:
    proposals.want(row, [each["slot"] for each in typed if each.get("slot")], **who)


def _hosts(row: Proposal, typed: list[dict[str, Any]], who: dict[str, Any]) -> None:
    """Whoever may tie nobody to a member leaves those tied who are, as long as they keep their handle."""
    tied = {host.handle.lower(): host.user for host in row.hosts.select_related("user")}

    def user(each: dict[str, Any]) -> Any:
        if "user" in each:
            return each["user"]
        return tied.get((each.get("handle") or "").strip().lstrip("@").lower())

    hosts = [
        Host(
            each.get("handle") or "",
            each.get("name") or "",
            each.get("biography") or "",
            user(each),
            bool(each.get("is_guest")),
        )
        for each in typed
        if any(each.get(name) for name in ("handle", "name", "biography"))
    ]
    proposals.name_hosts(row, hosts, **who)


WRITERS = {"questions": _questions, "readings": _readings, "wishes": _wishes, "hosts": _hosts}
