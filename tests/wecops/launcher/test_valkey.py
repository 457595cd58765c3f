"""A real Valkey of our own: ours alone, and nothing on disk."""

import os
import sysconfig
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis

from wecops.launcher import valkey
from wecops.launcher.places import Refusal

SITE_PACKAGES = Path(sysconfig.get_path("purelib"))


@pytest.fixture
def start(family, tmp_path):
    def start(settings):
        binary = valkey.find(SITE_PACKAGES)
        return valkey.start(family, binary, "broker", settings=settings, data=tmp_path, log=tmp_path / "log")

    return start


@pytest.mark.parametrize(("settings", "policy"), [(valkey.BROKER, "noeviction"), (valkey.CACHE, "allkeys-lru")])
def test_each_role_has_its_policy(start, settings, policy):
    with redis.Redis.from_url(start(settings), decode_responses=True) as client:
        told = client.config_get("maxmemory-policy", "bind", "save", "appendonly")

    assert told == {"maxmemory-policy": policy, "bind": "127.0.0.1", "save": "", "appendonly": "no"}


def test_only_who_knows_the_password_gets_an_answer(start):
    url = urlsplit(start(valkey.BROKER))

    assert valkey.answers(url.port, url.password)
    assert not valkey.answers(url.port, "guessed")


def test_the_password_is_not_on_the_command_line(start, family):
    url = urlsplit(start(valkey.BROKER))

    commands = [path.read_text(errors="replace") for path in Path("/proc").glob("[0-9]*/cmdline") if os.access(path, 4)]

    assert [command for command in commands if url.password in command] == []


def test_nobody_answers_after_the_stop(start, family):
    url = urlsplit(start(valkey.BROKER))

    family.stop()

    assert not valkey.answers(url.port, url.password)


def test_a_server_that_cannot_start_is_refused_with_its_log(start):
    with pytest.raises(Refusal, match=r"^Valkey \(broker\) ended before it answered\.$") as refusal:
        start({"no-such-setting": "1"})

    assert "no-such-setting" in refusal.value.log.read_text()


def test_without_the_wheel_it_is_the_machines(tmp_path, monkeypatch):
    server = tmp_path / "redis-server"
    server.write_text("#!/bin/sh\necho 'Redis server v=7.0.15 sha=00000000:0'\n")
    server.chmod(0o755)
    monkeypatch.setattr(valkey, "SYSTEM_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))

    assert valkey.find(tmp_path) == valkey.Binary(server, "Redis", "7.0.15")


def test_a_machine_without_any_server_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr(valkey, "SYSTEM_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Refusal, match=r"^No Valkey or Redis was found: .* set REDIS_URL and CACHE_URL\.$"):
        valkey.find(tmp_path)
