"""What somebody ticks on the pages of following -> checked values."""

from typing import Any

from django import forms

from accounts.forms import Segments, Ticks
from accounts.models import Community
from blog.followers import Choice
from blog.models import Pace

WRITE_UPS, POSTS = "write-ups", "posts"
PAUSE = "pause"


class Choices(forms.Form):
    """What, about what, and how often."""

    what = forms.MultipleChoiceField(
        label="Send me",
        choices=[(WRITE_UPS, "Write-ups, when they are out"), (POSTS, "Blog posts")],
        widget=Ticks,
        initial=[WRITE_UPS, POSTS],
        error_messages={"required": "Tick at least one, or there would be nothing to send."},
    )
    topics = forms.TypedMultipleChoiceField(
        label="About", help_text="None ticked means everything.", coerce=int, required=False, widget=Ticks
    )
    pace = forms.ChoiceField(
        label="How often",
        choices=[(Pace.AT_ONCE, "As it happens"), (Pace.WEEKLY, "Once a week, Friday noon")],
        initial=Pace.WEEKLY,
        widget=Segments,
    )

    def __init__(self, *args: Any, community: Community, **kwargs: Any):
        super().__init__(*args, **kwargs)
        topics: Any = self.fields["topics"]
        topics.choices = [(topic.pk, topic.name) for topic in community.topics.all()]
        if not topics.choices:
            del self.fields["topics"]

    @property
    def choice(self) -> Choice:
        told = self.cleaned_data
        pace = told["pace"] if told["pace"] in Pace.values else Pace.WEEKLY
        return Choice(WRITE_UPS in told["what"], POSTS in told["what"], tuple(told.get("topics", ())), pace)


class Address(forms.Form):
    email = forms.EmailField(
        label="Your email address",
        help_text="A private one works best: some work filters keep us out.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Type the address to write to.",
            "invalid": "Type a whole address: name@example.org",
        },
    )


class NewAddress(Address):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "The new address"


class Follow(Address, Choices):
    """All at once, for who is new."""


class Settings(Choices):
    """The same for who follows, with a rest for a while."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        pace: Any = self.fields["pace"]
        pace.choices = [*pace.choices, (PAUSE, "Nothing for a month")]

    @property
    def is_pause(self) -> bool:
        return self.cleaned_data["pace"] == PAUSE
