"""A reader looks for something with the keyboard alone, on a phone in the dark: each page is one for everybody."""

import pytest
from playwright.sync_api import expect

from tests.browsing import NARROW, faults
from tests.factories.chats import ChatFactory
from tests.factories.conversation import CONVERSATION

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def reach(page, name, key="Enter"):
    """Tab to what has that name or id, and press it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        names = (
            "[document.activeElement.ariaLabel, document.activeElement.id, document.activeElement.textContent.trim()]"
        )
        if name in page.evaluate(names):
            page.keyboard.press(key)
            return
    raise AssertionError(f"No Tab leads to {name}.")


def test_a_reader_finds_a_tweet_by_keyboard(visit, site, build):
    chat = ChatFactory(title="Custody at night", slug="custody")
    build(chat, *CONVERSATION)

    def walk(page):
        wrong = []
        reach(page, "Search")
        page.locator("#q").wait_for()
        wrong += faults(page)
        reach(page, "q", key="Home")
        page.keyboard.type("custodey sergeant")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Nothing has all of these words").wait_for()
        wrong += faults(page)
        reach(page, "custody sergeant")
        expect(page.locator("#found")).to_have_text("1 result")
        expect(page.get_by_label("#academicpony")).to_be_hidden()
        reach(page, "Filters")
        expect(page.get_by_label("#academicpony")).to_be_visible()
        wrong += faults(page)
        page.keyboard.press("Escape")
        expect(page.get_by_label("#academicpony")).to_be_hidden()
        reach(page, "The custody sergeant, every time")
        expect(page.locator("#t8")).to_be_in_viewport()
        return wrong, page.url, page.asked, page.context.cookies()

    wrong, url, asked, cookies = visit("/", walk, width=NARROW, color_scheme="dark")

    assert wrong == []
    assert url == f"{site}{chat.get_absolute_url()}transcript/#t8"
    assert [each for each in asked if not each.startswith(site)] == []
    assert cookies == []
