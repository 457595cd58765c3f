"""A file that somebody handed in -> its place on the disk, from which it goes when it has been read.

What its rows say lives in the database from then on, where it can be taken back; nothing is kept beside that.
"""

from pathlib import Path

from django.conf import settings

from chats.models import Capture


def root() -> Path:
    return Path(settings.UPLOAD_ROOT)


def is_gone(path: str) -> bool:
    """Whether the path is that of a file that was handed in, read and thrown away."""
    return Path(path).is_relative_to(root()) and not Path(path).exists()


def throw_away(path: str) -> None:
    """Delete a file that was handed in, unless a capture has it to read yet; any other file is not ours."""
    file = Path(path)
    if not file.is_relative_to(root()) or Capture.objects.filter(query=path, completed_at=None).exists():
        return
    file.unlink(missing_ok=True)
    if file.parent.exists() and not any(file.parent.iterdir()):
        file.parent.rmdir()
