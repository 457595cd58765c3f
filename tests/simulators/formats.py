"""A chat -> the files that people keep of one: twarc's JSON lines of X's two interfaces, and TAGS sheets."""

from collections.abc import Callable, Iterator
from functools import partial

from tests.simulators.tags_sheet import to_tags
from tests.simulators.x_v1 import to_twarc_v1
from tests.simulators.x_v2 import to_twarc_v2

__all__ = ["kept", "to_tags", "to_twarc_v1", "to_twarc_v2"]

# By the word a chat's facts have for it: how a file ends, and what writes it.
FORMATS: dict[str, tuple[str, Callable[..., Iterator[bytes]]]] = {
    "twarc-v2": ("jsonl", to_twarc_v2),
    "twarc-v1": ("jsonl", to_twarc_v1),
    "tags": ("csv", to_tags),
    "tags-minutes": ("csv", partial(to_tags, whole_minutes=True)),
}


def kept(facts):
    """(name of a file, its bytes): the copy that was kept of this chat."""
    ending, write = FORMATS[facts.format]
    return f"{facts.slug}.{ending}", b"".join(write(facts))
