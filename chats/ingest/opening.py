"""Settings and a capture's own words -> the source that it reads.  What is secret lives in the settings alone."""

from typing import Any

from django.conf import settings

from chats.models import Capture
from chats.sources import SOURCES
from chats.sources.base import Source, SourceError


def open_source(capture: Capture) -> Source:
    """Raises ``SourceError`` where the portal has no access to what the capture reads."""
    if capture.source not in SOURCES:
        raise SourceError(f"There is no source {capture.source!r}.", code="unknown_source", permanent=True)
    access = _access(capture.source)
    if access is None:
        what = capture.source.capitalize()
        raise SourceError(f"{what} is not set up: its access is missing in the settings.", code="not_set_up")
    return SOURCES[capture.source](capture.query, **capture.settings, **access)


def is_live(source: str) -> bool:
    """Whether a source goes on giving; a file is read once."""
    return source != "file"


def live_sources() -> list[str]:
    """The networks that the portal has access to."""
    return [source for source in SOURCES if is_live(source) and _access(source) is not None]


def _access(source: str) -> dict[str, Any] | None:
    """What opens a source besides the query; None where it is not set up."""
    match source:
        case "file":
            return {}
        case "x" if settings.X_BEARER_TOKEN:
            return {
                "base": settings.X_API_URL,
                "token": settings.X_BEARER_TOKEN,
                "vocabulary": settings.X_VOCABULARY,
                "search": settings.X_SEARCH,
            }
        case "mastodon" if settings.MASTODON_SERVERS:
            return {"servers": settings.MASTODON_SERVERS}
        case "bluesky" if settings.BLUESKY_IDENTIFIER:
            return {
                "base": settings.BLUESKY_URL,
                "identifier": settings.BLUESKY_IDENTIFIER,
                "password": settings.BLUESKY_APP_PASSWORD,
            }
    return None
