"""A record as its source gave it -> the same without where its author was: what is never kept need not be scrubbed.

X demands that a place that somebody takes off a tweet is taken off every copy (``scrub_geo``), and says so only to
those who ask.  No page of ours tells places, so none is stored: neither in columns nor in raw records.
"""

import re
from functools import lru_cache
from typing import Any

from chats.sources.files.values import mappings

# Fields of X's APIs 1.1 and 2, of Pixelfed, and columns of TAGS, twarc and rtweet.  What somebody wrote in their
# profile (``location``) is no place of a tweet.
_PLACE = re.compile(
    r"(?:geo|coordinates|coords|bbox|place)(?:[._].*)?|country(?:_code)?|lat|lng|latitude|longitude", re.S
)
_TWEETS = ("retweeted_status", "quoted_status", "referenced_tweets", "referenced_posts", "reblog", "quote")


def unplaced(record: dict) -> dict:
    """The record and the tweets in it without their places."""
    kept = {name: value for name, value in record.items() if not _is_place(name)}
    for name in _TWEETS:
        if name in kept:
            kept[name] = _unplaced(kept[name])
    return kept


def _unplaced(value: Any) -> Any:
    if isinstance(value, dict):
        return unplaced(value)
    return [unplaced(each) for each in mappings(value)] if isinstance(value, list) else value


@lru_cache(1_000)
def _is_place(name: str) -> bool:
    return _PLACE.fullmatch(name) is not None
