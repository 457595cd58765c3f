"""What is known of how complete a copy is: never more than the ledger says, and a part is never called the whole."""

import pytest
from django.db.models.functions import Now

from chats.models import IngestRun
from chats.rendering import completeness
from chats.rendering.values import FileValue

pytestmark = pytest.mark.django_db


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
