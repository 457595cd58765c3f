"""The front door as a person meets it: exit codes, and one clear sentence for every mistake."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.wecops.launcher.conftest import is_alive, wait_until
from wecops.launcher import commands, web
from wecops.launcher.folder import DataFolder
from wecops.launcher.places import ROOT, Refusal

AS_SEEN = ("returncode", "stderr")
EXAMPLE = "Write the command behind --, as in: run.py exec -- python manage.py sweep\n"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["dmeo"], 2, "There is no command 'dmeo': use one of demo, test, bench, check, exec.\n"),
        (["demo", "--prot", "80"], 2, "run.py demo: unrecognized arguments: --prot 80.\n"),
        (
            ["demo", "--port", "90000"],
            2,
            "run.py demo: argument --port: '90000' is not a port (a number from 1 to 65535).\n",
        ),
        (["demo", "--port", "٨"], 2, "run.py demo: argument --port: '٨' is not a port (a number from 1 to 65535).\n"),
        (["check", "lint"], 2, "run.py check: unrecognized arguments: lint.\n"),
        (["exec"], 2, EXAMPLE),
        (["exec", "--"], 2, EXAMPLE),
        (["exec", "python"], 2, "run.py exec: unrecognized arguments: python.\n"),
        (["demo", "--fresh", "--data", "{tmp_path}/data"], 2, "--fresh empties only the demo's own database: "),
        (["demo", "--data", "{tmp_path}"], 1, "{tmp_path} is not empty and was not made by this program: "),
        (["demo", "--data", "/proc/nowhere"], 1, "The data folder /proc/nowhere cannot be used: "),
    ],
)
def test_a_mistake_gets_one_sentence(run_py, tmp_path, arguments, code, sentence):
    (tmp_path / "thesis.odt").touch()

    done = run_py(*[argument.format(tmp_path=tmp_path) for argument in arguments])

    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (code, 1, "")
    assert done.stderr.startswith(sentence.format(tmp_path=tmp_path))


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["--help"], 0), (["help"], 0)])
def test_help_lists_every_command(run_py, arguments, code):
    done = run_py(*arguments)

    told = [line.split()[2] for line in done.stdout.splitlines()]
    assert (done.returncode, told) == (code, list(commands.COMMANDS))


def test_a_port_that_was_asked_for_and_is_taken_is_refused(run_py, tmp_path):
    with web.reserve(None) as listener:
        port = listener.getsockname()[1]

        done = run_py("demo", "--port", port, "--data", tmp_path / "data")

    assert done.returncode == 1
    assert done.stderr == f"Port {port} cannot be used: Address already in use. Name another with --port.\n"


def test_a_second_demo_on_one_folder_is_told_where_the_first_is(run_py, tmp_path):
    folder = DataFolder(tmp_path / "data")
    folder.hold()
    folder.note({"SITE_URL": "http://127.0.0.1:8123"})

    done = run_py("demo", "--data", folder.path)

    folder.release()
    assert done.returncode == 1
    assert done.stderr == f"Another run uses {folder.path} already (http://127.0.0.1:8123/): stop it first.\n"


def test_without_a_browser_ci_refuses_to_call_the_tests_complete(run_py):
    done = run_py("test", "--version", environment={"CHROMIUM": "/nowhere", "CI": "true"})

    assert done.returncode == 1
    assert done.stderr.startswith("No browser was found, and CI or REQUIRE_BROWSER asks for one: ")


def test_without_a_browser_a_person_is_told_and_the_tests_run(run_py):
    done = run_py("test", "--version", environment={"CHROMIUM": "/nowhere", "CI": "", "REQUIRE_BROWSER": ""})

    assert (done.returncode, done.stderr) == (0, "")
    assert "No browser was found, so the browser tests are left out." in done.stdout
    assert "\npytest " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "is_whole"),
    [
        ([], True),
        (["--deep", "-k", "slots"], True),
        (["tests/wecops"], False),
        (["-q", "tests/test_house.py::test_imports"], False),
    ],
)
def test_only_the_whole_suite_is_shared_out_among_processes(arguments, is_whole):
    assert bool(commands.shared_out(arguments)) is is_whole


@pytest.mark.parametrize(("script", "code"), [("exit 0", 0), ("exit 7", 7), ("kill -KILL $$", 137)])
def test_exec_ends_as_its_command_does(run_py, tmp_path, script, code):
    assert run_py("exec", "--data", tmp_path / "data", "--", "sh", "-c", script).returncode == code


@pytest.mark.parametrize(
    ("command", "code", "sentence"),
    [("no-such-command", 127, "There is no command no-such-command."), ("/etc", 126, "/etc is not a program that may")],
)
def test_exec_says_what_it_cannot_run(run_py, tmp_path, command, code, sentence):
    done = run_py("exec", "--data", tmp_path / "data", "--", command)

    assert done.returncode == code
    assert done.stderr.splitlines()[-1].startswith(sentence)


TELL = "import json, os; print(json.dumps({name: os.environ.get(name) for name in ('DATABASE_URL', 'CACHE_URL')}))"


def test_exec_uses_the_servers_that_the_environment_names(run_py, tmp_path):
    done = run_py("exec", "--data", tmp_path / "data", "--", "python", "-c", TELL)

    assert json.loads(done.stdout) == {name: os.environ[name] for name in ("DATABASE_URL", "CACHE_URL")}
    assert list((tmp_path / "data").glob("postgres-*")) == []


def test_exec_joins_the_run_that_holds_the_folder(run_py, tmp_path):
    folder = DataFolder(tmp_path / "data")
    folder.hold()
    servers = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", "CACHE_URL")}
    folder.note(servers)

    done = run_py("exec", "--data", folder.path, "--", "python", "-c", TELL, environment=dict.fromkeys(servers, ""))

    folder.release()
    assert json.loads(done.stdout) == {name: os.environ[name] for name in ("DATABASE_URL", "CACHE_URL")}


@pytest.fixture
def seeded(tmp_path):
    """A data folder whose content need not be made."""
    folder = DataFolder(tmp_path / "data")
    folder.hold()
    folder.welcome.touch()
    folder.release()
    return folder


@pytest.fixture
def running(seeded, unnamed, tmp_path):
    """``run.py exec`` with servers of its own, and the numbers of everything that it has started."""
    stay = f"echo > {tmp_path}/ready; exec sleep 600"
    command = [sys.executable, ROOT / "run.py", "exec", "--data", seeded.path, "--", "sh", "-c", stay]
    launcher = subprocess.Popen(command, env=unnamed, stderr=subprocess.DEVNULL, start_new_session=True)
    wait_until((tmp_path / "ready").exists)
    children = Path(f"/proc/{launcher.pid}/task/{launcher.pid}/children").read_text().split()
    yield launcher, children
    launcher.kill()
    launcher.wait()


@pytest.mark.parametrize(("ending", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_exec_leaves_nothing_behind_and_the_folder_free(running, seeded, ending, code):
    launcher, children = running
    assert len(children) == 4

    launcher.send_signal(ending)

    assert launcher.wait() == code
    wait_until(lambda: not any(is_alive(child) for child in children))
    assert seeded.hold()
    seeded.release()


def test_the_longest_wait_is_for_a_run_that_never_gets_ready(tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "NOTE_SECONDS", 0)
    folder = DataFolder(tmp_path / "data")
    folder.hold()

    with pytest.raises(Refusal, match=r"^Another run holds .*/data, but its servers do not answer\.$"):
        commands.execute(["--data", str(folder.path), "--", "true"])

    folder.release()
