"""Made ahead: the same things, the same errors, and nothing left behind when somebody stops early."""

import threading

import pytest

from chats.sources.ahead import ahead
from chats.sources.base import Page, SourceError

PAGES = [Page((), (), cursor) for cursor in ("1", "2", None)]


class Pages:
    """A source of three pages that remembers what was asked, and may fail at one of them."""

    def __init__(self, fails_at=None):
        self.asked = []
        self.fails_at = fails_at

    def pages(self, cursor):
        for number, page in enumerate(PAGES):
            if number == self.fails_at:
                raise SourceError("It broke.", code="broken")
            self.asked.append((cursor, number))
            yield page


def test_ahead_gives_the_same_pages():
    source = Pages()

    assert list(ahead(source.pages("x"))) == PAGES
    assert source.asked == [("x", 0), ("x", 1), ("x", 2)]


def test_ahead_gives_what_came_before_an_error_and_then_the_error():
    pages = ahead(Pages(fails_at=1).pages(""))

    assert next(pages) == PAGES[0]
    with pytest.raises(SourceError):
        next(pages)


def test_ahead_stops_with_its_reader():
    source, before = Pages(), threading.active_count()
    pages = ahead(source.pages(""))
    next(pages)

    pages.close()

    assert threading.active_count() == before
    assert len(source.asked) <= 2
