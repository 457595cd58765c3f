"""The outbox -> a list of how each letter does, and a page to read and edit it; what is pressed -> its verb."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts import audit, door, outbox
from accounts.admin.base import ReadOnly, Titled, pill
from accounts.models import Mail
from accounts.models.mail import SECRET, Kind, Status
from accounts.outbox import Refused

WORDS = ("to", "name", "subject", "text")
EDITABLE = (Status.DRAFT, Status.WAITING)
# A letter has its styles with it.  They may work, on a page of its own, and nothing else of it may.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
TWICE, AGAIN, DECIDE = "perhaps twice, ", "It is sent once more by itself.", "Send it again, or discard it."
NOT_KEPT = "Its words are no longer kept."
# With them somebody of the team could come in as its reader, or as a superuser.
NOT_SHOWN = "Its words are for its reader alone: they open an account."


class Order(NamedTuple):
    """What to do with a letter, and what to say of one and of several."""

    verb: Callable[[Mail], None]
    one: str
    several: str
    logged: str


# By the button's value.
ORDERS = {
    "send": Order(outbox.release, "is sent with the next bag", "are sent with the next bag", "sends a letter"),
    "again": Order(outbox.send_again, "is sent once more", "are sent once more", "sends a letter again"),
    "discard": Order(outbox.discard, "is discarded", "are discarded", "discards a letter"),
}


class State(NamedTuple):
    """How a letter does, as a word; ``more`` is what stands beside it."""

    tone: str
    word: str
    more: str = ""

    @property
    def pill(self) -> SafeString:
        return pill(self.tone, self.word)


def moment(at: datetime | None) -> str:
    """When, in UK time: "26 Nov 2026, 8.45 pm"."""
    if at is None:
        return "\u2013"
    local = timezone.localtime(at)
    return f"{formats.date_format(local, 'j M Y')}, {formats.date_format(local, 'g.i A').lower()}"


def state(mail: Mail, now: datetime) -> State:
    """The stored status in plain words, with what a person may want to know about it."""
    if mail.status == Status.WAITING:
        return _waiting(mail, now)
    return {
        Status.DRAFT: State("brand", "draft", "until somebody sends it"),
        Status.SENDING: State("live", "sending", "the mail server has not answered yet"),
        Status.SENT: State("good", "sent", f"{TWICE if mail.unsure_at else ''}{moment(mail.sent_at)}"),
        Status.UNSURE: State("bad", "unsure", f"{mail.error} {AGAIN if mail.next_due_at else DECIDE}"),
        Status.FAILED: State("bad", "failed", mail.error),
        Status.DISCARDED: State("", "discarded"),
    }[Status(mail.status)]


def _waiting(mail: Mail, now: datetime) -> State:
    if not outbox.is_set_up():
        return State("warn", "not sent", "no mail server is set up (EMAIL_URL)")
    if mail.lease_until and mail.lease_until > now:
        return State("brand", "leaving")
    if mail.error:
        return State("warn", "put off", f"till {moment(mail.next_due_at)}: {mail.error}")
    is_due = mail.next_due_at is None or mail.next_due_at <= now
    return State("brand", "waiting", "for the next bag" if is_due else f"till {moment(mail.next_due_at)}")


class MailForm(forms.ModelForm):
    class Meta:
        model = Mail
        fields = WORDS
        widgets = {"text": forms.Textarea(attrs={"rows": 24, "class": "vLargeTextField letter"})}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            try:
                outbox.check(**{name: values[name] for name in WORDS})
            except Refused as refusal:
                raise ValidationError(str(refusal)) from None
        return values


def _is_locked(request: HttpRequest, mail: Mail) -> bool:
    return mail.template in SECRET and not door.standing(request).is_everything


@admin.register(Mail)
class MailAdmin(ReadOnly, Titled):
    title = "Mail: what was written to whom, and whether it was sent"
    form = MailForm
    change_list_template = "admin/accounts/mails.html"
    change_form_template = "admin/accounts/mail.html"
    list_display = ["subject", "state_said", "whom", "written"]
    list_filter = ["status", "kind"]
    search_fields = ["subject", "to", "name"]
    ordering = ["-pk"]
    actions = ["send", "again", "discard"]
    readonly_fields = ["state_said", "as_seen", "locked", "kind_said", "written", "files", "message_id"]
    fields = ["state_said", "to", "name", "subject", "text", "as_seen", "files", "kind_said", "written", "message_id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mail]:
        return super().get_queryset(request).select_related("community").defer("html")

    def has_change_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        may = self.has_decide_permission(request)
        return may and (obj is None or (obj.status in EDITABLE and not _is_locked(request, obj)))

    def get_fields(self, request: HttpRequest, obj: Mail | None = None) -> Any:
        hidden = {"subject", "text", "as_seen"} if obj and _is_locked(request, obj) else set()
        return [name for name in self.fields if name not in hidden] + ["locked"] * bool(hidden)

    @admin.display(description="Words")
    def locked(self, mail: Mail) -> str:
        return NOT_SHOWN

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"is_set_up": outbox.is_set_up(), **(extra_context or {})})

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        may = {"may_decide": self.has_decide_permission(request)}
        try:
            return super().changeform_view(request, object_id, extra_context=may)
        except Refused as refusal:  # it left while somebody was typing
            messages.warning(request, str(refusal))
            return HttpResponseRedirect(request.path)

    def save_model(self, request: HttpRequest, obj: Mail, form: Any, change: bool) -> None:
        form.before = audit.stored(obj)
        outbox.edit(obj, **{name: form.cleaned_data[name] for name in WORDS})

    @admin.display(description="State", ordering="status")
    def state_said(self, mail: Mail) -> str:
        said = state(mail, timezone.now())
        return format_html('{} <span class="quiet"><bdi>{}</bdi></span>', said.pill, said.more)

    @admin.display(description="To", ordering="to")
    def whom(self, mail: Mail) -> str:
        return format_html('<bdi>{}</bdi> <span class="quiet query">{}</span>', mail.name, mail.to)

    @admin.display(description="Kind")
    def kind_said(self, mail: Mail) -> str:
        return Kind(mail.kind).label

    @admin.display(description="Written", ordering="created_at")
    def written(self, mail: Mail) -> str:
        return moment(mail.created_at)

    @admin.display(description="Attachments")
    def files(self, mail: Mail) -> str:
        return ", ".join(mail.attachments.values_list("name", flat=True)) or "none"

    @admin.display(description="As its reader sees it")
    def as_seen(self, mail: Mail) -> str:
        if mail.emptied_at:
            return NOT_KEPT
        return format_html('<a href="{}">Look at the letter</a>', reverse("admin:accounts_mail_letter", args=[mail.pk]))

    @admin.action(description="Send now", permissions=["decide"])
    def send(self, request: HttpRequest, mails: QuerySet[Mail]) -> None:
        self._obey(request, "send", mails)

    @admin.action(description="Send again", permissions=["decide"])
    def again(self, request: HttpRequest, mails: QuerySet[Mail]) -> None:
        self._obey(request, "again", mails)

    @admin.action(description="Discard", permissions=["decide"])
    def discard(self, request: HttpRequest, mails: QuerySet[Mail]) -> None:
        self._obey(request, "discard", mails)

    def _obey(self, request: HttpRequest, order: str, mails: QuerySet[Mail]) -> None:
        """Do it with each of these, and say what came of it."""
        verb, one, several, logged = ORDERS[order]
        done = []
        for mail in mails:
            before = audit.stored(mail)
            try:
                verb(mail)
            except Refused as refusal:
                messages.warning(request, f"“{mail}” to {mail.to}: {refusal}")
            else:
                done.append(mail)
                audit.record(request, logged, before=before, after=audit.stored(mail))
        if done:
            said = f"“{done[0]}” to {done[0].to} {one}." if len(done) == 1 else f"{len(done):,} letters {several}."
            messages.success(request, said)

    def get_urls(self) -> list[URLPattern]:
        own = self.admin_site.admin_view
        return [
            path("<int:key>/letter/", own(require_safe(self.letter)), name="accounts_mail_letter"),
            path("<int:key>/order/", self.button(self.order), name="accounts_mail_order"),
            *super().get_urls(),
        ]

    def letter(self, request: HttpRequest, key: int) -> HttpResponse:
        """The HTML itself, locked in: nothing of it runs, asks for anything or knows who looks at it."""
        mail = get_object_or_404(self.get_queryset(request), pk=key)
        if not self.has_view_permission(request, mail):
            raise PermissionDenied
        said = NOT_SHOWN if _is_locked(request, mail) else mail.html or NOT_KEPT
        return HttpResponse(said, headers={"Content-Security-Policy": SANDBOX})

    def order(self, request: HttpRequest, key: int) -> HttpResponse:
        """A button on the page of one letter."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        if request.POST.get("order") in ORDERS:
            with transaction.atomic():  # with what the log says of it
                self._obey(request, request.POST["order"], self.get_queryset(request).filter(pk=key))
        return HttpResponseRedirect(reverse("admin:accounts_mail_change", args=[key]))
