"""A post that changed -> the kept copies of pages that tell of it, forgotten."""

from functools import partial
from urllib.parse import unquote

from django.db import transaction
from django.urls import reverse

from blog.models import Post
from chats import shelf


def clear(post: Post) -> None:
    """Forget the pages and feeds that show it first, once the change is kept.

    Others follow within ``PAGE_CACHE_SECONDS``.
    """
    address = post.get_absolute_url()
    if not address or post.published_on is None:
        return
    day = post.published_on
    named = {
        address,
        reverse("home"),
        reverse("blog:posts"),
        reverse("blog:feed"),
        reverse("blog:feed-rss"),
        reverse("blog:posts-year", args=[day.year]),
        reverse("blog:posts-month", args=[day.year, day.month]),
        *(each.get_absolute_url() for each in post.writers.all()),
    }
    for slug in post.tags.values_list("slug", flat=True):
        named |= {reverse(f"blog:{name}", args=[slug]) for name in ("tag", "tag-feed", "tag-feed-rss")}
    # Pages are kept under their path as it is asked for, not as it is written in links.
    transaction.on_commit(partial(shelf.forget, post.community, sorted(map(unquote, named))))
