"""Posts -> their list, the page where one is written and decided about, and every text it has had."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts import audit
from accounts.admin.base import AtDesk, OfCommunity, Titled, pill
from accounts.admin.named import Named
from accounts.models import Community, User
from accounts.telling import NOTHING
from blog import previews, publishing
from blog.admin.forms import PostForm
from blog.models import Byline, Post, PostRevision, PostStatus, Story
from blog.publishing import words
from blog.publishing.consent import WORDS
from blog.publishing.writing import FACTS
from chats.lifecycle import NotAllowed

TONES = {
    PostStatus.REVIEW: "warn",
    PostStatus.SCHEDULED: "brand",
    PostStatus.PUBLISHED: "good",
    PostStatus.UNPUBLISHED: "bad",
}
# By the name of a button: what is pressed, and what the log says of it.
ORDERS: dict[str, tuple[Callable[..., Any], str]] = {
    "_review": (publishing.submit, "asks for review"),
    "_draft": (publishing.take_back, "takes back"),
    "_publish": (publishing.publish, "publishes"),
    "_unpublish": (publishing.unpublish, "takes down"),
}


class Bylines(AtDesk, admin.TabularInline):
    """Those whose post it is, in their order."""

    model = Byline
    community_path = "post__community"
    fields = ["writer", "position"]
    formset = Named
    extra = 1
    verbose_name, verbose_name_plural = "signature", "signed by (nobody: the community)"


class ByStatus(admin.SimpleListFilter):
    """What the clock makes of the status, as the list shows it."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(status.value, status.label) for status in PostStatus]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value, out = self.value(), Q(pk__in=Post.objects.published(timezone.now()).values("pk"))
        if value == PostStatus.PUBLISHED:
            return queryset.filter(out)
        if value == PostStatus.SCHEDULED:
            return queryset.filter(~out, status=value)
        return queryset.filter(status=value) if value in PostStatus.values else queryset


@admin.register(Post)
class PostAdmin(Titled):
    title = "Posts"
    form = PostForm
    change_form_template = "admin/blog/post.html"
    list_display = ["title", "kind", "state", "out", "by"]
    list_filter = [ByStatus, "kind", ("topic", OfCommunity)]
    search_fields = ["title", "excerpt", "text"]
    date_hierarchy = "published_at"
    ordering = ["-changed_at", "-pk"]
    actions = ["publish_now", "take_down"]
    inlines = [Bylines]
    fieldsets = [
        (None, {"fields": ["title", "slug", "excerpt", "text", "read"]}),
        ("What it is", {"fields": ["kind", "tagged", "topic", "chat", "event", "takes_comments"]}),
        ("Picture", {"fields": ["picture", "hero_alt", "without_picture"]}),
        ("When", {"fields": ["comes_out_at", "event_starts_at", "event_ends_at"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        rows: Any = super().get_queryset(request)
        return rows.told().select_related("community").defer("html")

    def get_form(self, request: HttpRequest, obj: Post | None = None, change: bool = False, **kwargs: Any) -> Any:
        """A new post has no picture to take away."""
        made = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            made.base_fields.pop("without_picture", None)
        return made

    def get_fieldsets(self, request: HttpRequest, obj: Post | None = None) -> Any:
        """Whoever may only look sees rows, not what would be handed in."""
        told = super().get_fieldsets(request, obj)
        left_out = {"without_picture"} if obj is None else set()
        if not (self.has_change_permission(request, obj) if obj else self.has_add_permission(request)):
            left_out = {"tagged", "picture", "without_picture", "read", "comes_out_at"}
        return [(name, {"fields": [each for each in of["fields"] if each not in left_out]}) for name, of in told]

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """What readers have known is taken down, and says so; a story is its writer's.  Only other drafts may go."""
        is_known = obj is not None and obj.status not in (PostStatus.DRAFT, PostStatus.REVIEW)
        may = super().has_delete_permission(request, obj) and not is_known
        return may and not (obj and Story.objects.filter(post=obj).exists())

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "change")

    def get_view_on_site_url(self, obj: Post | None = None) -> str | None:
        return obj.get_absolute_url() if obj and obj.is_out(timezone.now()) else None

    @admin.display(description="State")
    def state(self, post: Post) -> SafeString:
        status = publishing.settled(post, timezone.now())
        return pill(TONES.get(status, ""), status.label)

    @admin.display(description="Out", ordering="published_at")
    def out(self, post: Post) -> str:
        return date_format(localtime(post.published_at), "j M Y, H:i") if post.published_at else NOTHING

    @admin.display(description="By")
    def by(self, post: Post) -> str:
        return ", ".join(each.name for each in post.signers) or NOTHING

    @admin.action(description="Publish now", permissions=["decide"])
    def publish_now(self, request: HttpRequest, posts: QuerySet[Post]) -> None:
        for post in posts:
            self._decide(request, post, "_publish")

    @admin.action(description="Take down", permissions=["decide"])
    def take_down(self, request: HttpRequest, posts: QuerySet[Post]) -> None:
        for post in posts:
            self._decide(request, post, "_unpublish")

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        """By the writers, one thing after the other; what could be refused, the form has refused already."""
        now, by, typed = timezone.now(), _member(request), form.cleaned_data
        form.before = audit.stored(obj) if change else None
        facts = {name: typed[name] for name in FACTS}
        if change:
            publishing.arrange(obj, **facts)
            if typed["slug"] != form.had["slug"]:
                publishing.rename(obj, typed["slug"])
        else:
            community = Community.objects.for_request(request)
            if community is None:
                raise PermissionDenied
            made = publishing.write(community, typed["title"], by=by, now=now, slug=typed["slug"], **facts)
            obj.pk = made.pk
            obj.refresh_from_db()
        publishing.revise(obj, by=by, now=now, **{name: typed[name] for name in WORDS})
        publishing.tag(obj, typed["tagged"])
        self._illustrate(obj, typed, now)
        if "comes_out_at" in form.changed_data and not {*ORDERS, "_schedule"} & {*request.POST}:
            messages.warning(request, "When it comes out was not changed: “Save and schedule” does that.")

    def _illustrate(self, post: Post, typed: dict[str, Any], now: Any) -> None:
        if typed["picture"]:
            publishing.illustrate(post, typed["picture"], typed["hero_alt"], now=now)
        elif typed.get("without_picture"):
            publishing.illustrate(post, None, "", now=now)
        elif post.hero_id:
            publishing.describe(post, typed["hero_alt"])

    def response_add(self, request: HttpRequest, obj: Post, post_url_continue: str | None = None) -> HttpResponse:
        return self._pressed(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Post) -> HttpResponse:
        return self._pressed(request, obj) or super().response_change(request, obj)

    def _pressed(self, request: HttpRequest, post: Post) -> HttpResponse | None:
        """Do what a button under the form asks for, after what was typed is kept; None where it was only "Save"."""
        order = next((name for name in (*ORDERS, "_schedule") if name in request.POST), None)
        if order is None:
            return None
        self._decide(request, post, order)
        return HttpResponseRedirect(reverse("admin:blog_post_change", args=[post.pk]))

    def _decide(self, request: HttpRequest, post: Post, order: str) -> None:
        now, before = timezone.now(), audit.stored(post)
        try:
            if order == "_schedule":
                at = PostForm.base_fields["comes_out_at"].clean(request.POST.get("comes_out_at"))
                publishing.schedule(post, at or now, now=now)
                verb = "schedules"
            else:
                move, verb = ORDERS[order]
                move(post, now=now)
        except NotAllowed as error:
            messages.error(request, str(error))
            return
        audit.record(request, verb, before=before, after=audit.stored(post))
        status = publishing.settled(Post.objects.get(pk=post.pk), now)
        messages.success(request, f"“{post}” is {status.label} now.")

    def get_urls(self) -> list[URLPattern]:
        return [
            path("look/", self.admin_site.admin_view(self.look), name="blog_post_look"),
            path("<int:key>/revisions/", self.admin_site.admin_view(self.revisions), name="blog_post_revisions"),
            *super().get_urls(),
        ]

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        key = int(object_id) if object_id and object_id.isdecimal() else 0
        post = self.get_queryset(request).filter(pk=key).first()
        now = timezone.now()
        told: dict[str, Any] = {"may_decide": self.has_decide_permission(request), "state": PostStatus.DRAFT}
        if post:
            told |= {
                "state": publishing.settled(post, now),
                "preview": "" if post.status == PostStatus.UNPUBLISHED or post.is_out(now) else previews.address(post),
                "revisions_kept": post.revisions.count(),
                "story": Story.objects.filter(post=post, withdrawn_at=None).first(),
            }
        told["moves"] = publishing.MOVES[told["state"]]
        try:
            with transaction.atomic():
                more = {**told, **kwargs.pop("extra_context", {})}
                return super().changeform_view(request, object_id, extra_context=more)
        except NotAllowed as error:  # somebody was faster than whoever pressed the button
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)

    def look(self, request: HttpRequest) -> HttpResponse:
        """What is being typed, as readers will see it; nothing is kept."""
        if not self._may(request, "add", "change"):
            raise PermissionDenied
        community = Community.objects.for_request(request)
        if request.method != "POST" or community is None:
            return HttpResponseRedirect(reverse("admin:blog_post_changelist"))
        typed = {name: request.POST.get(name, "")[:most] for name, most in (("title", 160), ("excerpt", 300))}
        post = Post(pk=0, community=community, **typed, **words.made(request.POST.get("text", "")))
        post.tag_facts, post.writer_facts = [], []
        told = {
            "post": post,
            "lede": post.excerpt,
            "is_preview": True,
            "is_look": True,
            "canonical": "",
            "is_academic": False,
        }
        return render(request, "blog/post.html", told)

    def revisions(self, request: HttpRequest, key: int) -> HttpResponse:
        """Every text the post has had, the newest first, each with a button to say it again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        post = get_object_or_404(self.get_queryset(request), pk=key)
        if request.method == "POST":
            self._restore(request, post)
            return HttpResponseRedirect(request.path)
        told = {
            **self.admin_site.each_context(request),
            "title": f"Every text of “{post}”",
            "opts": self.opts,
            "post": post,
            "revisions": post.revisions.select_related("author").order_by("-number"),
            "may_decide": self.has_decide_permission(request),
        }
        return TemplateResponse(request, "admin/blog/revisions.html", told)

    def _restore(self, request: HttpRequest, post: Post) -> None:
        if not self.has_decide_permission(request):
            raise PermissionDenied
        asked = request.POST.get("revision", "")
        number = int(asked) if asked.isdecimal() and len(asked) < 9 else 0
        try:
            with transaction.atomic():
                revision: PostRevision = publishing.restore(post, number, by=_member(request), now=timezone.now())
                audit.record(request, "restores", after=audit.stored(revision), within=post)
        except NotAllowed as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"It says again what revision {number} said.")


def _member(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
