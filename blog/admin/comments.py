"""Comments that wait, most urgent first -> what each says and why it is here, and what a volunteer can do about it."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.admin.base import pill
from blog import comments
from blog.admin.deciding import ByState, Decided, Order
from blog.models import Comment, CommentReport, CommentState, HeldFor, Rule, Worry

TONES = {
    CommentState.SHOWN: "good",
    CommentState.HELD: "warn",
    CommentState.CHANGE: "warn",
    CommentState.REMOVED: "bad",
}
# The rule that a report speaks of, chosen beforehand.
SUGGESTED = {Worry.CASE: Rule.CASES, Worry.UNKIND: Rule.IDEAS, Worry.ADVERT: Rule.YOURSELF}
# Somebody may be in need: these come first.
WORRIED = Exists(CommentReport.objects.filter(comment=OuterRef("pk"), outcome="", why=Worry.WELFARE))
WHY = {
    HeldFor.FIRST: "Their first comment here.",
    HeldFor.LOOK: "One of theirs was removed lately.",
    HeldFor.REPORTED: "Folded until somebody has read it.",
    HeldFor.CHANGED: "Changed, as a volunteer asked.",
    HeldFor.CRISIS: "The crisis switch holds every comment.",
    HeldFor.APPEAL: "",
}


class CommentsByState(ByState):
    field = "state"


@admin.register(Comment)
class CommentAdmin(Decided):
    title = "Comments"
    lede = (
        "What waits for a volunteer, the oldest first. With the focus in the list: a approves, h hides under the rule "
        "that is chosen, j and k go down and up. The writer is told what you decide."
    )
    list_display = ["wording", "by", "why"]
    list_filter = [CommentsByState]
    list_select_related = ["post__community", "author", "parent__author"]
    search_fields = ["text", "author__handle", "author__name"]
    ordering = [WORRIED.desc(), "sent_at", "pk"]
    fields = ("wording", "by", "why", "told")
    readonly_fields = fields
    writer = "author"
    orders = {
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        waiting = CommentReport.objects.filter(outcome="")
        return super().get_queryset(request).prefetch_related(Prefetch("reports", waiting, to_attr="open_reports"))

    def written_at(self, row: Comment) -> datetime:
        return row.sent_at

    def answers(self, row: Comment) -> SafeString | str:
        return format_html(", in answer to <bdi>{}</bdi>", row.parent.author or "somebody") if row.parent else ""

    @admin.display(description="Why it is here")
    def why(self, comment: Any) -> SafeString:
        lines = [pill(TONES.get(comment.state, ""), comment.get_state_display())]
        if comment.held_for == HeldFor.APPEAL:
            lines.append(format_html("Its writer sees it differently: <bdi>{}</bdi>", comment.appeal))
        elif comment.held_for:
            lines.append(format_html("{}", WHY[HeldFor(comment.held_for)]))
        lines += [format_html("Reported: {}", each.get_why_display()) for each in comment.open_reports]
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines))

    def suggested(self, row: Any) -> int | None:
        reported = [SUGGESTED[each.why] for each in row.open_reports if each.why in SUGGESTED]
        return reported[0] if reported else row.rule
