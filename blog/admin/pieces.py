"""Members' pieces -> their list, and two words about each: it is shown, or it is not."""

import textwrap
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts import audit
from accounts.admin.base import ReadOnly, Titled, pill
from blog import publishing
from blog.models import Contribution, Standing
from chats.rendering.numbers import counted

TONES = {Standing.HELD: "warn", Standing.SHOWN: "good", Standing.HIDDEN: "bad"}
LONGEST = 160


@admin.register(Contribution)
class ContributionAdmin(ReadOnly, Titled):
    title = "Pieces by members"
    lede = "Somebody's first piece is held until you show it, in a crisis every one; others are shown at once."
    community_path = "post__community"
    list_display = ["begins", "user", "post", "state", "created_at"]
    list_filter = ["standing"]
    search_fields = ["text", "user__name", "user__handle", "post__title"]
    list_select_related = ["user", "post"]
    ordering = ["-created_at", "-pk"]
    actions = ["show", "hide"]
    readonly_fields = ["post", "user", "text", "state", "created_at"]
    fields = (*readonly_fields,)

    @admin.display(description="How it begins")
    def begins(self, piece: Contribution) -> str:
        return textwrap.shorten(piece.text, LONGEST, placeholder="…")

    @admin.display(description="State", ordering="standing")
    def state(self, piece: Contribution) -> SafeString:
        standing = Standing(piece.standing)
        return pill(TONES[standing], standing.label)

    @admin.action(description="Show", permissions=["decide"])
    def show(self, request: HttpRequest, pieces: QuerySet[Contribution]) -> None:
        self._each(request, pieces, publishing.show, "shows")

    @admin.action(description="Hide", permissions=["decide"])
    def hide(self, request: HttpRequest, pieces: QuerySet[Contribution]) -> None:
        self._each(request, pieces, publishing.hide, "hides")

    def _each(self, request: HttpRequest, pieces: Any, order: Callable[[Contribution], None], verb: str) -> None:
        found = list(pieces.select_related("post__community"))
        with audit.watching(request, found, verb):
            for piece in found:
                order(piece)
        messages.success(request, f"{counted(len(found), 'piece,pieces')}: done.")
