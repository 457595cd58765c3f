"""Tweets as plain facts -> transcript.csv: one row each, in time order (RFC 4180).

UTF-8 without a byte order mark, which would become part of the first name of the header.  Where X's words are left out
nothing but ASCII is in it.  A spreadsheet rounds ids of 19 digits; the address of a tweet keeps its own whole.
"""

import csv
import io
from collections.abc import Iterable
from typing import Any

HEADER = (
    "number", "id", "network", "author_id", "author_handle", "author_name", "text", "created_at", "in_reply_to",
    "depth", "kind", "question", "placed_by", "confidence", "why_captured", "likes", "reposts", "replies", "quotes",
    "url", "removed",
)  # fmt: skip
NOT_TOLD = ("", "", "", "")  # author and words
# What a spreadsheet may read as the beginning of a formula, also in the wide letters of East Asian keyboards.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def table(tweets: Iterable[dict[str, Any]]) -> bytes:
    """The rows under their fixed header; what is not known, or may not be told, is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    writer.writerows(map(_row, tweets))
    return out.getvalue().encode()


def _row(tweet: dict[str, Any]) -> tuple[Any, ...]:
    if "removed" in tweet:
        return (tweet["number"], *[""] * (len(HEADER) - 2), tweet["removed"])
    author, counts = tweet["author"], tweet["counts"]
    said = (author["id"], author["handle"], author["name"], tweet["text"]) if author else ()
    return (
        tweet["number"],
        _defused(tweet["id"]),
        tweet["network"],
        *(map(_defused, said) if said else NOT_TOLD),
        tweet["created_at"],
        tweet["in_reply_to"],
        tweet["depth"],
        tweet["kind"],
        tweet["question"],
        tweet["placed_by"],
        tweet["confidence"],
        " ".join(tweet["why_captured"]),
        *(counts["likes"], counts["reposts"], counts["replies"], counts["quotes"]),
        _defused(tweet["url"]),
        "",
    )


def _defused(cell: str) -> str:
    """Text that stays text in every spreadsheet: an apostrophe before what would be run as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
