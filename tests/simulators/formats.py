"""A chat -> the files that people keep of one: JSON, spreadsheets, workbooks and archives of every kind."""

from collections.abc import Callable, Iterator
from functools import partial

from tests.simulators.bluesky import to_bluesky, to_bluesky_lines
from tests.simulators.mastodon import to_mastodon, to_mastodon_lines
from tests.simulators.sheets import to_json2csv, to_rtweet, to_twarc2_csv, to_workbook
from tests.simulators.storify import to_storify
from tests.simulators.tags_sheet import to_tags
from tests.simulators.x_archive import to_x_archive
from tests.simulators.x_v1 import to_twarc_v1
from tests.simulators.x_v2 import to_twarc_v2

__all__ = ["kept", "to_tags", "to_twarc_v1", "to_twarc_v2"]

# By the word a chat's facts have for it: how a file ends, and what writes it.
FORMATS: dict[str, tuple[str, Callable[..., Iterator[bytes]]]] = {
    "twarc-v2": ("jsonl", to_twarc_v2),
    "twarc-v1": ("jsonl", to_twarc_v1),
    "tags": ("csv", to_tags),
    "tags-minutes": ("csv", partial(to_tags, whole_minutes=True)),
    "csv": ("csv", to_json2csv),
    "csv-v2": ("csv", to_twarc2_csv),
    "rtweet": ("csv", to_rtweet),
    "storify": ("csv", to_storify),
    "mastodon": ("json", to_mastodon),
    "mastodon-lines": ("jsonl", to_mastodon_lines),
    "bluesky": ("json", to_bluesky),
    "bluesky-lines": ("jsonl", to_bluesky_lines),
    "x-archive": ("zip", to_x_archive),
    "xlsx": ("xlsx", to_workbook),
}


def kept(facts):
    """(name of a file, its bytes): the copy that was kept of this chat."""
    ending, write = FORMATS[facts.format]
    return f"{facts.slug}.{ending}", b"".join(write(facts))
