"""Nothing -> a real PostgreSQL and a real Valkey for this run of the tests, before Django's settings are read.

A server that the environment names (``DATABASE_URL``, ``REDIS_URL``, ``CACHE_URL``) is used as it is.  Where several
processes share the tests out among them, each has servers of its own.
"""

import atexit
import os
import sysconfig
from pathlib import Path

import pytest
from django.core.management import call_command

from wecops.launcher import services
from wecops.launcher.folder import DataFolder
from wecops.launcher.places import DATA, Refusal, last_lines
from wecops.launcher.processes import Family

SITE_URL = "http://127.0.0.1:8000"
MOST_RUNS = 20  # at the same time on one checkout
STARTED = "TESTS_STARTED"  # what the environment did not name; whoever inherits it is to start their own


def pytest_addoption(parser):
    """Called when this plugin is registered, the only moment before pytest-django reads the settings."""
    for inherited in os.environ.pop(STARTED, "").split():
        os.environ.pop(inherited, None)
    try:
        folder = _free_folder()
        addresses = _start(folder)
    except Refusal as refusal:
        raise pytest.UsageError(f"{refusal}\n{last_lines(refusal.log) if refusal.log else ''}") from None
    settings = services.settings(addresses, folder, site_url=SITE_URL)
    os.environ[STARTED] = " ".join(settings.keys() - os.environ.keys())
    os.environ.update(settings)


def _free_folder():
    """A data folder no other run of the tests holds."""
    for number in range(1, MOST_RUNS + 1):
        folder = DataFolder(DATA / f"test-{number}")
        if folder.hold():
            return folder
    raise Refusal(f"{MOST_RUNS} runs of the tests hold every folder of {DATA}.")


def _start(folder):
    """Start what is not named, and see that it ends with this process: pytest may stop long before its last hook."""
    family = Family()
    atexit.register(folder.release)
    atexit.register(family.stop)  # the last one registered is called first
    return services.start(family, folder, site_packages=Path(sysconfig.get_path("purelib")), say=lambda text: None)


@pytest.fixture(scope="session", autouse=True)
def _static_files():
    """Pages name their static files by content, as in production."""
    call_command("collectstatic", interactive=False, verbosity=0)
