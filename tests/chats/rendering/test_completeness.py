"""What is known of how complete a copy is: never more than the ledger says, and a part is never called the whole."""

import gzip
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from chats.models import IngestRun
from chats.rendering import completeness
from chats.rendering.copies import FileValue
from tests.factories.conversation import CONVERSATION

pytestmark = pytest.mark.django_db

STATES = (
    "This chat is still being collected.",
    "X did not respond.",
    "Collecting from X is paused.",
    "X is not set up here any more. Showing",
)


def captured(chat, now, *, query="/somewhere/saved.jsonl", runs=({"pages": 2, "read": 10, "created": 8},), **fields):
    """A capture of a file with its runs."""
    values = {"source": "file", "query": query, "completed_at": now, **fields}
    capture = chat.captures.create(**values)
    for fence, counts in enumerate(runs):
        IngestRun.objects.create(capture=capture, fence=fence, started_at=now, last_at=now, **counts)
    return capture


def known(chat, **counts):
    return completeness.of(chat, **{"missing_parents": 0, "removed": 0, **counts})


def test_a_file_is_named_with_what_it_brought(chat, now):
    captured(chat, now)

    assert known(chat).files == (FileValue("saved.jsonl", "whole", 1, 2, 10, 0, 8, now),)
    assert [(source.name, source.pages, source.stored) for source in known(chat).sources] == [("file", 2, 8)]


def test_several_goes_are_added_up(chat, now):
    captured(chat, now, runs=({"pages": 20, "read": 10, "created": 8, "rejected": 1}, {"pages": 3, "read": 5}))

    (file,) = known(chat).files
    assert (file.goes, file.pages, file.rows, file.rejected, file.stored) == (2, 23, 15, 1, 8)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "whole"),
        ({"completed_at": None}, "open"),
        ({"error_code": "broken"}, "failed"),
        ({"completed_at": None, "error_code": "broken"}, "failed"),
        ({"completed_at": None, "error_code": "killed", "quarantined_at": Now()}, "failed"),
    ],
)
def test_only_what_was_read_to_its_end_is_whole(chat, now, fields, state):
    captured(chat, now, **fields)

    copy = known(chat)
    assert ([file.state for file in copy.files], copy.is_whole) == ([state], state == "whole")
    assert [file.name for file in copy.unread] == ([] if state == "whole" else ["saved.jsonl"])


def test_a_refused_row_makes_a_copy_less_than_whole(chat, now):
    captured(chat, now, runs=({"read": 10, "rejected": 1},))

    assert (known(chat).is_whole, known(chat).unread) == (False, ())


def test_of_a_chat_without_a_ledger_nothing_is_known(chat):
    copy = known(chat, missing_parents=3)

    assert (copy.files, copy.sources, copy.is_whole, copy.copied_at, copy.missing_parents) == ((), (), False, None, 3)


def test_a_file_that_was_never_read_has_no_time(chat, now):
    captured(chat, now, runs=(), completed_at=None, error_code="missing")

    (file,) = known(chat).files
    assert (file.goes, file.rows, file.last_at, known(chat).sources) == (0, 0, None, ())


def test_one_broken_file_of_two_makes_the_copy_a_part(chat, now):
    captured(chat, now)
    captured(chat, now, query="/somewhere/other.jsonl", error_code="broken")

    assert (known(chat).is_whole, [file.name for file in known(chat).unread]) == (False, ["other.jsonl"])


def asked(chat, *, looked_at=None, query="#WeCops", why="hashtag", **fields):
    """A capture of a live network, looked at so many minutes after the chat has closed."""
    looked_at = chat.closes_at + timedelta(minutes=looked_at) if looked_at is not None else None
    return chat.captures.create(source="x", query=query, why=why, looked_at=looked_at, **fields)


@pytest.mark.parametrize(
    ("looked_at", "fields", "told"),
    [
        (None, {}, ("open", True, True, False)),
        (-5, {}, ("open", True, True, False)),
        (5, {}, ("open", True, False, False)),
        (5, {"completed_at": Now()}, ("whole", False, False, True)),
        (-5, {"completed_at": Now()}, ("left", False, False, False)),
        (-5, {"paused_at": Now()}, ("paused", True, False, False)),
        (-5, {"error_code": "unavailable"}, ("failed", True, False, False)),
        (-5, {"error_code": "budget_spent"}, ("spent", True, False, False)),
        (-5, {"error_code": "not_set_up"}, ("off", True, False, False)),
        (5, {"completed_at": Now(), "counted": 3, "counted_at": Now()}, ("whole", False, False, False)),
        (5, {"completed_at": Now(), "counted": 0, "counted_at": Now()}, ("whole", False, False, True)),
        (
            5,
            {"completed_at": Now(), "missing": [["m.example", "closed", "It shows nothing."]]},
            ("whole", False, False, False),
        ),
    ],
)
def test_a_network_is_whole_only_when_it_was_asked_to_the_end_and_knows_no_more(chat, looked_at, fields, told):
    asked(chat, looked_at=looked_at, **fields)

    copy = known(chat)
    (network,) = copy.networks
    assert (network.state, copy.is_open, copy.is_collecting, copy.is_whole) == told


def test_the_worst_of_several_questions_to_a_network_counts(chat):
    asked(chat, looked_at=5, counted=4, counted_at=Now())
    asked(chat, looked_at=-5, query="conversation_id:7", why="conversation", counted=90, counted_at=Now())

    (network,) = known(chat).networks
    assert (network.name, network.counted, network.lacks, network.has_seen_the_end) == ("X", 4, 4, False)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, "Not asked yet."),
        ({"paused_at": Now()}, "Nothing is here under this one yet."),
        ({"completed_at": Now()}, "Nobody's answer was found under this one."),
    ],
)
def test_a_question_that_is_still_to_come_is_not_called_one_without_an_answer(chat, build, state, words):
    chat.questions.create(number=9, text="And what next?")
    asked(chat, looked_at=-5, **state)

    pages = build(chat, *CONVERSATION).pages.filter(path__in=["", "transcript/"])

    assert [gzip.decompress(page.body).decode().count(words) for page in pages] == [1, 1]


def test_what_is_not_asked_any_more_stands_in_the_way_of_nothing_else(chat):
    asked(chat, looked_at=5, completed_at=Now())
    asked(chat, looked_at=-5, completed_at=Now(), query="@WeCops", why="mention")

    copy = known(chat)
    assert (copy.is_whole, copy.is_collecting, copy.left) == (True, False, ())


def test_a_network_that_was_left_amid_a_chat_is_named_and_never_called_whole(chat, build):
    asked(chat, looked_at=-5, completed_at=Now())

    page = gzip.decompress(build(chat, *CONVERSATION).pages.get(path="").body).decode()

    said = "<strong>Not complete.</strong> X is not asked any more: what is here from it ends at 11.25 pm on"
    assert (said in page, page.count("No longer asked")) == (True, 1)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, "This chat is still being collected."),
        ({"error_code": "unavailable"}, "X did not respond."),
        ({"paused_at": Now()}, "Collecting from X is paused."),
        ({"error_code": "not_set_up"}, "X is not set up here any more. Showing"),
        ({"completed_at": Now()}, ""),
    ],
)
def test_pages_say_what_goes_on_and_what_stands_still(chat, build, state, words):
    asked(chat, looked_at=-5, **state)

    pages = build(chat, *CONVERSATION).pages.filter(path__in=["", "transcript/"])

    said = [[each for each in STATES if each in gzip.decompress(page.body).decode()] for page in pages]
    assert said == [[words] if words else []] * 2


def test_a_network_that_the_chat_wants_and_that_was_not_set_up_is_named(chat, build):
    captured(chat, chat.ends_at)
    before = known(chat).unasked
    asked(chat, looked_at=5, completed_at=Now())
    after = known(chat).unasked

    page = gzip.decompress(build(chat, *CONVERSATION).pages.get(path="").body).decode()

    assert (before, after) == ((), ("Mastodon", "Bluesky"))
    assert "Mastodon and Bluesky were to be asked too, and were not set up." in page
    assert "As complete as the networks that were asked show it." in page
    assert page.count("Not set up") == 2


def test_where_all_that_a_chat_wants_is_set_up_nothing_is_said(chat):
    chat.networks = ["x"]
    asked(chat, looked_at=5, completed_at=Now())

    assert known(chat).unasked == ()


def test_nobody_is_told_on_paper_to_load_the_page_again(chat, build):
    asked(chat, looked_at=-5)

    page = gzip.decompress(build(chat, *CONVERSATION).pages.get(path="transcript/").body).decode()

    told = "New ones are added as they come: load the page again to see them."
    assert (page.count(told), page.count(f'<span class="no-print">{told}</span>')) == (1, 1)
