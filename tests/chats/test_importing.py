"""A file somebody hands in -> a file for the worker and a capture; of what is none, nothing is kept."""

from pathlib import Path

import pytest

from accounts import leases
from chats import ingest
from chats.ingest import control, importing
from chats.ingest.control import NotPossible
from chats.models import Capture, Tweet
from chats.sources.base import SourceError
from tests.factories.chats import ChatFactory
from tests.simulators.practice import practice, to_twarc_v2

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.UPLOAD_ROOT = str(tmp_path / "uploads")
    return tmp_path / "uploads"


@pytest.fixture(scope="module")
def lines():
    return list(to_twarc_v2(practice()))


def kept(uploads):
    return sorted(path.name for path in uploads.rglob("*") if path.is_file())


def test_what_is_handed_in_is_read_by_the_worker_and_thrown_away(chat, lines, uploads):
    capture = importing.take_in(chat, "../our chat.jsonl", lines)
    assert (kept(uploads), Path(capture.query).stat().st_mode & 0o077) == (["our_chat.jsonl"], 0)

    (claim,) = ingest.claim_due()
    ingest.ingest(claim)

    assert (claim.id, list(uploads.rglob("*"))) == (capture.pk, [])
    assert Tweet.objects.filter(chat=chat).count() == len(practice().public)


def test_a_file_stays_until_everybody_has_read_it(chat, lines, uploads):
    first, second = (importing.take_in(each, "chat.jsonl", lines) for each in (chat, ChatFactory()))

    ingest.ingest(leases.claim_one(first))
    between = kept(uploads)
    ingest.ingest(leases.claim_one(second))

    assert (between, kept(uploads)) == (["chat.jsonl"], [])


def test_a_file_that_was_not_handed_in_stays_where_it_is(chat, lines, tmp_path):
    file = tmp_path / "ours.jsonl"
    file.write_bytes(b"".join(lines))

    ingest.ingest(leases.claim_one(ingest.plan_file(chat, str(file))))

    assert file.exists()


def test_what_was_read_and_thrown_away_cannot_be_read_again(chat, lines):
    capture = importing.take_in(chat, "chat.jsonl", lines)
    ingest.ingest(leases.claim_one(capture))

    with pytest.raises(NotPossible, match="hand it in again"):
        control.capture_now(capture, leases.clock())


def test_the_same_file_twice_is_one_capture(chat, lines, uploads):
    importing.take_in(chat, "chat.jsonl", lines)
    importing.take_in(chat, "chat.jsonl", lines)

    assert (Capture.objects.count(), kept(uploads)) == (1, ["chat.jsonl"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", r"^The file notes\.txt is empty\.$"),
        (b"Dear diary\n", r"^The file notes\.txt is in no format that can be read here\."),
        (b'{"id": "1", "text": "no time", "author_id": "1"}\n', r"^There is no tweet in notes\.txt; line 1: "),
    ],
)
def test_of_a_file_that_is_none_nothing_is_kept_or_planned(chat, uploads, content, said):
    with pytest.raises(SourceError, match=said):
        importing.take_in(chat, "notes.txt", [content])

    assert (Capture.objects.count(), list(uploads.iterdir())) == (0, [])


def test_a_file_that_is_too_large_is_refused_before_its_end(chat, uploads, monkeypatch):
    monkeypatch.setattr(importing, "LARGEST", 10)
    chunks = iter([b"x" * 11, b"never asked for"])

    with pytest.raises(SourceError, match=r"larger than"):
        importing.take_in(chat, "large.jsonl", chunks)

    assert (next(chunks), list(uploads.iterdir())) == (b"never asked for", [])


def test_a_wrong_file_under_the_name_of_a_known_one_leaves_that_alone(chat, lines, uploads):
    capture = importing.take_in(chat, "chat.jsonl", lines)

    with pytest.raises(SourceError):
        importing.take_in(chat, "chat.jsonl", [b"Dear diary\n"])

    assert Path(capture.query).exists()
    assert leases.claim_one(capture) is not None
