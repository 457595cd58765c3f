"""Dockerfile: the locked packages and no others, the portal's files and no others, and nobody's rights."""

import re
import subprocess
import tomllib
from importlib.metadata import requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from wecops.launcher.places import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DEPENDENCIES = PROJECT["project"]["dependencies"]
PYTHON = {"python_version": "3.11", "python_full_version": "3.11.14"}  # the image's, whatever runs the tests


def applies(requirement, extra=""):
    return requirement.marker is None or requirement.marker.evaluate({**PYTHON, "extra": extra})


def closure(requirements):
    """The names of the packages that these requirements bring along into the image."""
    found, waiting = {}, [(Requirement(text), "") for text in requirements]
    while waiting:
        requirement, extra = waiting.pop()
        key = (requirement.name, *sorted(requirement.extras))
        if key in found or not applies(requirement, extra):
            continue
        found[key] = canonicalize_name(requirement.name)
        for extra in requirement.extras or [""]:
            waiting += [(Requirement(text), extra) for text in requires(requirement.name) or []]
    return set(found.values())


def test_it_gets_what_the_portal_needs_and_no_server(image, tmp_path):
    lock = tmp_path / "portal.lock"
    line = image.run("sed").replace("/requirements.lock", str(ROOT / "requirements.lock"))

    subprocess.run(["sh", "-c", line.replace("/portal.lock", str(lock))], check=True)

    blocks = re.split(r"\n(?=\S)", lock.read_text().strip())
    pinned = [Requirement(block.partition(" \\\n")[0]) for block in blocks]
    assert {requirement.name for requirement in pinned if applies(requirement)} == closure(DEPENDENCIES)
    assert [block for block in blocks if not re.fullmatch(r"\S+==.* \\(\n    --hash=\S+( \\)?)+", block)] == []


def test_every_package_is_checked_against_its_hash(image):
    assert "--require-hashes" in image.run("pip")
    assert "--only-binary :all:" in image.run("pip")


def test_it_runs_as_nobody_who_matters(image):
    assert image.last("USER") == "portal"
    assert [word for word, _ in image.instructions].index("USER") > [word for word, _ in image.instructions].index(
        "COPY"
    )
    assert "--uid 10001" in image.run("useradd")


def test_its_python_is_the_one_of_the_checks(image):
    stages = [line.split()[0] for line in image.all("FROM")]

    assert stages == ["python:3.11-slim-trixie"] * 2
    assert PROJECT["tool"]["mypy"]["python_version"] == "3.11"


def test_no_secret_is_kept_in_it(image):
    assert set(image.environment) == {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "STATIC_ROOT", "PORT"}
    assert image.all("ARG") == []


def test_only_the_portal_goes_in():
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}

    assert lines[0] == "*"
    assert {line for line in lines[1:] if line.startswith("!")} == {
        f"!{name}" for name in apps | {"static", "templates", "manage.py", "requirements.lock"}
    }
    assert [line for line in lines[1:] if not line.startswith("!")] == ["**/__pycache__"]
