"""The parameters of a request -> X's complaint about them, if it has one: as strict as X is, in both vocabularies."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.simulators.settling import FIRST_MILLISECOND
from tests.simulators.x_grammar import BadQuery, parsed

SEVEN_DAYS = timedelta(days=7)
_ID = re.compile(r"[0-9]{1,19}")
_PAGING = {"max_results", "pagination_token", "start_time", "end_time", "since_id", "until_id"}
_BESIDE = {"expansions", "user.fields", "media.fields", "poll.fields", "place.fields"}
# Path -> parameters beside those of the vocabulary.
KNOWN = {
    "search": {"query", "next_token", "sort_order", *_PAGING, *_BESIDE},
    "counts": {"query", "granularity", "search_count.fields", "next_token", *_PAGING - {"max_results"}},
    "lookup": {"ids", *_BESIDE},
    "user": {"exclude", *_PAGING, *_BESIDE},
    "users": {"usernames", "ids", "expansions", "user.fields"},
}
_SHARED_FIELDS = (
    "article attachments card_uri community_id context_annotations conversation_id created_at display_text_range "
    "edit_controls entities geo id lang media_metadata non_public_metrics organic_metrics possibly_sensitive "
    "promoted_metrics public_metrics reply_settings scopes source text withheld "
)
_SHARED_EXPANSIONS = (
    "article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet "
    "attachments.poll_ids author_id entities.mentions.username geo.place_id in_reply_to_user_id "
)
FIELDS = {
    "tweet": {
        "tweet.fields": _SHARED_FIELDS
        + "author_id edit_history_tweet_ids in_reply_to_user_id note_tweet referenced_tweets",
        "expansions": _SHARED_EXPANSIONS + "edit_history_tweet_ids entities.note.mentions.username "
        "referenced_tweets.id referenced_tweets.id.attachments.media_keys referenced_tweets.id.author_id",
    },
    "post": {
        "post.fields": _SHARED_FIELDS + "article_title matched_media_notes note_post paid_partnership",
        "expansions": _SHARED_EXPANSIONS + "edit_history_post_ids referenced_posts username",
    },
}
_USER_FIELDS = (
    "confirmed_email connection_status created_at description entities id is_identity_verified location name parody "
    "profile_banner_url profile_image_url protected public_metrics subscription url username verified verified_type "
    "verified_followers_count withheld"
)
_MEDIA_FIELDS = "alt_text duration_ms height media_key preview_image_url public_metrics type url variants width"
MOST = {"recent": (10, 100), "all": (10, 500), "user": (5, 100)}
LONGEST_QUERY = {"recent": 512, "all": 1024}
Complaint = tuple[str, str, str]  # parameter, value, message


def id_at(moment: datetime) -> int:
    return max(0, (moment - FIRST_MILLISECOND) // timedelta(milliseconds=1)) << 22


def time_of(tweet_id: int) -> datetime:
    return FIRST_MILLISECOND + timedelta(milliseconds=tweet_id >> 22)


def when(stated: str) -> datetime | None:
    try:
        return datetime.strptime(stated, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def complaints(
    kind: str, reach: str, params: dict[str, list[str]], vocabulary: str, now: datetime
) -> Iterator[Complaint]:
    """``kind`` is a key of ``KNOWN``; ``reach`` says how far back: recent, all or user."""
    known = KNOWN[kind] | ({f"{vocabulary}.fields"} if kind in {"search", "lookup", "user"} else set())
    if reach == "mentions":
        known = known - {"exclude"}
    for name, values in params.items():
        if name not in known:
            yield name, values[0], f"The query parameter [{name}] is not one of [{','.join(sorted(known))}]"
        elif len(values) > 1:
            yield name, values[1], f"The `{name}` query parameter was given more than once"
    one = {name: values[0] for name, values in params.items() if name in known}
    yield from _values(one, vocabulary)
    yield from _limits(kind, reach, one)
    yield from _times(reach, one, now)


def _values(one: dict[str, str], vocabulary: str) -> Iterator[Complaint]:
    allowed = {**FIELDS[vocabulary], "user.fields": _USER_FIELDS, "media.fields": _MEDIA_FIELDS}
    for name, words in allowed.items():
        for value in one.get(name, "").split(",") if name in one else []:
            if value not in words.split():
                yield (
                    name,
                    value,
                    f"The `{name}` query parameter value [{value}] is not one of [{words.replace(' ', ',')}]",
                )
    for name in ("since_id", "until_id"):
        if name in one and not (_ID.fullmatch(one[name]) and int(one[name]) < 2**63):
            yield name, one[name], f"The `{name}` query parameter value [{one[name]}] does not match ^[0-9]{{1,19}}$"
    for name in ("start_time", "end_time"):
        if name in one and when(one[name]) is None:
            yield name, one[name], f"The `{name}` query parameter value [{one[name]}] is not a valid RFC3339 time"


def _limits(kind: str, reach: str, one: dict[str, str]) -> Iterator[Complaint]:
    if kind in {"search", "counts"}:
        query, longest = one.get("query", ""), LONGEST_QUERY[reach]
        if not 1 <= len(query) <= longest:
            yield (
                "query",
                query[:20],
                f"The `query` query parameter has {len(query)} characters, not between 1 and {longest}",
            )
        else:
            try:
                parsed(query)
            except BadQuery as bad:
                yield "query", query, f"There were errors processing your request: {bad}"
    if "max_results" in one:
        least, most = MOST.get(reach, MOST["user"])
        value = one["max_results"]
        if not value.isdigit() or not least <= int(value) <= most:
            message = f"The `max_results` query parameter value [{value}] is not between {least} and {most}"
            yield "max_results", value, message
    if kind == "lookup":
        ids = one.get("ids", "").split(",")
        if len(ids) > 100 or not all(map(_ID.fullmatch, ids)):
            yield "ids", one.get("ids", ""), "The `ids` query parameter holds what is no id, or more than 100"


def _times(reach: str, one: dict[str, str], now: datetime) -> Iterator[Complaint]:
    """Ids and times never together; nothing older than seven days but in the archive; no end in the future."""
    if "since_id" in one and {"start_time", "end_time"} & one.keys():
        yield "since_id", one["since_id"], "`since_id` cannot be combined with `start_time` or `end_time`"
    start, end = when(one.get("start_time", "")), when(one.get("end_time", ""))
    if end and end > now - timedelta(seconds=10):
        yield "end_time", one["end_time"], "'end_time' must be a minimum of 10 seconds prior to the request time"
    if start and end and start >= end:
        yield "start_time", one["start_time"], "'start_time' must be before 'end_time'"
    if start and start > now - timedelta(seconds=10):
        yield "start_time", one["start_time"], "'start_time' must be a minimum of 10 seconds prior to the request time"
    if reach == "recent":
        oldest = now - SEVEN_DAYS
        if start and start < oldest:
            yield "start_time", one["start_time"], f"'start_time' must be on or after {oldest:%Y-%m-%dT%H:%MZ}"
        if "since_id" in one and _ID.fullmatch(one["since_id"]) and int(one["since_id"]) < id_at(oldest):
            yield "since_id", one["since_id"], f"'since_id' must be a tweet id created after {oldest:%Y-%m-%dT%H:%MZ}"
