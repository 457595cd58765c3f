"""The checkout -> what lint, types, templates and Django's own checks say about it, one line each."""

import secrets
import subprocess
import time
from pathlib import Path

from wecops.launcher import services
from wecops.launcher.places import ROOT
from wecops.launcher.progress import Say

CHECKS = {
    "lint": "ruff check .",
    "format": "ruff format --check .",
    "types": "mypy run.py accounts blog chats wecops",
    "templates": "djlint --lint --quiet templates",
    "migrations": "django makemigrations --check --dry-run",
    "deployment": "django check --deploy --fail-level WARNING",
}


def production() -> dict[str, str]:
    """Settings as they would be on a server, with a key that lives as long as this run."""
    nowhere = "redis://127.0.0.1:1/0"
    return {
        "DJANGO_SETTINGS_MODULE": "wecops.settings",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "DEBUG": "off",
        "SECURE": "on",
        "ALLOWED_HOSTS": "portal.example",
        "SITE_URL": "https://portal.example",
        "DATABASE_URL": "postgres://portal@/portal?host=/nowhere",
        "REDIS_URL": nowhere,
        "CACHE_URL": nowhere,
    }


def run(python: Path, say: Say) -> bool:
    """Run every check, whatever the others said; return whether all passed."""
    environment = services.surroundings(production())
    # No check needs the database; makemigrations only warns that it could not ask it.
    environment["PYTHONWARNINGS"] = "ignore:Got an error checking a consistent migration history"
    passed = [_passes(name, [str(python), "-m", *line.split()], environment, say) for name, line in CHECKS.items()]
    return all(passed)


def _passes(name: str, command: list[str], environment: dict[str, str], say: Say) -> bool:
    started = time.monotonic()
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    passed = done.returncode == 0
    say(f"{'ok    ' if passed else 'FAILED'} {name} ({time.monotonic() - started:.1f} s)")
    if not passed:
        say("\n".join(filter(None, [done.stdout.strip(), done.stderr.strip()])))
    return passed
