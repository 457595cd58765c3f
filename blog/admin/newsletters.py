"""Newsletters -> a list of how far each is, and a page with its buttons; who follows is told in numbers only."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import audit, outbox
from accounts.admin.base import ReadOnly, Titled, pill
from accounts.admin.mails import moment
from accounts.models import Community, User
from accounts.models.mail import Status
from accounts.outbox import Refused
from blog import followers
from blog.followers import newsletters
from blog.models import Newsletter
from chats.rendering.numbers import counted

# How letters stand, in the order of their lives, and what that is called here.
WORDS = {
    Status.WAITING: "queued",
    Status.DRAFT: "held back",
    Status.SENDING: "leaving",
    Status.SENT: "sent",
    Status.UNSURE: "unsure",
    Status.FAILED: "failed",
    Status.DISCARDED: "called off",
}


class Order(NamedTuple):
    """What to do with a newsletter, what to say of it, and what the log says."""

    verb: Callable[[Newsletter, datetime], None]
    said: str
    logged: str


# By the button's value.
ORDERS = {
    "pause": Order(newsletters.pause, "It is paused. What a mail server has on the table still goes.", "pauses"),
    "go-on": Order(newsletters.go_on, "It goes on.", "goes on with"),
    "stop": Order(newsletters.stop, "It is stopped: what has not left never will.", "stops"),
}


def state(newsletter: Newsletter, now: datetime) -> SafeString:
    """Where it stands, in a word and a few more."""
    tone, word, more = _state(newsletter, now)
    return format_html('{} <span class="quiet">{}</span>', pill(tone, word), more)


def _state(newsletter: Newsletter, now: datetime) -> tuple[str, str, str]:
    if newsletter.quarantined_at:
        return "bad", "stuck", newsletter.error
    decided = [
        ("", "stopped", newsletter.stopped_at),
        ("warn", "paused since", newsletter.paused_at),
        ("good", "over", newsletter.settled_at),
    ]
    for tone, word, at in decided:
        if at:
            return tone, word, moment(at)
    if newsletter.written_at and not outbox.is_set_up():
        return "warn", "not sent", "no mail server is set up (EMAIL_URL)"
    if newsletter.written_at:
        return "brand", "leaving", "every letter is written"
    if newsletter.next_due_at and newsletter.next_due_at > now and not newsletter.readers:
        return "brand", "soon", f"its letters are written at {moment(newsletter.next_due_at)}"
    return "brand", "being written", ""


def progress(newsletter: Newsletter) -> str:
    """How its letters stand: "18,204 sent, 1,790 queued, 6 unsure"."""
    standing = newsletters.progress(newsletter)
    told = [f"{standing[status]:,} {word}" for status, word in WORDS.items() if standing.get(status)]
    return ", ".join(told) or "none written yet"


@admin.register(Newsletter)
class NewsletterAdmin(ReadOnly, Titled):
    title = "Newsletters: what goes to those who follow by email"
    change_form_template = "admin/blog/newsletter.html"
    list_display = ["name", "state_said", "letters", "written"]
    list_select_related = ["post", "community"]
    ordering = ["-pk"]
    fields = ["name", "state_said", "letters", "written", "page"]
    readonly_fields = ["name", "state_said", "letters", "written", "page"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        community = Community.objects.for_request(request)
        told = {"lede": _lede(community)} if community else {}
        return super().changelist_view(request, {**told, **(extra_context or {})})

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        return super().changeform_view(
            request, object_id, extra_context={"may_decide": self.has_decide_permission(request)}
        )

    @admin.display(description="What")
    def name(self, newsletter: Newsletter) -> str:
        return str(newsletter)

    @admin.display(description="State")
    def state_said(self, newsletter: Newsletter) -> str:
        return state(newsletter, timezone.now())

    @admin.display(description="Letters")
    def letters(self, newsletter: Newsletter) -> str:
        return progress(newsletter)

    @admin.display(description="Planned", ordering="created_at")
    def written(self, newsletter: Newsletter) -> str:
        return moment(newsletter.created_at)

    @admin.display(description="On the web")
    def page(self, newsletter: Newsletter) -> str:
        if not newsletter.readers:
            return "as soon as somebody has it"
        return format_html('<a href="{}">Read it</a>', newsletter.get_absolute_url())

    def get_urls(self) -> list[URLPattern]:
        return [path("<int:key>/order/", self.button(self.order), name="blog_newsletter_order"), *super().get_urls()]

    def order(self, request: HttpRequest, key: int) -> HttpResponse:
        """A button on its page."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        rows: QuerySet[Newsletter] = self.get_queryset(request).select_related("community", "post").filter(pk=key)
        with transaction.atomic():  # with what the log says of it
            for newsletter in rows:
                self._obey(request, request.POST.get("order", ""), newsletter)
        return HttpResponseRedirect(reverse("admin:blog_newsletter_change", args=[key]))

    def _obey(self, request: HttpRequest, order: str, newsletter: Newsletter) -> None:
        before = audit.stored(newsletter)
        try:
            if order == "try" and isinstance(request.user, User):
                address = newsletters.try_out(newsletter, request.user, timezone.now())
                messages.success(request, f"It is on its way to {address}, and to nobody else.")
            elif order in ORDERS:
                ORDERS[order].verb(newsletter, timezone.now())
                messages.success(request, ORDERS[order].said)
                audit.record(
                    request, f"{ORDERS[order].logged} a newsletter", before=before, after=audit.stored(newsletter)
                )
        except Refused as refusal:
            messages.warning(request, str(refusal))


def _lede(community: Community) -> str:
    told = followers.counts(community, timezone.localdate())
    follow = counted(told.all, "person follows,people follow")
    return (
        f"{follow} by email: {told.at_once:,} as it happens, {told.weekly:,} once a week, {told.paused:,} paused. "
        "Letters about a post are written ten minutes after it is out, those of a week on Friday at noon."
    )
