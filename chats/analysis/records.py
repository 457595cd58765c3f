"""The plain values that the calculators take and give: a conversation, without tables, clock or network."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PlacedBy = Literal["host", "label", "reply", "quote", "copy", "model", "none"]
Kind = Literal["question", "answer", "reply", "chatter", "retweet", "introduction", "closing"]


@dataclass(frozen=True, slots=True)
class Tweet:
    """A tweet as the calculators see it.  ``key`` names it within one chat.

    ``reply_to``, ``quote_of`` and ``retweet_of`` are keys of tweets in the same conversation, or None;
    ``misses_parent`` says that it replies to one which is not here, ``is_retweet`` that it only passes one on.
    ``is_corrected`` says that a host moved the tweet by hand, to question ``moved_to`` (None: to no question).
    ``labels`` are the numbers its author is known to have typed; where there are none, the text is read for them.
    """

    key: int
    author: int
    text: str
    created_at: datetime
    is_host: bool = False
    reply_to: int | None = None
    quote_of: int | None = None
    retweet_of: int | None = None
    is_retweet: bool = False
    misses_parent: bool = False
    is_corrected: bool = False
    moved_to: int | None = None
    labels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a chat.  ``asked_at`` and ``tweet`` (a key) are None while it has not been found asked."""

    number: int
    text: str
    asked_at: datetime | None = None
    tweet: int | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Which question a tweet belongs to, what kind of tweet it is, what says so, and how surely (0 to 1)."""

    question: int | None
    kind: Kind
    placed_by: PlacedBy
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """A tweet's place in a transcript.  ``parent`` is the key of the line it hangs under; None at the top."""

    key: int
    question: int | None
    depth: int
    parent: int | None
    placement: Placement


@dataclass(frozen=True, slots=True)
class Section:
    """One stretch of a transcript read by question.

    ``name`` is "introductions", "question", "other" or "closing"; ``question`` is the number in a question's section.
    ``lines`` are in reading order: every reply stands behind its parent, deeper by one.
    """

    name: Literal["introductions", "question", "closing", "other"]
    question: int | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Minute:
    """One bar of the shape of the hour: tweets in that minute, and the question open when it began."""

    tweets: int
    question: int | None


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """One person's part.  ``sent`` counts what is not a pure retweet; what others gave counts other people only."""

    author: int
    first_at: datetime
    sent: int
    replies_got: int
    repliers: int
    quotes_got: int
    retweets_got: int
    retweets_given: int
    impressions: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Counted facts about a chat.  ``tweets`` counts what is not a pure retweet; ``retweets`` the pure ones.

    Reach (field.md b5): ``potential_impressions`` adds, for every counted tweet and retweet, the followers of who sent
    it; ``potential_audience`` adds each person's followers once.  Both leave out people whose followers are not known
    (``followers_known`` of ``people`` are) and are None when nobody's are.
    """

    people: int
    tweets: int
    replies: int
    retweets: int
    followers_known: int
    potential_impressions: int | None
    potential_audience: int | None
    busiest_minute: datetime | None
    busiest_count: int
    minutes: tuple[Minute, ...]
    persons: tuple[PersonFigures, ...]


@dataclass(frozen=True, slots=True)
class Used:
    """A word, phrase or hashtag, and how many people used it: each counts once, however often they did."""

    text: str
    people: int
