"""The table of everything tweets can come from."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chats.sources import bluesky, bluesky_service, mastodon_origin, mastodon_server, x_asking, x_lookup, x_queries
from chats.sources.base import Looked, Source
from chats.sources.bluesky import BlueskySearch, BlueskyThread
from chats.sources.files import FileSource
from chats.sources.files.parts import Part
from chats.sources.files.source import PAGE_SIZE
from chats.sources.mastodon import MastodonTag
from chats.sources.mastodon_origin import MastodonThread
from chats.sources.x_stream import XStream
from chats.sources.x_sweeps import Reach, XSearch
from chats.sources.x_timelines import XTimeline, is_timeline


def _file(
    query: str,
    *,
    format: str = "auto",  # noqa: A002, the word of the command line
    time_zone: str = "UTC",
    page_size: int = PAGE_SIZE,
    **part: str,
) -> Source:
    source = FileSource(query, format, time_zone=ZoneInfo(time_zone), page_size=page_size)
    return Part(source, **part) if part else source


def _x(
    query: str, *, access: x_asking.Access, search: Reach, since: str, until: str, listens: timedelta | None = None
) -> Source:
    window = {"starts_at": datetime.fromisoformat(since), "ends_at": datetime.fromisoformat(until)}
    if is_timeline(query):
        return XTimeline(access, query, **window)
    if listens is not None and x_queries.tags_of(query):
        return XStream(access, query, reach=search, lasts=listens, **window)
    return XSearch(access, query, reach=search, **window)


def _mastodon(query: str, *, access: mastodon_server.Access, since: str, until: str) -> Source:
    if query.startswith("https:"):
        return MastodonThread(access, query)
    return MastodonTag(access, query, starts_at=datetime.fromisoformat(since), ends_at=datetime.fromisoformat(until))


def _bluesky(query: str, *, access: bluesky_service.Access, since: str, until: str) -> Source:
    if query.startswith("at:"):
        return BlueskyThread(access, query)
    return BlueskySearch(
        access, f"#{query}", starts_at=datetime.fromisoformat(since), ends_at=datetime.fromisoformat(until)
    )


def _look_up_x(access: x_asking.Access, ids: Sequence[str]) -> Looked:
    with access.open() as asked:
        return x_lookup.lookup(asked, ids)


def _look_up_bluesky(access: bluesky_service.Access, uris: Sequence[str]) -> Looked:
    with access.open() as service:
        return bluesky.lookup(service, uris)


# Name of a network -> what asks, with the access to it, whether tweets are still there, and of how many at once.
LOOKUPS: dict[str, tuple[Callable[..., Looked], int]] = {
    "x": (_look_up_x, x_lookup.MOST),
    "mastodon": (mastodon_origin.lookup, mastodon_origin.MOST),
    "bluesky": (_look_up_bluesky, bluesky.MOST),
}
# Name of a source in the database -> what opens it with a capture's query and settings.  X takes its own search
# language; Mastodon and Bluesky a hashtag without its sign, or the address of a tweet for the replies below it.
SOURCES: dict[str, Callable[..., Source]] = {"file": _file, "x": _x, "mastodon": _mastodon, "bluesky": _bluesky}
