"""docker-compose.yml and Dockerfile, as values."""

import json
import re

import pytest
import yaml

from wecops.launcher.places import ROOT


@pytest.fixture(scope="session")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="session")
def services(compose):
    return compose["services"]


class Image:
    """The instructions of the Dockerfile, in order: ``(word, rest)``, continued lines joined."""

    def __init__(self, text):
        lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
        self.instructions = [tuple(line.split(" ", 1)) for line in lines if line]

    def all(self, word):
        return [rest for name, rest in self.instructions if name == word]

    def last(self, word):
        return self.all(word)[-1]

    def run(self, part):
        """The one RUN instruction with ``part`` in it, for a shell."""
        (found,) = [rest for rest in self.all("RUN") if part in rest]
        return found

    @property
    def command(self):
        return json.loads(self.last("CMD"))

    @property
    def health(self):
        return json.loads(self.last("HEALTHCHECK").partition(" CMD ")[2])

    @property
    def environment(self):
        return dict(pair.split("=", 1) for line in self.all("ENV") for pair in line.split())


@pytest.fixture(scope="session")
def image():
    return Image((ROOT / "Dockerfile").read_text())
