"""Every kind of page in a real browser: readable for everybody, at every width, asking nobody else for anything."""

import itertools
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import sync_playwright

from accounts import leases
from chats import archive, ingest
from chats.models import Build
from chats.sources.files import FileSource
from tests.factories.chats import ChatFactory, QuestionFactory
from tests.simulators.practice import practice, to_twarc_v2
from wecops.launcher import browser as browsers

WIDE, NARROW, NARROWEST = 1280, 390, 320
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(scope="session")
def chromium():
    path = browsers.path()
    if path is None:
        if browsers.is_required():
            pytest.fail(browsers.REQUIRED)
        pytest.skip(browsers.MISSING)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-quic"])
        yield running
        running.close()


@pytest.fixture
def practised(tmp_path):
    """The practice chat, built: a chat with everything in it."""
    facts = practice()
    file = tmp_path / "practice.jsonl"
    file.write_bytes(b"".join(to_twarc_v2(facts)))
    chat = ChatFactory(
        slug=facts.slug,
        title=facts.title,
        hashtags=list(facts.hashtags),
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
    )
    for page in FileSource(file).pages(""):
        ingest.merge(chat, page.tweets, why="file")
    archive.build(leases.claim_one(chat.build), timezone.now())
    return chat


@pytest.fixture
def paths(practised):
    """One address of every kind of page."""
    chat = practised.get_absolute_url()
    now = timezone.now()
    coming = ChatFactory(slug="coming", starts_at=now + timedelta(days=9), ends_at=now + timedelta(days=9, hours=1))
    QuestionFactory(chat=coming, number=1, text="What would you tell your younger self?")
    year, month = chat.split("/")[2:4]
    below = ["", "transcript/", "transcript/time/", "transcript/q1/"]
    archives = ["/chats/archive/", f"/chats/archive/{year}/", f"/chats/archive/{year}/{month}/"]
    return ["/", "/about/", *archives, *(chat + path for path in below), coming.get_absolute_url(), "/nowhere/"]


@pytest.fixture
def open_page(chromium, live_server, monkeypatch):
    """Open an address of the live site in a fresh context; what it asked and said is on the page object's lists."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver runs a loop in this very thread
    contexts = []

    def open_page(path, *, width=WIDE, **settings):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(live_server.url + path, wait_until="networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_every_kind_of_page_has_no_violation(open_page, paths):
    found = []
    for path, width, scheme in itertools.product(paths, (WIDE, NARROW), ("light", "dark")):
        page = open_page(path, width=width, color_scheme=scheme)
        results = Axe().run(page, options=RULES)
        found += [(path, width, scheme, v["id"], v["nodes"][0]["html"]) for v in results.response["violations"]]
        page.context.close()

    assert found == []


def test_every_kind_of_page_asks_nobody_else_and_says_nothing(open_page, paths, live_server):
    for path in paths:
        page = open_page(path)

        assert [url for url in page.asked if not url.startswith(live_server.url)] == []
        assert [text for text in page.said if "404" not in text] == []
        assert page.context.cookies() == []


def test_every_kind_of_page_fits_the_narrowest_window(open_page, paths):
    wide = []
    for path in paths:
        page = open_page(path, width=NARROWEST)
        wide += [path] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []

    assert wide == []


def test_every_kind_of_page_reads_the_same_without_scripts(open_page, paths):
    for path in paths:
        words = [open_page(path, java_script_enabled=allowed).inner_text("main") for allowed in (True, False)]

        assert words[0] == words[1]


def test_an_anchor_leads_to_its_tweet(open_page, practised):
    page = open_page(f"{practised.get_absolute_url()}transcript/#t20", width=NARROW)

    box = page.locator("#t20").bounding_box()

    assert 0 <= box["y"] < 900


def test_the_keyboard_skips_to_the_content(open_page, practised):
    page = open_page("/")

    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert skip == "Skip to the main content"
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)") is True


def test_the_menu_opens_and_closes_on_a_phone_by_keyboard(open_page, practised):
    page = open_page("/", width=NARROW)
    archive_link = page.locator("#menu").get_by_role("link", name="Archive")
    before = archive_link.is_visible()

    page.get_by_role("button", name="Menu").press("Enter")
    opened = archive_link.is_visible()
    page.keyboard.press("Escape")

    assert (before, opened, archive_link.is_visible()) == (False, True, False)


def test_a_hostile_tweet_stays_words(open_page, practised):
    """What a tweet says can open no element, run no script and turn no neighbour around."""
    page = open_page(f"{practised.get_absolute_url()}transcript/")

    alien = page.evaluate("[...document.querySelectorAll('main script, main iframe, main img, main object')].length")

    assert alien == 0


def test_a_withdrawn_page_says_so_in_our_words(open_page, practised):
    Build.objects.update(withdrawn_at=timezone.now())

    page = open_page(f"{practised.get_absolute_url()}transcript/")

    assert page.locator("h1").count() == 1
    assert page.locator(".tweet").count() == 0
