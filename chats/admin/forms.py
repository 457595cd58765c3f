"""What somebody typed about a chat -> its rows' values, or a sentence beside the field that says what does not fit."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils import timezone

from accounts.models import bare_hashtag
from chats import lifecycle
from chats.admin import words
from chats.lifecycle import hours
from chats.models import Chat
from chats.models.chat import EARLIEST, LATEST, Status


def near(moment: datetime) -> datetime:
    """The same, or an error where no calendar of ours reaches."""
    if not EARLIEST <= moment < LATEST:
        raise forms.ValidationError("A chat is held between 2006 and 2100: look at the year.")
    return moment


class ChatForm(forms.ModelForm):
    # What fits, the model says.
    hashtags = SimpleArrayField(forms.CharField(), help_text=Chat._meta.get_field("hashtags").help_text)
    networks = forms.MultipleChoiceField(
        choices=lambda: list(words.networks().items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Where it is captured; each only if its access is set up.",
    )

    class Meta:
        model = Chat
        fields = (
            "title", "slug", "summary", "topic", "tags", "community", "starts_at", "ends_at", "time_zone",
            "status_reason", "hashtags", "networks", "lead_in_minutes", "tail_minutes",
        )  # fmt: skip
        labels = {
            "slug": "Name in its address",
            "starts_at": "Starts (UK time)",
            "ends_at": "Ends (UK time)",
            "status_reason": "Why",
            "lead_in_minutes": "Minutes before it",
            "tail_minutes": "Minutes after it",
        }

    def clean_hashtags(self) -> list[str]:
        return [bare_hashtag(tag) for tag in self.cleaned_data["hashtags"]]

    frozen = ""  # why nobody may save it now

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        starts_at, ends_at = values.get("starts_at"), values.get("ends_at")
        if self.frozen:
            self.add_error(None, self.frozen)
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", "A chat ends after it starts: look at its start and its end.")
        if starts_at and self.instance.pk and starts_at > timezone.now():  # one to come has no such field
            self.add_error("starts_at", "It has begun, so it did not begin at a time to come.")
        if "status_reason" in values and not values["status_reason"].strip():
            self.add_error("status_reason", "Readers want to know why: say it in a sentence.")
        self._keep_hours(values)
        return values

    def _keep_hours(self, values: dict[str, Any]) -> None:
        """Two chats of a community are not held at one time."""
        community = values.get("community") or (self.instance.community if self.instance.pk else None)
        starts_at, ends_at = values.get("starts_at"), values.get("ends_at")
        is_held = self.instance.holds_slot and self.instance.status != Status.CANCELLED
        if community and starts_at and ends_at and is_held:
            try:
                hours.keep(community, starts_at, ends_at, chat=self.instance)
            except lifecycle.NotAllowed as error:
                self.add_error("starts_at", str(error))


class FileForm(forms.Form):
    file = forms.FileField(
        label="A file of tweets",
        help_text="From twarc, TAGS, rtweet, Storify, X's own archive, Mastodon or Bluesky, or a workbook; also packed "
        "as gz. What is in it tells the format.",
    )
