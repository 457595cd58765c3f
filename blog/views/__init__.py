"""Posts -> their pages: one each, and lists by time, by word and by who signed them."""

import itertools
from datetime import date
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.generic import ListView, MonthArchiveView, View, YearArchiveView
from django.views.generic.list import MultipleObjectMixin

from accounts.models import Community
from blog import announcing, blogroll, reading, thread
from blog.models import ACADEMIC, Contribution, Kind, Post, PostStatus, Writer
from blog.publishing import words
from chats.models import Chat
from chats.rendering import reading as chats_reading
from chats.views import community_of

IN_A_LIST = 9  # the first page opens with a large one
ACADEMIC_CHATS = 10


class PostsMixin(MultipleObjectMixin):
    """The posts of the community that are out, newest first, each filed under the day in its address."""

    request: HttpRequest
    date_field: str | None = "published_on"
    allow_empty = True
    allow_future = True
    paginate_by: int | None = IN_A_LIST

    def get_queryset(self) -> Any:
        return Post.objects.of(community_of(self.request)).published(timezone.now()).for_lists()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = context.get("page_obj")
        paged = {}
        if page:
            paged = {
                "page": page,
                "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
            }
        number = f"?page={page.number}" if page and page.number > 1 else ""
        return {**context, "posts": context["object_list"], "canonical": self.request.path + number, **paged}


class Posts(PostsMixin, ListView):
    """All of them, a page at a time, with the words and years there are."""

    template_name = "blog/posts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        community, now = community_of(self.request), timezone.now()
        context = super().get_context_data(**kwargs)
        told: dict[str, Any] = {"words": reading.words(community, now), "years": reading.years(community, now)}
        told |= {"elsewhere": blogroll.elsewhere(community, now), "followers": community.followers.count()}
        return context | told | {"rest": context["posts"][1:]}


class PostsYear(PostsMixin, YearArchiveView):
    """One year's, month by month."""

    template_name = "blog/posts_year.html"
    make_object_list = True
    paginate_by = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        by_month = itertools.groupby(context["posts"], key=lambda post: post.published_on.replace(day=1))
        months = [(month, list(posts)) for month, posts in by_month]
        around = _around(self, "year", context["year"], is_empty=not months)
        return context | {"months": months, **around}


class PostsMonth(PostsMixin, MonthArchiveView):
    """One month's."""

    template_name = "blog/posts_month.html"
    month_format = "%m"
    paginate_by = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | _around(self, "month", context["month"], is_empty=not context["posts"])


def _around(view: Any, period: str, first: date, *, is_empty: bool) -> dict[str, date | None]:
    """A day of the nearest other "year" or "month" with a post, earlier and later: empty ones would never stop.

    An empty one is a page between two of them, and none before the first post or after the last.
    """
    end = getattr(view, f"_get_next_{period}")(first)
    posts = Post.objects.of(community_of(view.request)).published(timezone.now())
    days = posts.order_by("published_on").values_list("published_on", flat=True)
    told = {"previous": days.filter(published_on__lt=first).last(), "next": days.filter(published_on__gte=end).first()}
    if is_empty and not all(told.values()):
        raise Http404
    return told


class Tagged(PostsMixin, ListView):
    """Posts with one word on them.  #academicpony says what it is also while there is none, and lists chats too."""

    template_name = "blog/tag.html"

    def get_queryset(self) -> Any:
        slug = self.kwargs["tag"]
        self.tag = reading.tagged(community_of(self.request), slug, timezone.now())
        if self.tag is None and slug != ACADEMIC:
            raise Http404
        return super().get_queryset().filter(tags__slug=slug)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        slug, is_academic = self.kwargs["tag"], self.kwargs["tag"] == ACADEMIC
        chats: list[Any] = []
        if is_academic:
            held = Chat.objects.of(community_of(self.request)).archived(timezone.now())
            academic = held.filter(tags__slug=ACADEMIC).with_figures()[:ACADEMIC_CHATS]
            chats = [chats_reading.entry(chat) for chat in academic]
        name = self.tag.name if self.tag else ACADEMIC
        return context | {"slug": slug, "name": name, "is_academic": is_academic, "chats": chats}


class By(PostsMixin, ListView):
    """Posts that somebody signed."""

    template_name = "blog/by.html"

    def get_queryset(self) -> Any:
        community = community_of(self.request)
        self.writer = get_object_or_404(Writer, community=community, slug=self.kwargs["slug"])
        posts = super().get_queryset().filter(bylines__writer=self.writer)
        if not posts.exists():
            raise Http404  # whose post is not out yet is told to nobody
        return posts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(writer=self.writer, **kwargs)


class PostDetail(View):
    """One post.  One that was taken down says so; one that stands under another day leads there."""

    def get(self, request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        community, now = community_of(request), timezone.now()
        post = reading.page(community, slug=slug)
        if post is None:
            raise Http404
        if post.status == PostStatus.UNPUBLISHED:
            return render(request, "blog/gone.html", status=HTTPStatus.GONE)
        if not post.is_out(now):
            raise Http404
        if request.path != post.get_absolute_url():
            return redirect(post, permanent=True)
        return render(request, "blog/post.html", told(post, community))


def told(post: Post, community: Community) -> dict[str, Any]:
    """What the page of a post says, also before it is out."""
    now = timezone.now()
    pieces: list[Contribution] = []
    if post.kind == Kind.COLLABORATIVE:
        pieces = list(post.contributions.shown().told())
    return {
        "post": post,
        "lede": "" if post.excerpt == words.excerpt(post.html) else post.excerpt,  # else it would be read twice
        "thread": thread.read(post, now),
        "pieces": pieces,
        "takes_pieces": post.takes_pieces(now),
        "around": reading.around(post, now) if post.published_at else None,
        "canonical": post.get_absolute_url(),
        "card": announcing.picture(post, community),
        "facts": announcing.facts(post, community),
        "shares": announcing.shares(post, community),
        "is_academic": any(word.slug == ACADEMIC for word in post.words),
    }
