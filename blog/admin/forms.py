"""What an editor typed about a post -> words and facts, or a sentence beside the field that says what does not fit."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import slugify

from accounts.admin.named import Moment
from blog import publishing
from blog.models import Kind, OldAddress, Post
from blog.models.address import bare
from blog.models.tag import plain
from blog.publishing import pictures
from blog.publishing.consent import WORDS
from blog.publishing.writing import FACTS, MOST_TAGS
from chats.lifecycle import NotAllowed


class PostForm(forms.ModelForm):
    """``read`` is the number of the revision that was on the screen: nobody overwrites what they have not seen."""

    tagged = forms.CharField(
        label="Tags",
        required=False,
        widget=forms.TextInput(attrs={"size": 70}),
        help_text="With commas. #academicpony marks research.",
    )
    picture = forms.FileField(
        required=False, help_text="PNG, JPEG or WebP, at best 1280 pixels wide. Without one, a drawing stands there."
    )
    without_picture = forms.BooleanField(label="Take the picture away", required=False)
    text = forms.CharField(
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "cols": 80}),
        help_text="Markdown, without HTML.",
    )
    read = forms.IntegerField(widget=forms.HiddenInput, required=False)
    comes_out_at = forms.DateTimeField(
        label="Comes out (UK time)",
        widget=Moment,
        required=False,
        help_text="For “Schedule”: until then nobody sees it.",
    )

    class Meta:
        model = Post
        fields = ("title", "slug", "excerpt", "text", "hero_alt", *FACTS)
        labels = {
            "slug": "Name in its address",
            "event_starts_at": "The event starts (UK time)",
            "event_ends_at": "The event ends (UK time)",
        }
        help_texts = {
            "slug": "Left empty, it is made of the title. Where readers know another, that one leads here.",
            "event": "The day in person that it is about: its page leads to the post.",
            "event_starts_at": "Of a collaborative post: members add their pieces from a week before to a week after.",
        }
        error_messages = {"slug": {"invalid": "Small letters, digits and dashes only."}}
        widgets = {
            "title": forms.TextInput(attrs={"size": 70}),
            "slug": forms.TextInput(attrs={"size": 50}),
            "excerpt": forms.Textarea(attrs={"rows": 3, "cols": 80}),
            "hero_alt": forms.TextInput(attrs={"size": 70}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        newest = self.instance.revisions.order_by("-number").first() if self.instance.pk else None
        self.newest = newest.number if newest else 0
        self.had = {name: getattr(self.instance, name) for name in ("slug", "text", "hero_id")}
        tags = self.instance.tags.order_by("name").values_list("name", flat=True) if self.instance.pk else []
        self.initial.update(tagged=", ".join(tags), read=self.newest)
        if self.instance.pk:
            self.initial["comes_out_at"] = self.instance.published_at

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if not slug and not self.instance.pk:
            return slug
        if not slug or slug != slugify(slug):
            raise ValidationError(f"Small letters, digits and dashes only: {slugify(slug) or 'a-short-name'}.")
        community = self.instance.community_id
        if community and Post.objects.filter(community=community, slug=slug).exclude(pk=self.instance.pk).exists():
            raise ValidationError("Another post stands there.")
        return slug

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        if self.had["text"].strip() and not text.strip():
            raise ValidationError("A post that had a text needs one.")
        return text

    def clean_tagged(self) -> list[str]:
        words = list(plain(self.cleaned_data["tagged"].split(",")).values())
        if len(words) > MOST_TAGS:
            raise ValidationError(f"{MOST_TAGS} tags at most.")
        return words

    def clean_picture(self) -> bytes | None:
        return uploaded(self.cleaned_data["picture"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("read") != self.newest and {*WORDS} & {*self.changed_data}:
            said = (
                f"Somebody else has saved revision {self.newest} meanwhile: put your changes into it, then save again."
            )
            self.add_error("text", said)
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("read")] = str(self.newest)  # the next time they have seen it
            self.data = data
        if self.instance.pk and not self.errors:
            try:
                publishing.check_change(self.instance, {name: values.get(name) or "" for name in WORDS})
            except NotAllowed as refusal:
                self.add_error("text", str(refusal))
        has_picture = values.get("picture") or (self.had["hero_id"] and not values.get("without_picture"))
        if has_picture and not (values.get("hero_alt") or "").strip():
            self.add_error("hero_alt", "Say in a sentence what the picture shows: not everybody sees it.")
        starts_at, ends_at = values.get("event_starts_at"), values.get("event_ends_at")
        if values.get("kind") == Kind.COLLABORATIVE and not (starts_at and ends_at):
            self.add_error("event_starts_at", "Members add their pieces around an event: say when it starts and ends.")
        elif bool(starts_at) != bool(ends_at) or (starts_at and ends_at and ends_at <= starts_at):
            self.add_error("event_ends_at", "An event has a start, and an end after it.")
        return values


class OldAddressForm(forms.ModelForm):
    class Meta:
        model = OldAddress
        fields = ("path", "post", "chat", "target", "community")

    def clean_path(self) -> str:
        return bare(self.cleaned_data["path"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if sum(bool(values.get(name)) for name in ("post", "chat", "target")) != 1:
            self.add_error("post", "Say where it leads: to a post, to a chat, or to another page. To one of them.")
        elif self._leads_back(values):
            self.add_error("target", "From there one is led back here.")
        return values

    def _leads_back(self, values: dict[str, Any]) -> bool:
        """Whether whoever follows it would come round again, however many addresses later."""
        here, community = values.get("path"), values.get("community") or self.instance.community_id
        seen: set[str] = set()
        target = values.get("target") or ""
        while target and bare(target) not in seen:
            seen.add(bare(target))
            known = OldAddress.objects.filter(community=community, path=bare(target)).exclude(pk=self.instance.pk)
            target = known.values_list("target", flat=True).first() or ""
        return here in seen


def uploaded(file: UploadedFile | None) -> bytes | None:
    """The bytes of a picture that somebody hands in.  Raises ``ValidationError`` for what is none, or too large."""
    if not file:
        return None
    if (file.size or 0) > pictures.MOST_BYTES:
        raise ValidationError("The picture is too large. Save it smaller.")
    content: bytes = file.read()
    pictures.copies(content)
    return content
