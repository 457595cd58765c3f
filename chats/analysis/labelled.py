"""Lines of JSON, one a tweet -> chats with what is known of them; and their placements -> lines again.

A line is ``{"chat", "pid", "author", "at", "text", "reply_to", "question"}``: ``question`` is a number where the tweet
is the host's question.  ``label`` lists the numbers that its author is known to have typed.  Files to fit weights on
say ``gold``, the true numbers of an answer, and ``half_visible`` where half of all labels being hidden leaves its own.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from chats.analysis.questions import find_questions, settle
from chats.analysis.records import Placement, Question, Tweet

# Whose labels are seen when weights are fitted or tried: nobody's, or those of a fixed half.
Situation = Literal["all", "half"]


class BadLine(ValueError):
    """A line that is no tweet; the message says which and why."""


@dataclass(frozen=True, slots=True)
class LabelledChat:
    """``tweets`` are in order of time, their keys are places in the file; ``truth`` is by key."""

    name: str
    tweets: tuple[Tweet, ...]
    questions: tuple[Question, ...]
    truth: Mapping[int, frozenset[int]]
    halves: frozenset[int]

    def seen(self, situation: Situation) -> "LabelledChat":
        """The chat as it looks while labels are hidden: all of them, or half."""
        shown = self.halves if situation == "half" else frozenset[int]()
        tweets = tuple(
            replace(tweet, labels=tuple(sorted(self.truth.get(tweet.key, ()))) if tweet.key in shown else ())
            for tweet in self.tweets
        )
        return replace(self, tweets=tweets, truth={key: gold for key, gold in self.truth.items() if key not in shown})


def read(lines: Iterable[str]) -> tuple[list[dict[str, Any]], list[LabelledChat]]:
    """The rows of a file as they are, and the chats that they make.  Raises ``BadLine``."""
    rows = [_row(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    chats: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        chats.setdefault(row["chat"], []).append(place)
    return rows, [_chat(name, {place: rows[place] for place in places}) for name, places in chats.items()]


def tell(rows: Iterable[Mapping[str, Any]], placements: Mapping[int, Placement]) -> Iterator[str]:
    """A line for every row, in the order of the rows."""
    for key, row in enumerate(rows):
        placed = placements[key]
        said = {
            "chat": row["chat"],
            "pid": row["pid"],
            "question": placed.question,
            "reason": placed.placed_by,
            "confidence": placed.confidence,
        }
        yield json.dumps(said, ensure_ascii=False) + "\n"


def _row(number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
        moment = datetime.fromisoformat(row["at"])
        row["at"] = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        is_whole = all(isinstance(row[name], str) for name in ("chat", "pid", "author", "text"))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadLine(f"Line {number} is no tweet: {type(error).__name__} {error}.") from error
    if not is_whole or not _has_known_kinds(row):
        raise BadLine(f"Line {number} is no tweet: chat, pid, author, text, reply_to are texts, questions are numbers.")
    return row


def _has_known_kinds(row: Mapping[str, Any]) -> bool:
    lists = [row.get("label"), row.get("gold")]
    return (
        isinstance(row.get("reply_to"), str | None)
        and isinstance(row.get("question"), int | None)
        and all(isinstance(each, list | None) and all(isinstance(n, int) for n in each or ()) for each in lists)
    )


def _chat(name: str, rows: Mapping[int, Mapping[str, Any]]) -> LabelledChat:
    keys = {row["pid"]: key for key, row in reversed([*rows.items()])}
    authors: dict[str, int] = {}
    hosts = {row["author"] for row in rows.values() if row.get("question")}
    tweets = [
        Tweet(
            key=key,
            author=authors.setdefault(row["author"], len(authors)),
            text=row["text"],
            created_at=row["at"],
            is_host=row["author"] in hosts,
            reply_to=keys.get(row.get("reply_to")),
            misses_parent=bool(row.get("reply_to")) and row["reply_to"] not in keys,
            labels=tuple(row.get("label") or ()),
        )
        for key, row in rows.items()
    ]
    # Of one minute, as the file has it.
    tweets.sort(key=lambda tweet: tweet.created_at)
    questions = _questions(tweets, rows)
    asking = {question.tweet for question in questions}
    hosts = {tweet.author for tweet in tweets if tweet.is_host or tweet.key in asking}
    return LabelledChat(
        name=name,
        tweets=tuple(replace(tweet, is_host=tweet.author in hosts) for tweet in tweets),
        questions=questions,
        truth={key: frozenset(row["gold"]) for key, row in rows.items() if row.get("gold")},
        halves=frozenset(key for key, row in rows.items() if row.get("half_visible")),
    )


def _questions(tweets: list[Tweet], rows: Mapping[int, Mapping[str, Any]]) -> tuple[Question, ...]:
    """The questions that the file tells of; where it tells of none, those that can be found."""
    heads: dict[int, Tweet] = {}
    for tweet in tweets:
        if number := rows[tweet.key].get("question"):
            heads.setdefault(number, tweet)
    return settle(tweets, heads) if heads else find_questions(tweets, ())
