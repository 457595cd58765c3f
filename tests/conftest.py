"""What every test gets: no network beyond loopback, and the fixtures that more than one folder needs."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import override_settings
from django.test.testcases import LiveServerThread, _StaticFilesHandler
from hypothesis import HealthCheck, settings
from playwright.sync_api import sync_playwright

from accounts import leases
from chats import archive, ingest
from tests.browsing import HEIGHT, WIDE
from tests.factories.chats import ChatFactory
from tests.factories.conversation import CONVERSATION
from wecops.launcher import browser as browsers

real_connect = socket.socket.connect

# A busy machine is slow, which is no fault of what is tested; and what passed once passes again.
settings.register_profile("patient", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def _local_only(self, address):
    """Refuse any address that is not this machine's own."""
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise OSError(f"Tests do not speak to {address[0]}.")
    return real_connect(self, address)


def pytest_addoption(parser):
    parser.addoption("--deep", action="store_true", help="run the long campaigns too")


@pytest.fixture(scope="session", autouse=True)
def _no_network():
    socket.socket.connect = _local_only
    yield
    socket.socket.connect = real_connect


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords():
    """The real hashing takes a third of a second each time, on purpose."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def empty_cache():
    """Kept pages and rate limits live there."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def deep(request):
    return request.config.getoption("--deep")


@pytest.fixture
def now():
    return datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def chat_samples():
    """The folder of real chats; the tests that read it skip without it."""
    folder = os.environ.get("CHAT_SAMPLES")
    if not folder or not Path(folder).is_dir():
        pytest.skip("CHAT_SAMPLES names no folder of real chats")
    return Path(folder)


@pytest.fixture
def chat(db):
    return ChatFactory(title="First night", slug="first-night")


@pytest.fixture
def build(now, django_capture_on_commit_callbacks):
    """Merge tweets into a chat, if any are given, and build its transcript: its pages can be kept from then on."""

    def build(chat, *tweets):
        ingest.merge(chat, tweets, why="file")
        with django_capture_on_commit_callbacks(execute=True):
            transcript = archive.build(leases.claim_one(chat.build), now)
        chat.refresh_from_db()
        return transcript

    return build


@pytest.fixture
def built(chat, build):
    """The small conversation, built: its first version."""
    return build(chat, *CONVERSATION)


@pytest.fixture(scope="session")
def chromium():
    """A browser and the one thread that may speak to it.

    Its driver keeps a loop running in that thread, where Django would look for other database connections.
    """
    path = browsers.path()
    if path is None:
        if browsers.is_required():
            pytest.fail(browsers.REQUIRED)
        pytest.skip(browsers.MISSING)
    with ThreadPoolExecutor(max_workers=1) as thread:
        driver = thread.submit(lambda: sync_playwright().start()).result()
        arguments = {"executable_path": path, "args": ["--no-sandbox", "--disable-quic"]}
        running = thread.submit(lambda: driver.chromium.launch(**arguments)).result()
        yield thread, running
        thread.submit(running.close).result()
        thread.submit(driver.stop).result()


@pytest.fixture
def site(transactional_db):
    """The address of the live site, its static files under their hashed names as in production."""
    server = LiveServerThread("127.0.0.1", _StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


@pytest.fixture
def visit(chromium, site):
    """Open an address of the live site in a fresh context and return what ``look`` makes of the page."""
    thread, running = chromium

    def in_the_thread(path, look, width, settings):
        context = running.new_context(viewport={"width": width, "height": HEIGHT}, **settings)
        page = context.new_page()
        page.asked, page.said, page.refused = [], [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("response", lambda answer: page.refused.append(answer.url) if answer.status >= 400 else None)
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(site + path)
        page.evaluate("document.fonts.ready.then(() => null)")  # until then letters are wider or narrower
        try:
            return look(page)
        finally:
            context.close()

    def visit(path, look, *, width=WIDE, **settings):
        return thread.submit(in_the_thread, path, look, width, settings).result()

    return visit
