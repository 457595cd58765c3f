"""The locks say exactly what is installed: they satisfy pyproject.toml, agree, carry hashes and name no host."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from wecops.launcher.environment import LOCKS, RUNTIME, TEST
from wecops.launcher.places import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
NEEDED = {
    RUNTIME: [*PROJECT["project"]["dependencies"], *GROUPS["embedded"]],
    TEST: [*PROJECT["project"]["dependencies"], *GROUPS["embedded"], *GROUPS["test"]],
}
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*)==(?P<version>[^\s;]+)(?: ; (?P<marker>.+))?")


def entries(kind):
    """The lock's lines, one entry a package, its hashes on the same line."""
    return (ROOT / LOCKS[kind]).read_text().replace("\\\n", " ").splitlines()


def pins(kind):
    """(name, marker) -> version."""
    found = [PIN.fullmatch(entry.partition("--hash")[0].strip()) for entry in entries(kind)]
    return {(pin["name"], pin["marker"]): pin["version"] for pin in found}


@pytest.mark.parametrize(("kind", "needed"), [(kind, needed) for kind in LOCKS for needed in NEEDED[kind]])
def test_a_lock_satisfies_the_project(kind, needed):
    requirement = Requirement(needed)
    versions = [version for (name, _), version in pins(kind).items() if name == canonicalize_name(requirement.name)]

    assert versions
    assert [version for version in versions if version not in requirement.specifier] == []


def test_the_tests_run_with_what_the_portal_runs_with():
    runtime, test = pins(RUNTIME), pins(TEST)

    assert {package: test.get(package) for package in runtime} == runtime


@pytest.mark.parametrize("kind", LOCKS)
def test_every_package_has_its_hashes(kind):
    entry = re.compile(r"\S+==\S+(?: ; [^\\]*?)?(?:\s+--hash=sha256:[0-9a-f]{64})+\s*")

    assert [line for line in entries(kind) if not entry.fullmatch(line)] == []


@pytest.mark.parametrize("kind", LOCKS)
def test_no_line_names_a_host(kind):
    assert re.findall(r"://|--\w*(?:index|find-links|trusted-host)\S*|\s@\s", (ROOT / LOCKS[kind]).read_text()) == []
