"""The table of everything tweets can come from."""

from zoneinfo import ZoneInfo

from chats.sources.ahead import Ahead
from chats.sources.base import Source
from chats.sources.files import FileSource
from chats.sources.files.parts import Part
from chats.sources.files.source import PAGE_SIZE


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


# Name of a source in the database -> what opens it with a capture's query and settings.
SOURCES = {"file": _file}
