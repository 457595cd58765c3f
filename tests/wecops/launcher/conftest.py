"""What the tests of the launcher share: real processes, watched from outside."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from wecops.launcher import privilege
from wecops.launcher.places import ROOT
from wecops.launcher.processes import Family, Job

PATIENCE = 30  # seconds until something counts as stuck, on a busy machine

# A launcher in small.  It starts what its arguments name and says the process numbers; then it stays.
PARENT = """
import os, sys, time
from pathlib import Path
from wecops.launcher.processes import Family, Interrupted, Job, listen_for_the_end
listen_for_the_end()
family = Family()
log = Path(sys.argv[1])
try:
    for script in sys.argv[2:]:
        child = family.start(Job(script, ["sh", "-c", script], log=log, environment=os.environ))
        print(child.process.pid, flush=True)
    time.sleep(600)
except Interrupted as interrupted:
    family.stop()
    sys.exit(128 + interrupted.number)
"""


def is_alive(pid):
    """Whether a process still does anything; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.fixture
def family():
    family = Family()
    yield family
    family.stop()


@pytest.fixture
def shell(family, tmp_path):
    """Start a shell script as a child of the family."""

    def shell(script, **options):
        log = tmp_path / "log"
        return family.start(Job("The script", ["sh", "-c", script], log=log, environment=os.environ, **options))

    return shell


@pytest.fixture
def parent(tmp_path):
    """A launcher in a process of its own, and the numbers of the children it has started."""
    started = []

    def parent(*scripts):
        command = [sys.executable, "-c", PARENT, tmp_path / "log", *scripts]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
        started.append(process)
        return process, [int(process.stdout.readline()) for _ in scripts]

    yield parent
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def shared(monkeypatch):
    """Where the servers of another account keep their files, for this test alone."""
    # Not below pytest's own folder: nobody else may enter that.
    with tempfile.TemporaryDirectory(dir=privilege.SHARED) as name:
        folder = Path(name)
        folder.chmod(0o711)
        monkeypatch.setattr(privilege, "SHARED", folder)
        yield folder


@pytest.fixture
def unnamed():
    """An environment that names no server."""
    return {name: value for name, value in os.environ.items() if not name.endswith("_URL")}


@pytest.fixture
def run_py():
    """The front door as a person uses it; the servers are those of the tests unless ``environment`` says otherwise."""

    def run_py(*arguments, environment=(), **options):
        command = [sys.executable, ROOT / "run.py", *map(str, arguments)]
        known = {**os.environ, **dict(environment)}
        return subprocess.run(command, check=False, env=known, capture_output=True, text=True, timeout=120, **options)

    return run_py
