"""The whole portal in one run: from an empty folder to a chat that the worker has captured; then nothing is left."""

import re
import subprocess
import sys

import pytest

from wecops.launcher.folder import DataFolder
from wecops.launcher.places import ROOT


@pytest.mark.long
def test_the_demo_proves_itself(deep, unnamed, tmp_path):
    some = () if deep else ("--chats", "1")
    command = [sys.executable, ROOT / "run.py", "demo", "--check", *some, "--data", tmp_path / "data"]

    done = subprocess.run(command, check=False, env=unnamed, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    said = [re.sub(r"^\[ *[\d.]+ s\] ", "", line) for line in done.stdout.splitlines()]
    chat = said[-2].rpartition(" ")[2]
    assert [re.sub(r"\d+ tweets", "N tweets", line) for line in said[-6:]] == [
        "The web server answers",
        "Clock, broker, worker and database work together",
        "Pages answer: / /chats/archive/ /about/",
        f"The practice chat was captured by the worker: N tweets on {chat}transcript/",
        f"The archive leads to it: {chat}",
        "Everything works.  Stopping",
    ]
    folder = DataFolder(tmp_path / "data")
    assert folder.hold()
    folder.release()
