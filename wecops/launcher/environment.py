"""A hashed lock file -> the virtual environment ``.venv``: by uv when it can be had, else by venv and pip."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wecops.launcher.places import ROOT, TOOLS, VENV, Refusal
from wecops.launcher.processes import run_to_end
from wecops.launcher.progress import Say

UV = "uv>=0.9,<1"
RUNTIME, TEST = "runtime", "test"
LOCKS = {RUNTIME: "requirements.lock", TEST: "requirements-test.lock"}
OLDEST_PYTHON = (3, 11)
FAILED = (
    "The packages could not be installed: uv and pip both failed. Is the network reachable, and does this Python have "
    "pip or venv (on Debian: apt-get install python3-pip python3-venv)?"
)


@dataclass(frozen=True)
class Stamp:
    """Which lock an environment was made from; no digest while it is being made."""

    kind: str
    digest: str = ""

    @classmethod
    def read(cls, venv: Path) -> "Stamp | None":
        try:
            kind, _, digest = (venv / "wecops-lock").read_text().strip().partition(" ")
        except OSError:
            return None
        return cls(kind, digest) if kind in LOCKS else None

    def write(self, venv: Path) -> None:
        (venv / "wecops-lock").write_text(f"{self.kind} {self.digest}\n")


class Environment:
    """The virtual environment of one checkout."""

    def __init__(self, root: Path = ROOT, venv: Path = VENV, tools: Path = TOOLS):
        self._root = root
        self._tools = tools
        self._log = tools / "environment.log"
        self.venv = venv

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        """Where the packages lie.  Found by looking: the servers' packages are never imported."""
        return next(self.venv.glob("lib/python*/site-packages"))

    def ensure(self, kind: str, say: Say) -> None:
        """Install what ``kind`` needs, unless that is there.  An environment with the test tools keeps them."""
        self._tools.mkdir(exist_ok=True)
        with self._alone(say):
            wanted = self.wanted(kind)
            if Stamp.read(self.venv) == wanted and self._works():
                say("Packages are installed already")
                return
            self._refuse_a_link()
            say("Installing the packages (this needs the network, once) ...")
            self._log.write_bytes(b"")
            installer = self._install(wanted)
            wanted.write(self.venv)
            say(f"Packages installed by {installer}")

    def _refuse_a_link(self) -> None:
        """Both installers would follow it, and empty what somebody else works with."""
        if self.venv.is_symlink():
            raise Refusal(f"{self.venv} is a link to another environment, which is left alone: remove the link first.")

    def wanted(self, kind: str) -> Stamp:
        """What the environment should be made from: never less than it holds."""
        stamp = Stamp.read(self.venv)
        holds_tests = stamp.kind == TEST if stamp else any(self.venv.glob("lib/python*/site-packages/pytest"))
        kind = TEST if holds_tests else kind
        return Stamp(kind, hashlib.sha256(self._lock(kind).read_bytes()).hexdigest())

    def _lock(self, kind: str) -> Path:
        return self._root / LOCKS[kind]

    def _install(self, wanted: Stamp) -> str:
        for name, install in (("uv", self._by_uv), ("pip", self._by_pip)):
            try:
                install(wanted)
            except (OSError, subprocess.CalledProcessError) as error:
                with self._log.open("a") as log:
                    log.write(f"{name}: {error}\n")
            else:
                return name
        raise Refusal(FAILED, log=self._log)

    def _by_uv(self, wanted: Stamp) -> None:
        uv = self._tools / "uv" / "bin" / "uv"
        if not uv.is_file():
            shutil.rmtree(uv.parents[1], ignore_errors=True)
            self._run(sys.executable, "-m", "pip", "install", "--quiet", "--target", uv.parents[1], UV)
        if not self._works():
            self._run(uv, "venv", "--clear", "--no-project", "--python", sys.executable, self.venv)
        Stamp(wanted.kind).write(self.venv)
        self._run(uv, "pip", "sync", "--python", self.python, "--require-hashes", self._lock(wanted.kind))

    def _by_pip(self, wanted: Stamp) -> None:
        """Slower; but pip.conf, and with it a company's mirror, counts here."""
        self._run(sys.executable, "-m", "venv", "--clear", self.venv)
        Stamp(wanted.kind).write(self.venv)
        self._run(self.python, "-m", "pip", "install", "--require-hashes", "-r", self._lock(wanted.kind))

    def _works(self) -> bool:
        """Whether there is a Python in it that still runs, is new enough, and finds its packages."""
        packages = "any('site-packages' in path for path in sys.path)"
        test = f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON} or not {packages})"
        try:
            done = subprocess.run([self.python, "-c", test], check=False, capture_output=True, timeout=60)
        except (OSError, subprocess.SubprocessError):
            return False
        return done.returncode == 0

    def _run(self, *command: str | Path) -> None:
        # A proxy that opens TLS has its certificate in the system's store, which uv asks only when told to.
        settings = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1", "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
        run_to_end(command, log=self._log, environment={**os.environ, **settings}, folder=self._root)

    @contextmanager
    def _alone(self, say: Say) -> Iterator[None]:
        """Two terminals may start at once: one installs, the other waits."""
        with (self._tools / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Waiting for another run that installs the packages ...")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
