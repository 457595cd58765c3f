"""A fresh copy of the checkout -> how long ``run.py demo`` takes to be ready: warm, and on request from nothing."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from tests.bench.measure import median, report
from wecops.launcher.folder import DataFolder
from wecops.launcher.places import DATA, ROOT, TOOLS, VENV
from wecops.launcher.processes import die_with_parent

RUNS = 5
MADE_HERE = (VENV.name, TOOLS.name, DATA.name, ".git", "__pycache__", ".*_cache")
# What run.py told us of our own servers and environment; the copy finds its own.
OURS = (
    "DATABASE_URL", "REDIS_URL", "CACHE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "DEBUG", "SECURE",
    "ALLOWED_HOSTS", "SITE_URL", "STATIC_ROOT", "STATEMENT_TIMEOUT_SECONDS", "VIRTUAL_ENV",
)  # fmt: skip
CACHES = ("UV_CACHE_DIR", "PIP_CACHE_DIR", "XDG_CACHE_HOME")


def run():
    """The first start makes the environment (``BENCH_EMPTY=1``: it finds no cache, and is timed); the rest are warm."""
    with tempfile.TemporaryDirectory(prefix="wecops-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # as a checkout is: PostgreSQL may run under another account
        tree = shutil.copytree(ROOT, folder / "tree", ignore=shutil.ignore_patterns(*MADE_HERE))
        if os.environ.get("BENCH_EMPTY") == "1":
            seconds = _start(tree, {cache: str(folder / cache) for cache in CACHES})
            report("starting.empty", seconds, "s to ready, every package fetched")
        else:
            _start(tree, {})
        report("starting.warm", median([_start(tree, {}) for _ in range(RUNS)]), "s to ready")
        DataFolder(tree / DATA.name / "demo").clear()  # a part of it may lie where another account can reach it


def _start(tree, caches):
    """Seconds from the command to its word that the portal is ready; then it is stopped."""
    started = time.perf_counter()
    with _demo(tree, caches) as said:
        for line in said:
            if "Ready: " in line:
                return time.perf_counter() - started
    raise RuntimeError("run.py demo ended before it was ready.")


@contextmanager
def _demo(tree, caches):
    """The running demo's lines."""
    own = {name: value for name, value in os.environ.items() if name not in OURS}
    folders = [folder for folder in os.environ["PATH"].split(os.pathsep) if folder != str(VENV / "bin")]
    process = subprocess.Popen(
        [Path(sys.executable).resolve(), "run.py", "demo"],  # the machine's Python, not that of our environment
        cwd=tree,
        env={**own, "PATH": os.pathsep.join(folders), **caches},
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - it only makes two system calls
    )
    try:
        yield process.stdout
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
