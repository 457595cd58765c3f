"""texts/posts -> the invented posts of the demo's blog, as facts."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "texts" / "posts"


@dataclass(frozen=True, slots=True)
class PostFacts:
    """One post.  ``days`` ago it came out; ``by`` are keys of texts/cast.txt, or WeCops.

    ``event_days`` ahead lies the event of a collaborative one; ``chat``, ``topic`` and ``event`` are slugs, or "".
    """

    slug: str
    title: str
    kind: str
    days: int
    by: tuple[str, ...]
    tags: tuple[str, ...]
    excerpt: str
    text: str
    status: str = "published"
    chat: str = ""
    topic: str = ""
    event: str = ""
    event_days: int | None = None


@cache
def posts():
    """All of them, the oldest first."""
    return tuple(sorted(map(_read, FOLDER.glob("*.md")), key=lambda post: (-post.days, post.slug)))


def _read(path):
    head, _, text = path.read_text(encoding="utf-8").partition("\n\n")
    told = dict(line.split(": ", 1) for line in head.splitlines())
    for name in ("days", "event_days"):
        if name in told:
            told[name] = int(told[name])
    lists = {name: tuple(told[name].split(", ")) for name in ("by", "tags")}
    return PostFacts(slug=path.stem, text=text, **{**told, **lists})
