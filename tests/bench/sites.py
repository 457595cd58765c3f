"""Servers on loopback -> CPU per request: ours, the bare limit, and a peer where one was set up."""

import http.client
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import measure
from wecops.launcher.folder import DataFolder
from wecops.launcher.places import DATA
from wecops.launcher.processes import Family, Job

HOST = "127.0.0.1"
HEADERS = {"Accept-Encoding": "gzip"}
START_SECONDS = 30
CLIENTS = 8


@dataclass(frozen=True)
class Servers:
    """Process numbers of what an application leans on; None for what it does without."""

    database: int | None = None
    cache: int | None = None


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds a request takes: in the application and its database together, and in the cache server."""

    served: float
    cache: float


@contextmanager
def served(name, target, servers, *, folder=None, environment=(), python=sys.executable):
    """gunicorn with one sync worker on a free port of loopback; yields a ``Site``.

    Every contender runs under this same command line, so what differs is the application.
    """
    family, port = Family(), _free_port()
    options = f"--workers 1 --bind {HOST}:{port} --log-level error --no-control-socket"
    job = Job(
        f"The server of {name}",
        [python, "-m", "gunicorn", *options.split(), target],
        log=DataFolder(DATA / "bench").log(name),
        environment={**os.environ, **dict(environment)},
        folder=folder,
    )
    try:
        child = family.start(job)
        child.wait_until(lambda: _answers(port), seconds=START_SECONDS, what="it listened")
        yield Site(port, child.process.pid, servers)
    finally:
        family.stop()


def _free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _answers(port):
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


class Site:
    """One served application: ask it, and ask the kernel what that cost."""

    def __init__(self, port, pid, servers):
        self.port, self.pid, self.servers = port, pid, servers

    def get(self, path, headers=()):
        """One request on a connection of its own; status, headers and body."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        connection.request("GET", path, headers={**HEADERS, **dict(headers)})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, dict(response.getheaders()), body

    def cost(self, path, requests, *, headers=(), expect=200, before_each=None):
        """What each of ``requests`` requests takes: ``CLIENTS`` ask at a time, so that the server is never idle.

        One after the other where something has to happen ``before_each``.
        """

        def ask(_):
            if before_each:
                before_each()
            self._ask(path, headers, expect)

        with ThreadPoolExecutor(1 if before_each else CLIENTS) as clients:
            list(clients.map(ask, range(CLIENTS)))  # these do not count
            before = self._spent()
            list(clients.map(ask, range(requests)))
            after = self._spent()
        return Cost(*(1000 * (now - then) / requests for then, now in zip(before, after, strict=True)))

    def _ask(self, path, headers, expect):
        status, _, _ = self.get(path, headers)
        if status != expect:
            raise RuntimeError(f"{path} answered {status}, not {expect}.")

    def _spent(self):
        """CPU seconds so far: (application and database, cache server)."""
        served = measure.cpu_seconds(self.pid) + measure.cpu_seconds(self.servers.database)
        return served, measure.cpu_seconds(self.servers.cache)


def peers():
    """The folder where the peers were set up, or None."""
    folder = os.environ.get("BENCH_PEERS")
    return Path(folder).resolve() if folder else None


def pretalx():
    """The pretalx peer, with its own demo event, served as we are.  Its database must run."""
    home = peers()
    site = home / "peers" / "pretalx_site"
    return served(
        "pretalx",
        "pretalx.wsgi:application",
        Servers(database=int((home / "pgdata" / "postmaster.pid").read_text().splitlines()[0])),
        folder=site,
        environment={"DJANGO_SETTINGS_MODULE": "pretalx.settings", "PRETALX_CONFIG_FILE": str(site / "pretalx.cfg")},
        python=str(home / "venv-pretalx" / "bin" / "python"),
    )


def wagtail(**more):
    """The Wagtail peer, served as we are.  Its database and Redis must run (``services.sh start``).

    ``SITE_CACHE="1"`` puts Django's cache of whole pages before it.
    """
    home = peers()
    database = (home / "pgdata" / "postmaster.pid").read_text().splitlines()
    return served(
        "-".join(["wagtail", *more]),
        "benchsite.wsgi:application",
        Servers(database=int(database[0]), cache=int((home / "run" / "redis.pid").read_text())),
        folder=home / "peers" / "wagtail_site",
        environment={"DJANGO_SETTINGS_MODULE": "benchsite.settings.production", "PGPORT": database[3], **more},
        python=str(home / "venv-wagtail" / "bin" / "python"),
    )
