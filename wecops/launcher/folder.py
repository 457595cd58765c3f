"""A path -> a data folder that is ours, held by one run at a time: its key, its logs, its note of what runs."""

import fcntl
import json
import os
import secrets
import shutil
from io import TextIOWrapper
from pathlib import Path

from wecops.launcher.places import Refusal, fingerprint, sockets_of
from wecops.launcher.privilege import SHARED

LOCK = "wecops.lock"  # also the mark by which we know a folder of ours again
MADE_BY_US = (
    "postgres-*",
    "valkey-*",
    "beat",
    "logs",
    "static",
    "secret-key",
    "services.json",
    "welcome.txt",
    "practice.txt",
    "tonight.txt",
    "tweets",
    "uploads",
)


class DataFolder:
    """What one portal keeps between its runs."""

    def __init__(self, path: Path):
        self.path = path.expanduser().absolute()
        self._lock: TextIOWrapper | None = None

    def hold(self) -> bool:
        """Make the folder if need be and take it for this run; ``False`` when another run has it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._refuse_what_is_not_ours()
            lock = self._file(LOCK).open("a")
            self._file("logs").mkdir(exist_ok=True)
            self._file("static").mkdir(exist_ok=True)
            self._file("beat").mkdir(exist_ok=True)
        except OSError as error:
            raise Refusal(f"The data folder {self.path} cannot be used: {error.strerror}.") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        self._file("services.json").unlink(missing_ok=True)  # left by a run that was killed
        for log in self._file("logs").glob("*.log"):  # the last run's stay readable until the next
            log.replace(log.with_suffix(".old"))
        return True

    def _refuse_what_is_not_ours(self) -> None:
        if self.path.stat().st_uid != os.geteuid():
            raise Refusal(f"{self.path} belongs to another account: name another folder with --data.")
        if not self._file(LOCK).exists() and any(self.path.iterdir()):
            raise Refusal(f"{self.path} is not empty and was not made by this program: name another folder.")

    def release(self) -> None:
        """Let go of the folder; what lies in it stays, but for the sockets and the note."""
        if self._lock is None:
            return
        self._file("services.json").unlink(missing_ok=True)
        shutil.rmtree(sockets_of(self.path), ignore_errors=True)
        self._lock.close()
        self._lock = None

    def clear(self) -> None:
        """Throw away what earlier runs made here, and nothing else."""
        for pattern in MADE_BY_US:
            for path in self.path.glob(pattern):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        shutil.rmtree(SHARED / f"wecops-{fingerprint(self.path)}", ignore_errors=True)
        for name in ("logs", "static", "beat"):
            self._file(name).mkdir()

    def _file(self, name: str) -> Path:
        return self.path / name

    @property
    def static(self) -> Path:
        return self._file("static")

    @property
    def uploads(self) -> Path:
        return self._file("uploads")

    @property
    def beat_schedule(self) -> Path:
        return self._file("beat") / "schedule"

    @property
    def welcome(self) -> Path:
        """Where the seed writes what to show: the log-ins."""
        return self._file("welcome.txt")

    @property
    def practice(self) -> Path:
        """Where the seed writes the path of the practice chat's transcript."""
        return self._file("practice.txt")

    @property
    def tonight(self) -> Path:
        """Where the seed writes when the live chat starts."""
        return self._file("tonight.txt")

    def log(self, name: str) -> Path:
        return self._file("logs") / f"{name}.log"

    def secret_key(self) -> str:
        """The same at every start, so that a restart signs nobody out."""
        file = self._file("secret-key")
        if not file.exists():
            _write_private(file, secrets.token_urlsafe(50))
        return file.read_text()

    def note(self, environment: dict[str, str]) -> None:
        """Say how to reach what runs on this folder."""
        _write_private(self._file("services.json"), json.dumps(environment, indent=1))

    def noted(self) -> dict[str, str] | None:
        """What the run that holds the folder said."""
        try:
            noted: dict[str, str] = json.loads(self._file("services.json").read_text())
        except (OSError, ValueError):
            return None
        return noted


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, readable by us alone."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    unfinished.replace(path)
