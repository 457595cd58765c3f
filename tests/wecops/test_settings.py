"""The environment makes the settings: documented in .env.example, safe by default, patient with no broken part."""

import ast
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

from chats.ingest import opening
from wecops.launcher import checks
from wecops.launcher.places import ROOT

EXAMPLE = dict(
    line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if line and not line.startswith("#")
)


def settings_read():
    """The names that settings.py takes from the environment."""
    for node in ast.walk(ast.parse((ROOT / "wecops" / "settings.py").read_text())):
        if isinstance(node, ast.Call) and re.fullmatch(r"env\.\w+", ast.unparse(node.func)):
            yield node.args[0].value


def start(environment, *arguments):
    """Start Django with these settings and no others."""
    command = [sys.executable, "-m", "django", *(arguments or ["check"])]
    known = {"DJANGO_SETTINGS_MODULE": "wecops.settings", "PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, check=False, cwd=ROOT, env=known, capture_output=True, text=True)


def last_line(done):
    return (done.returncode, done.stderr.strip().splitlines()[-1])


def test_the_example_names_exactly_the_settings_that_are_read():
    assert sorted(EXAMPLE) == sorted(settings_read())


def test_every_setting_of_the_example_has_its_comment():
    _, *paragraphs = (ROOT / ".env.example").read_text().strip().split("# ")

    assert [len(paragraph.strip().splitlines()) for paragraph in paragraphs[1:]] == [2] * len(EXAMPLE)


@pytest.mark.parametrize("environment", [EXAMPLE, {}])
def test_the_example_key_opens_nothing(environment):
    refused = "Set SECRET_KEY to a long random text: the example key is for DEBUG only."

    assert last_line(start(environment)) == (1, f"django.core.exceptions.ImproperlyConfigured: {refused}")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("EXPORT_TEXT", "everybody", "EXPORT_TEXT must be none, members or public."),
        ("RECHECKS_A_DAY", "-1", "RECHECKS_A_DAY must be 0 or more."),
        ("LEASE_SECONDS", "0", "LEASE_SECONDS must be 1 or more."),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(name, value, said):
    done = start({"SECRET_KEY": "x" * 60, name: value})

    assert last_line(done)[1].endswith(said)


def test_a_token_for_a_server_that_is_not_asked_is_refused_and_not_repeated():
    servers = {"SECRET_KEY": "x" * 60, "MASTODON_SERVERS": "https://a.example,https://b.example/"}

    known = start({**servers, "MASTODON_TOKENS": "b.example=abc=def, a.example=123"})
    unknown = start({**servers, "MASTODON_TOKENS": "a.example=123,a-token-alone"})

    assert known.returncode == 0
    assert "1 of MASTODON_TOKENS name no server of MASTODON_SERVERS" in last_line(unknown)[1]
    assert "a-token-alone" not in unknown.stderr


def test_the_example_with_a_key_of_ones_own_is_fit_for_production():
    own = {"SECRET_KEY": checks.production()["SECRET_KEY"]}

    done = start({**EXAMPLE, **own}, "check", "--deploy", "--fail-level", "WARNING")

    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "System check identified no issues (0 silenced).\n",
        "",
    )


def test_keys_of_before_still_open_what_they_closed():
    keys = {"SECRET_KEY": checks.production()["SECRET_KEY"], "SECRET_KEY_FALLBACKS": "short"}

    done = start({**EXAMPLE, **keys}, "check", "--deploy", "--fail-level", "WARNING")

    assert "(security.W025) Your SECRET_KEY_FALLBACKS[0] has less than 50 characters" in done.stderr


def test_no_running_task_is_handed_out_a_second_time():
    visible = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]

    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT < visible


def test_a_look_ends_itself_well_before_celery_ends_its_task():
    longest = (opening.LONGEST + opening.DEADLINE).total_seconds()
    limits = [settings.CELERY_TASK_SOFT_TIME_LIMIT, settings.CELERY_TASK_TIME_LIMIT]
    seen = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]

    assert sorted([longest + 5, *limits, seen]) == [longest + 5, *limits, seen]


def test_the_database_gives_up_before_the_reader_does():
    options = settings.DATABASES["default"]["OPTIONS"]

    assert options["connect_timeout"] == 2
    assert options["options"] == (
        "-c statement_timeout=5s -c lock_timeout=3s -c idle_in_transaction_session_timeout=30s"
        " -c plan_cache_mode=force_generic_plan"
    )
