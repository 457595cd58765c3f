"""The commands of docker-compose.yml as they stand, on the tests' PostgreSQL: each does its work."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import psycopg
import pytest
import redis
from psycopg import sql

from tests.wecops.test_settings import EXAMPLE
from wecops.launcher import valkey, web
from wecops.launcher.places import ROOT
from wecops.launcher.processes import Family, Job

pytestmark = pytest.mark.long
PATIENCE = 90  # seconds until something counts as stuck, on a busy machine
# What README.md says to write into .env.
OWN = {"SECRET_KEY": secrets.token_urlsafe(50), "BEHIND_PROXY": "on"}
PROXY = {"Host": "portal.example", "X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def family():
    family = Family()
    yield family
    family.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("stack")


@pytest.fixture(scope="module")
def portal(folder):
    """The image's folder of the portal: what .dockerignore lets in."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    for name in [line.removeprefix("!") for line in lines if line.startswith("!")]:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (folder / "portal").mkdir(exist_ok=True)
        copy(ROOT / name, folder / "portal" / name)
    (folder / "portal" / "manage.py").chmod(0o600)  # as a strict umask leaves it
    return folder / "portal"


@pytest.fixture(scope="module")
def database():
    """The address of an empty database of its own."""
    address, name = os.environ["DATABASE_URL"], f"stack_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        place, _, query = address.partition("?")
        yield f"{place.rpartition('/')[0]}/{name}?{query}"
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def ports():
    return {name: free_port() for name in ("web", "broker", "cache")}


@pytest.fixture(scope="module")
def environment(image, services, database, ports, folder):
    """What a container is given, or the image while it is built; the places it names are those of this machine."""
    places = {
        "DATABASE_URL": database,
        "REDIS_URL": f"redis://127.0.0.1:{ports['broker']}/0",
        "CACHE_URL": f"redis://127.0.0.1:{ports['cache']}/0",
        "STATIC_ROOT": str(folder / "static"),
        "UPLOAD_ROOT": str(folder / "uploads"),
        "PORT": str(ports["web"]),
    }

    own = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    if bytecode := os.environ.get("PYTHONPYCACHEPREFIX"):  # what the image has beside its packages
        own["PYTHONPYCACHEPREFIX"] = bytecode

    def here(told):
        return {key: places.get(key, value) for key, value in told.items()}

    def environment(name):
        in_file = {**EXAMPLE, **OWN, **here(services[name]["environment"])} if name in services else {}
        return {**here(image.environment), **in_file, **own}

    return environment


@pytest.fixture(scope="module")
def start(family, environment, services, image, folder, portal):
    """Start a service of the portal."""

    def start(name):
        command = services[name].get("command", image.command)
        job = Job(name, command, log=folder / f"{name}.log", environment=environment(name), folder=portal, grace=2)
        return family.start(job)

    return start


@pytest.fixture(scope="module")
def keep(family, services, ports, folder):
    """Start the broker or the cache in ``own``, on a port of this machine alone; return the child and its client."""

    def keep(name, own, port=None):
        program, *arguments = services[name]["command"]
        assert program == "valkey-server"
        port = port or ports[name]
        binary = valkey.find(Path(sysconfig.get_path("purelib")))
        command = [binary.path, *arguments, "--port", str(port), "--bind", "127.0.0.1"]
        server = family.start(Job(name, command, log=folder / f"{name}.log", environment=os.environ, folder=own))
        client = redis.Redis(port=port, decode_responses=True)
        server.wait_until(lambda: answers(client), seconds=PATIENCE, what="it answered")
        return server, client

    return keep


def answers(client):
    try:
        return client.ping()
    except redis.ConnectionError:
        return False


@pytest.fixture(scope="module")
def get(ports):
    """Ask the web server as the proxy does."""
    return lambda path, headers=PROXY: web.get(ports["web"], path, headers)


@pytest.fixture(scope="module")
def stack(start, keep, get, image, environment, family, portal, tmp_path_factory):
    """The stack after ``docker compose up``, where broker and cache come last; what was true before they came."""
    collect = ["sh", "-c", image.run("collectstatic")]
    subprocess.run(collect, check=True, cwd=portal, env=environment("build"), stdout=subprocess.DEVNULL)
    migration = start("migrate")
    migration.finish(seconds=PATIENCE, what="The migration")
    family.forget(migration)
    server, worker, beat = start("web"), start("worker"), start("beat")
    server.wait_until(lambda: get("/healthz")[0] == 200, seconds=PATIENCE, what="it answered")
    before = ready(get)
    clients = {name: keep(name, tmp_path_factory.mktemp(name))[1] for name in ("broker", "cache")}
    worker.wait_until(lambda: ready(get)["status"] == 200, seconds=PATIENCE, what="a tick came", every=0.2)
    yield {"before": before, "beat": beat, **clients}
    for client in clients.values():
        client.close()


def ready(get):
    status, text = get("/readyz")
    return {"status": status, **json.loads(text)}


def test_the_web_answers_before_there_is_a_broker_or_a_cache(stack):
    parts = {name: stack["before"][name] for name in ("status", "database", "cache", "worker")}

    assert parts == {"status": 503, "database": True, "cache": False, "worker": False}


def test_a_tick_goes_from_beat_through_broker_and_worker_into_the_database(stack, get):
    first = ready(get)["tick"]["count"]

    stack["beat"].wait_until(
        lambda: ready(get)["tick"]["count"] > first, seconds=PATIENCE, what="another came", every=0.2
    )

    parts = {name: ready(get)[name] for name in ("status", "database", "cache", "worker")}
    assert parts == {"status": 200, "database": True, "cache": True, "worker": True}


def test_pages_go_to_the_proxy_that_speaks_tls_and_to_nobody_else(stack, get):
    plain, elsewhere = {"Host": "portal.example"}, {**PROXY, "Host": "elsewhere.example"}

    assert [get("/", headers)[0] for headers in (PROXY, plain, elsewhere)] == [200, 301, 400]


def test_the_web_serves_the_files_that_the_image_collected(stack, get):
    path = get("/")[1].partition('rel="stylesheet" href="')[2].partition('"')[0]

    assert path.startswith("/static/css/design.")
    assert get(path)[0] == 200


def test_the_images_health_check_tells_a_web_server_that_is_gone(stack, image, environment, portal):
    def check(**change):
        return subprocess.run(image.health, check=False, cwd=portal, env={**environment("web"), **change}).returncode

    assert (check(), check(PORT=str(free_port()))) == (0, 1)


def test_whatever_the_umask_was_nobody_in_the_image_is_locked_out(stack, portal):
    assert (portal / "manage.py").stat().st_mode & 0o777 == 0o644


def test_the_broker_forgets_nothing(stack):
    told = stack["broker"].config_get("appendonly", "appendfsync", "maxmemory-policy", "maxmemory", "save")

    assert told == {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "maxmemory": str(128 * 2**20),
        "save": "",
    }


def test_what_was_queued_is_there_after_the_broker_was_killed(keep, tmp_path):
    port = free_port()
    server, client = keep("broker", tmp_path, port)
    client.lpush("celery", "a task")
    client.close()

    server.process.kill()
    server.process.wait()
    _, client = keep("broker", tmp_path, port)

    assert client.lrange("celery", 0, -1) == ["a task"]
    client.close()


def test_the_cache_keeps_nothing_and_makes_room(stack):
    told = stack["cache"].config_get("appendonly", "maxmemory-policy", "maxmemory", "save")

    assert told == {
        "appendonly": "no",
        "maxmemory-policy": "allkeys-lru",
        "maxmemory": str(128 * 2**20),
        "save": "",
    }
