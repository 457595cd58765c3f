"""The pages of a source -> the same, read one page ahead: while one is stored, a thread makes the next of the file."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from chats.sources.base import Page, Source


class Ahead:
    """For files only: what a network is asked for costs money, so it is stored before the next page is fetched."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def pages(self, cursor: str) -> Iterator[Page]:
        with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
            pages = self._source.pages(cursor)
            coming = thread.submit(next, pages, None)
            while page := coming.result():
                coming = thread.submit(next, pages, None)
                yield page
