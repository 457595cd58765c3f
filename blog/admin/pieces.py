"""Members' pieces that wait, the oldest first -> what each says; it is shown, or hidden for a reason."""

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.admin.base import pill
from accounts.telling import NOTHING
from blog import publishing
from blog.admin.deciding import ByState, Decided, Order
from blog.models import Contribution, Standing

TONES = {Standing.HELD: "warn", Standing.SHOWN: "good", Standing.HIDDEN: "bad"}


class PiecesByState(ByState):
    field = "standing"


@admin.register(Contribution)
class ContributionAdmin(Decided):
    title = "Pieces by members"
    lede = (
        "Somebody's first piece waits until you approve it, in a crisis every one; others are shown at once. With the "
        "focus in the list: a approves, h hides under the rule that is chosen, j and k go down and up. The writer is "
        "told what you decide."
    )
    list_display = ["wording", "by", "state"]
    list_filter = [PiecesByState]
    list_select_related = ["post__community", "user"]
    search_fields = ["text", "user__name", "user__handle", "post__title"]
    ordering = ["created_at", "pk"]
    fields = ("wording", "by", "state")
    readonly_fields = fields
    writer = "user"
    orders = {
        "approve": Order(
            lambda piece, by, rule, said: publishing.show(piece, by, now=timezone.now()),
            "shows",
            "Everybody can read it.",
        ),
        "hide": Order(
            lambda piece, by, rule, said: publishing.hide(piece, by, rule, said, now=timezone.now()),
            "hides",
            "It is removed, and its writer knows why.",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contribution]:
        return super().get_queryset(request).defer("searched")

    def written_at(self, row: Contribution) -> datetime:
        return row.created_at

    @admin.display(description="State", ordering="standing")
    def state(self, piece: Contribution) -> SafeString:
        standing = Standing(piece.standing)
        told = self.told(piece)
        reason = format_html("<p><bdi>{}</bdi></p>", told) if told != NOTHING else ""
        return format_html("<p>{}</p>{}", pill(TONES[standing], standing.label), reason)
