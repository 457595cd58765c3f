"""What somebody typed into the contact form -> one letter to the team, which says whom to answer.

No cookie and no puzzle tell a person from a machine: a field that people do not see stays empty, and nobody has written
a message within a few seconds of opening the form.  Whoever is refused gets their words back with the reason.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.signing import BadSignature, Signer

from accounts import outbox, prose
from accounts.forms import Choices
from accounts.models import Community, Mail
from accounts.outbox import Post, To, headers

ABOUT = {
    "tweet": "A tweet of mine, or about me",
    "host": "A chat, hosting, an idea",
    "wrong": "Words or a number that are wrong",
    "change": "Something changed because of a chat",
    "access": "The site is in my way",
    "privacy": "What you keep about me",
    "security": "A hole in the site",
    "press": "Press",
    "other": "Something else",
}
QUICKEST, LONGEST = timedelta(seconds=3), timedelta(days=1)  # between opening the form and sending it
NOT_EMPTY = "A field that stays empty was filled in. Empty it, and send your message again."
STALE = "This page was open for more than a day. Your words are still here: send them again."
TOO_QUICK = (
    "That was quicker than anybody can write, so we are not sure that you are a person. Wait a moment, then send it "
    "again."
)
_signer = Signer(salt="accounts.contact")


def opened(now: datetime) -> str:
    """The moment, signed: what the form carries to say when it was opened."""
    return _signer.sign(str(int(now.timestamp())))


def age(moment: str, now: datetime) -> timedelta | None:
    """How long ago that was; None where it was not signed by us."""
    try:
        return timedelta(seconds=now.timestamp() - int(_signer.unsign(moment)))
    except BadSignature:
        return None


def is_current(moment: str, now: datetime) -> bool:
    """Whether a form that was opened then may still be sent."""
    ago = age(moment, now)
    return ago is not None and ago <= LONGEST


class ContactForm(forms.Form):
    about = forms.ChoiceField(label="What is it about?", choices=list(ABOUT.items()), widget=Choices)
    where = forms.CharField(
        label="Which page?", help_text="Paste the address if you have it.", max_length=500, required=False
    )
    message = forms.CharField(
        label="Your message",
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write what you want to tell us."},
    )
    name = forms.CharField(
        label="What should we call you?",
        help_text="If you like.",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="Your email address",
        help_text="Only if you want an answer.",
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": "Write the address like ann@reader.example, or leave it out."},
    )
    leave_empty = forms.CharField(
        label="Leave this field empty",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_message(self) -> str:
        message = prose.lines(self.cleaned_data["message"])
        if not message:
            raise forms.ValidationError("Write what you want to tell us.")
        return message

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("leave_empty"):
            self.add_error(None, NOT_EMPTY)
        ago = age(values.get("opened", ""), self.now)
        if ago is None or ago > LONGEST:
            self.add_error(None, STALE)
        elif ago < QUICKEST:
            self.add_error(None, TOO_QUICK)
        return values


def tell_the_team(community: Community, told: dict[str, str]) -> Mail:
    """Write to the team what somebody said (``ContactForm``'s values); pressed twice, it is one letter.

    Raises ``outbox.Refused`` for an address that no mail can be sent to.
    """
    said = {
        "about": ABOUT[told["about"]],
        "where": prose.one_line(told["where"], 500),
        "message": told["message"],
        "name": prose.one_line(told["name"]),
        "answer_to": told["email"],
    }
    digest = hashlib.sha256(repr(sorted(said.items())).encode(errors="replace")).hexdigest()
    to = To(community.contact or headers.sender(), f"The team of {community.name}")
    return outbox.compose("contact", community, to, said, Post(reply_to=told["email"], series=f"contact-{digest}"))
