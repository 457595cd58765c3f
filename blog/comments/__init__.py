"""What members write under posts, and what is decided about it -> rows, and the pages that show them."""

from blog.comments.deciding import CHANGED, approve, ask, empty_old, remove
from blog.comments.limits import LONGEST, Refused, place
from blog.comments.writing import add, appeal, can_edit, edit, preview, report, withdraw, withdraw_all

__all__ = [
    "CHANGED",
    "LONGEST",
    "Refused",
    "add",
    "appeal",
    "approve",
    "ask",
    "can_edit",
    "edit",
    "empty_old",
    "place",
    "preview",
    "remove",
    "report",
    "withdraw",
    "withdraw_all",
]
