"""Labelled files in, weights and what they are worth out."""

import importlib.util
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from chats.analysis import weights
from chats.analysis.likelihood import FEATURES
from tests.chats.analysis.labelling import chat_lines, line


@pytest.fixture
def files(tmp_path):
    for family, names in (("first", "ab"), ("second", "c")):
        path = tmp_path / f"{family}.jsonl"
        path.write_text("".join(line for name in names for line in chat_lines(name)), encoding="utf-8")
    return [str(tmp_path / f"{family}.jsonl") for family in ("first", "second")]


def run(*files, **options):
    out = StringIO()
    call_command("fit_weights", *files, stdout=out, **options)
    return json.loads(out.getvalue())


def test_fit_weights_tells_the_weight_of_every_feature(files):
    printed = run(*files)

    assert (printed["chats"], tuple(printed["weights"])) == (3, FEATURES)
    assert "left_out" not in printed


def test_fit_weights_judges_each_family_and_all_together(files, tmp_path):
    printed = run(*files, leave_one_out=True, placements=str(tmp_path))

    sizes = {
        family: {situation: verdict["tweets"] for situation, verdict in verdicts.items()}
        for family, verdicts in printed["left_out"].items()
    }
    assert sizes == {
        "first": {"all": 16, "half": 8},
        "second": {"all": 8, "half": 4},
        "pooled": {"all": 24, "half": 12},
    }
    assert len((tmp_path / "first.half.jsonl").read_text().splitlines()) == 20
    assert len((tmp_path / "second.all.jsonl").read_text().splitlines()) == 10


def test_fit_weights_writes_a_table_that_can_be_read(files, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "__file__", str(tmp_path / "weights.py"))

    printed = run(*files, write=True)

    spec = importlib.util.spec_from_file_location("written", tmp_path / "weights.py")
    written = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(written)
    assert {name: list(pair) for name, pair in written.WEIGHTS.items()} == printed["weights"]
    assert written.DATA == "first, second: 3 chats"
    assert "FITTED_ON = date(20" in (tmp_path / "weights.py").read_text()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (line("a", 1, "Hello", 1), "No line of these files has a gold number, so there is nothing to fit."),
        ("{}\n", "Line 1 is no tweet"),
        (None, "No such file or directory"),
    ],
)
def test_fit_weights_says_in_one_sentence_what_is_wrong(tmp_path, content, words):
    path = tmp_path / "file.jsonl"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError, match=words):
        run(str(path))


def test_fit_weights_says_where_it_cannot_keep_placements(files, tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        run(*files, leave_one_out=True, placements=str(tmp_path / "nowhere"))
