"""A file of many chats -> the pages of one of them: what was written in a stretch of time, and nothing else."""

from collections.abc import Iterator
from datetime import datetime

from chats.sources.base import Page, Source


class Part:
    """The tweets of ``source`` from ``since`` to before ``until`` (ISO 8601, with a zone).

    ``last`` is the cursor of the page behind which none of that time stands: reading ends there.
    """

    def __init__(self, source: Source, *, since: str, until: str, last: str) -> None:
        self._source = source
        self._since = datetime.fromisoformat(since)
        self._until = datetime.fromisoformat(until)
        self._last = last

    def pages(self, cursor: str) -> Iterator[Page]:
        """Without the rows that cannot be read: nobody knows whose they are."""
        for page in self._source.pages(cursor):
            inside = tuple(tweet for tweet in page.tweets if self._since <= tweet.created_at < self._until)
            onward = None if cursor == self._last else page.cursor
            yield Page(inside, (), onward)
            if onward is None:
                return
            cursor = onward
