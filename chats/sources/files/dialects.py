"""Rows by column name, of a CSV file or a sheet -> tweets.  Every habit of naming columns is one table here."""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from functools import partial
from typing import NamedTuple

from chats.sources.base import Rejected, SourceTweet
from chats.sources.files import storify, x_sheets
from chats.sources.files.lines import decoded
from chats.sources.files.values import Unusable
from chats.sources.files.x_sheets import Columns

# A row by column name, the zone of times without one and the number of the line -> its tweet; raises Unusable.
Parse = Callable[[Mapping[str, str], tzinfo, int], SourceTweet]


class Dialect(NamedTuple):
    """``needs`` are columns without which there is no tweet; at least one of ``telling`` shows that it is this one."""

    needs: frozenset[str]
    telling: frozenset[str]
    parse: Parse
    decode: Callable[[bytes], str] = decoded


TAGS = Columns(
    id=("id_str",),
    address=("status_url",),
    handle=("from_user",),
    author_id=("from_user_id_str",),
    followers=("user_followers_count",),
    time=("created_at", "time"),
    reply_to=("in_reply_to_status_id_str",),
    entities=("entities_str",),
)
JSON2CSV = Columns(
    id=("id",),
    address=("tweet_url",),
    handle=("user_screen_name",),
    name=("user_name",),
    author_id=("user_id",),
    followers=("user_followers_count",),
    reply_to=("in_reply_to_status_id",),
    retweet_of=("reweet_id", "retweet_id"),
    retweeted=("retweet_screen_name",),
    passed_on=("retweet_or_quote_id",),
    kind=("tweet_type",),
    likes=("favorite_count",),
    reposts=("retweet_count",),
    hashtags=("hashtags",),
    leads=("urls", "media"),
)
TWARC2 = Columns(
    id=("id",),
    handle=("author.username",),
    name=("author.name",),
    author_id=("author.id", "author_id"),
    followers=("author.public_metrics.followers_count",),
    conversation=("conversation_id",),
    reply_to=("referenced_tweets.replied_to.id",),
    quote_of=("referenced_tweets.quoted.id",),
    retweet_of=("referenced_tweets.retweeted.id",),
    retweeted=("retweeted_username",),
    likes=("public_metrics.like_count",),
    reposts=("public_metrics.retweet_count",),
    replies=("public_metrics.reply_count",),
    quotes=("public_metrics.quote_count",),
    edits=("edit_history_tweet_ids",),
    hashtags=("entities.hashtags",),
    leads=("entities.urls",),
    media=("attachments.media",),
)
RTWEET = Columns(
    id=("status_id",),
    address=("status_url",),
    handle=("screen_name",),
    name=("name",),
    author_id=("user_id",),
    followers=("followers_count",),
    reply_to=("reply_to_status_id",),
    quote_of=("quoted_status_id",),
    retweet_of=("retweet_status_id",),
    retweeted=("retweet_screen_name",),
    original=("retweet_text",),
    likes=("favorite_count",),
    reposts=("retweet_count",),
    replies=("reply_count",),
    quotes=("quote_count",),
    hashtags=("hashtags",),
    shorts=("urls_t.co", "media_t.co"),
    leads=("urls_expanded_url", "media_expanded_url"),
)

# By the name of the format: the dialects it is written in.
DIALECTS: dict[str, tuple[Dialect, ...]] = {
    "csv": (
        Dialect(
            frozenset({"id", "text", "user_screen_name"}),
            frozenset({"tweet_url", "created_at"}),
            partial(x_sheets.tweet, columns=JSON2CSV),
        ),
        Dialect(
            frozenset({"id", "text", "author_id"}),
            frozenset({"conversation_id", "created_at"}),
            partial(x_sheets.tweet, columns=TWARC2, is_escaped=True),
        ),
    ),
    "tags": (
        Dialect(
            frozenset({"id_str", "from_user", "text"}),
            frozenset({"entities_str", "status_url", "from_user_id_str", "user_followers_count"}),
            partial(x_sheets.tweet, columns=TAGS),
        ),
    ),
    "rtweet": (
        Dialect(
            frozenset({"status_id", "screen_name", "text"}),
            frozenset({"created_at", "user_id", "status_url"}),
            partial(x_sheets.tweet, columns=RTWEET),
        ),
    ),
    "storify": (
        Dialect(
            frozenset({"time", "username", "text"}),
            frozenset({"time"}),
            storify.tweet,
            storify.decoded,
        ),
    ),
}


def speaks(dialect: Dialect, columns: Sequence[str]) -> bool:
    names = set(columns)
    return names >= dialect.needs and bool(names & dialect.telling)


def missing(dialect: Dialect, columns: Sequence[str]) -> list[str]:
    return sorted(dialect.needs - set(columns))


def outcome(
    number: int, columns: Sequence[str], cells: Sequence[str], fault: str, dialect: Dialect, zone: tzinfo
) -> SourceTweet | Rejected:
    """What became of a row."""
    if fault:
        return Rejected(number, fault)
    try:
        return dialect.parse(_by_name(columns, cells), zone, number)
    except Unusable as unusable:
        return Rejected(number, str(unusable))


def _by_name(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """A column may be named twice; the first that holds something counts."""
    row = dict(zip(columns, cells, strict=True))
    if len(row) < len(columns):
        row = {}
        for name, cell in zip(columns, cells, strict=True):
            row[name] = row.get(name) or cell
    return row
