"""What every test of a file uses."""

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from tests.chats.sources.building import json_lines
from tests.chats.sources.reading import read


@pytest.fixture
def write(tmp_path):
    """Bytes -> the path of a file that holds them."""

    def write(content, name="tweets"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def read_records(write):
    """All tweets and refused rows of these lines of API 2."""

    def read_records(*records):
        return read(write(json_lines(*records)), "twarc-v2")

    return read_records


@pytest.fixture
def most_memory():
    """Run something; its outcome, and the most bytes that Python held meanwhile."""

    def most_memory(run):
        tracemalloc.start()
        try:
            outcome = run()
            return outcome, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    return most_memory


@pytest.fixture
def measured():
    """What reading a file in a process of its own gives: tweets, refused rows, what refused the rest, megabytes."""

    if not Path("/proc/self/status").exists():
        pytest.skip("this machine does not tell how much memory a process had")

    def measured(path, *, page_size=500):
        command = [sys.executable, "-m", "tests.chats.sources.measuring", str(path), str(page_size)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        *found, _ = json.loads(done.stdout)
        return tuple(found)

    return measured
