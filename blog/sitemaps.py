"""Posts, films and the lists of them -> the addresses that search engines may read."""

from datetime import datetime

from django.db.models import Max, QuerySet
from django.urls import reverse
from taggit.models import Tag

from blog import reading
from blog.models import ACADEMIC, Post, Video, Writer
from chats.sitemaps import OfCommunity


class Posts(OfCommunity):
    """Every post that is out."""

    def items(self) -> QuerySet[Post]:
        return Post.objects.of(self.community).published(self.now).defer("text", "html")

    def lastmod(self, post: Post) -> datetime:
        return post.changed_at

    def get_latest_lastmod(self) -> datetime | None:
        """By one query, and not by looking at every post."""
        return Post.objects.of(self.community).published(self.now).aggregate(latest=Max("changed_at"))["latest"]


class Videos(OfCommunity):
    """Every film that is out."""

    def items(self) -> QuerySet[Video]:
        return Video.objects.of(self.community).published().defer("transcript")

    def lastmod(self, video: Video) -> datetime:
        return video.changed_at

    def get_latest_lastmod(self) -> datetime | None:
        """By one query, and not by looking at every film."""
        return Video.objects.of(self.community).published().aggregate(latest=Max("changed_at"))["latest"]


class Lists(OfCommunity):
    """The blog, its years and months, its words, and who signed something."""

    def items(self) -> list[str]:
        months = reading.months(self.community, self.now)
        posts = Post.objects.of(self.community).published(self.now)
        slugs = Tag.objects.filter(blog_taggedpost_items__content_object__in=posts).values_list("slug", flat=True)
        writers = Writer.objects.filter(bylines__post__in=posts).distinct()
        return [
            reverse("blog:posts"),
            *(reverse("blog:posts-year", args=[year]) for year in sorted({day.year for day in months})),
            *(reverse("blog:posts-month", args=[day.year, day.month]) for day in months),
            *(reverse("blog:tag", args=[slug]) for slug in sorted({ACADEMIC, *slugs})),
            *(writer.get_absolute_url() for writer in writers),
        ]

    def location(self, path: str) -> str:
        return path
