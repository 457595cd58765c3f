"""Processes -> the CPU they used, as the kernel counts it: waiting for a busy neighbour is not in it."""

import json
import os
import statistics
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
NANOSECONDS = 1e9


def report(bench, figure, unit, *, ratio=None, against=None):
    """Print one result as one JSON object."""
    rounded = None if ratio is None else round(ratio, 4)
    print(
        json.dumps({"bench": bench, "figure": round(figure, 4), "unit": unit, "ratio": rounded, "against": against}),
        flush=True,
    )


def cpu_seconds(root):
    """CPU seconds of the process ``root`` and of all that lives or lived below it; 0 for None.

    Living threads are known to the nanosecond, ended processes in ticks of 10 ms.
    """
    return sum(_of_the_living(pid) + _of_the_ended(pid) for pid in _family(root)) if root else 0.0


def database_server(connection):
    """The process number of the PostgreSQL behind a connection, which must run on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    return int(_stat(backend)[1])


def median(values):
    return statistics.median(values)


def _family(pid):
    """A process and everything below it."""
    children = " ".join(_read(file) for file in Path(f"/proc/{pid}/task").glob("*/children"))
    return [pid, *(member for child in children.split() for member in _family(int(child)))]


def _of_the_living(pid):
    spent = [_read(file).split() for file in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(fields[0]) for fields in spent if fields) / NANOSECONDS


def _of_the_ended(pid):
    """User and system time of children that ended and were waited for."""
    return sum(int(field) for field in _stat(pid)[13:15]) / TICKS_A_SECOND


def _stat(pid):
    """The fields of /proc/PID/stat behind the program's name, the state first; none for a process that has ended."""
    return _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()


def _read(file):
    try:
        return file.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
