"""Frozen records as a source would give them."""

from datetime import timedelta

from chats.sources.base import Page, SourceAuthor, SourceTweet
from tests.factories.chats import START


def seen(number, text="", *, author="ann", minute=5, followers=None, name="", **fields):
    """A tweet as a source saw it: id ``number``, ``minute`` minutes into the chat."""
    return SourceTweet(
        network="x",
        id=str(number),
        author=SourceAuthor("x", f"id-{author}", author, name or author.title(), followers),
        text=text or f"Tweet {number}",
        created_at=START + timedelta(minutes=minute),
        url=f"https://x.com/{author}/status/{number}",
        raw=b'{"id":%d}' % number,
        **fields,
    )


def page(*tweets, rejected=(), cursor=None):
    return Page(tweets=tuple(tweets), rejected=tuple(rejected), cursor=cursor)
