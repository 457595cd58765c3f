"""What every test gets: no network beyond loopback, and the fixtures that more than one folder needs."""

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from accounts import leases
from chats import archive, ingest
from tests.factories.chats import ChatFactory
from tests.factories.conversation import CONVERSATION

real_connect = socket.socket.connect


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
def build(now):
    """Merge tweets into a chat, if any are given, and build its transcript."""

    def build(chat, *tweets):
        ingest.merge(chat, tweets, why="file")
        transcript = archive.build(leases.claim_one(chat.build), now)
        chat.refresh_from_db()
        return transcript

    return build


@pytest.fixture
def built(chat, build):
    """The small conversation, built: its first version."""
    return build(chat, *CONVERSATION)
