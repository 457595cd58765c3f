"""Films -> their list, the page where one is written down, and its look before anybody else sees it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import URLField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts import audit
from accounts.admin.base import AtDesk, Titled, pill
from accounts.admin.named import WHEN, Named
from accounts.models import Community
from accounts.telling import NOTHING
from blog import films
from blog.admin.film_forms import BiteForm, TimedForm, VideoForm
from blog.models import Chapter, Partner, SoundBite, Speaker, Takeaway, Video, VideoStatus
from blog.publishing import videos
from blog.views.videos import shown
from chats.lifecycle import NotAllowed

TONES = {VideoStatus.PUBLISHED: "good", VideoStatus.UNPUBLISHED: "bad"}
# By the name of a button: what is pressed, and what the log says of it.
ORDERS: dict[str, tuple[Callable[..., None], str]] = {
    "_publish": (videos.publish, "publishes"),
    "_unpublish": (videos.take_down, "takes down"),
}


class PartInline(AtDesk, admin.TabularInline):
    """Something about a film, a row each."""

    community_path = "video__community"
    formset = Named
    extra = 1
    formfield_overrides = {**WHEN, URLField: {"assume_scheme": "https"}}


class Chapters(PartInline):
    model = Chapter
    form = TimedForm
    fields = ["at", "title"]


class Takeaways(PartInline):
    model = Takeaway
    form = TimedForm
    fields = ["at", "title", "words"]


class SoundBites(PartInline):
    model = SoundBite
    form = BiteForm
    fields = ["at", "words", "marked", "by"]


class Speakers(PartInline):
    model = Speaker
    fields = ["name", "role", "position"]
    verbose_name_plural = "who you hear (their names stand before their words in the transcript)"


class Partners(PartInline):
    model = Partner
    fields = ["name", "gave", "address", "position"]
    verbose_name_plural = "made with"


@admin.register(Video)
class VideoAdmin(Titled):
    title = "Videos"
    lede = "Films of the work, and what is shown live. No player is loaded before a reader presses Play."
    form = VideoForm
    change_form_template = "admin/blog/video.html"
    list_display = ["title", "state", "length", "live", "chat"]
    list_filter = ["status"]
    list_select_related = ["chat"]
    search_fields = ["title", "summary", "transcript"]
    ordering = ["-changed_at", "-pk"]
    inlines = [Chapters, Takeaways, SoundBites, Speakers, Partners]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "film", "length", "chat", "event", "trouble"]}),
        ("Picture", {"fields": ["picture", "without_picture"]}),
        ("Shown live", {"fields": ["starts_at", "ends_at", "behind_minutes", "promises"]}),
        ("The words", {"fields": ["transcript"]}),
        ("Elsewhere", {"fields": ["channel", "channel_name", "download"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Video | None = None) -> list[str]:
        return ["slug"] if obj else []  # an address stands on it

    def get_prepopulated_fields(self, request: HttpRequest, obj: Video | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["title"]}

    def get_form(self, request: HttpRequest, obj: Video | None = None, change: bool = False, **kwargs: Any) -> Any:
        made: Any = super().get_form(request, obj, change=change, **kwargs)
        made.community = obj.community if obj else Community.objects.for_request(request)
        if obj is None:
            made.base_fields.pop("without_picture", None)
        return made

    def get_fieldsets(self, request: HttpRequest, obj: Video | None = None) -> Any:
        """Whoever may only look sees rows, not what would be handed in."""
        told = super().get_fieldsets(request, obj)
        left_out = set() if obj else {"without_picture"}
        if not (self.has_change_permission(request, obj) if obj else self.has_add_permission(request)):
            left_out = {"film", "length", "picture", "without_picture"}
        named = [(name, [each for each in of["fields"] if each not in left_out]) for name, of in told]
        return [(name, {"fields": fields}) for name, fields in named if fields]

    def has_delete_permission(self, request: HttpRequest, obj: Video | None = None) -> bool:
        """What viewers have known is taken down, and says so; only a draft goes without a trace."""
        is_known = obj is not None and obj.status != VideoStatus.DRAFT
        return super().has_delete_permission(request, obj) and not is_known

    def get_view_on_site_url(self, obj: Video | None = None) -> str | None:
        return obj.get_absolute_url() if obj and obj.status == VideoStatus.PUBLISHED else None

    @admin.display(description="State", ordering="status")
    def state(self, video: Video) -> SafeString:
        status = VideoStatus(video.status)
        return pill(TONES.get(status, ""), status.label)

    @admin.display(description="Minutes", ordering="seconds")
    def length(self, video: Video) -> int | str:
        return video.minutes or NOTHING

    @admin.display(description="Shown live", ordering="starts_at")
    def live(self, video: Video) -> str:
        return date_format(localtime(video.starts_at), "j M Y, H:i") if video.starts_at else NOTHING

    def save_model(self, request: HttpRequest, obj: Video, form: Any, change: bool) -> None:
        if not change:
            community = Community.objects.for_request(request)
            if community is None:
                raise PermissionDenied
            obj.community = community
        super().save_model(request, obj, form, change)
        typed, now = form.cleaned_data, timezone.now()
        if typed["picture"]:
            videos.illustrate(obj, typed["picture"], now=now)
        elif typed.get("without_picture"):
            videos.illustrate(obj, None, now=now)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        videos.tell(form.instance, now=timezone.now(), chat_before=form.had_chat)

    def response_add(self, request: HttpRequest, obj: Video, post_url_continue: str | None = None) -> HttpResponse:
        return self._pressed(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Video) -> HttpResponse:
        return self._pressed(request, obj) or super().response_change(request, obj)

    def _pressed(self, request: HttpRequest, video: Video) -> HttpResponse | None:
        """Do what a button under the form asks for, after what was typed is kept; None where it was only "Save"."""
        order = next((name for name in ORDERS if name in request.POST), None)
        if order is None:
            return None
        move, verb = ORDERS[order]
        before = audit.stored(video)
        try:
            move(video, now=timezone.now())
        except NotAllowed as error:
            messages.error(request, str(error))
        else:
            audit.record(request, verb, before=before, after=audit.stored(video))
            messages.success(request, f"“{video}” is {VideoStatus(video.status).label} now.")
        return HttpResponseRedirect(reverse("admin:blog_video_change", args=[video.pk]))

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        key = int(object_id) if object_id and object_id.isdecimal() else 0
        video = self.get_queryset(request).filter(pk=key).first()
        state = VideoStatus(video.status) if video else VideoStatus.DRAFT
        told = {"may_decide": self._may(request, "change"), "state": state, "moves": videos.MOVES[state]}
        return super().changeform_view(request, object_id, extra_context={**told, **kwargs.pop("extra_context", {})})

    def get_urls(self) -> list[URLPattern]:
        look = self.admin_site.admin_view(self.look)
        return [path("<int:key>/look/", look, name="blog_video_look"), *super().get_urls()]

    def look(self, request: HttpRequest, key: int) -> HttpResponse:
        """Its page as viewers will see it, also before they do."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        known = get_object_or_404(self.get_queryset(request).select_related("community"), pk=key)
        video = films.page(known.community, known.slug)
        return shown(request, video or known, is_preview=True, canonical="")
