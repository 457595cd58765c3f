""".ci/run installs only what is missing, runs both commands, and fails when one of them does."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("bash", "dirname", "env", "cat", "sh")

# Machines in small: their programs write down how they were called.
PYTHON = """#!/bin/sh
case "$*" in
    *browser*) exit {without_browser} ;;
    *nginx*) exit {without_nginx} ;;
    *ensurepip*|*pip*) exit {without_pip} ;;
esac
echo "python3 $* ${{CHAT_SAMPLES-}}" >> calls
[ "$*" != "run.py {failing}" ]
"""
APT_GET = '#!/bin/sh\necho "apt-get $*" >> calls\n'
ID = "#!/bin/sh\necho {uid}\n"


@pytest.fixture
def run(tmp_path):
    """Run .ci/run in a checkout of its own; return its exit code and what it called."""
    checkout, programs = tmp_path / "main", tmp_path / "programs"
    for folder in (checkout / ".ci", programs):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", checkout / ".ci" / "run")
    for tool in TOOLS:
        (programs / tool).symlink_to(shutil.which(tool))

    def run(*, failing="nothing", uid=0, **without):
        has = {"without_browser": 0, "without_pip": 0, "without_nginx": 0}
        python = PYTHON.format(failing=failing, **has | without)
        for name, text in {"python3": python, "apt-get": APT_GET, "id": ID.format(uid=uid)}.items():
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        done = subprocess.run(
            ["bash", ".ci/run"],
            check=False,
            cwd=checkout,
            env={"PATH": str(programs), "CI": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        calls = checkout / "calls"
        return done.returncode, calls.read_text().splitlines() if calls.exists() else [], done.stderr

    return run


CHECK_AND_TEST = ["python3 run.py check ", "python3 run.py test "]


@pytest.mark.parametrize("uid", [0, 1000])
def test_a_machine_that_has_everything_gets_nothing(run, uid):
    assert run(uid=uid) == (0, CHECK_AND_TEST, "")


def test_a_bare_machine_gets_what_is_missing_once(run):
    packages = "python3-pip python3-venv chromium nginx-light"

    code, calls, _ = run(without_browser=1, without_pip=1, without_nginx=1)

    assert (code, calls) == (
        0,
        [
            "apt-get -o Acquire::Retries=3 update",
            f"apt-get -o Acquire::Retries=3 install --yes --no-install-recommends {packages}",
            *CHECK_AND_TEST,
        ],
    )


def test_who_may_not_install_is_told_what_to_ask_for(run):
    code, calls, said = run(without_browser=1, uid=1000)

    assert (code, calls) == (1, [])
    assert said == "Missing on this machine: chromium. Ask root for: apt-get install chromium\n"


@pytest.mark.parametrize(("failing", "called"), [("check", 1), ("test", 2)])
def test_what_fails_fails_the_run(run, failing, called):
    code, calls, _ = run(failing=failing)

    assert (code, calls) == (1, CHECK_AND_TEST[:called])


def test_real_chats_beside_the_checkout_are_read(run, tmp_path):
    samples = tmp_path / "shared" / "data"
    samples.mkdir(parents=True)

    assert run()[1] == [f"{call}{samples}" for call in CHECK_AND_TEST]


def test_the_file_can_be_started():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
