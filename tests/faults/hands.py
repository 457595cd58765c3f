"""An environment -> a real Celery worker and a real beat, each a group of processes that can be struck as a whole."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path


class Hands:
    """One program of its own session."""

    def __init__(self, log: Path, *command: str, **environment: str) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command],
                env={**os.environ, **environment},
                start_new_session=True,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def strike(self, number: signal.Signals) -> None:
        """Every process of it at once."""
        os.killpg(self._process.pid, number)

    def ask_to_stop(self, *, grace: float) -> None:
        """As a deploy does: the first process is asked; after ``grace`` seconds nobody is asked any more."""
        self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace)
        self.end()

    def end(self) -> None:
        if self._process.poll() is None:
            self.strike(signal.SIGKILL)
            self._process.wait()


def worker(log: Path, **environment: str) -> Hands:
    """As the stack starts it."""
    return Hands(log, "tests.faults.poisoned", REMAP_SIGTERM="SIGQUIT", STATEMENT_TIMEOUT_SECONDS="60", **environment)


def beat(log: Path, **environment: str) -> Hands:
    return Hands(log, "celery", "-A", "wecops.celery", "beat", "--scheduler=celery.beat.Scheduler", **environment)
