"""A folder -> a PostgreSQL and a Valkey of their own, which may be frozen, killed, torn, emptied and started again."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import sysconfig
import time
from functools import partial
from pathlib import Path

import psycopg
import redis

from wecops.launcher import postgres, privilege, valkey
from wecops.launcher.processes import POLL_SECONDS, Family, Job

SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
START_SECONDS = 20
DURABLE = {**valkey.BROKER, "appendonly": "yes", "appendfsync": "everysec", "aof-load-truncated": "yes"}


class Broker:
    """A Valkey that keeps what is queued, as the stack's does, always on the same port."""

    def __init__(self, data: Path) -> None:
        self._family, self._log = Family(), data / "broker.log"
        self.folder = data / "broker"
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self._password = secrets.token_urlsafe(16)
        self.start()

    def url(self, port: int = 0) -> str:
        return f"redis://:{self._password}@127.0.0.1:{port or self.port}/0"

    @property
    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url(), socket_timeout=5)

    def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        own = {"bind": "127.0.0.1", "port": self.port, "requirepass": self._password, "dir": f'"{self.folder}"'}
        lines = "".join(f"{key} {value}\n" for key, value in {**own, "save": '""', **DURABLE}.items())
        program = valkey.find(SITE_PACKAGES).path
        job = Job("broker", [program, "-"], log=self._log, environment=os.environ, stdin=lines.encode())
        self._child = self._family.start(job)
        is_ready = partial(valkey.answers, self.port, self._password)
        self._child.wait_until(is_ready, seconds=START_SECONDS, what="it answered")

    def shut_down(self) -> None:
        """As ``shutdown nosave``, and all that was kept is gone."""
        with self.client as client, contextlib.suppress(redis.ConnectionError):
            client.shutdown(nosave=True)
        self._child.process.wait()
        self._family.forget(self._child)
        shutil.rmtree(self.folder)

    @property
    def is_there(self) -> bool:
        return not self._child.has_ended

    def kill(self, *, torn: int = 0) -> None:
        """By SIGKILL; the last ``torn`` bytes of what it had written are lost."""
        self._child.process.kill()
        self._child.process.wait()
        self._family.forget(self._child)
        for written in self.folder.glob("appendonlydir/*.incr.aof"):
            os.truncate(written, max(0, written.stat().st_size - torn))

    def end(self) -> None:
        self._family.stop()

    def freeze(self) -> None:
        self._child.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._child.process.send_signal(signal.SIGCONT)


class Database:
    """A PostgreSQL that keeps what it has confirmed."""

    def __init__(self, data: Path) -> None:
        binaries = postgres.find(SITE_PACKAGES)
        run_as = privilege.for_postgresql(data, binaries.folder)
        self._server = postgres.Server(binaries, data, run_as=run_as, log=data / "postgresql.log")
        self._family = Family()
        self.start()
        # The servers of the tests may forget the last moments; this one is killed.
        self.run(f"ALTER ROLE {postgres.NAME} SET synchronous_commit = on")

    def start(self) -> None:
        self.url = self._server.start(self._family)

    def stop(self, how: signal.Signals) -> None:
        """SIGQUIT is "immediate", SIGINT "fast"."""
        os.kill(int((self._server.cluster / "postmaster.pid").read_text().splitlines()[0]), how)
        while (child := self._family.fallen()) is None:
            time.sleep(POLL_SECONDS)
        self._family.forget(child)

    def end(self) -> None:
        self._family.stop()

    def terminate_connections(self) -> None:
        self.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename <> ''"
        )

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)
