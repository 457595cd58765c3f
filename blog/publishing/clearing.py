"""A post that changed -> the kept copies of all pages that may tell of it, forgotten with the change."""

from blog.models import Post
from chats import shelf


def clear(post: Post) -> None:
    """Have no reader see what was there before.  Others tell of it too: its neighbours, lists, feeds."""
    if address := post.get_absolute_url():
        shelf.renew(address)
