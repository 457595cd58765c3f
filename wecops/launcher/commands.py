"""The command line -> one of the front door's commands -> its exit code."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from wecops.launcher import browser, checks, services, web
from wecops.launcher.demo import Demo
from wecops.launcher.environment import RUNTIME, TEST, Environment
from wecops.launcher.folder import DataFolder
from wecops.launcher.places import DATA, ROOT, Refusal, last_lines
from wecops.launcher.processes import Family, Interrupted, ignore_the_end, listen_for_the_end, run_in_foreground
from wecops.launcher.progress import Progress

USAGE = """\
python3 run.py demo [--check] [--fresh] [--chats N] [--port N] [--data DIR]   the whole portal on this machine
python3 run.py test [PYTEST ARGUMENTS] [--deep]                               every test
python3 run.py bench [NAME ...]                                               the benchmarks
python3 run.py check                                                          lint, types, templates, deployment ...
python3 run.py exec [--data DIR] -- COMMAND ...                               a command against the demo's database
"""
# How the whole suite is run.  Each process has servers of its own; more than four would only take memory.  There is
# one more than processors, because some tests wait for a minute.  They are handed out in their order (tests/turns.py):
# those that empty the database come after those that need what it was made with.
SHARED_OUT = ("-n", str(min(4, (os.cpu_count() or 1) + 1)))
NOTE_SECONDS = 120  # how long ``exec`` waits for a demo that is still starting


class Parser(argparse.ArgumentParser):
    """Answers a mistake with one sentence."""

    def error(self, message: str) -> NoReturn:
        raise Refusal(f"{self.prog}: {message}.", code=2)


def main(arguments: Sequence[str]) -> int:
    """Run one command.  Mistakes get a sentence on stderr, never a traceback."""
    name, *rest = arguments or ["--help"]
    if name in ("-h", "--help", "help"):
        sys.stdout.write(USAGE)
        return 0 if arguments else 2
    if name not in COMMANDS:
        return _explain(f"There is no command {name!r}: use one of {', '.join(COMMANDS)}.", log=None, code=2)
    listen_for_the_end()
    try:
        return COMMANDS[name](rest)
    except Refusal as refusal:
        return _explain(str(refusal), log=refusal.log, code=refusal.code)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        return _explain(f"The machine refused: {error.strerror or error}{where}.", log=None, code=1)
    except Interrupted as interrupted:
        return 128 + interrupted.number


def _explain(sentence: str, *, log: Path | None, code: int) -> int:
    with suppress(OSError):  # the terminal may be what is gone
        sys.stdout.flush()
        sys.stderr.write(f"{sentence}\n")
        if log is not None and (lines := last_lines(log)):
            sys.stderr.write(f"\nThe last lines of {log}:\n{lines}\n")
    return code


@contextmanager
def _family_in(folder: DataFolder) -> Iterator[Family]:
    """Children that are gone, and a folder that is free again, when the block is left in whatever way."""
    family = Family()
    try:
        yield family
    finally:
        ignore_the_end()
        family.stop()
        folder.release()


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (a number from 1 to 65535)")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of chats")
    return int(text)


def demo(arguments: Sequence[str]) -> int:
    """From a bare machine to the running portal."""
    parser = Parser(prog="run.py demo")
    parser.add_argument("--check", action="store_true", help="prove that it works, stop, and say so by the exit code")
    parser.add_argument("--fresh", action="store_true", help="throw the data of earlier runs away first")
    parser.add_argument("--chats", type=_count, help="only so many of the archived chats, the newest (default all)")
    parser.add_argument("--port", type=_port, help=f"the web server's port (default {web.FIRST_PORT} or the next free)")
    parser.add_argument("--data", type=Path, default=DATA / "demo", help="where the data lives")
    options = parser.parse_args(arguments)
    say = Progress()
    folder = _hold(DataFolder(options.data))
    with _family_in(folder) as family:
        if options.fresh:
            _clear(folder)
        environment = Environment()
        environment.ensure(RUNTIME, say)
        portal = Demo(family, folder, environment=environment, say=say)
        portal.start(options.port, chats=options.chats)
        if options.check:
            portal.check()
            say("Everything works.  Stopping")
            return 0
        say(f"Ready: {portal.address}/")
        sys.stdout.write(f"\n{portal.welcome()}\n\nCtrl-C stops everything.\n")
        sys.stdout.flush()
        return _stay(portal)


def _stay(portal: Demo) -> int:
    """Stopping what runs is how a demo ends well."""
    try:
        portal.watch()
    except Interrupted:
        with suppress(OSError):  # the terminal may have been closed
            sys.stdout.write("\nStopping ...\n")
            sys.stdout.flush()
    return 0


def _hold(folder: DataFolder) -> DataFolder:
    if not folder.hold():
        address = (folder.noted() or {}).get("SITE_URL", "")
        raise Refusal(f"Another run uses {folder.path} already{address and f' ({address}/)'}: stop it first.")
    return folder


def _clear(folder: DataFolder) -> None:
    if os.environ.get("DATABASE_URL"):
        raise Refusal("--fresh empties only the demo's own database: DATABASE_URL names another one.", code=2)
    folder.clear()


def test(arguments: Sequence[str]) -> int:
    """Every test; the servers are started by tests/services.py inside pytest."""
    say = Progress()
    if browser.path() is None:
        if browser.is_required():
            raise Refusal(browser.REQUIRED)
        say(browser.MISSING)
    environment = Environment()
    environment.ensure(TEST, say)
    command = [str(environment.python), "-m", "pytest", *shared_out(arguments), *arguments]
    return run_in_foreground(command, services.surroundings({}), folder=ROOT)


def shared_out(arguments: Sequence[str]) -> Sequence[str]:
    """What pytest is told to share the tests out among processes: nothing where files or folders are named.

    Starting those processes and their servers takes longer than a few files do.
    """
    return () if any((ROOT / argument.partition("::")[0]).exists() for argument in arguments) else SHARED_OUT


def bench(arguments: Sequence[str]) -> int:
    """The benchmarks, with servers and a database of their own.  Only their results go to stdout."""
    say = Progress(sys.stderr)
    folder = _hold(DataFolder(DATA / "bench"))
    with _family_in(folder) as family:
        environment = Environment()
        environment.ensure(TEST, say)
        portal = Demo(family, folder, environment=environment, say=say)
        settings = portal.start_servers(web.FIRST_PORT)
        command = [str(environment.python), "-m", "tests.bench", *arguments]
        return run_in_foreground(command, services.surroundings(settings), folder=ROOT)


def check(arguments: Sequence[str]) -> int:
    """Lint, format, types, templates, migrations, deployment."""
    Parser(prog="run.py check").parse_args(arguments)
    say = Progress()
    environment = Environment()
    environment.ensure(TEST, say)
    return 0 if checks.run(environment.python, say) else 1


def execute(arguments: Sequence[str]) -> int:
    """A command against the demo's database, which is started when it does not run."""
    own, found, command = _split(arguments)
    parser = Parser(prog="run.py exec")
    parser.add_argument("--data", type=Path, default=DATA / "demo", help="where the data lives")
    options = parser.parse_args(own)
    if not (found and command):
        raise Refusal("Write the command behind --, as in: run.py exec -- python manage.py sweep", code=2)
    folder = DataFolder(options.data)
    if settings := _settings_of_the_running(folder):
        return run_in_foreground(command, services.surroundings(settings))
    say = Progress(sys.stderr)
    with _family_in(folder) as family:
        environment = Environment()
        environment.ensure(RUNTIME, say)
        portal = Demo(family, folder, environment=environment, say=say)
        settings = portal.start_servers(web.FIRST_PORT)
        if not folder.welcome.exists() and not os.environ.get("DATABASE_URL"):
            portal.seed()
        folder.note(settings)
        return run_in_foreground(command, services.surroundings(settings))


def _split(arguments: Sequence[str]) -> tuple[Sequence[str], bool, Sequence[str]]:
    """What stands before ``--``, whether there is one, what stands behind it."""
    if "--" not in arguments:
        return arguments, False, []
    place = list(arguments).index("--")
    return arguments[:place], True, arguments[place + 1 :]


def _settings_of_the_running(folder: DataFolder) -> dict[str, str] | None:
    """How to reach what another run has started on this folder, or is starting now; none when the folder is ours."""
    deadline = time.monotonic() + NOTE_SECONDS
    while not folder.hold():
        settings = folder.noted()
        if settings and services.are_alive(settings):
            return settings
        if time.monotonic() > deadline:
            raise Refusal(f"Another run holds {folder.path}, but its servers do not answer.")
        time.sleep(0.2)
    return None


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "demo": demo,
    "test": test,
    "bench": bench,
    "check": check,
    "exec": execute,
}
