"""A file of tweets in, a file of questions out."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.chats.analysis.labelling import chat_lines


def run(source, target):
    out = StringIO()
    call_command("place_answers", input=str(source), output=str(target), stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text("".join(chat_lines("a") + chat_lines("b")), encoding="utf-8")
    return path


def test_place_answers_writes_a_line_for_every_line(source, tmp_path):
    printed = run(source, tmp_path / "out.jsonl")

    seconds = printed.pop("seconds")
    written = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert (printed, seconds < 60) == ({"lines": 20}, True)
    assert [(row["chat"], row["pid"]) for row in written] == [
        (row["chat"], row["pid"]) for row in map(json.loads, source.read_text().splitlines())
    ]
    assert written[0] == {"chat": "a", "pid": "p101", "question": 1, "reason": "host", "confidence": 1.0}
    assert {row["reason"] for row in written[2:10]} == {"model"}
    assert all(0.0 <= row["confidence"] <= 1.0 for row in written)


def test_place_answers_twice_gives_the_same_bytes(source, tmp_path):
    for name in ("one", "two"):
        run(source, tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_place_answers_hears_a_known_label(tmp_path):
    source = tmp_path / "in.jsonl"
    lines = [json.loads(line) for line in chat_lines("a")]
    lines[-1]["label"] = [1]
    source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    run(source, tmp_path / "out.jsonl")

    last = json.loads((tmp_path / "out.jsonl").read_text().splitlines()[-1])
    assert (last["question"], last["reason"]) == (1, "label")


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"{}\n", "Line 1 is no tweet"), (b"\xff\n", "can't decode byte"), (None, "No such file or directory")],
)
def test_place_answers_says_in_one_sentence_what_is_wrong(tmp_path, content, words):
    source = tmp_path / "in.jsonl"
    if content is not None:
        source.write_bytes(content)

    with pytest.raises(CommandError, match=words) as raised:
        run(source, tmp_path / "out.jsonl")

    assert str(raised.value).startswith(str(source))


def test_place_answers_says_where_it_cannot_write(source, tmp_path):
    with pytest.raises(CommandError, match=r"nowhere/out\.jsonl: No such file or directory"):
        run(source, tmp_path / "nowhere" / "out.jsonl")
