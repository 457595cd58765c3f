"""Settings and a capture's own words -> the source that it reads.  What is secret lives in the settings alone."""

from datetime import timedelta
from typing import Any

from django.conf import settings

from chats.models import Capture
from chats.sources import SOURCES, bluesky_service, mastodon_server, x_asking
from chats.sources.base import Source, SourceError

DEADLINE = timedelta(seconds=settings.LEASE_SECONDS) * 3 / 4  # an answer must come before the lease ends


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
            access = x_asking.Access(settings.X_API_URL, settings.X_BEARER_TOKEN, settings.X_VOCABULARY, DEADLINE)
            return {"access": access, "search": settings.X_SEARCH}
        case "mastodon" if settings.MASTODON_SERVERS:
            return {"access": mastodon_server.Access(tuple(settings.MASTODON_SERVERS), deadline=DEADLINE)}
        case "bluesky" if settings.BLUESKY_IDENTIFIER:
            account = settings.BLUESKY_IDENTIFIER, settings.BLUESKY_APP_PASSWORD
            return {"access": bluesky_service.Access(settings.BLUESKY_URL, *account, deadline=DEADLINE)}
    return None
