"""The environment and a data folder -> the servers a run needs, and the settings by which the portal finds them.

A server that the environment names is taken as it is; only what is missing is started.
"""

import os
import re
import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from wecops.launcher import postgres, privilege, valkey
from wecops.launcher.folder import DataFolder
from wecops.launcher.places import VENV
from wecops.launcher.processes import Family
from wecops.launcher.progress import Say

NAMES = ("DATABASE_URL", "REDIS_URL", "CACHE_URL")
# What a person's shell may hold for other programs and what would change ours.
FOREIGN = re.compile("CELERY_.*|GUNICORN_CMD_ARGS|PYTHON(DONTWRITEBYTECODE|HOME|OPTIMIZE|PATH|SAFEPATH|WARNINGS)")


def start(family: Family, folder: DataFolder, *, site_packages: Path, say: Say) -> dict[str, str]:
    """Start what the environment does not name; return ``DATABASE_URL``, ``REDIS_URL`` and ``CACHE_URL``."""
    addresses = {name: os.environ[name] for name in NAMES if os.environ.get(name)}
    for name in addresses:
        say(f"Using {name} of the environment")
    if "DATABASE_URL" not in addresses:
        binaries = postgres.find(site_packages)
        run_as = privilege.for_postgresql(folder.path, binaries.folder)
        server = postgres.Server(binaries, folder.path, run_as=run_as, log=folder.log("postgresql"))
        addresses["DATABASE_URL"] = server.start(family)
        say(f"PostgreSQL {binaries.version} is ready")
    for role, name, settings in (("broker", "REDIS_URL", valkey.BROKER), ("cache", "CACHE_URL", valkey.CACHE)):
        if name not in addresses:
            binary = valkey.find(site_packages)
            addresses[name] = valkey.start(
                family, binary, role, settings=settings, data=folder.path, log=folder.log(f"valkey-{role}")
            )
            say(f"{binary.name} {binary.version} is ready ({role})")
    return addresses


def settings(addresses: Mapping[str, str], folder: DataFolder, *, site_url: str) -> dict[str, str]:
    """The portal's settings for a run without TLS on this machine alone."""
    return {
        **addresses,
        "DJANGO_SETTINGS_MODULE": "wecops.settings",
        "SECRET_KEY": folder.secret_key(),
        "DEBUG": "off",
        "SECURE": "off",
        "TEAM_SECOND_STEP": "off",
        "ALLOWED_HOSTS": "127.0.0.1,.localhost,[::1]",
        "SITE_URL": site_url,
        "EMAIL_URL": "",  # whatever a person's shell holds: nothing invented is mailed to anybody
        "STATIC_ROOT": str(folder.static),
        "UPLOAD_ROOT": str(folder.uploads),
    }


def surroundings(settings: Mapping[str, str], venv: Path = VENV) -> dict[str, str]:
    """The environment of a command: ours, the virtual environment first, then the settings."""
    own_database = not os.environ.get("DATABASE_URL")
    # Who wants no bytecode beside the sources gets it elsewhere: with none, each process compiles all of Django again.
    bytecode = {"PYTHONPYCACHEPREFIX": str(venv / "bytecode")} if os.environ.get("PYTHONDONTWRITEBYTECODE") else {}
    kept = {
        name: value
        for name, value in os.environ.items()
        if not FOREIGN.fullmatch(name) and not (own_database and name.startswith("PG"))
    }
    path = os.pathsep.join([str(venv / "bin"), os.environ.get("PATH", os.defpath)])
    return {**bytecode, **kept, "PATH": path, "VIRTUAL_ENV": str(venv), "PYTHONUNBUFFERED": "1", **settings}


def are_alive(settings: Mapping[str, str]) -> bool:
    """Whether the embedded servers that a note names still answer."""
    hosts = parse_qs(urlsplit(settings["DATABASE_URL"]).query).get("host")
    if hosts and not _accepts(f"{hosts[0]}/.s.PGSQL.5432"):
        return False
    caches = [urlsplit(settings[name]) for name in ("REDIS_URL", "CACHE_URL")]
    return all(valkey.answers(url.port, url.password) for url in caches if url.port and url.password)


def _accepts(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(path)
        except OSError:
            return False
    return True
