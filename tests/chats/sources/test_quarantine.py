"""Records that kill whoever reads them: each is found and named, and costs no other."""

import os
import signal

import pytest

from chats.sources.quarantine import outcomes, watchful

NAMED = "{} ended each of 3 programs that read it, and was passed over"


def _die():
    os.kill(os.getpid(), signal.SIGKILL)


def _loop():
    while True:
        pass


def _swell():
    held = []
    while True:
        held.append(bytearray(10**8))


def read(record):
    {"die": _die, "loop": _loop, "swell": _swell}.get(record.get("does"), dict)()
    return record["id"]


@pytest.mark.parametrize("how", ["die", "loop", "swell"])
@pytest.mark.parametrize("place", [0, 3, 6])
def test_what_kills_is_named_and_all_others_are_read(how, place):
    records = [{"id": str(number)} for number in range(7)]
    records[place]["does"] = how

    with watchful(True):
        found = list(outcomes(records, read))

    expected = [(number + 1, str(number)) for number in range(7)]
    expected[place] = (place + 1, NAMED.format(place))
    assert found == expected


def test_several_are_found_and_one_without_an_id_is_told():
    records = [{"uri": "at://one", "does": "die"}, {"id": "2"}, {"does": "die"}, {"id": "4"}]

    with watchful(True):
        found = list(outcomes(records, read))

    assert found == [(1, NAMED.format("at://one")), (2, "2"), (3, NAMED.format("without an id")), (4, "4")]


def test_an_error_is_raised_and_no_death(tmp_path):
    def fail(record):
        raise KeyError(record)

    with watchful(True), pytest.raises(KeyError):
        list(outcomes(["one"], fail))


def test_one_that_killed_only_once_is_read(tmp_path):
    """It may have been the machine."""
    mark = tmp_path / "once"

    def read_later(record):
        if not mark.exists():
            mark.touch()
            _die()
        return record

    with watchful(True):
        assert list(outcomes(["one", "two"], read_later)) == [(1, "one"), (2, "two")]


def test_without_watch_nothing_is_read_twice():
    seen = []

    assert list(outcomes(["one", "two"], seen.append)) == [(1, None), (2, None)]
    assert seen == ["one", "two"]
