"""The command a volunteer types: what it prints, and what it says when something is wrong."""

import csv
import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from chats.models import Capture, Chat, Tweet
from tests.simulators.practice import practice, to_twarc_v2

pytestmark = pytest.mark.django_db

NEW = {
    "create": True,
    "title": "First night",
    "starts": "2026-11-18T21:00",
    "ends": "2026-11-18T22:00",
    "hashtag": ["#WeCops"],
}


TOO_LATE = "A chat is held between 2006 and 2100: look at its start and its end."


@pytest.fixture(scope="module")
def lines():
    return list(to_twarc_v2(practice()))


@pytest.fixture
def file(tmp_path, lines):
    path = tmp_path / "chat.jsonl"
    path.write_bytes(b"".join(lines))
    return path


def run(*args, **options):
    out, err = StringIO(), StringIO()
    call_command(*args, stdout=out, stderr=err, **options)
    return json.loads(out.getvalue().splitlines()[-1]), err.getvalue()


def test_import_makes_a_chat_and_counts_every_row(file):
    counts, err = run("import_tweets", "first-night", str(file), host=["@WeCops"], **NEW)

    chat = Chat.objects.get(slug="first-night")
    assert counts["read"] == counts["created"] == Tweet.objects.filter(chat=chat).count()
    assert (counts["chat"], counts["updated"], counts["rejected"], err) == ("first-night", 0, 0, "")
    assert [host.handle for host in chat.hosts.all()] == ["WeCops"]
    assert chat.starts_at.isoformat() == "2026-11-18T21:00:00+00:00"


def test_import_again_changes_nothing(file):
    first, _ = run("import_tweets", "first-night", str(file), **NEW)

    second, _ = run("import_tweets", "first-night", str(file))

    assert (second["created"], second["updated"], second["unchanged"]) == (0, 0, first["read"])


def test_refused_rows_are_written_down_and_the_rest_is_kept(file, lines):
    file.write_bytes(lines[0] + b"{not json\n" + b"".join(lines[1:]))

    counts, err = run("import_tweets", "first-night", str(file), **NEW)

    with Path(f"{file}.rejected.csv").open(newline="") as rejected:
        rows = list(csv.reader(rejected))
    assert (counts["rejected"], counts["created"]) == (1, counts["read"] - 1)
    assert [row[0] for row in rows] == ["line", "2"]
    assert err == f"{file}: 1 row refused, see {file}.rejected.csv\n"


def test_the_list_of_refused_rows_is_that_of_the_last_run(file, lines):
    left = Path(f"{file}.rejected.csv")
    file.write_bytes(lines[0] + b"{not json\n" * 2 + b"".join(lines[1:]))
    _, err = run("import_tweets", "first-night", str(file), **NEW)
    assert (left.exists(), "2 rows refused" in err) == (True, True)
    file.write_bytes(b"".join(lines))

    _, err = run("import_tweets", "first-night", str(file))

    assert (left.exists(), err) == (False, "")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": None}, "A new chat needs --title too."),
        ({"starts": "yesterday"}, "'yesterday' is not a time. Write it like 2026-11-18T21:00."),
        ({"ends": "2026-11-18T20:00"}, "A chat ends after it starts: look at its start and its end."),
        (
            {"create": False},
            "There is no chat 'first-night'. Add --create with --title, --starts, --ends and --hashtag.",
        ),
        ({"time_zone": "Europe/Atlantis"}, "There is no time zone 'Europe/Atlantis'. One is called Europe/London."),
        ({"starts": "9999-12-31T23:00", "ends": "9999-12-31T23:59"}, TOO_LATE),
        ({"hashtag": ["#"]}, "'#' is not a hashtag. One is written like #WeCops."),
        ({"hashtag": ["x" * 300]}, f"'{'x' * 40}' is not a hashtag. One is written like #WeCops."),
        ({"host": ["<b>x y</b>"]}, "'<b>x y</b>' is not a handle. One is written like @WeCops."),
        ({"title": "x" * 300}, "The title does not fit: Ensure this value has at most 160 characters (it has 300)."),
        ({"community": "weplumbers"}, "Say which community with --community: wecops."),
    ],
)
def test_a_mistake_gets_a_sentence(file, change, sentence):
    with pytest.raises(CommandError) as error:
        run("import_tweets", "first-night", str(file), **{**NEW, **change})

    assert str(error.value) == sentence


def test_an_address_that_cannot_be_gets_one_that_can(file):
    with pytest.raises(CommandError) as error:
        run("import_tweets", "First Night!", str(file), **NEW)

    assert str(error.value) == "'First Night!' cannot stand in an address. 'first-night' can."


@pytest.mark.parametrize(
    ("content", "code"), [(None, "There is no file x.jsonl"), (b"", "is empty"), (b"hello", "no format")]
)
def test_a_file_that_is_none_gets_a_sentence(tmp_path, content, code):
    path = tmp_path / "x.jsonl"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError) as error:
        run("import_tweets", "first-night", str(path), **NEW)

    assert code in str(error.value)
    assert Tweet.objects.count() == 0


def circle(path):
    path.symlink_to(path)


NO_FILES = {
    "is a folder": lambda path: path.mkdir(),
    "is not a file": os.mkfifo,
    "There is no file": circle,
    "cannot be read: Input/output error": lambda path: path.symlink_to("/proc/self/mem"),
}


@pytest.mark.parametrize("words", NO_FILES)
@pytest.mark.parametrize("command", ["import_tweets", "import_chats"])
def test_what_is_no_file_gets_a_sentence(tmp_path, command, words):
    NO_FILES[words](tmp_path / "x")

    with pytest.raises(CommandError) as error:
        run(command, str(tmp_path / "x")) if command == "import_chats" else run(
            command, "a", str(tmp_path / "x"), **NEW
        )

    assert words in str(error.value)


def test_a_list_of_refused_rows_that_cannot_be_written_spoils_nothing(tmp_path, file, lines):
    Path(f"{file}.rejected.csv").mkdir()
    other = tmp_path / "other.jsonl"
    other.write_bytes(lines[0])
    file.write_bytes(b"".join([lines[1], b"{not json\n"]))
    out = StringIO()

    with pytest.raises(CommandError) as error:
        call_command("import_tweets", "first-night", str(file), str(other), stdout=out, stderr=StringIO(), **NEW)

    assert str(error.value) == f"{file}.rejected.csv could not be written: Is a directory. The tweets are stored."
    assert json.loads(out.getvalue())["created"] == Tweet.objects.count()
    assert Capture.objects.filter(completed_at__isnull=False).count() == 2


def test_a_chat_is_not_made_for_a_file_that_cannot_be_read(tmp_path, file):
    with pytest.raises(CommandError):
        run("import_tweets", "first-night", str(tmp_path / "missing.jsonl"), **NEW)
    left = Chat.objects.count()

    counts, _ = run("import_tweets", "first-night", str(file), **NEW)

    assert (left, counts["created"]) == (0, counts["read"])


def test_one_bad_file_spoils_nothing_of_the_others(tmp_path, file):
    out = StringIO()
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(b"hello")

    with pytest.raises(CommandError) as error:
        call_command("import_tweets", "first-night", str(bad), str(file), stdout=out, stderr=StringIO(), **NEW)

    assert str(error.value).startswith(f"{bad}: The file bad.jsonl is in no format")
    assert json.loads(out.getvalue())["created"] == Tweet.objects.count() > 0


@pytest.mark.parametrize("content", [None, b"", b"hello"])
def test_a_file_that_is_none_leaves_no_trace_in_the_ledger(tmp_path, file, content):
    run("import_tweets", "first-night", str(file), **NEW)
    path = tmp_path / "slip.jsonl"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError):
        run("import_tweets", "first-night", str(path))

    assert [capture.query for capture in Capture.objects.all()] == [str(file.resolve())]


def test_a_second_chat_of_the_same_address_is_refused(file):
    run("import_tweets", "first-night", str(file), **NEW)

    with pytest.raises(CommandError) as error:
        run("import_tweets", "first-night", str(file), **NEW)

    assert str(error.value) == "There is a chat 'first-night' already."
