"""A search on Bluesky -> pages of tweets, newest first, down to where the search before began.

The search's own cursor is a place among results that move while people write.  So the next page is asked for by time:
what came before the oldest of this one.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from chats.sources import cursors, quarantine
from chats.sources.base import Gone, Looked, Missing, Page, Rejected, SourceError, SourceTweet, Swept
from chats.sources.bluesky_service import Access, Service
from chats.sources.files import bluesky as files
from chats.sources.files.json_lines import NO_TWEET
from chats.sources.files.values import mapping, mappings, string

_LIMIT, _DEPTH = "100", "100"
MOST = 25  # addresses at once
_OVERLAP = timedelta(minutes=10)  # how late a post may come into the index and be found by the next search
_INSTANT = timedelta(milliseconds=1)  # ``until`` is exclusive, and the oldest post may not be alone in its instant
_MOST_STILL = 20  # pages of posts of one instant
_REPEATS = "The search says the same again and again: what is older cannot be had."


class Place(NamedTuple):
    """How far a search was read: ``low`` is where it ends, ``high`` the newest post it met.

    ``until`` is what to ask for next, with ``offset`` among posts of one instant; ``still`` counts pages of these.
    """

    low: datetime | None = None
    high: datetime | None = None
    until: datetime | None = None
    offset: str = ""
    still: int = 0

    def after(self, posts: list, offset: str) -> "Place":
        """Where to go on after this page."""
        met = [moment for post in posts if (moment := _sorted_at(post))]
        high = max([*met, *filter(None, [self.high])], default=None)
        inside = [m for m in met if (not self.low or m >= self.low) and (not self.until or m < self.until)]
        until = inside[-1] + _INSTANT if inside else None
        if until and (not self.until or until < self.until):
            return self._replace(high=high, until=until, offset="", still=0)
        return self._replace(high=high, offset=offset, still=self.still + 1)

    @classmethod
    def of_cursor(cls, cursor: str) -> "Place":
        """What ``mark`` gave; "" is the beginning."""
        value = cursors.read(cursor, "bluesky_cursor")
        low, high, until = (cursors.time(value.get(name)) for name in ("low", "high", "until"))
        still = value.get("still")
        return cls(low, high, until, string(value.get("offset")), still if type(still) is int else 0)

    def mark(self) -> str:
        return cursors.kept({name: value for name, value in self._asdict().items() if value})

    def over(self) -> "Place":
        """Where to begin another time."""
        return Place(low=self.high - _OVERLAP if self.high else self.low)


class BlueskySearch:
    """``query`` is what to search for, usually a hashtag with its sign.

    Only what stands from ``starts_at`` to before ``ends_at`` in the service's own order is asked for; None is no bound.
    """

    def __init__(
        self, access: Access, query: str, *, starts_at: datetime | None = None, ends_at: datetime | None = None
    ) -> None:
        self._access = access
        self._query = query
        self._starts_at = starts_at
        self._ends_at = ends_at

    def pages(self, cursor: str) -> Iterator[Page]:
        """Everything that is new, up to what there is now.  Raises ``SourceError`` when the service cannot be asked."""
        place = Place.of_cursor(cursor)
        low = max(filter(None, [place.low, self._starts_at]), default=None)
        place = place._replace(low=low, until=place.until or self._ends_at)
        with self._access.open() as service:
            while True:
                said = service.ask("feed.searchPosts", self._params(place))
                posts, offset = said.get("posts"), string(said.get("cursor"))
                if not isinstance(posts, list):
                    raise SourceError(f"{service.name} does not answer as Bluesky does.", code="bluesky_answer")
                place = place.after(posts, offset)
                is_last = not offset or place.still > _MOST_STILL
                place = place.over() if is_last else place
                requests = service.take_requests()
                missing = (Missing(service.name, "bluesky_circles", _REPEATS),) if is_last and offset else ()
                yield Page(*found_in(posts), place.mark(), is_last=is_last, requests=requests, missing=missing)
                if is_last:
                    return

    def again(self, cursor: str, *, stored: Mapping[datetime, int]) -> Swept:
        """From the beginning: asking costs nothing, and nobody counts what is there."""
        return Swept("")

    def _params(self, place: Place) -> list[tuple[str, str]]:
        bounds = {"since": _stated(place.low), "until": _stated(place.until), "cursor": place.offset}
        asked = [("q", self._query), ("sort", "latest"), ("limit", _LIMIT)]
        return asked + [(name, value) for name, value in bounds.items() if value]


class BlueskyThread:
    """The post of an address and everything below it, whether it has the hashtag or not."""

    def __init__(self, access: Access, uri: str) -> None:
        self._access = access
        self._uri = uri

    def pages(self, cursor: str) -> Iterator[Page]:
        """One page.  Raises ``SourceError`` when the service cannot be asked."""
        params = [("uri", self._uri), ("depth", _DEPTH), ("parentHeight", "0")]
        with self._access.open() as service:
            said = service.ask("feed.getPostThread", params, nothing="NotFound")
            found = found_in([said or {"notFound": True}])
            yield Page(*found, "", is_last=True, requests=service.take_requests())


def lookup(service: Service, uris: Sequence[str]) -> Looked:
    """At most ``MOST`` tweets by their addresses.  Raises ``SourceError`` when the service cannot be asked.

    That an answer lacks one is not enough: the service must say so of the thing itself.
    """
    if not 1 <= len(uris) <= MOST:
        raise SourceError(f"Bluesky looks up 1 to {MOST} addresses at once.", code="bluesky_ids", permanent=True)
    said = service.ask("feed.getPosts", [("uris", uri) for uri in uris]).get("posts")
    there = {string(post.get("uri")): post for post in mappings(said)}
    gone = [Gone(uri, "not-authorized") for uri, post in there.items() if _is_for_members(post)]
    lacking = [uri for uri in dict.fromkeys(uris) if uri not in there]
    gone += [Gone(uri, "not-found") for uri in lacking if _is_gone(service, uri)]
    lost = {each.id for each in gone}
    tweets, rejected = found_in([there[uri] for uri in dict.fromkeys(uris) if uri in there and uri not in lost])
    unclear = tuple(uri for uri in lacking if uri not in lost)
    return Looked(tweets, tuple(gone), unclear, rejected, service.take_requests())


def _is_for_members(post: dict) -> bool:
    return files.is_for_members(mapping(post.get("author")))


def _is_gone(service: Service, uri: str) -> bool:
    """A post that only the asking account may not see, because its author blocks it, is not gone."""
    said = service.ask("feed.getPostThread", [("uri", uri), ("depth", "0"), ("parentHeight", "0")], nothing="NotFound")
    return not said or mapping(said.get("thread")).get("notFound") is True


def found_in(records: list) -> tuple[tuple[SourceTweet, ...], tuple[Rejected, ...]]:
    """Posts or threads -> what they hold."""
    return quarantine.sorted_out(records, _found_in_one)


def _found_in_one(record: object) -> list[SourceTweet | str]:
    return [*files.tweets(record, zone=UTC)] if isinstance(record, dict) else [NO_TWEET]


def _sorted_at(post: object) -> datetime | None:
    """Where the service sorts a post: when its client says that it was written, but never after it was seen."""
    stated = cursors.time(mapping(mapping(post).get("record")).get("createdAt"))
    seen = cursors.time(mapping(post).get("indexedAt"))
    return min(stated or seen, seen) if seen else None


def _stated(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z" if moment else ""
