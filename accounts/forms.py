"""What somebody types at the door and about themselves -> checked values; allauth's forms in our words."""

from operator import itemgetter
from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as account
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django import forms

from accounts import prose
from accounts.models import User
from accounts.models.user import Mailed


class _Worded:
    """A form of allauth's with labels and hints of ours, and no placeholder, which would be gone once one types."""

    labels: dict[str, str] = {}
    hints: dict[str, str] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")


class TeamSignIn(_Worded, account.LoginForm):
    labels = {"login": "Your name here", "password": "Password"}
    hints = {"login": "The one you were given. Sign in with X, and it stands under “Sign-in and security”."}


class SetPassword(_Worded, account.SetPasswordForm):
    labels = {"password1": "New password", "password2": "The same once more"}
    hints = {"password1": "Twelve characters or more. Three or four words that only you would put together are best."}


class ChangePassword(_Worded, account.ChangePasswordForm):
    labels = {"oldpassword": "The password you have now", **SetPassword.labels}
    hints = SetPassword.hints


class AskForReset(_Worded, account.ResetPasswordForm):
    labels = {"email": "Your email address"}


class ResetPassword(_Worded, account.ResetPasswordKeyForm):
    labels = SetPassword.labels
    hints = SetPassword.hints


class TypePassword(_Worded, account.ReauthenticateForm):
    labels = {"password": "Your password"}


class TypeCode(_Worded, second_step.AuthenticateForm):
    labels = {"code": "Six digits, or a recovery code"}


class TypeCodeAgain(_Worded, second_step.ReauthenticateForm):
    labels = TypeCode.labels


class AddPasskey(_Worded, passkeys.AddWebAuthnForm):
    labels = {"name": "What to call it"}
    hints = {"name": "So that you know it from others: “my phone”."}


class TurnOnCodes(_Worded, totp.ActivateTOTPForm):
    labels = {"code": "Six digits"}
    hints = {"code": "No hurry. The one before still works."}


def _zones() -> list[tuple[str, str]]:
    """Every zone people live in, "Europe/Copenhagen" as "Copenhagen (Europe)", in the order of their names."""
    cities = []
    for zone in available_timezones():
        area, _, city = zone.partition("/")
        if city and area not in {"Etc", "SystemV", "US"}:
            *country, city = city.replace("_", " ").split("/")
            cities.append((zone, f"{city} ({', '.join([*reversed(country), area])})"))
    return [("", "UK time (London)"), *sorted(cities, key=itemgetter(1))]


class Ticks(forms.CheckboxSelectMultiple):
    """Choices below each other, each with a box to tick."""

    template_name = "accounts/ticks.html"


class Choices(forms.RadioSelect):
    """The same of which one is chosen."""

    template_name = "accounts/ticks.html"


class Segments(forms.RadioSelect):
    """Two to four choices beside each other, of which one holds."""

    template_name = "accounts/segments.html"


class OwnSettings(forms.ModelForm):
    """What a member says of themselves.  ``email`` is only asked for here: it is theirs when they have confirmed it."""

    name = forms.CharField(
        label="Name beside what you write here",
        help_text="Your real name, a first name, or what you are called online.",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.ChoiceField(label="Show times in", choices=_zones, required=False)

    email = forms.EmailField(
        label="Email address",
        help_text="Only if you want mail from us. We write to it first, and it counts when you press the button there.",
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    mailed = forms.MultipleChoiceField(label="What we may mail you", choices=Mailed, required=False, widget=Ticks)

    class Meta:
        model = User
        fields = ["name", "time_zone", "mailed"]

    def clean_name(self) -> str:
        name = prose.one_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("Give a name that can be seen.")
        return name


class AskForCode(forms.Form):
    email = forms.EmailField(
        label="Your email address",
        help_text="We write six digits to it. It is shown to nobody.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class TypeMailedCode(forms.Form):
    code = forms.CharField(
        label="Six digits",
        help_text="From the letter. Spaces do not matter.",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
