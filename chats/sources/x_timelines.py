"""An account's handle -> what it says, or what is said to it, read from its timelines.

The owner of the app that asks pays a fifth there of what the same tweets cost in a search, and X charges for each but
once a day: so these are read first.  A timeline is also told at once, half a minute before a search.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from chats.sources.base import Page
from chats.sources.x import Listing
from chats.sources.x_asking import Access
from chats.sources.x_lookup import number_of
from chats.sources.x_places import Place
from chats.sources.x_sweeps import XSearch

_QUERY = re.compile(r"(?:from:|@)([A-Za-z0-9_]{1,15})")


def is_timeline(query: str) -> bool:
    """Whether a query asks for all that one account says, or for all that is said to one, and for nothing else."""
    return _QUERY.fullmatch(query) is not None


class XTimeline(XSearch):
    """The tweets of a query for which ``is_timeline`` holds, from ``starts_at`` to before ``ends_at``.

    No search shows retweets; those that a timeline shows are left out, or pages would name some and not all of them.
    """

    def __init__(self, access: Access, query: str, *, starts_at: datetime, ends_at: datetime) -> None:
        super().__init__(access, query, reach="recent", starts_at=starts_at, ends_at=ends_at)
        self._handle = _QUERY.sub(r"\1", query)

    def pages(self, cursor: str) -> Iterator[Page]:
        """As of any listing; before the very first, a page without tweets keeps the account's number."""
        place = Place.of_cursor(cursor)
        if not place.user:
            with self._access.open() as x:
                place = place._replace(user=number_of(x, self._handle))
            yield Page((), (), place.mark(), requests=1, user_reads=1)
        self._listing = _said_to(place.user) if self._query.startswith("@") else _said_by(place.user)
        for page in super().pages(place.mark()):
            said = tuple(tweet for tweet in page.tweets if not tweet.retweet_of)
            yield page._replace(tweets=said, is_owned=True)


def _said_by(user: str) -> Listing:
    return Listing(f"/2/users/{user}/tweets", (("exclude", "retweets"),), "pagination_token", 100)


def _said_to(user: str) -> Listing:
    return Listing(f"/2/users/{user}/mentions", (), "pagination_token", 100)
