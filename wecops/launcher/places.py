"""The checkout -> where everything that the launcher makes lies, and the one kind of refusal it answers with."""

import hashlib
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
DATA = ROOT / ".data"

# A unix socket's whole path must stay under about 104 characters; ours adds up to 40 to the temporary folder's.
LONGEST_TEMPORARY = 60
LONGEST_LINE = 300  # of a log that is shown; pip can list every version of a package on one


class Refusal(Exception):
    """One clear sentence for the person at the terminal, and the log whose last lines explain it."""

    def __init__(self, sentence: str, *, log: Path | None = None, code: int = 1):
        super().__init__(sentence)
        self.log = log
        self.code = code


def fingerprint(path: Path) -> str:
    """A short name for a path and its owner: the same at every start, different for every person."""
    return hashlib.sha256(f"{os.geteuid()}:{path.resolve()}".encode()).hexdigest()[:12]


def private_folder(path: Path, *, mode: int = 0o700) -> Path:
    """Make a folder that nobody else can have prepared for us; the parent may be writable by everybody."""
    path.mkdir(mode=mode, exist_ok=True)
    facts = path.lstat()
    if path.is_symlink() or facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise Refusal(f"{path} belongs to somebody else or is open to others: remove it and start again.")
    path.chmod(mode)
    return path


def sockets_of(data: Path) -> Path:
    """The folder for a data folder's unix sockets (not made yet)."""
    temporary = Path(tempfile.gettempdir())
    unusable = len(str(temporary)) > LONGEST_TEMPORARY or set(str(temporary)) & set(" ,%?&#")
    if unusable or (os.geteuid() == 0 and not reachable(temporary)):  # root's server may run as another account
        temporary = Path("/tmp")  # the folder below it is private and checked
    return temporary / f"wecops-{fingerprint(data)}"


def reachable(path: Path) -> bool:
    """Whether everybody may pass through all folders above ``path`` and read it."""
    path = path.resolve()
    return all(parent.stat().st_mode & 0o001 for parent in path.parents) and path.stat().st_mode & 0o005 == 0o005


def last_lines(log: Path, *, count: int = 15) -> str:
    """The end of a log, without the bytes that would upset a terminal."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-count:]
    except OSError:
        return ""
    return "\n".join("".join(c if c.isprintable() else " " for c in line[:LONGEST_LINE]) for line in lines)
