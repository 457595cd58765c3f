"""The table of everything tweets can come from."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from chats.sources import bluesky_service, mastodon_server, x_asking
from chats.sources.ahead import Ahead
from chats.sources.base import Lookup, Source
from chats.sources.bluesky import BlueskyLookup, BlueskySearch
from chats.sources.files import FileSource
from chats.sources.files.parts import Part
from chats.sources.files.source import PAGE_SIZE
from chats.sources.mastodon import MastodonTag
from chats.sources.mastodon_origin import MastodonLookup
from chats.sources.x_lookup import XLookup
from chats.sources.x_sweeps import Reach, XSearch


def _file(
    query: str,
    *,
    format: str = "auto",  # noqa: A002, the word of the command line
    time_zone: str = "UTC",
    page_size: int = PAGE_SIZE,
    **part: str,
) -> Source:
    source = FileSource(query, format, time_zone=ZoneInfo(time_zone), page_size=page_size)
    return Ahead(Part(source, **part) if part else source)


def _x(query: str, *, access: x_asking.Access, search: Reach, since: str, until: str) -> Source:
    window = {"starts_at": datetime.fromisoformat(since), "ends_at": datetime.fromisoformat(until)}
    return XSearch(access, query, reach=search, **window)


def _mastodon(query: str, *, access: mastodon_server.Access, since: str, until: str) -> Source:
    return MastodonTag(access, query, starts_at=datetime.fromisoformat(since), ends_at=datetime.fromisoformat(until))


def _bluesky(query: str, *, access: bluesky_service.Access, since: str, until: str) -> Source:
    return BlueskySearch(access, query, starts_at=datetime.fromisoformat(since), ends_at=datetime.fromisoformat(until))


# Name of a network -> what asks, with the access to it, whether tweets are still there.
LOOKUPS: dict[str, Callable[..., Lookup]] = {"x": XLookup, "mastodon": MastodonLookup, "bluesky": BlueskyLookup}
# Name of a source in the database -> what opens it with a capture's query and settings.
SOURCES: dict[str, Callable[..., Source]] = {"file": _file, "x": _x, "mastodon": _mastodon, "bluesky": _bluesky}
