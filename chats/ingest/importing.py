"""A file somebody hands in -> a file that the worker can read, and the capture that will read it.

Nothing is planned of what is no file of tweets.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from django.db import transaction

from accounts import leases
from chats import ingest
from chats.ingest import uploads
from chats.models import Capture, Chat
from chats.sources.base import SourceError
from chats.sources.files import FileSource

LARGEST = 512 * 2**20  # bytes; the files of the largest chats have a tenth
LONGEST_NAME = 60  # characters, of which each may be four bytes on the disk


def look_into(path: str, format: str = "auto") -> None:  # noqa: A002 - the word of the command line
    """Raise ``SourceError`` for what is no file of tweets: a slip of the hand is no gap in a chat's ledger."""
    page = next(iter(FileSource(path, format).pages("")))
    if page.cursor is None and not page.tweets:
        reasons = [f"line {rejected.line}: {rejected.reason}" for rejected in page.rejected[:1]]
        said = "; ".join([f"There is no tweet in {Path(path).name}", *reasons])
        raise SourceError(f"{said}.", code="file_empty", permanent=True)


def take_in(chat: Chat, name: str, chunks: Iterable[bytes]) -> Capture:
    """Keep what was uploaded as ``name``, and have the worker read it into the chat.  The same file is kept once, and
    no longer than until it is read.

    Raises ``SourceError`` for a file that cannot be read, and keeps nothing of it.
    """
    try:
        path = _keep(name, chunks)
    except OSError as error:
        said = (
            f"The folder for what is handed in cannot be used: {error.strerror}. Whoever runs the portal can mend it."
        )
        raise SourceError(said, code="uploads_unusable") from error
    try:
        look_into(str(path))
    except SourceError:
        uploads.throw_away(str(path))
        raise
    with transaction.atomic():
        capture = ingest.plan_file(chat, str(path), time_zone=chat.time_zone)
        leases.make_due(capture)
    return capture


def _keep(name: str, chunks: Iterable[bytes]) -> Path:
    """Write the file under its own name, in a folder named by what is in it."""
    root = uploads.root()
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = root / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.{leases.clock().timestamp()}.new"
    digest, size = hashlib.sha256(), 0
    try:
        with unfinished.open("xb") as file:
            unfinished.chmod(0o600)
            for chunk in chunks:
                size += len(chunk)
                if size > LARGEST:
                    said = f"{name} is larger than {LARGEST // 2**20} MB. Cut it in parts, or use import_tweets."
                    raise SourceError(said, code="file_large", permanent=True)
                digest.update(chunk)
                file.write(chunk)
        path = root / digest.hexdigest()[:16] / _named(name)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def _named(name: str) -> str:
    """A name that any disk takes; its end tells more than its beginning."""
    return re.sub(r"[^-\w.]", "_", Path(name).name)[-LONGEST_NAME:].lstrip(".") or "tweets"
