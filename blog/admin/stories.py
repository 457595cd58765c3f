"""Stories that members sent -> a list, and a page each: what was agreed to, and what both sides say about it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts import audit
from accounts.admin.base import ReadOnly, Titled, pill
from accounts.telling import NOTHING
from blog import stories
from blog.models import PostStatus, Story
from chats.lifecycle import NotAllowed

TONES: dict[str, str] = {PostStatus.REVIEW: "warn", PostStatus.PUBLISHED: "good", PostStatus.SCHEDULED: "good"}


@admin.register(Story)
class StoryAdmin(ReadOnly, Titled):
    title = "Stories"
    lede = "What members sent. A draft is its writer's alone; whatever is taken back is gone from here as well."
    list_display = ["heading", "by", "when", "state", "last_word"]
    list_select_related = ["author", "post"]
    change_form_template = "admin/blog/story.html"
    view_on_site = False  # its page is its writer's alone
    fields = ("by", "its_post", "state", "agreed_to")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Story]:
        rows: Any = super().get_queryset(request)
        return rows.filter(post__isnull=False, withdrawn_at=None).with_last_word()

    @admin.display(description="Title")
    def heading(self, story: Story) -> str:
        return story.heading

    @admin.display(description="By", ordering="author__name")
    def by(self, story: Story) -> SafeString:
        handle = format_html(" <bdi>@{}</bdi>", story.author.handle) if story.author.handle else ""
        return format_html("<bdi>{}</bdi>{}", story.author, handle)

    @admin.display(description="Sent", ordering="consented_at")
    def when(self, story: Story) -> str:
        return date_format(localtime(story.consented_at), "j M Y, H:i") if story.consented_at else ""

    @admin.display(description="State")
    def state(self, story: Story) -> SafeString:
        if story.asked_at:
            return pill("warn", "waits for its writer")
        status = story.post.status if story.post else ""
        return pill(TONES.get(status, ""), PostStatus(status).label if status else "gone")

    @admin.display(description="Last word", ordering="last_said_at")
    def last_word(self, story: Any) -> SafeString | str:
        if story.last_said_at is None:
            return NOTHING
        at = date_format(localtime(story.last_said_at), "j M Y, H:i")
        return at if story.last_from_team else format_html("{} {}", at, pill("warn", "by its writer"))

    @admin.display(description="Its words")
    def its_post(self, story: Story) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:blog_post_change", args=[story.post_id]), story.heading
        )

    @admin.display(description="What its writer agreed to")
    def agreed_to(self, story: Story) -> str:
        which = f", text {story.agreed.number}" if story.agreed else ""
        asked = date_format(localtime(story.asked_at), "j M Y, H:i") if story.asked_at else ""
        again = f" Asked on {asked} whether they agree to the words it has now." if asked else ""
        return f"{self.when(story)}{which}: {story.consent}{again}"

    def changeform_view(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> Any:
        story = self.get_object(request, object_id) if object_id else None
        told = {
            "said": story.messages.select_related("by") if story else [],
            "may_write": self.has_decide_permission(request),
        }
        return super().changeform_view(request, object_id, extra_context=told)

    def get_urls(self) -> list[URLPattern]:
        return [path("<int:key>/press/", self.button(self.press), name="blog_story_press"), *super().get_urls()]

    def press(self, request: HttpRequest, key: int) -> HttpResponse:
        """Write to whoever sent it."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        story = self.get_queryset(request).filter(pk=key).first()
        if story is None:
            raise Http404
        try:
            with transaction.atomic():
                self._say(request, story)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, "Sent. It stands on their page, and goes to them by mail if they have an address."
            )
        return HttpResponseRedirect(reverse("admin:blog_story_change", args=[key]))

    def _say(self, request: HttpRequest, story: Story) -> None:
        text = request.POST.get("message", "")
        stories.say(story, request.user, text, is_from_team=True, now=timezone.now())  # type: ignore[arg-type]
        facts = audit.stored(story)
        audit.record(request, "writes about", before=facts, after=facts)
