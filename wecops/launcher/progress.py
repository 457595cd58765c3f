"""What happens -> lines for the person who waits, each with the seconds since the start."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

Say = Callable[[str], None]


class Progress:
    """Prints ``[  3.2 s] PostgreSQL 18.6 is ready``."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._started = time.monotonic()

    def __call__(self, text: str) -> None:
        self._stream.write(f"[{time.monotonic() - self._started:5.1f} s] {text}\n")
        self._stream.flush()
