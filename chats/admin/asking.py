"""What a decision about a proposal needs to know -> a form that says what does not fit."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import F, OuterRef, Subquery

from accounts.admin.named import Moment
from chats.admin import stages
from chats.admin.deciding import Asked
from chats.models import Proposal, Slot, Stage, Wish

SCORES = [(5, "5, as soon as we can"), (4, "4"), (3, "3"), (2, "2"), (1, "1, not for us"), ("", "no score")]
VOTING = timedelta(weeks=3)


class Evenings(forms.ModelChoiceField):
    """Free ones, those that are wanted first."""

    def __init__(self, **kwargs: Any) -> None:
        taken = {"invalid_choice": "That evening is not free any more. Choose another.", "required": "Choose one."}
        super().__init__(
            Slot.objects.none(), widget=forms.RadioSelect, empty_label=None, error_messages=taken, **kwargs
        )

    def label_from_instance(self, obj: Any) -> Any:
        zone = obj.community.time_zone
        said = stages.evening(obj.starts_at, obj.ends_at, zone)
        wanted = {None: "", 1: ", wanted first", 2: ", wanted second"}.get(obj.wish, ", wanted too")
        return stages.warned(f"{said}{wanted}", obj.starts_at, zone)


class AcceptForm(Asked):
    slot = Evenings(label="The evening to keep for it")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wish = Wish.objects.filter(proposal=self.row, slot=OuterRef("pk")).values("position")
        free = Slot.objects.of(self.row.community).free(self.now).select_related("community")
        field: Any = self.fields["slot"]
        field.queryset = free.annotate(wish=Subquery(wish)).order_by(F("wish").asc(nulls_last=True), "starts_at")
        if not field.queryset:
            field.help_text = "No evening is free. Open one under Slots first."


class ReasonForm(Asked):
    reason = forms.CharField(
        label="Why not",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The host reads it in a mail, as you write it here.",
    )


class TextForm(Asked):
    text = forms.CharField(label="Your message", max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))


class MergeForm(Asked):
    into = forms.ModelChoiceField(
        Proposal.objects.none(), label="The proposal that goes on", widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_to_it = Proposal.objects.of(self.row.community).filter(status__in=(Stage.SUBMITTED, Stage.PENDING))
        field: Any = self.fields["into"]
        field.queryset = open_to_it.exclude(pk=self.row.pk).prefetch_related("hosts")
        field.label_from_instance = lambda row: f"{row}, by {', '.join(host.name for host in row.hosts.all())}"
        if not field.queryset:
            field.help_text = "No other proposal is to be decided."


class InviteForm(Asked):
    handle = forms.CharField(label="Their handle on X", max_length=100)
    name = forms.CharField(label="Their name", max_length=120, required=False)
    address = forms.EmailField(
        label="Their address",
        required=False,
        help_text="The invitation goes there. Without one, send them the link yourself.",
    )


class ReviewForm(Asked):
    score = forms.TypedChoiceField(
        label="Score", choices=SCORES, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="Private note",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For the team alone; no host sees it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.row.reviews.filter(by=self.by).first()
        if known:
            self.initial = {"score": known.score, "note": known.note}


class SubmitForm(Asked):
    rules = forms.BooleanField(
        label="The house rules are fine with whoever hosts it",
        error_messages={"required": "Read the house rules, and say that they are fine with you."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.row.house_rules_at:
            del self.fields["rules"]


class VotesForm(Asked):
    until = forms.DateTimeField(
        label="Until (UK time)", required=False, widget=Moment, help_text="Leave it empty to end the vote now."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = self.row.voting_until or (self.now + VOTING).replace(second=0)

    def clean_until(self) -> datetime | None:
        until = self.cleaned_data["until"]
        if until and not self.row.community.has_votes:
            here = self.row.community
            raise forms.ValidationError(f"Members of {here} do not vote on proposals. A superuser turns that on there.")
        if until and self.row.status != Stage.SUBMITTED:
            raise forms.ValidationError("It is not to be decided, so there is nothing to vote on.")
        if until and until <= self.now:
            raise forms.ValidationError("That is over. Choose a time to come, or none to end the vote.")
        return until


class FreezeForm(Asked):
    at = forms.DateTimeField(label="From (UK time)", widget=Moment)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].initial = self.row.freezes_at
