"""What an editor typed about a film -> fields and seconds, or a sentence beside the field that says what is wrong."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Community
from blog import captions, films
from blog.admin.forms import uploaded
from blog.models import SoundBite, Video
from chats.models import Chat, Event

MOST_WORDS = 30
WIDE = forms.URLInput(attrs={"size": 70})
AS_A_TIME = "Minutes and seconds: 5:12, or 1:02:15."


class Second(forms.CharField):
    """A place in a film, typed as people say it and kept in seconds."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**{"widget": forms.TextInput(attrs={"size": 8}), "help_text": AS_A_TIME, **told})

    def prepare_value(self, value: Any) -> Any:
        return captions.clock(value).replace(".", ":") if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = (value or "").strip()
        if not text:
            return None
        seconds = captions.second(text)
        if seconds is None or seconds > films.LONGEST:
            raise ValidationError("Write minutes and seconds, like 5:12.")
        return seconds


class TimedForm(forms.ModelForm):
    at = Second()

    class Meta:
        widgets = {"words": forms.Textarea(attrs={"rows": 2})}


class BiteForm(TimedForm):
    class Meta(TimedForm.Meta):
        model = SoundBite
        fields = ("at", "words", "marked", "by")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        words, marked = values.get("words") or "", values.get("marked") or ""
        if len(words.split()) > MOST_WORDS:
            self.add_error("words", f"{len(words.split())} words are more than a bite: {MOST_WORDS} at most.")
        if marked and marked not in words:
            self.add_error("marked", "These do not stand among its words, letter by letter.")
        return values


class VideoForm(forms.ModelForm):
    """``film`` is the address of a film as people copy it; what it leads to is kept, the address is not."""

    film = forms.CharField(
        label="Film",
        required=False,
        widget=forms.TextInput(attrs={"size": 70}),
        help_text="Its address at YouTube or Vimeo. Empty while that is not known, before something is shown live.",
    )
    length = Second(label="How long it is", required=False)
    channel = forms.URLField(
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=WIDE,
        help_text="Where the films of its makers are found.",
    )
    download = forms.URLField(
        label="File to download",
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=WIDE,
        help_text="For whoever would rather not play it here.",
    )
    picture = forms.FileField(
        required=False, help_text="PNG, JPEG or WebP, at best 1280 pixels wide. Without one, a drawing stands there."
    )
    without_picture = forms.BooleanField(label="Take the picture away", required=False)

    class Meta:
        model = Video
        fields = (
            "title", "slug", "summary", "chat", "event", "trouble", "starts_at", "ends_at", "behind_minutes",
            "promises", "transcript", "channel", "channel_name", "download",
        )  # fmt: skip
        labels = {"starts_at": "Shown live from (UK time)", "ends_at": "Until (UK time)"}
        help_texts = {
            "event": "The day in person at which it was filmed, or that it is about: its page leads to the film.",
            "transcript": "Lines like “0:04 words” or “0:04 Ann Okelu: words”, or WebVTT as players take it.",
        }
        widgets = {
            "title": forms.TextInput(attrs={"size": 70}),
            "slug": forms.TextInput(attrs={"size": 50}),
            "summary": forms.Textarea(attrs={"rows": 3, "cols": 80}),
            "trouble": forms.TextInput(attrs={"size": 70}),
            "promises": forms.Textarea(attrs={"rows": 4, "cols": 80}),
            "transcript": forms.Textarea(attrs={"rows": 24, "cols": 80}),
        }

    community: Community | None = None  # whose desk this is

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.had_chat = self.instance.chat_id
        self.initial.update(film=films.elsewhere(self.instance), length=self.instance.seconds)

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if Video.objects.filter(community=self.community, slug=slug).exclude(pk=self.instance.pk).exists():
            raise ValidationError("Another video stands there.")
        return slug

    def clean_chat(self) -> Chat | None:
        chat = self.cleaned_data["chat"]
        if chat and self.community and chat.community_id != self.community.pk:
            raise ValidationError("The chat is another community's.")
        return chat

    def clean_event(self) -> Event | None:
        event = self.cleaned_data["event"]
        if event and self.community and event.community_id != self.community.pk:
            raise ValidationError("The event is another community's.")
        return event

    def clean_film(self) -> films.Place | None:
        typed = self.cleaned_data["film"]
        place = films.place(typed) if typed else None
        if typed and place is None:
            raise ValidationError("That is no film at YouTube or Vimeo. Copy the address of its page, with https://.")
        return place

    def clean_transcript(self) -> str:
        text = self.cleaned_data["transcript"].replace("\r\n", "\n")
        try:
            captions.read(text)
        except captions.BadLine as error:
            raise ValidationError(str(error)) from error
        return text

    def clean_picture(self) -> bytes | None:
        return uploaded(self.cleaned_data["picture"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "film" in values:
            place = values["film"]
            self.instance.carrier, self.instance.key = place or ("", "")
        if "length" in values:
            self.instance.seconds = values["length"]
        starts_at, ends_at = values.get("starts_at"), values.get("ends_at")
        if bool(starts_at) != bool(ends_at) or (starts_at and ends_at and ends_at <= starts_at):
            self.add_error("ends_at", "What is shown live has a start, and an end after it.")
        is_out = self.instance.published_at is not None
        if is_out and "film" in values and not values["film"] and not starts_at:
            self.add_error("film", "Readers know it: say where it can be seen, or take it down.")
        return values
