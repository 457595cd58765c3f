"""Series -> their list and form; what is typed makes their slots anew, and whatever somebody has or wants stays."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.forms import SimpleArrayField
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Community
from chats.admin import words
from chats.admin.refusals import Refusing, beside
from chats.models import Series
from chats.models.chat import EARLIEST, LATEST
from chats.proposals import slots
from chats.rendering import times
from chats.rendering.numbers import counted


class SeriesForm(forms.ModelForm):
    skipped = SimpleArrayField(
        forms.DateField(),
        required=False,
        label="Days without a chat",
        help_text="As 2026-12-23, with commas.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    every_weeks = forms.IntegerField(
        label="Every so many weeks",
        initial=2,
        min_value=1,
        max_value=52,
        error_messages=dict.fromkeys(("min_value", "max_value"), "A series comes round every 1 to 52 weeks."),
    )
    minutes = forms.IntegerField(
        initial=60,
        min_value=10,
        max_value=600,
        error_messages=dict.fromkeys(("min_value", "max_value"), "A chat takes 10 to 600 minutes."),
    )
    refused: list[tuple[str, str]] = []

    class Meta:
        model = Series
        fields = (
            "name", "first_on", "last_on", "every_weeks", "starts", "minutes", "skipped", "time_zone", "community",
        )  # fmt: skip
        widgets = {"starts": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}
        labels = {
            "first_on": "First evening", "last_on": "Last evening", "starts": "Starts, by the clocks there",
        }  # fmt: skip

    def clean_first_on(self) -> date:
        first = self.cleaned_data["first_on"]
        if not EARLIEST.date() <= first < LATEST.date():
            raise forms.ValidationError("A chat is held between 2006 and 2100: look at the year.")
        return first

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first_on"), values.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", "It ends after it starts.")
        days = values.get("skipped") or []
        if days and values.get("first_on") and values.get("every_weeks"):
            apart = 7 * values["every_weeks"]
            strange = [day for day in days if day < values["first_on"] or (day - values["first_on"]).days % apart]
            if strange:
                said = ", ".join(f"{day:%A} {day.day} {day:%B %Y}" for day in strange)
                self.add_error("skipped", f"{said}: no evening of this series. Look at the day again.")
        for _, sentence in self.refused:
            self.add_error("skipped", sentence)
        return values


@admin.register(Series)
class SeriesAdmin(Refusing):
    title = "Series: the rules that make slots"
    lede = "To end one, give it a last evening."
    form = SeriesForm
    list_display = ["name", "rule", "goes_on", "skips_said"]
    list_select_related = ["community"]
    ordering = ["first_on"]
    fields = (*SeriesForm.Meta.fields,)

    def get_readonly_fields(self, request: HttpRequest, obj: Series | None = None) -> list[str]:
        return ["community"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        community = Community.objects.for_request(request)
        told = {"community": community, "time_zone": community.time_zone} if community else {}
        return {"name": "Every second Wednesday", **told, **super().get_changeform_initial_data(request)}

    def has_delete_permission(self, request: HttpRequest, obj: Series | None = None) -> bool:
        return False

    @admin.display(description="Rule")
    def rule(self, series: Series) -> str:
        often = {1: "Every", 2: "Every second"}.get(series.every_weeks, f"Every {series.every_weeks} weeks on")
        hours = times.hours(*slots.evening(series, series.first_on), series.time_zone)
        return f"{often} {series.first_on:%A}, {hours} {times.zone_word(series.time_zone)}"

    @admin.display(description="From and until", ordering="first_on")
    def goes_on(self, series: Series) -> str:
        return f"{_day(series.first_on)} {'until ' + _day(series.last_on) if series.last_on else 'on'}"

    @admin.display(description="Skipped")
    def skips_said(self, series: Series) -> str:
        return ", ".join(_day(day) for day in series.skipped) or words.NONE

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Its evenings follow: those that nobody has or wants go where the rule does not make them any more."""
        series, now = form.instance, timezone.now()
        slots.replan(series, now)
        for day in series.skipped:
            if day >= now.date():
                with beside("skipped", f"{_day(day)}: "):
                    slots.skip(series, day)
        super().save_related(request, form, formsets, change)
        number = series.slots.filter(starts_at__gt=now).count()
        messages.success(request, f"{counted(number, 'evening of it is,evenings of it are')} on the list of slots now.")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
