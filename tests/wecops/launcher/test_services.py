"""What the environment names is used as it is; only what is missing is started."""

import os
import sysconfig
from pathlib import Path

import pytest

from wecops.launcher import services
from wecops.launcher.folder import DataFolder

SITE_PACKAGES = Path(sysconfig.get_path("purelib"))


@pytest.fixture
def folder(tmp_path):
    folder = DataFolder(tmp_path / "data")
    folder.hold()
    yield folder
    folder.release()


@pytest.fixture
def named(monkeypatch):
    """Servers that somebody else runs."""
    named = {name: f"{name.lower()}://elsewhere" for name in services.NAMES}
    for name, address in named.items():
        monkeypatch.setenv(name, address)
    return named


def test_servers_that_the_environment_names_are_not_started(family, folder, named, tmp_path):
    said = []

    addresses = services.start(family, folder, site_packages=tmp_path, say=said.append)

    assert addresses == named
    assert said == [f"Using {name} of the environment" for name in services.NAMES]
    assert family.fallen() is None
    assert list(folder.path.glob("postgres-*")) == []


def test_a_name_without_a_value_names_nothing(family, folder, named, monkeypatch):
    monkeypatch.setenv("CACHE_URL", "")

    addresses = services.start(family, folder, site_packages=SITE_PACKAGES, say=lambda text: None)

    assert addresses["DATABASE_URL"] == named["DATABASE_URL"]
    assert addresses["CACHE_URL"].startswith("redis://:")


def test_servers_of_ours_are_alive_until_they_are_stopped(family, folder, monkeypatch):
    for name in services.NAMES:
        monkeypatch.delenv(name)
    said = []

    addresses = services.start(family, folder, site_packages=SITE_PACKAGES, say=said.append)

    assert [line.split()[0] for line in said] == ["PostgreSQL", "Valkey", "Valkey"]
    assert services.are_alive(addresses)
    family.stop()
    assert not services.are_alive(addresses)


FOREIGN = {
    "CELERY_BROKER_URL": "redis://elsewhere",
    "GUNICORN_CMD_ARGS": "--workers=9",
    "PYTHONPATH": "/elsewhere",
    "PYTHONWARNINGS": "error",
    "PYTHONOPTIMIZE": "1",
    "PYTHONSAFEPATH": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def test_a_command_gets_our_settings_and_nothing_meant_for_other_programs(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL")
    for name, value in {**FOREIGN, "PGHOST": "elsewhere", "HOME": "/home/nell"}.items():
        monkeypatch.setenv(name, value)

    found = services.surroundings({"SECRET_KEY": "ours"}, tmp_path)

    assert {name for name in (*FOREIGN, "PGHOST") if name in found} == set()
    assert (found["SECRET_KEY"], found["HOME"], found["VIRTUAL_ENV"]) == ("ours", "/home/nell", str(tmp_path))
    assert found["PATH"].split(os.pathsep)[0] == str(tmp_path / "bin")


@pytest.mark.parametrize(("wish", "place"), [(None, None), ("1", "ours"), ("1", "/theirs")])
def test_bytecode_is_kept_but_not_beside_sources_where_that_is_unwelcome(monkeypatch, tmp_path, wish, place):
    theirs = {"PYTHONDONTWRITEBYTECODE": wish, "PYTHONPYCACHEPREFIX": place if place != "ours" else None}
    for name, value in theirs.items():
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)

    found = services.surroundings({}, tmp_path).get("PYTHONPYCACHEPREFIX")

    assert found == (str(tmp_path / "bytecode") if place == "ours" else place)


def test_a_database_of_theirs_keeps_its_own_variables(monkeypatch, named):
    monkeypatch.setenv("PGSSLMODE", "verify-full")

    assert services.surroundings({})["PGSSLMODE"] == "verify-full"
