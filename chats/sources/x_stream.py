"""A search for hashtags -> its pages, and then for a while the tweets of X's filtered stream, as they are said.

The stream shows a tweet within seconds, the search half a minute later; X charges for each but once a day.  Nothing
hangs on the stream: each look begins with the search from where the one before ended, so whatever the stream did not
say is found there.  A stream that breaks is tried again by the next look, which comes later than X asks for; one that
is refused when X says, or after a minute, and after an hour where X does not allow it at all.  An app has one stream:
of two chats at a time one is heard, and both are searched.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from chats.sources.base import Missing, Page, SourceError
from chats.sources.files.values import mapping, mappings, string
from chats.sources.x import cost, read
from chats.sources.x_asking import Access, Asked, X
from chats.sources.x_queries import tags_of
from chats.sources.x_sweeps import Reach, XSearch

PART, CODE = "X's stream", "x_stream"
_PATH = "/2/tweets/search/stream"
_RULES = f"{_PATH}/rules"
_TAG = "portal"  # of our rules: others may have some of the same app
_SOON, _LATE = timedelta(minutes=1), timedelta(hours=1)
_BROKEN = {"hung_up", "unreachable", "too_slow", "too_large"}


class XStream(XSearch):
    """As the search for ``query``, which names hashtags alone; then the stream for what is left of ``lasts``.

    Where that is no time from the first, the stream is left alone, as it asked for.
    """

    def __init__(
        self,
        access: Access,
        query: str,
        *,
        reach: Reach,
        starts_at: datetime,
        ends_at: datetime,
        lasts: timedelta,
    ) -> None:
        super().__init__(access, query, reach=reach, starts_at=starts_at, ends_at=ends_at)
        self._lasts = lasts
        self._tags = tags_of(query)

    def pages(self, cursor: str) -> Iterator[Page]:
        """The cursor is the search's alone; the last page tells where the stream could not be had."""
        ends = monotonic() + self._lasts.total_seconds()
        for page in super().pages(cursor):
            yield page._replace(is_last=False)
        missing: tuple[Missing, ...] = page.missing
        try:
            if self._lasts:
                yield from self._said(page.cursor, ends)
            else:
                missing = (*missing, Missing(PART, CODE, "X's stream is left alone for a while."))
        except SourceError as error:
            said = f"X's stream cannot be had, so its search is read alone: {error}"
            wait = _LATE if error.permanent else error.retry_after or _SOON
            missing = (*missing, Missing(PART, CODE, said, None if error.code in _BROKEN else wait))
        yield Page((), (), page.cursor, is_last=True, missing=missing)

    def _said(self, cursor: str | None, ends: float) -> Iterator[Page]:
        left = timedelta(seconds=ends - monotonic())
        if left <= timedelta():  # a search that took so long is told of by the look after it
            return
        with self._access.open() as x:
            requests = _see_to_rule(x, f"({self._query}) -is:retweet") + 1
            for said in x.listen(_PATH, left):
                if "data" not in said and (errors := mappings(said.get("errors"))):
                    raise SourceError(f"X ended it: {string(errors[0].get('title'))[:100]}.", code=CODE)
                if page := self._page_of(said, cursor):
                    yield page._replace(requests=requests)
                    requests = 0
        if requests:
            yield Page((), (), cursor, requests=requests)

    def _page_of(self, said: dict, cursor: str | None) -> Page | None:
        """The tweet of a message; what it is said for is not known where the search would not show it."""
        tweets, rejected = read({**said, "data": [said["data"]]}) if mapping(said.get("data")) else ((), ())
        if not tweets and not rejected:
            return None
        found = tuple(tweet for tweet in tweets if self._is_sought(tweet))
        paid = cost(Asked({**said, "data": [said["data"]]}, 0, None))
        return Page(found, rejected, cursor, reads=paid["reads"], user_reads=paid["user_reads"])

    def _is_sought(self, tweet: Any) -> bool:
        """A stream also matches what a tweet quotes, and knows no end."""
        is_inside = self._floor < int(tweet.id) and (not self._ceiling or int(tweet.id) < self._ceiling)
        return is_inside and not self._tags.isdisjoint(tag.casefold() for tag in tweet.hashtags)


def _see_to_rule(x: X, value: str) -> int:
    """See that of our rules there is this one and no other: each is paid for.  How many requests that took."""
    known = mappings(x.ask(_RULES, []).body.get("data"))
    ours = {string(rule.get("id")): rule.get("value") for rule in known if rule.get("tag") == _TAG}
    stale = [id_ for id_, told in ours.items() if told != value]
    if stale:
        x.tell(_RULES, {"delete": {"ids": stale}})
    if value in ours.values():
        return 1 + bool(stale)
    told = x.tell(_RULES, {"add": [{"value": value, "tag": _TAG}]})
    if problem := next((each for each in mappings(told.get("errors")) if each.get("title") != "DuplicateRule"), None):
        raise SourceError(f"X does not take the rule: {string(problem.get('title'))[:100]}.", code=CODE)
    return 2 + bool(stale)
