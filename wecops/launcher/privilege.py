"""Root -> somebody who may run PostgreSQL, without an account added or a permission changed on the machine."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from wecops.launcher.places import Refusal, fingerprint
from wecops.launcher.processes import AS_WE_ARE, RunAs

NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
ACCOUNT = "nobody"
SHARED = Path("/var/tmp")  # the folder below it is made by us and checked
UNWILLING = (
    "PostgreSQL does not run as root, and this machine allows neither a user namespace nor the account nobody: "
    "run this as a normal user or set DATABASE_URL."
)


def for_postgresql(data: Path, programs: Path) -> RunAs:
    """How to start PostgreSQL: as we are, as root behind a user namespace, or as the account ``nobody``.

    Behind a namespace root is an ordinary account, which another person's home does not let in.
    """
    if os.geteuid() != 0:
        return AS_WE_ARE
    behind = RunAs(prefix=NAMESPACE)
    if _allows(behind, "sh", "-c", 'test -w "$0" && test -x "$1"', str(data), str(programs / "postgres")):
        return behind
    return as_nobody()


def as_nobody() -> RunAs:
    """The account that every system has and that owns nothing."""
    try:
        account = pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise Refusal(UNWILLING) from None
    run_as = RunAs(uid=account.pw_uid, gid=account.pw_gid)
    if not _allows(run_as, "true"):
        raise Refusal(UNWILLING)
    return run_as


def _allows(run_as: RunAs, *command: str) -> bool:
    """Whether this machine lets us start a command that way, and the command says yes."""
    try:
        done = subprocess.run(  # type: ignore[call-overload]
            [*run_as.prefix, *command], check=False, cwd="/", capture_output=True, timeout=10, **run_as.arguments()
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return bool(done.returncode == 0)


def home_for(run_as: RunAs, data: Path) -> Path:
    """Where a server's files lie: in the data folder, or where another account can reach them (then ours, 0711)."""
    if not run_as.switches_account:
        return data
    home = SHARED / f"wecops-{fingerprint(data)}"
    home.mkdir(mode=0o711, exist_ok=True)
    facts = home.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise Refusal(f"{home} belongs to somebody else: remove it and start again.")
    home.chmod(0o711)  # the umask may have taken bits away
    return home


def hand_over(folder: Path, run_as: RunAs) -> None:
    """Make a private folder that belongs to whoever will run the server, also when it was another last time."""
    folder.mkdir(mode=0o700, exist_ok=True)
    uid = os.geteuid() if run_as.uid is None else run_as.uid
    if folder.lstat().st_uid != uid:
        os.chown(folder, uid, os.getegid() if run_as.gid is None else run_as.gid, follow_symlinks=False)


def copy_for_everybody(folders: list[Path], into: Path) -> None:
    """Copy folders side by side, readable by every account; a finished copy is left as it is."""
    if into.exists():
        return
    unfinished = into.with_name(f"{into.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for folder in folders:
        shutil.copytree(folder, unfinished / folder.name, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.stat().st_mode & 0o100 else 0o044))
    unfinished.rename(into)
