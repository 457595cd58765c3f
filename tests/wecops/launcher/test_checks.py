"""Every check is run whatever the others say, and one that fails says why."""

import re

import pytest

from wecops.launcher import checks

PYTHON = """#!/bin/sh
case "$2" in
    {failing}) echo "chats/models.py:1: this is wrong"; exit 1 ;;
esac
"""


@pytest.fixture
def said():
    return []


@pytest.fixture
def run(tmp_path, said):
    """Run the checks with a Python for which one tool finds something."""

    def run(failing):
        python = tmp_path / "python"
        python.write_text(PYTHON.format(failing=failing))
        python.chmod(0o755)
        return checks.run(python, said.append)

    return run


def without_seconds(said):
    return [re.sub(r" \([\d.]+ s\)", "", line) for line in said]


def test_all_is_well(run, said):
    assert run("none") is True
    assert without_seconds(said) == [f"ok     {name}" for name in checks.CHECKS]


def test_one_failure_is_told_and_does_not_hide_the_rest(run, said):
    assert run("mypy") is False
    assert without_seconds(said) == [
        "ok     lint",
        "ok     format",
        "FAILED types",
        "chats/models.py:1: this is wrong",
        "ok     templates",
        "ok     migrations",
        "ok     deployment",
    ]
