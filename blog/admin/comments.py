"""Comments that wait -> a list on which a volunteer decides with two keys, `a` and `h`; each is a button as well."""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts import audit
from accounts.admin.base import ReadOnly, Titled, pill
from accounts.models import User
from blog import comments, thread
from blog.models import Comment, CommentReport, CommentState, HeldFor, Rule, Worry
from chats.lifecycle import NotAllowed

TONES = {
    CommentState.SHOWN: "good",
    CommentState.HELD: "warn",
    CommentState.CHANGE: "warn",
    CommentState.REMOVED: "bad",
}
# The rule that a report speaks of, chosen beforehand.
SUGGESTED = {Worry.CASE: Rule.CASES, Worry.UNKIND: Rule.IDEAS, Worry.ADVERT: Rule.YOURSELF}
NOTHING = "\u2013"
# Somebody may be in need: these come first.
WORRIED = Exists(CommentReport.objects.filter(comment=OuterRef("pk"), outcome="", why=Worry.WELFARE))
LAST_RULE = "last_rule"  # in the session: whoever removes ten advertisements chooses once


class Order(NamedTuple):
    """What a button does, how the log calls it, and what is said when it is done."""

    verb: Callable[[Comment, User, int, str], Comment]
    logged: str
    said: str


ORDERS = {
    "approve": Order(
        lambda comment, by, rule, said: comments.approve(comment, by, now=timezone.now()),
        "approves",
        "Everybody can read it.",
    ),
    "hide": Order(
        lambda comment, by, rule, said: comments.remove(comment, by, rule, said, now=timezone.now()),
        "removes",
        "It is removed, and its writer knows why.",
    ),
    "ask": Order(
        lambda comment, by, rule, said: comments.ask(comment, by, said, now=timezone.now()),
        "asks for a change",
        "Its writer is asked, and nobody else sees it meanwhile.",
    ),
}


class ByState(admin.SimpleListFilter):
    """What waits, unless something else is chosen."""

    title = "what became of it"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("all", "all"), *CommentState.choices]

    def choices(self, changelist: Any) -> Any:
        every = list(super().choices(changelist))
        every[0]["display"] = "to be read"
        return every

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Comment]:
        chosen = self.value()
        if chosen in CommentState.values:
            return queryset.filter(state=chosen)
        return queryset if chosen == "all" else queryset.waiting()


@admin.register(Comment)
class CommentAdmin(ReadOnly, Titled):
    community_path = "post__community"
    title = "Comments"
    lede = (
        "What waits for a volunteer, the oldest first. With the focus in the list: a approves, h hides under the rule "
        "that is chosen, j and k go down and up. The writer is told what you decide."
    )
    change_list_template = "admin/blog/comments.html"
    list_display = ["wording", "by", "why"]
    list_display_links = None
    list_filter = [ByState]
    list_select_related = ["post__community", "author", "parent__author"]
    list_per_page = 25
    search_fields = ["text", "author__handle", "author__name"]
    ordering = [WORRIED.desc(), "sent_at", "pk"]
    actions = None
    fields = ("wording", "by", "why", "told")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        waiting = CommentReport.objects.filter(outcome="")
        return super().get_queryset(request).prefetch_related(Prefetch("reports", waiting, to_attr="open_reports"))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Whoever may only look has no buttons."""

        @admin.display(description="Decide")
        def decide(comment: Comment) -> SafeString:
            return self._buttons(request, comment)

        return [*self.list_display, decide] if self.has_decide_permission(request) else [*self.list_display]

    @admin.display(description="What it says")
    def wording(self, comment: Comment) -> SafeString:
        moment = thread.when(comment.sent_at, comment.post.community.time_zone)
        words = (
            format_html('<div class="said" dir="auto">{}</div>', comment.body)
            if comment.text
            else "Its words are gone."
        )
        answers = (
            format_html(", in answer to <bdi>{}</bdi>", comment.parent.author or "somebody") if comment.parent else ""
        )
        return format_html(
            '{}<p class="quiet">{}, under <a href="{}">{}</a>{}</p>',
            words, moment, comment.get_absolute_url(), comment.post, answers,
        )  # fmt: skip

    @admin.display(description="By")
    def by(self, comment: Comment) -> SafeString | str:
        if comment.author is None:
            return NOTHING
        handle = format_html("<br><bdi>@{}</bdi>", comment.author.handle) if comment.author.handle else ""
        return format_html("<bdi>{}</bdi>{}", comment.author, handle)

    @admin.display(description="Why it is here")
    def why(self, comment: Any) -> SafeString:
        lines = [pill(TONES.get(comment.state, ""), comment.get_state_display())]
        if comment.held_for == HeldFor.APPEAL:
            lines.append(format_html("Its writer sees it differently: <bdi>{}</bdi>", comment.appeal))
        elif comment.held_for:
            lines.append(format_html("{}", WHY[HeldFor(comment.held_for)]))
        lines += [format_html("Reported: {}", each.get_why_display()) for each in comment.open_reports]
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines))

    @admin.display(description="What its writer was told")
    def told(self, comment: Comment) -> str:
        rule = f"House rule {comment.rule}, {Rule(comment.rule).label}. " if comment.rule else ""
        return f"{rule}{comment.said}" or NOTHING

    def _buttons(self, request: HttpRequest, comment: Any) -> SafeString:
        if not comment.text:
            return SafeString(NOTHING)
        reported = [SUGGESTED[each.why] for each in comment.open_reports if each.why in SUGGESTED]
        chosen = reported[0] if reported else comment.rule or request.session.get(LAST_RULE)
        told = {
            "comment": comment,
            "rules": Rule.choices,
            "chosen": chosen,
            "read": _words_of(comment),
            "address": self._narrowed(request, reverse("admin:blog_comment_press", args=[comment.pk])),
        }
        return SafeString(render_to_string("admin/blog/_decide.html", told))

    def get_urls(self) -> list[URLPattern]:
        return [path("<int:key>/press/", self.button(self.press), name="blog_comment_press"), *super().get_urls()]

    def press(self, request: HttpRequest, key: int) -> HttpResponse:
        """A button beside a comment; back to the list as it was narrowed."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        comment = self.get_queryset(request).filter(pk=key).first()
        if comment is None:
            raise Http404
        order = ORDERS.get(request.POST.get("order", ""))
        rule = request.POST.get(f"rule-{key}", "")
        number = int(rule) if rule in map(str, Rule.values) else 0
        if order and request.POST.get(f"read-{key}") != _words_of(comment):
            messages.error(request, comments.CHANGED)
        elif order:
            self._obey(request, comment, order, number, request.POST.get(f"said-{key}", ""))
        return HttpResponseRedirect(f"{self._narrowed(request, reverse('admin:blog_comment_changelist'))}#result_list")

    def _narrowed(self, request: HttpRequest, address: str) -> str:
        """The address with what the list is narrowed by at the moment."""
        told: dict[str, Any] = {"opts": self.opts, "preserved_filters": self.get_preserved_filters(request)}
        return add_preserved_filters(told, address)

    def _obey(self, request: HttpRequest, comment: Comment, order: Order, rule: int, said: str) -> None:
        if order is ORDERS["hide"] and rule:
            request.session[LAST_RULE] = rule
        try:
            with transaction.atomic(), audit.watching(request, [comment], order.logged, within=comment.post):
                order.verb(comment, request.user, rule, said)  # type: ignore[arg-type]
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, order.said)


def _words_of(comment: Comment) -> str:
    """What tells whether it still says what was on the screen."""
    return hashlib.sha256(comment.text.encode()).hexdigest()[:16]


WHY = {
    HeldFor.FIRST: "Their first comment here.",
    HeldFor.LOOK: "One of theirs was removed lately.",
    HeldFor.REPORTED: "Folded until somebody has read it.",
    HeldFor.CHANGED: "Changed, as a volunteer asked.",
    HeldFor.CRISIS: "The crisis switch holds every comment.",
    HeldFor.APPEAL: "",
}
