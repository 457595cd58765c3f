"""What an invented chat is made of, as its generators hand it to formats, simulators and the demo."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented.  ``trade`` is one letter of ``people.TRADES``, or h for hosts and for nobody we know."""

    name: str
    handle: str
    followers: int
    trade: str
    is_protected: bool = False

    @property
    def id(self):
        """As long as X's own ids are."""
        return str(10**17 + int(hashlib.sha256(self.handle.lower().encode()).hexdigest()[:15], 16) % 10**17)


@dataclass(frozen=True, slots=True)
class Truth:
    """What only the generator knows of a tweet: no format writes it, no simulator tells it.

    ``question`` is the number it answers or None.  ``why`` says what shows it: asked, label, reply, quote, copy, time;
    or why there is none: introduction, closing, chatter, spam.
    """

    question: int | None
    why: str
    is_protected: bool = False
    deleted_at: datetime | None = None

    @property
    def is_spam(self):
        return self.why == "spam"


@dataclass(frozen=True, slots=True)
class Link:
    """An address as it stands in a text (t.co), and where it leads."""

    short: str
    leads_to: str


@dataclass(frozen=True, slots=True)
class Said:
    """One tweet.  ``text`` is plain and whole; a retweet's is ``RT @handle: `` and all of the original.

    ``at`` is what the id carries, to the millisecond.  References are ids, "" for none; a reply may point to the first
    of several ``edits``.  ``reposts`` is what X counts: more than this chat holds.
    """

    id: str
    author: Person
    at: datetime
    text: str
    truth: Truth
    conversation: str
    reply_to: str = ""
    quote_of: str = ""
    retweet_of: str = ""
    lang: str = "en"
    links: tuple[Link, ...] = ()
    picture: Link | None = None
    alt_text: str = ""
    is_sensitive: bool = False
    edits: tuple[str, ...] = ()
    likes: int = 0
    reposts: int = 0
    replies: int = 0
    quotes: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    number: int
    text: str
    planned_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """A whole chat.  ``tweets`` are all there are, in time order; ``public`` are those a stranger can see."""

    slug: str
    title: str
    summary: str
    starts_at: datetime
    ends_at: datetime
    hashtags: tuple[str, ...]
    tags: tuple[str, ...] = ()
    topic: str = ""
    hosts: tuple[Person, ...] = ()
    questions: tuple[Question, ...] = ()
    tweets: tuple[Said, ...] = field(default=(), repr=False)
    format: str = "twarc-v2"

    @property
    def public(self):
        return tuple(tweet for tweet in self.tweets if not tweet.truth.is_protected)

    @property
    def people(self):
        """Everybody who said something, in the order they first spoke."""
        return tuple(dict.fromkeys(tweet.author for tweet in self.tweets))
