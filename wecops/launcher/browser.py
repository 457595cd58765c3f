"""The machine -> the browser for the tests that need one, or why there is none."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "No browser was found, so the browser tests are left out. To get one: apt-get install chromium "
    "(or name one in CHROMIUM)."
)
REQUIRED = (
    "No browser was found, and CI or REQUIRE_BROWSER asks for one: apt-get install chromium, or name one in CHROMIUM."
)


def path() -> str | None:
    """What CHROMIUM names, else the first known browser on PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def is_required() -> bool:
    """Whether a missing browser is a failure and not a reason to leave tests out."""
    return os.environ.get("CI", "").lower() in ("1", "true") or os.environ.get("REQUIRE_BROWSER") == "1"
