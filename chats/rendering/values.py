"""Rows and analysis -> the plain values that the transcript's templates print."""

from dataclasses import dataclass
from datetime import datetime

from chats.analysis.records import Used
from chats.rendering.beside import Film
from chats.rendering.copies import CompletenessValue
from chats.rendering.events import Way
from chats.sources.base import Span


@dataclass(frozen=True, slots=True)
class PersonValue:
    """Somebody in a chat.  ``sent`` counts their tweets (not retweets), ``by_question`` the same by question.

    ``repliers`` are the different people whose replies they got; ``impressions`` is None where it is not known.
    """

    network: str
    id: str
    handle: str
    name: str
    is_host: bool = False
    is_community: bool = False
    sent: int = 0
    replies_got: int = 0
    repliers: int = 0
    quotes_got: int = 0
    retweets_got: int = 0
    retweets_given: int = 0
    impressions: int | None = None
    by_question: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TweetValue:
    """One tweet of a transcript, by the number it keeps for ever.

    ``is_retweet``: it only passes another on, so no figure counts it as a tweet.
    ``removed`` is "author" or "moderator" where only the place is left; every text field is then empty.
    ``parent`` is the number of the tweet it replies to, with ``parent_handle``; ``misses_parent`` says that the one it
    replies to was never collected.  ``retweeted_by`` are (number, who) of pure retweets of this tweet.
    """

    number: int
    author: PersonValue
    text: str
    spans: tuple[Span, ...]
    created_at: datetime
    url: str
    lang: str
    kind: str
    question: int | None
    placed_by: str
    depth: int = 0
    parent: int | None = None
    parent_handle: str = ""
    misses_parent: bool = False
    likes: int | None = None
    reposts: int | None = None
    alt_texts: tuple[str, ...] = ()
    is_sensitive: bool = False
    is_edited: bool = False
    is_academic: bool = False
    is_retweet: bool = False
    retweeted_by: tuple[tuple[int, PersonValue], ...] = ()
    removed: str = ""
    network_id: str = ""
    confidence: float = 0.0
    replies: int | None = None
    quotes: int | None = None
    why_captured: tuple[str, ...] = ()


TAKEN_BACK = "This question was taken back"


@dataclass(frozen=True, slots=True)
class SectionValue:
    """A stretch of a transcript.  ``name`` is "introductions", "question", "other" or "closing".

    ``text`` is "" for what is no question, and for one whose words were taken back.

    ``asked`` is the host's tweet that asked the question, where it was found; ``tweets`` are in reading order, replies
    behind their parent (``depth``).  ``people`` counts who wrote in it, ``answers`` its tweets of kind answer;
    ``is_declared`` says that the question's words are the host's own declaration, not a tweet's.
    """

    name: str
    number: int | None
    text: str
    asked_at: datetime | None
    asked: TweetValue | None
    tweets: tuple[TweetValue, ...]
    people: int
    answers: int
    is_declared: bool = False

    @property
    def wording(self) -> str:
        """What stands for a question's words where they are gone."""
        return self.text or (TAKEN_BACK if self.name == "question" else "")

    @property
    def retweets(self) -> int:
        return sum(tweet.is_retweet for tweet in self.tweets)

    @property
    def own_tweets(self) -> int:
        return len(self.tweets) - self.retweets


@dataclass(frozen=True, slots=True)
class FiguresValue:
    """The counted facts a page prints; None means "not known" and is never printed as 0."""

    people: int
    tweets: int
    replies: int
    retweets: int
    followers_known: int
    potential_impressions: int | None
    potential_audience: int | None
    busiest_minute: datetime | None
    busiest_count: int
    minutes: tuple[int, ...]
    questions: tuple[int | None, ...]
    asked: tuple[tuple[int, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class LinkValue:
    """Where people led to: by each the first tweet that did, oldest first, with the sentence the link came with."""

    address: str
    shared: tuple[tuple[TweetValue, str], ...]
    is_academic: bool
    is_tweet: bool


@dataclass(frozen=True, slots=True)
class ChatValue:
    """A chat's own facts.  ``path`` is its address without the host, ``opens_at`` and
    ``closes_at`` bound what counts as part of it; ``hosts`` are (name, handle) in their order."""

    slug: str
    title: str
    summary: str
    path: str
    hashtags: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    time_zone: str
    hosts: tuple[tuple[str, str], ...]
    topic: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TranscriptValue:
    """Everything the pages and files of one transcript version need.

    ``timeline`` is in time order and leaves out ``retweets``: pure retweets of tweets that stand in it.
    """

    chat: ChatValue
    version: int
    built_at: datetime
    sections: tuple[SectionValue, ...]
    timeline: tuple[TweetValue, ...]
    retweets: tuple[TweetValue, ...]
    figures: FiguresValue
    people: tuple[PersonValue, ...]
    completeness: CompletenessValue
    words: tuple[Used, ...] = ()
    hashtags: tuple[Used, ...] = ()
    links: tuple[LinkValue, ...] = ()
    films: tuple[Film, ...] = ()
    events: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryValue:
    """An archived chat as lists show it: its facts, two counts, and the shape of its hour (bars, question of each)."""

    title: str
    summary: str
    path: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    people: int
    tweets: int
    minutes: tuple[int, ...]
    questions: tuple[int | None, ...]
    topic: str
    is_academic: bool
    hosts: tuple[tuple[str, str], ...]
    topic_path: str = ""
