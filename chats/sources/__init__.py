"""The table of everything tweets can come from."""

from zoneinfo import ZoneInfo

from chats.sources.base import Source
from chats.sources.files import FileSource


def _file(query: str, *, format: str = "auto", time_zone: str = "UTC", page_size: int = 500) -> Source:  # noqa: A002
    return FileSource(query, format, time_zone=ZoneInfo(time_zone), page_size=page_size)


# Name of a source in the database -> what opens it with a capture's query and settings.
SOURCES = {"file": _file}
