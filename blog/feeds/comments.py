"""Comments under a post -> Atom, the newest first."""

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.outbox.letters import tidy
from blog import thread
from blog.models import Comment, CommentState, Post
from chats.feeds import Atom
from chats.views import community_of

LONGEST = 50


class Comments(Feed):
    """Every entry is a comment, known for ever by its address; one that was taken back is none."""

    feed_type = Atom

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Without a date of its own in the header: entries go without leaving one, and the ETag knows."""
        response = super().__call__(request, *args, **kwargs)
        del response["Last-Modified"]
        return response

    def get_object(self, request: HttpRequest, slug: str, **kwargs: Any) -> Post:
        posts = Post.objects.of(community_of(request)).select_related("community")
        return get_object_or_404(posts.published(timezone.now()), slug=slug)

    def title(self, post: Post) -> str:
        return f"Comments on {tidy(post.title)}"

    def link(self, post: Post) -> str:
        return f"{post.community.site}{post.get_absolute_url()}"

    def feed_url(self, post: Post) -> str:
        return f"{self.link(post)}comments/feed/"

    def feed_guid(self, post: Post) -> str:
        return self.feed_url(post)

    def items(self, post: Post) -> list[Comment]:
        shown = thread.rows(post.pk).select_related("author").filter(state=CommentState.SHOWN, author__isnull=False)
        found = list(shown.order_by("-shown_at", "-pk")[:LONGEST])
        for comment in found:
            comment.post = post  # whose community is at hand
        return found

    def item_title(self, comment: Comment) -> str:
        return f"{tidy(str(comment.author))}, {thread.when(comment.sent_at, comment.post.community.time_zone)}"

    def item_description(self, comment: Comment) -> str:
        return comment.body

    def item_link(self, comment: Comment) -> str:
        return f"{comment.post.community.site}{comment.get_absolute_url()}"

    def item_author_name(self, comment: Comment) -> str:
        return tidy(str(comment.author))

    def item_pubdate(self, comment: Comment) -> datetime:
        return comment.sent_at

    def item_updateddate(self, comment: Comment) -> datetime:
        return comment.edited_at or comment.sent_at
