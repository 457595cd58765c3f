"""The environment is made from the lock once, by uv or else by pip, and made anew when the lock changes."""

import fcntl
import os
import re
import subprocess
import sys
import threading

import pytest

from wecops.launcher.environment import LOCKS, RUNTIME, TEST, Environment, Stamp
from wecops.launcher.places import Refusal

# A uv in small: it writes down how it was called, and makes an environment without the network.
UV = f"""#!/bin/sh
echo "$1 $2" >> "$(dirname "$0")/calls"
if [ "$1" = venv ]; then
    for last; do :; done
    exec {sys.executable} -m venv --clear --without-pip "$last"
fi
"""
BROKEN_UV = "#!/bin/sh\necho 'invalid peer certificate: UnknownIssuer'\nexit 2\n"


@pytest.fixture
def checkout(tmp_path):
    """A checkout whose locks ask for nothing, so that nothing has to be fetched."""
    for lock in LOCKS.values():
        (tmp_path / lock).write_text("")
    return tmp_path


@pytest.fixture
def make(checkout):
    def make(uv):
        program = checkout / "tools" / "uv" / "bin" / "uv"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(uv)
        program.chmod(0o755)
        return Environment(root=checkout, venv=checkout / "venv", tools=checkout / "tools")

    return make


@pytest.fixture
def ensure(checkout, make):
    """What is said while the environment is ensured, and how uv was called."""

    def ensure(kind, uv=UV):
        calls = checkout / "tools" / "uv" / "bin" / "calls"
        calls.unlink(missing_ok=True)
        said = []
        make(uv).ensure(kind, said.append)
        return said[-1], calls.read_text().splitlines() if calls.exists() else []

    return ensure


ALREADY = "Packages are installed already", []
MADE = "Packages installed by uv", ["venv --clear", "pip sync"]
SYNCED = "Packages installed by uv", ["pip sync"]


def test_it_is_made_once(ensure):
    assert [ensure(RUNTIME), ensure(RUNTIME)] == [MADE, ALREADY]


def test_a_changed_lock_is_installed(ensure, checkout):
    ensure(RUNTIME)
    (checkout / LOCKS[RUNTIME]).write_text("# changed\n")

    assert [ensure(RUNTIME), ensure(RUNTIME)] == [SYNCED, ALREADY]


def test_the_test_tools_are_added_and_then_kept(ensure):
    ensure(RUNTIME)

    assert [ensure(TEST), ensure(RUNTIME), ensure(TEST)] == [SYNCED, ALREADY, ALREADY]


def test_an_installation_that_was_cut_short_is_done_again(ensure, checkout):
    ensure(TEST)
    Stamp(TEST).write(checkout / "venv")

    assert [ensure(RUNTIME), ensure(TEST)] == [SYNCED, ALREADY]


def test_an_environment_whose_python_is_gone_is_made_anew(ensure, checkout):
    ensure(RUNTIME)
    (checkout / "venv" / "bin" / "python").unlink()

    assert ensure(RUNTIME) == MADE


def test_an_environment_of_another_python_is_made_anew(ensure, checkout):
    ensure(RUNTIME)
    for folder in (checkout / "venv" / "lib").glob("python*"):
        folder.rename(folder.with_name("python3.10"))

    assert ensure(RUNTIME) == MADE


def test_where_uv_fails_pip_does_it(ensure, checkout):
    assert ensure(RUNTIME, uv=BROKEN_UV) == ("Packages installed by pip", [])

    log = (checkout / "tools" / "environment.log").read_text()
    assert "UnknownIssuer" in log
    python = checkout / "venv" / "bin" / "python"
    assert subprocess.run([python, "-c", "import pip"], check=False).returncode == 0
    assert ensure(RUNTIME, uv=BROKEN_UV) == ALREADY


def test_where_both_fail_both_reasons_are_kept(ensure, checkout):
    (checkout / "venv").touch()

    with pytest.raises(Refusal, match=r"^The packages could not be installed: uv and pip both failed\.") as refusal:
        ensure(RUNTIME, uv=BROKEN_UV)

    said = refusal.value.log.read_text()
    assert "UnknownIssuer" in said
    assert re.search(r"^pip: .*-m', 'venv'", said, re.MULTILINE)


@pytest.mark.parametrize("uv", [UV, BROKEN_UV], ids=["uv", "pip"])
@pytest.mark.parametrize("stamp", [None, Stamp(RUNTIME, "of another lock")], ids=["unmarked", "ours"])
def test_an_environment_behind_a_link_is_left_alone(checkout, ensure, uv, stamp):
    others = checkout / "others"
    others.mkdir()
    if stamp:
        stamp.write(others)
    (others / "kept").touch()
    before = {path.name: path.read_bytes() for path in others.iterdir()}
    (checkout / "venv").symlink_to(others)

    with pytest.raises(Refusal, match=r"venv is a link to another environment, which is left alone: remove"):
        ensure(RUNTIME, uv=uv)

    assert {path.name: path.read_bytes() for path in others.iterdir()} == before


def test_a_link_that_leads_nowhere_is_refused(checkout, ensure):
    (checkout / "venv").symlink_to(checkout / "gone")

    with pytest.raises(Refusal, match=r"venv is a link to another environment"):
        ensure(RUNTIME)

    assert not (checkout / "gone").exists()


def test_an_environment_behind_a_link_is_used_when_nothing_is_to_be_installed(checkout, ensure):
    ensure(RUNTIME)
    (checkout / "venv").rename(checkout / "others")
    (checkout / "venv").symlink_to(checkout / "others")

    assert ensure(RUNTIME) == ALREADY


def test_a_second_run_waits_for_the_first(checkout, ensure, make):
    ensure(RUNTIME)
    said = []

    with (checkout / "tools" / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        first_is_done = threading.Timer(0.2, lambda: fcntl.flock(lock, fcntl.LOCK_UN))
        first_is_done.start()
        make(UV).ensure(RUNTIME, said.append)
        first_is_done.join()

    assert said == ["Waiting for another run that installs the packages ...", ALREADY[0]]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_checkout_that_cannot_be_written_is_the_machines_refusal(checkout, ensure):
    checkout.chmod(0o500)

    with pytest.raises(PermissionError):
        ensure(RUNTIME)
