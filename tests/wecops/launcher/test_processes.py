"""Children stop in reverse order and never outlive the launcher, however it ends."""

import os
import signal
import sys

import pytest

from tests.wecops.launcher.conftest import is_alive, wait_until
from wecops.launcher.places import ROOT, Refusal
from wecops.launcher.processes import run_in_foreground, run_to_end

STAY = "exec sleep 600"  # without exec a shell would stay in between, and leave it behind


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_child_outlives_the_launcher(parent, ending):
    launcher, children = parent(STAY, STAY)

    launcher.send_signal(ending)

    wait_until(lambda: not any(is_alive(child) for child in children))
    assert launcher.wait() == (-9 if ending == signal.SIGKILL else 128 + ending)


def test_a_second_ctrl_c_does_not_cut_the_stopping_short(parent, tmp_path):
    slow = f"echo > {tmp_path}/asked; sleep 0.5; echo > {tmp_path}/stopped; exit"
    launcher, [child] = parent(f"trap '{slow}' TERM; echo > {tmp_path}/ready; while :; do sleep 0.05; done")
    wait_until((tmp_path / "ready").exists)

    launcher.send_signal(signal.SIGINT)
    wait_until((tmp_path / "asked").exists)
    launcher.send_signal(signal.SIGINT)

    assert launcher.wait() == 128 + signal.SIGINT
    assert (tmp_path / "stopped").exists()
    assert not is_alive(child)


def test_children_stop_youngest_first(family, shell, tmp_path):
    said, children = tmp_path / "said", ["first", "second", "third"]
    for name in children:
        shell(f"trap 'echo {name} >> {said}; exit' TERM; echo > {tmp_path}/{name}; while :; do sleep 0.02; done")
        wait_until((tmp_path / name).exists)

    family.stop()

    assert said.read_text().split() == ["third", "second", "first"]


def test_a_child_that_does_not_listen_is_ended_after_its_grace(family, shell, tmp_path):
    child = shell(f"trap '' TERM; echo > {tmp_path}/ready; while :; do sleep 0.02; done", grace=0.2)
    wait_until((tmp_path / "ready").exists)

    family.stop()

    assert child.process.returncode == -signal.SIGKILL


def test_what_a_child_leaves_in_its_session_is_taken_along(family, shell, tmp_path):
    shell(f"{STAY} & echo $! > {tmp_path}/pid; wait")
    wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    grandchild = int((tmp_path / "pid").read_text())

    family.stop()

    wait_until(lambda: not is_alive(grandchild))


def test_a_fallen_child_is_noticed_and_one_that_is_done_is_not(family, shell):
    done, fallen = shell("true"), shell("exit 3")
    shell(STAY)

    done.finish(seconds=30, what="Nothing")
    family.forget(done)
    wait_until(lambda: fallen.has_ended)

    assert family.fallen() is fallen


def test_waiting_for_a_child_that_ends_is_refused_with_its_log(shell):
    child = shell("echo why; exit 1")

    with pytest.raises(Refusal, match=r"^The script ended before it was ready\.$") as refusal:
        child.wait_until(lambda: False, seconds=30, what="it was ready")

    assert refusal.value.log.read_text() == "why\n"


def test_waiting_has_an_end(shell):
    child = shell(STAY)

    with pytest.raises(Refusal, match=r"^The script: it was ready did not happen within 0 seconds\.$"):
        child.wait_until(lambda: False, seconds=0.1, what="it was ready")
    with pytest.raises(Refusal, match=r"^The seed took longer than 0 seconds\.$"):
        child.finish(seconds=0.1, what="The seed")


def test_a_child_that_fails_is_refused(shell):
    with pytest.raises(Refusal, match=r"^The seed failed\.$"):
        shell("exit 1").finish(seconds=30, what="The seed")


def test_a_secret_goes_in_by_standard_input(shell, tmp_path):
    shell(f"cat > {tmp_path}/heard", stdin=b"secret").finish(seconds=30, what="Listening")

    assert (tmp_path / "heard").read_bytes() == b"secret"


def test_a_short_command_is_heard_in_its_log(tmp_path):
    run_to_end(["cat"], log=tmp_path / "log", environment=os.environ, folder=tmp_path, stdin=b"said")

    assert (tmp_path / "log").read_bytes() == b"said"


@pytest.fixture
def own_signals():
    """What a command does to the signals of this process is undone."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(("script", "code"), [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143)])
def test_a_command_in_the_foreground_ends_as_in_a_shell(own_signals, script, code):
    assert run_in_foreground(["sh", "-c", script], os.environ) == code


@pytest.mark.parametrize(
    ("command", "sentence", "code"),
    [("no-such-command", "There is no command no-such-command.", 127), (str(ROOT), f"{ROOT} is not a program", 126)],
)
def test_a_command_that_cannot_be_run_is_refused(own_signals, command, sentence, code):
    with pytest.raises(Refusal, match=f"^{sentence}") as refusal:
        run_in_foreground([command], os.environ)

    assert refusal.value.code == code


def test_the_foreground_command_dies_with_the_launcher(parent, tmp_path):
    script = (
        "import os, sys; from wecops.launcher.processes import run_in_foreground; "
        f"run_in_foreground(['sh', '-c', 'echo $$ > {tmp_path}/pid; exec sleep 600'], os.environ)"
    )
    _, [middle] = parent(f'exec {sys.executable} -c "{script}"')
    wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    command = int((tmp_path / "pid").read_text())

    os.kill(middle, signal.SIGKILL)

    wait_until(lambda: not is_alive(command))
