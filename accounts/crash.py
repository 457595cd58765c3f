"""A file -> a sudden death at a named point.  For tests only: without ``CRASH_FILE`` in the environment, nothing.

The file holds ``point visit token``, say ``ingest.in_transaction 3 a``: the process that comes to that point for the
third time since it first read this very line takes the file away and dies by SIGKILL, as by the kernel's memory guard
or a power cut: nothing is cleaned up, nothing is said, and it happens once.
"""

import os
import signal
from collections import Counter
from pathlib import Path

_visits: Counter[str] = Counter()


def point(name: str) -> None:
    """A place where dying must do no harm."""
    order = os.environ.get("CRASH_FILE")
    if order is None or not (file := Path(order)).exists():
        return
    line = file.read_text()
    wanted, visit, _ = line.split()
    if wanted != name:
        return
    _visits[line] += 1
    if _visits[line] == int(visit):
        file.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
