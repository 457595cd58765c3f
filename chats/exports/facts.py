"""A transcript's values -> all that was said as plain facts, transcript.json, and the fingerprint of the content."""

import hashlib
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

from chats.rendering.values import TranscriptValue, TweetValue

SCHEMA = 1
REACH = ("potential_impressions", "potential_audience", "followers_known")

TextPolicy = Literal["none", "members", "public"]
Told = dict[str, Any]


def tell(transcript: TranscriptValue, *, site: str) -> Told:
    """All that was said, with every word.  ``site`` is the address before the path, without a slash."""
    chat, figures = transcript.chat, transcript.figures
    # The same order as the rows': by time; tweets of one moment keep the order they were read in.
    tweets = sorted([*transcript.timeline, *transcript.retweets], key=lambda tweet: tweet.created_at)
    return {
        "chat": {
            "slug": chat.slug,
            "title": chat.title,
            "hashtags": list(chat.hashtags),
            "starts_at": _moment(chat.starts_at),
            "ends_at": _moment(chat.ends_at),
            "time_zone": chat.time_zone,
            "hosts": [handle for _, handle in chat.hosts],
            "url": f"{site}{chat.path}",
        },
        "questions": [
            {
                "number": section.number,
                "text": section.text,
                "asked_at": _moment(section.asked_at),
                "tweet": section.asked.number if section.asked else None,
            }
            for section in transcript.sections
            if section.name == "question"
        ],
        "tweets": [_tweet(tweet) for tweet in tweets],
        "stats": {
            "people": figures.people,
            "tweets": figures.tweets,
            "replies": figures.replies,
            "retweets": figures.retweets,
            "potential_impressions": figures.potential_impressions,
            "potential_audience": figures.potential_audience,
            "followers_known": figures.followers_known,
            "busiest_minute": _moment(figures.busiest_minute),
        },
    }


def document(transcript: TranscriptValue, told: Told, sha256: str, *, text: TextPolicy) -> dict[str, Any]:
    """transcript.json as an object.

    X lets third parties collect ids only: without ``text="public"`` its tweets' words and authors are null.
    """
    return {
        "schema": SCHEMA,
        "chat": told["chat"],
        "transcript": {"version": transcript.version, "built_at": _moment(transcript.built_at), "sha256": sha256},
        "completeness": _completeness(transcript),
        "questions": told["questions"] if text == "public" else _without_words_of_x(told["questions"], transcript),
        "tweets": told["tweets"] if text == "public" else [_redacted(tweet) for tweet in told["tweets"]],
        "stats": told["stats"],
    }


def fingerprint(told: Told) -> str:
    """The sha256 of what was said: equal for two captures of one conversation in any order, through any faults.

    Over the canonical JSON of chat, questions, tweets without counts and why_captured, and stats without reach.
    A tweet's number depends on when it was first seen, so numbers are replaced by places in time order here.
    """
    places = {tweet["number"]: place for place, tweet in enumerate(told["tweets"], 1)}
    said = {
        **told,
        "questions": [{**question, "tweet": places.get(question["tweet"])} for question in told["questions"]],
        "tweets": [_placed(tweet, places) for tweet in told["tweets"]],
        "stats": {name: figure for name, figure in told["stats"].items() if name not in REACH},
    }
    return hashlib.sha256(encode(said)).hexdigest()


def _placed(tweet: dict[str, Any], places: dict[int, int]) -> dict[str, Any]:
    """A tweet without what differs from one capture to another."""
    lasting = {**tweet, "number": places[tweet["number"]]}
    if "in_reply_to" in tweet:
        lasting["in_reply_to"] = places.get(tweet["in_reply_to"])
        del lasting["counts"], lasting["why_captured"]
    return lasting


def encode(value: object) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _tweet(tweet: TweetValue) -> dict[str, Any]:
    if tweet.removed:
        return {"number": tweet.number, "removed": tweet.removed}
    author = tweet.author
    return {
        "number": tweet.number,
        "id": tweet.network_id,
        "network": author.network,
        "author": {"id": author.id, "handle": author.handle, "name": author.name},
        "text": tweet.text,
        "created_at": _moment(tweet.created_at),
        "in_reply_to": tweet.parent,
        "depth": tweet.depth,
        "kind": tweet.kind,
        "question": tweet.question,
        "placed_by": tweet.placed_by,
        "confidence": round(tweet.confidence, 3),
        "why_captured": list(tweet.why_captured),
        "counts": {
            "likes": tweet.likes,
            "reposts": tweet.reposts,
            "replies": tweet.replies,
            "quotes": tweet.quotes,
        },
        "url": tweet.url,
    }


def _redacted(tweet: dict[str, Any]) -> dict[str, Any]:
    """What may be given to anybody who collects it.  The link would name the author, so it goes by id alone."""
    if tweet.get("network") != "x":
        return tweet
    return {**tweet, "author": None, "text": None, "url": f"https://x.com/i/web/status/{tweet['id']}"}


def _without_words_of_x(questions: list[dict[str, Any]], transcript: TranscriptValue) -> list[dict[str, Any]]:
    """The questions as hosts declared them; words that are known from a tweet only are the tweet's."""
    free = {
        section.number
        for section in transcript.sections
        if section.is_declared or (section.asked and section.asked.author.network != "x")
    }
    return [{**each, "text": each["text"] if each["number"] in free else None} for each in questions]


def _completeness(transcript: TranscriptValue) -> dict[str, Any]:
    return {
        "sources": {
            source.name: {
                "pages": source.pages,
                "stored": source.stored,
                "counted_by_network": source.counted,
                "gaps": list(source.gaps),
                "last_at": _moment(source.last_at),
            }
            for source in transcript.completeness.sources
        },
        "replies_to_missing": transcript.completeness.missing_parents,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
