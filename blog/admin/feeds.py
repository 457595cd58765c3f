"""Other people's feeds -> a list of how each does and how old its copy is."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet, URLField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from accounts.admin.base import Titled, pill
from accounts.admin.named import WHEN
from accounts.models import Community
from blog import blogroll
from blog.models import Feed


def state(feed: Feed, now: datetime) -> SafeString:
    """How it does, and how old the copy is that readers see."""
    tone, word = "good", "read"
    if feed.quarantined_at:
        tone, word = "bad", "not asked"
    elif feed.error_code:
        tone, word = "warn", "does not answer"
    elif feed.fetched_at is None:
        tone, word = "brand", "not read yet"
    age = f"{timesince(feed.fetched_at, now, depth=1)} ago" if feed.fetched_at else "no copy yet"
    return format_html('{} <span class="quiet">{} <bdi>{}</bdi></span>', pill(tone, word), age, feed.error)


@admin.register(Feed)
class FeedAdmin(Titled):
    title = "Other sites: whose latest stand beside our blog"
    lede = "Titles and links only. Each is looked at every hour; when it does not answer, its last good copy stays."
    list_display = ["name", "state_said", "entries", "is_shown"]
    actions = ["look"]
    readonly_fields = ["state_said"]
    formfield_overrides = {**WHEN, URLField: {"assume_scheme": "https"}}
    fields = ["name", "site", "address", "is_shown", "position", "state_said"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feed]:
        return super().get_queryset(request).annotate(entry_count=Count("items"))

    def save_model(self, request: HttpRequest, obj: Feed, form: Any, change: bool) -> None:
        if not change:
            community = Community.objects.for_request(request)
            if community:
                obj.community = community
        super().save_model(request, obj, form, change)
        if not change or "address" in form.changed_data:
            blogroll.look_anew(obj)

    @admin.display(description="State")
    def state_said(self, feed: Feed) -> str:
        return state(feed, timezone.now()) if feed.pk else "It is looked at once it is saved."

    @admin.display(description="Entries")
    def entries(self, feed: Any) -> int:
        return feed.entry_count

    @admin.action(description="Look again now", permissions=["change"])
    def look(self, request: HttpRequest, feeds: QuerySet[Feed]) -> None:
        for feed in feeds:
            blogroll.look_anew(feed)
