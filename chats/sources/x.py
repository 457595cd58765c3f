"""A listing of X, say of a search -> pages of records, from a place that is kept on.

What is asked for costs money: nothing is asked twice without need, and each page says what it cost.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from chats.sources import quarantine
from chats.sources.base import Missing, Page, Rejected, SourceError, SourceTweet
from chats.sources.files import twarc_v2
from chats.sources.files.flattening import Includes
from chats.sources.files.values import count, known_id, mapping, mappings, string
from chats.sources.x_asking import Access, Asked, X, fields
from chats.sources.x_places import Place, id_at
from chats.sources.x_queries import check
from chats.sources.x_refusals import Refused

# A tweet may be shown a little later than one that was written after it: so far below the newest is asked again.
OVERLAP = timedelta(seconds=30)
FORGOTTEN = Missing("X", "gap", "X shows no tweets of that time any more: what is missing can only come from a file.")
_AHEAD = timedelta(minutes=5)  # of X's own clock: what comes later is no tweet's true id
_LARGEST = 2**63
_SURELY_IN_REACH = timedelta(days=6)  # of the recent search: what is refused there is not too old, but too new
_TOKENS = {"next_token", "pagination_token"}
_LOWER = {"start_time", "since_id"}
# What went wrong with pages of so many tweets -> how many to ask for instead.
_SMALLER = {("unavailable", 500): 100, ("too_large", 500): 100, ("too_large", 100): 10}
_ARCHIVE_PACE = timedelta(seconds=1)


class Listing(NamedTuple):
    """What is read: where, with which parameters, by which name it takes a token, and how many tweets at once."""

    path: str
    params: tuple[tuple[str, str], ...]
    token_name: str
    most: int
    pace: timedelta = timedelta()


def recent(query: str) -> Listing:
    """Tweets of the last seven days."""
    check(query, 512)
    return Listing("/2/tweets/search/recent", (("query", query),), "next_token", 100)


def archive(query: str) -> Listing:
    """Tweets since 2006; for those who pay for it, and at most one page a second."""
    check(query, 1024)
    return Listing("/2/tweets/search/all", (("query", query),), "next_token", 500, pace=_ARCHIVE_PACE)


class XSource:
    """The tweets of a listing from ``starts_at`` to before ``ends_at``, which may lie ahead or be None."""

    def __init__(
        self,
        access: Access,
        listing: Listing,
        *,
        starts_at: datetime,
        ends_at: datetime | None = None,
        overlap: timedelta = OVERLAP,
    ) -> None:
        self._access = replace(access, pace=max(access.pace, listing.pace))
        self._listing = listing
        self._most = listing.most
        self._starts_at = starts_at
        self._floor = max(0, id_at(starts_at) - 1)
        self._ceiling = id_at(ends_at) if ends_at else 0
        self._overlap = id_at(starts_at + overlap) - id_at(starts_at)

    def pages(self, cursor: str) -> Iterator[Page]:
        """One sweep.  Its last page says so, and its cursor begins the next one."""
        place = Place.of_cursor(cursor).resumed()
        with self._access.open() as x:
            x.prefer(place.vocabulary)
            while True:
                page, place = self._page(x, place)
                yield page
                if page.is_last:
                    return

    def _page(self, x: X, place: Place) -> tuple[Page, Place]:
        try:
            asked = x.ask(self._listing.path, self._params(place), fields)
        except Refused as refused:
            return self._without(refused, x, place)
        except SourceError as error:
            # Large pages are what X fails at first, and a hundred long texts are more than the door lets in.
            smaller = _SMALLER.get((error.code, self._most))
            if smaller is None:
                raise
            self._most = smaller
            return self._page(x, place)
        place = place._replace(vocabulary=x.vocabulary)
        _check_whole(asked.body)
        tweets, rejected = read(asked.body)
        place = place.onward(self._within(tweets, asked, place), _next_token(asked.body))
        return _page(asked, tweets, rejected, place), place

    def _params(self, place: Place) -> list[tuple[str, str]]:
        """By ids, which never mix with times; by time only at first, when no tweet is known."""
        params = [*self._listing.params, ("max_results", str(self._most))]
        until = place.until or self._ceiling
        since = self._since(place)
        if not place.is_short:
            is_known = bool(place.newest or until)
            time = f"{self._starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
            params.append(("since_id", str(since)) if is_known else ("start_time", time))
        if until:
            params.append(("until_id", str(until)))
        if place.token:
            params.append((self._listing.token_name, place.token))
        return params

    def _since(self, place: Place) -> int:
        return max(self._floor, place.newest - self._overlap)

    def _without(self, refused: Refused, x: X, place: Place) -> tuple[Page, Place]:
        """The page without what X no longer takes: a token that has expired, a beginning that lies too far back."""
        if place.token and (refused.parameters & _TOKENS or not refused.parameters):
            page, place = self._page(x, place.restarted())
        elif refused.parameters & _LOWER and not place.is_short and refused.sent_at:
            if self._since(place) > id_at(refused.sent_at - _SURELY_IN_REACH):
                raise SourceError("X cannot be asked for so short a time yet.", code="x_too_early", waiting=True)
            page, place = self._page(x, place.shortened())
        else:
            raise refused
        return page._replace(requests=page.requests + 1), place

    def _within(self, tweets: tuple[SourceTweet, ...], asked: Asked, place: Place) -> list[str]:
        """Ids that say where the sweep stands.

        What lies outside of what was asked for, of what X says the page spans, or ahead of X's clock, would mislead.
        """
        meta = mapping(asked.body.get("meta"))
        oldest, newest = (int(known_id(meta.get(name)) or 0) for name in ("oldest_id", "newest_id"))
        bounds = [
            place.until or self._ceiling,
            newest + 1 if newest >= oldest else 0,
            id_at(asked.sent_at + _AHEAD) if asked.sent_at else 0,
        ]
        until = min(filter(None, bounds), default=_LARGEST)
        since = max(0 if place.is_short else self._since(place), oldest - 1 if newest >= oldest else 0)
        return [each.id for each in tweets if since < int(each.id) < until]


def _check_whole(body: dict) -> None:
    """An answer that does not say how much it holds, or says it wrongly, must never be taken for the end."""
    number = count(mapping(body.get("meta")).get("result_count"))
    data = body.get("data")
    if number is None or not isinstance(data, list | None) or (number and not data):
        raise SourceError("X answered with a page that does not hold what it says.", code="x_no_answer")


def read(body: dict) -> tuple[tuple[SourceTweet, ...], tuple[Rejected, ...]]:
    """The tweets of an answer, each once, and what in it can be none."""
    data = body.get("data")
    includes = Includes(body.get("includes"))
    tweets: dict[str, SourceTweet] = {}
    rejected = []

    def outcome_of(item: object) -> twarc_v2.Outcome:
        whole = includes.whole(mapping(item))
        return "X withholds it by law somewhere" if is_withheld(whole) else twarc_v2.outcome(whole, UTC)

    for n, outcome in quarantine.outcomes(data if isinstance(data, list) else [], outcome_of):
        if isinstance(outcome, str):
            rejected.append(Rejected(n, f"Item {n}: {outcome}"))
        else:
            tweets.setdefault(outcome.id, outcome)
    return tuple(tweets.values()), tuple(rejected)


def is_withheld(item: dict) -> bool:
    """Whether X shows a tweet not to everybody.  Who reads our pages where, nobody knows: so nobody is shown it."""
    return bool(mapping(item.get("withheld")))


def cost(asked: Asked) -> dict[str, int]:
    """What an answer costs, in the words of ``Page``.  What it includes is paid for like what was asked for."""
    data, includes = asked.body.get("data"), mapping(asked.body.get("includes"))
    included = len(mappings(includes.get("tweets"))) + len(mappings(includes.get("posts")))
    return {
        "requests": asked.requests,
        "reads": included + (len(data) if isinstance(data, list) else 0),
        "user_reads": len(mappings(includes.get("users"))),
    }


def _page(asked: Asked, tweets: tuple[SourceTweet, ...], rejected: tuple[Rejected, ...], place: Place) -> Page:
    taken = cost(asked)
    missing = (FORGOTTEN,) if place.is_beginning and place.has_gap else ()
    costs = taken["requests"], taken["reads"], taken["user_reads"]
    return Page(tweets, rejected, place.mark(), place.is_beginning, *costs, missing)


def _next_token(body: dict) -> str:
    return string(mapping(body.get("meta")).get("next_token"))
