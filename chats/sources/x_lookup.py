"""Ids, queries and handles -> what X says of them now: tweets that are still there, counts, and an account's number."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from chats.sources.base import Gone, Looked, SourceError
from chats.sources.files.values import count, known_id, mapping, mappings, string
from chats.sources.x import cost, is_withheld, read
from chats.sources.x_asking import X, fields
from chats.sources.x_queries import LONGEST, check
from chats.sources.x_refusals import problem_type

MOST = 100  # ids at once
_ASKED = {"id", "ids"}
_MOST_PAGES = 400  # of 31 days: longer than there has been an X


class Bucket(NamedTuple):
    starts_at: datetime
    ends_at: datetime
    tweets: int


class Counted(NamedTuple):
    """How many tweets X has, in all and by time; the first and the last bucket may be cut."""

    tweets: int
    buckets: tuple[Bucket, ...]
    requests: int


def lookup(x: X, ids: Sequence[str]) -> Looked:
    """At most ``MOST`` tweets by their ids, which must be valid: a bad one would have the whole call refused."""
    if not 1 <= len(ids) <= MOST or not all(known_id(each) for each in ids):
        raise SourceError(f"X looks up 1 to {MOST} ids at once, all numbers.", code="x_ids", permanent=True)
    asked = x.ask("/2/tweets", [("ids", ",".join(ids))], fields)
    tweets, rejected = read(asked.body)
    items = mappings(asked.body.get("data"))
    withheld = {
        each: Gone(each, "withheld") for item in items if is_withheld(item) and (each := string(item.get("id")))
    }
    there = {tweet.id for tweet in tweets} | {string(item.get("id")) for item in items}
    gone = {each.id: each for each in _gone(asked.body) if each.id in ids and each.id not in there} | withheld
    unclear = tuple(each for each in dict.fromkeys(ids) if each not in there and each not in gone)
    return Looked(tweets, tuple(gone.values()), unclear, rejected, **cost(asked))


def _gone(body: dict) -> Iterable[Gone]:
    """Only an error on the id itself says something of the tweet; one on what it refers to, or X's own, does not."""
    for error in mappings(body.get("errors")):
        tweet_id = known_id(error.get("resource_id") or error.get("value"))
        why = _why(error)
        if tweet_id and why and error.get("parameter") in _ASKED:
            yield Gone(tweet_id, why)


def _why(error: dict) -> Literal["not-found", "not-authorized", "suspended"] | None:
    match problem_type(error):
        case "not-authorized-for-resource":
            return "not-authorized"
        case "resource-not-found":
            is_suspended = "suspended" in string(error.get("detail")).lower()
            return "suspended" if is_suspended or error.get("title") == "Forbidden" else "not-found"
    return None


def counts(
    x: X,
    query: str,
    *,
    starts_at: datetime,
    ends_at: datetime,
    granularity: Literal["minute", "hour", "day"] = "minute",
    reach: Literal["recent", "all"] = "recent",
) -> Counted:
    """How many tweets a search would find: one request a page, and no reads.

    ``ends_at`` must lie at least ten seconds back, and with ``recent`` both within the last seven days.
    """
    check(query, LONGEST)
    params = [("query", query), ("granularity", granularity), ("start_time", _stamp(starts_at))]
    params.append(("end_time", _stamp(ends_at)))
    buckets: list[Bucket] = []
    token, requests = "", 0
    for _ in range(_MOST_PAGES):
        asked = x.ask(f"/2/tweets/counts/{reach}", [*params, *([("next_token", token)] if token else [])])
        requests += asked.requests
        buckets += map(_bucket, mappings(asked.body.get("data")))
        meta = mapping(asked.body.get("meta"))
        if count(meta.get("total_tweet_count", meta.get("total_post_count"))) is None:
            raise SourceError("X answered with no count.", code="x_no_answer")
        token = string(meta.get("next_token"))
        if not token:
            break
    buckets.sort()
    return Counted(sum(bucket.tweets for bucket in buckets), tuple(buckets), requests)


def _bucket(row: dict) -> Bucket:
    number = count(row.get("tweet_count", row.get("post_count")))
    try:
        starts_at, ends_at = (datetime.fromisoformat(string(row.get(name))) for name in ("start", "end"))
    except ValueError:
        number = None
    if number is None or starts_at.tzinfo is None or ends_at.tzinfo is None:
        raise SourceError("X answered with a count that is none.", code="x_no_answer")
    return Bucket(starts_at, ends_at, number)


def number_of(x: X, handle: str) -> str:
    """The number of the account that has this handle now: one person described, and paid for."""
    asked = x.ask("/2/users/by", [("usernames", handle), ("user.fields", "id")])
    for user in mappings(asked.body.get("data")):
        if number := known_id(user.get("id")):
            return number
    raise SourceError(f"X knows no account @{handle}.", code="x_user", permanent=True)


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
