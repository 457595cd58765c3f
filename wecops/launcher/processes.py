"""Commands -> child processes that stop in reverse order, and that never outlive the launcher, however it ends."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wecops.launcher.places import Refusal

POLL_SECONDS = 0.03
PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Interrupted(BaseException):
    """Somebody asked the launcher to stop.  Not an ``Exception``: nothing on the way may swallow it."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def listen_for_the_end() -> None:
    """Turn the signals that end a program into ``Interrupted``.

    Set even where a background shell has them ignored: ignored signals are inherited, handled ones are not.
    """
    for number in ENDINGS:
        signal.signal(number, _interrupt)


def ignore_the_end() -> None:
    """From here on only stopping is left, and that is bounded: a second Ctrl-C must not cut it short."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)


def _interrupt(number: int, frame: object) -> None:
    ignore_the_end()
    raise Interrupted(number)


def die_with_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    """What a child does before it becomes its command: ask the kernel for ``stop_signal`` when the parent is gone."""
    parent = os.getpid()

    def prepare() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return prepare


@dataclass(frozen=True)
class RunAs:
    """How a command is started under less than the launcher's own rights: a prefix, or another account."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    @property
    def switches_account(self) -> bool:
        return self.uid is not None

    def arguments(self) -> dict[str, object]:
        """Keywords for ``subprocess``."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switches_account else {}


AS_WE_ARE = RunAs()


@dataclass(frozen=True)
class Job:
    """A command and everything about how it is run."""

    name: str
    command: Sequence[str | Path]
    log: Path
    environment: Mapping[str, str]
    folder: Path | None = None
    stop: signal.Signals = signal.SIGTERM
    grace: float = 10  # seconds between asking and insisting
    run_as: RunAs = AS_WE_ARE
    pass_fds: tuple[int, ...] = ()
    stdin: bytes | None = None


class Child:
    """One job that was started."""

    def __init__(self, job: Job, process: subprocess.Popen[bytes]):
        self.job = job
        self.process = process

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def wait_until(
        self, condition: Callable[[], bool], *, seconds: float, what: str, every: float = POLL_SECONDS
    ) -> None:
        """Wait for ``condition``; refuse when the child ends before, or time runs out."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self.has_ended:
                raise Refusal(f"{self.job.name} ended before {what}.", log=self.job.log)
            if time.monotonic() > deadline:
                raise Refusal(f"{self.job.name}: {what} did not happen within {seconds:.0f} seconds.", log=self.job.log)
            time.sleep(every)

    def finish(self, *, seconds: float, what: str) -> None:
        """Wait for the child to end well."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Refusal(f"{what} took longer than {seconds:.0f} seconds.", log=self.job.log) from None
        if code != 0:
            raise Refusal(f"{what} failed.", log=self.job.log)

    def stop(self) -> None:
        """Ask, wait, insist; then take along whatever the child left in its session."""
        if not self.has_ended:
            self.process.send_signal(self.job.stop)
            try:
                self.process.wait(self.job.grace)
            except subprocess.TimeoutExpired:
                self.process.kill()
        with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left (macOS says it the second way)
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Family:
    """The children of one run, oldest first."""

    def __init__(self) -> None:
        self._children: list[Child] = []

    def start(self, job: Job) -> Child:
        """Start a job in a session of its own, so that Ctrl-C at the terminal reaches only the launcher."""
        with job.log.open("ab") as output:
            process = subprocess.Popen(
                [*job.run_as.prefix, *map(str, job.command)],
                stdin=subprocess.DEVNULL if job.stdin is None else subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(job.environment),
                cwd=job.folder,
                start_new_session=True,
                preexec_fn=die_with_parent(job.stop),  # noqa: PLW1509 - it only makes two system calls
                pass_fds=job.pass_fds,
                **job.run_as.arguments(),  # type: ignore[call-overload]
            )
        child = Child(job, process)
        self._children.append(child)
        if process.stdin is not None and job.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it ended at once; its log says why
                process.stdin.write(job.stdin)
                process.stdin.close()
        return child

    def fallen(self) -> Child | None:
        """The first child that is no longer running."""
        return next((child for child in self._children if child.has_ended), None)

    def forget(self, child: Child) -> None:
        """A child that has done its work is not one that fell."""
        self._children.remove(child)

    def stop(self) -> None:
        """Stop everybody, youngest first."""
        while self._children:
            self._children.pop().stop()


def run_to_end(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    folder: Path,
    run_as: RunAs = AS_WE_ARE,
    stdin: bytes = b"",
) -> None:
    """Run a short command, its words going to a log; ``subprocess.CalledProcessError`` when it fails."""
    with log.open("ab") as output:
        subprocess.run(
            [*run_as.prefix, *map(str, command)],
            check=True,
            input=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            preexec_fn=die_with_parent(signal.SIGKILL),
            **run_as.arguments(),  # type: ignore[call-overload]
        )


def run_in_foreground(command: Sequence[str], environment: Mapping[str, str], *, folder: Path | None = None) -> int:
    """Run a command on the person's own terminal; return its exit code as a shell would.

    Ctrl-C reaches the command by itself; the launcher waits for what it makes of that.
    """
    try:
        process = subprocess.Popen(
            [*command],
            env=dict(environment),
            cwd=folder,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - it only makes two system calls
        )
    except FileNotFoundError:
        raise Refusal(f"There is no command {command[0]}.", code=127) from None
    except PermissionError:
        raise Refusal(f"{command[0]} is not a program that may be run.", code=126) from None
    signal.signal(signal.SIGINT, lambda number, frame: None)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, frame: process.send_signal(number))
    code = process.wait()
    listen_for_the_end()
    return code if code >= 0 else 128 - code
