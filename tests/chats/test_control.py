"""A person's word on a capture -> its row, the worker that holds it, and what pages say."""

from datetime import timedelta

import pytest

from accounts import leases
from accounts.leases import LeaseLost
from chats import archive, ingest
from chats.ingest import control, planning
from chats.ingest.control import NotPossible
from chats.models import Build, Capture, Chat, Tweet
from chats.sources.base import SourceError
from tests.factories.chats import START, ChatFactory
from tests.factories.conversation import CONVERSATION
from tests.factories.records import page, seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def capture(chat):
    return chat.captures.create(source="x", query="#WeCops", why="hashtag", looked_at=START, next_due_at=START)


@pytest.fixture
def several(monkeypatch):
    """A source of three pages."""
    pages = [page(seen(number, f"Number {number}"), cursor=str(number)) for number in (1, 2)]
    source = type("Source", (), {"pages": lambda self, cursor: iter([*pages, page(seen(3, "The last"))])})
    monkeypatch.setattr("chats.ingest.opening.open_source", lambda capture: source())


def test_a_paused_capture_is_not_handed_out_and_its_page_says_so(capture, built, client):
    Build.objects.update(next_due_at=None)

    control.pause(capture)

    assert ingest.claim_due() == []
    (claim,) = archive.claim_due()
    archive.build(claim, leases.clock())
    said = client.get("/chats/2026/11/18/first-night/transcript/").text
    assert "Collecting from X is paused." in said


def test_going_on_makes_it_due_and_takes_the_notice_away(capture, built, client):
    control.pause(capture)
    control.go_on(capture, leases.clock())

    assert [claim.id for claim in ingest.claim_due()] == [capture.pk]
    archive.build(leases.claim_one(built.chat.build), leases.clock())
    assert "is paused" not in client.get("/chats/2026/11/18/first-night/transcript/").text


def test_a_pause_ends_what_is_being_read_after_its_page(capture, several, monkeypatch):
    store = ingest.store

    def stored_and_paused(*page, **how):
        counts = store(*page, **how)
        control.pause(capture)
        return counts

    monkeypatch.setattr("chats.ingest.store", stored_and_paused)

    counts, _ = ingest.ingest(leases.claim_one(capture))

    capture.refresh_from_db()
    assert (counts.created, capture.cursor) == (1, "1")
    assert (capture.next_due_at, capture.lease_until, capture.completed_at) == (None, None, None)


def test_a_paused_capture_that_came_due_all_the_same_is_laid_down_again(capture, several):
    control.pause(capture)
    leases.make_due(capture)
    Capture.objects.update(error_code="unavailable", error="X is out of order.")
    Build.objects.update(next_due_at=None)

    (claim,) = ingest.claim_due()
    ingest.ingest(claim)

    capture.refresh_from_db()
    assert (capture.next_due_at, capture.error_code) == (None, "")
    assert Tweet.objects.count() == 0
    assert Build.objects.get().next_due_at is not None


def test_going_on_gives_all_attempts_again(capture):
    Capture.objects.update(error_code="x_answer", error="No.", quarantined_at=START, attempts=3, waits=7)
    control.pause(capture)

    control.go_on(capture, leases.clock())

    assert [claim.id for claim in ingest.claim_due()] == [capture.pk]
    capture.refresh_from_db()
    assert (capture.attempts, capture.waits) == (0, 0)


def test_whoever_pauses_has_seen_what_was_wrong(capture):
    Capture.objects.update(error_code="killed", error="The worker died.", quarantined_at=START)

    control.pause(capture)

    capture.refresh_from_db()
    assert (capture.error_code, capture.error, capture.quarantined_at) == ("", "", None)


def test_what_is_done_cannot_be_paused(capture):
    Capture.objects.update(completed_at=START, next_due_at=None)

    with pytest.raises(NotPossible, match=r"^It is done: there is nothing to pause\.$"):
        control.pause(capture)


def test_what_is_paused_does_not_look_now(capture):
    control.pause(capture)

    with pytest.raises(NotPossible, match=r"^It is paused: let it go on first\.$"):
        control.capture_now(capture, leases.clock())


def test_what_was_put_aside_looks_again_at_once(capture):
    Capture.objects.update(error_code="killed", error="The worker died.", quarantined_at=START, attempts=3)

    control.capture_now(capture, leases.clock())

    assert [claim.id for claim in ingest.claim_due()] == [capture.pk]


@pytest.fixture
def coming():
    """A chat that opens in an hour, and its capture."""
    now = leases.clock()
    chat = ChatFactory(starts_at=now + timedelta(minutes=75), ends_at=now + timedelta(minutes=135))
    return chat.captures.create(source="x", query="#WeCops", why="hashtag", next_due_at=chat.opens_at)


def test_nothing_is_captured_before_the_chat_opens(coming):
    now = leases.clock()
    with pytest.raises(NotPossible, match=r"^There is nothing to capture yet"):
        control.capture_now(coming, now)

    control.pause(coming)
    control.go_on(coming, now)

    coming.refresh_from_db()
    assert (coming.paused_at, coming.next_due_at) == (None, coming.chat.opens_at)


@pytest.fixture
def x_is_set_up(settings):
    settings.X_BEARER_TOKEN = "token"


def test_the_plan_does_not_undo_a_pause(coming, x_is_set_up):
    control.pause(coming)
    coming.chat.starts_at += timedelta(minutes=5)
    coming.chat.save(update_fields=["starts_at"])

    planning.plan_captures(leases.clock())

    coming.refresh_from_db()
    assert coming.paused_at is not None
    assert coming.chat.captures.count() == 2  # the hashtag, and what mentions the community


def test_replanning_begins_the_new_window_anew_and_shuts_out_who_reads_the_old(chat, x_is_set_up):
    planning.replan(chat, leases.clock())
    first = chat.captures.get(why="hashtag")
    Capture.objects.filter(pk=first.pk).update(cursor="here", looked_at=START, completed_at=START)
    old = leases.claim_one(first)
    chat.tail_minutes = 120
    chat.save(update_fields=["tail_minutes"])

    assert planning.replan(chat, leases.clock()) == 2

    first.refresh_from_db()
    assert (first.cursor, first.completed_at) == ("", None)
    assert first.settings == {"since": chat.opens_at.isoformat(), "until": chat.closes_at.isoformat()}
    with pytest.raises(LeaseLost):
        ingest.store(old, page(*CONVERSATION, cursor="there"))
    assert {claim.id for claim in ingest.claim_due()} == set(chat.captures.values_list("pk", flat=True))


def test_another_window_is_read_also_where_the_old_one_was_put_aside(chat, x_is_set_up):
    planning.replan(chat, leases.clock())
    chat.captures.update(error_code="x_answer", error="No.", quarantined_at=START, attempts=3)
    chat.tail_minutes = 120
    chat.save(update_fields=["tail_minutes"])

    planning.replan(chat, leases.clock())

    assert {claim.id for claim in ingest.claim_due()} == set(chat.captures.values_list("pk", flat=True))


def test_replanning_what_has_not_changed_changes_nothing(chat, x_is_set_up):
    planning.replan(chat, leases.clock())
    Capture.objects.update(cursor="here", looked_at=START, next_due_at=None)

    assert planning.replan(chat, leases.clock()) == 2

    assert set(Capture.objects.values_list("cursor", "next_due_at")) == {("here", None)}


@pytest.mark.parametrize("change", [{"networks": []}, {"status": "cancelled", "status_reason": "We are on duty."}])
def test_there_is_nothing_to_plan_for_a_chat_without_networks_or_that_is_off(chat, x_is_set_up, change):
    Chat.objects.update(**change)

    assert planning.replan(chat, leases.clock()) == 0
    assert chat.captures.count() == 0


def test_a_source_that_fails_while_paused_does_not_come_back(capture, monkeypatch):
    def fail(capture):
        control.pause(capture)
        raise SourceError("X is out of order.", code="unavailable", waiting=True)

    monkeypatch.setattr("chats.ingest.opening.open_source", fail)
    with pytest.raises(SourceError):
        ingest.ingest(leases.claim_one(capture))
    Capture.objects.update(next_due_at=START)

    (claim,) = ingest.claim_due()
    ingest.ingest(claim)

    capture.refresh_from_db()
    assert (capture.next_due_at, capture.error_code) == (None, "")
