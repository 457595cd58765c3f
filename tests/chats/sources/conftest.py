"""What every test of a file uses."""

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
