"""What people write, decide and add -> posts, their revisions and addresses."""

from blog.publishing.addresses import remember
from blog.publishing.consent import check_change, is_agreed
from blog.publishing.moves import MOVES, publish, schedule, settled, submit, take_back, unpublish
from blog.publishing.pieces import contribute, empty_hidden, hide, show, withdraw, withdraw_all
from blog.publishing.writing import (
    arrange,
    describe,
    illustrate,
    rename,
    render_stale,
    restore,
    revise,
    sign,
    tag,
    write,
    writer,
)

__all__ = [
    "MOVES",
    "arrange",
    "check_change",
    "contribute",
    "describe",
    "empty_hidden",
    "hide",
    "illustrate",
    "is_agreed",
    "publish",
    "remember",
    "rename",
    "render_stale",
    "restore",
    "revise",
    "schedule",
    "settled",
    "show",
    "sign",
    "submit",
    "tag",
    "take_back",
    "unpublish",
    "withdraw",
    "withdraw_all",
    "write",
    "writer",
]
