"""A conversation and its questions -> what can be measured of each tweet by itself, question by question.

Features and their shapes are those of the attribution brief, section 4, under longer names.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp, log, sqrt

from chats.analysis import vocabulary
from chats.analysis.questions import in_order, wordings
from chats.analysis.records import Question, Tweet
from chats.analysis.vocabulary import Reading

# What is measured of a tweet and a question, in this order.
ALONE = (
    "since_asked",  # the latest question: how long it has been known
    "too_long",  # and whether the tweet is too long to have been written since
    "newcomer",  # and whether its author has said little so far: a first answer is often to the question before
    "since_next",  # an older question: how long something newer has been known
    "stood",  # and how long it was the latest
    "host_late",  # and whether a host speaks: hosts go on to the next
    "begun_before",  # and whether typing began before the next was asked
    "typed_before",  # the same, with a minute for reading and thinking
    "words",  # any question: words in common, the rarer the more
    "personal",  # asks for people's own doings and is told of them
)

MINUTE = 60
# Typing, in characters a second; what else an author does before sending, in minutes; and how sharp that is known.
TYPED_A_SECOND = 3
THINKING = 1.0
SHARP, BLURRED = 0.25, 0.6
MOST_COUNTED = 280
USUAL_LENGTH = 140
READ_WITHIN = 4.0  # minutes in which most people have taken notice of a question
# A tweet of more characters than a few words is never an answer to what was asked seconds ago.
FEW_WORDS = 40
AT_ONCE = 15 / MINUTE
# How much a tweet looks like an answer.
TO_ALL, TO_A_PERSON = 0.8, 0.25
ASKING_BACK, FEW = 0.6, 0.6
FEW_MEANT = 4
# So many answers make an author no newcomer any more.
WORDY = 0.7
STEEP = 500.0

_ASIDE = re.compile(r"[@#]\w+|https?://\S+")
_GOING_ON = re.compile(
    r"[\W_]*(?:(?:and|but|so|also|cont|plus|or|then|continued)\b|[2-9](?:/\d)?\b)|\W*(?:\.\.\.|…)", re.I
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the order of asking, open from the tweet at ``place`` on.  Minutes count from the first tweet."""

    number: int
    place: int
    minute: float
    words: tuple[str, ...]
    is_personal: bool


@dataclass(slots=True, eq=False)
class Said:
    """A tweet that may be an answer.  ``open`` counts the questions asked so far.

    ``labels`` are the questions it is known to belong to, by their order; ``follows`` is the key of the tweet whose
    question is its own.  ``weight`` says from 0 to 1 how much it looks like an answer; ``newness`` falls from 1 with
    what its author has said before.  ``is_too_soon``: nobody writes that much so soon after the latest question.
    """

    author: int
    minute: float
    length: int
    effort: float
    is_host: bool
    goes_on: bool
    reading: Reading
    open: int
    labels: tuple[int, ...]
    follows: int | None
    weight: float = 0.0
    newness: float = 1.0
    is_too_soon: bool = False

    @property
    def candidates(self) -> range:
        """The questions it may answer, by order, the latest first: none that was not asked yet."""
        return range(self.open - 1 - self.is_too_soon, -1, -1)


@dataclass(frozen=True, slots=True)
class Survey:
    """``said`` is in order of time, by key of tweet.

    ``idf`` says how rare each word is in this chat, ``index`` how much a word says for each question.
    """

    asked: tuple[Asked, ...]
    said: Mapping[int, Said]
    idf: Mapping[str, float]
    index: Mapping[str, tuple[tuple[int, float], ...]]


def survey(
    tweets: Sequence[Tweet],
    questions: Sequence[Question],
    labels: Mapping[int, tuple[int, ...]],
    follows: Mapping[int, int],
    silent: Collection[int],
) -> Survey:
    """``labels`` are question numbers by key of tweet, ``follows`` leads from a reply to its parent.

    ``silent`` are the keys of what has no say: questions, copies, greetings, goodbyes.
    """
    texts = wordings(tweets, questions)
    asked = tuple(
        _asked(question, place, _minutes(tweets[0], question.asked_at), texts[question.number])
        for place, question in in_order(tweets, questions)
        if tweets
    )
    reader = _Reader(tweets, asked, labels, follows)
    said = {}
    for place, tweet in enumerate(tweets):
        reader.arrive(place)
        if tweet.key not in silent:
            said[tweet.key] = reader.read(tweet)
    idf = _idf([*(each.reading.words for each in said.values()), *(each.words for each in asked)])
    return Survey(asked, said, idf, _index(asked, idf))


def _asked(question: Question, place: int, minute: float, text: str) -> Asked:
    return Asked(question.number, place, minute, vocabulary.read(text).words, vocabulary.asks_for_own(text))


def _minutes(first: Tweet, at: datetime | None) -> float:
    return (at - first.created_at).total_seconds() / MINUTE if at else 0.0


class _Reader:
    """Reads one tweet after the other, in their order."""

    def __init__(
        self,
        tweets: Sequence[Tweet],
        asked: Sequence[Asked],
        labels: Mapping[int, tuple[int, ...]],
        follows: Mapping[int, int],
    ) -> None:
        self._tweets, self._asked, self._labels, self._follows = tweets, asked, labels, follows
        self._order = {question.number: place for place, question in enumerate(asked)}
        self._has_seconds = any(tweet.created_at.second for tweet in tweets)
        self._open = 0
        self._spoken: dict[int, float] = {}

    def arrive(self, place: int) -> None:
        while self._open < len(self._asked) and self._asked[self._open].place <= place:
            self._open += 1

    def read(self, tweet: Tweet) -> Said:
        bare = _ASIDE.sub("", tweet.text).strip()
        said = Said(
            author=tweet.author,
            minute=_minutes(self._tweets[0], tweet.created_at),
            length=min(len(tweet.text), MOST_COUNTED),
            effort=min(len(bare), MOST_COUNTED) / TYPED_A_SECOND / MINUTE,
            is_host=tweet.is_host,
            goes_on=_GOING_ON.match(bare) is not None,
            reading=vocabulary.read(tweet.text),
            open=self._open,
            labels=tuple(self._order[number] for number in self._labels.get(tweet.key, ()) if number in self._order),
            follows=self._follows.get(tweet.key),
        )
        said.is_too_soon = self._has_seconds and self._is_too_soon(said, bare)
        said.weight = self._weight(tweet, said)
        spoken = self._spoken.get(tweet.author, 0.0)
        said.newness = exp(-spoken / WORDY)
        self._spoken[tweet.author] = spoken + said.weight
        return said

    def _is_too_soon(self, said: Said, bare: str) -> bool:
        """Hosts have it ready: they go on asking."""
        if said.is_host or not said.open or len(bare) <= FEW_WORDS:
            return False
        return said.minute - self._asked[said.open - 1].minute < AT_ONCE

    def _weight(self, tweet: Tweet, said: Said) -> float:
        if said.labels:
            return 1.0
        if not said.open:
            return 0.0
        weight = TO_A_PERSON if tweet.text.startswith("@") else TO_ALL
        if "?" in tweet.text:
            weight *= ASKING_BACK
        return weight * FEW if len(said.reading.words) < FEW_MEANT else weight


def _idf(texts: Sequence[tuple[str, ...]]) -> dict[str, float]:
    counts = Counter(word for words in texts for word in words)
    return {word: log((len(texts) + 1) / (count + 0.5)) for word, count in counts.items()}


def _index(asked: Sequence[Asked], idf: Mapping[str, float]) -> dict[str, tuple[tuple[int, float], ...]]:
    """What each word of the questions says for them, in shares of a question's length as a vector.

    A word that several questions use says less for each.
    """
    uses = Counter(word for question in asked for word in question.words)
    found: dict[str, list[tuple[int, float]]] = {}
    for place, question in enumerate(asked):
        values = [(word, idf[word] / uses[word]) for word in question.words]
        length = sqrt(sum(value * value for _, value in values)) or 1.0
        for word, value in values:
            found.setdefault(word, []).append((place, value / length))
    return {word: tuple(shares) for word, shares in found.items()}


def measure(said: Said, chat: Survey) -> list[tuple[float, ...]]:
    """The features of ``ALONE`` for each of the tweet's candidates."""
    alike = _alike(said, chat)
    rows: list[tuple[float, ...]] = []
    for place in said.candidates:
        question = chat.asked[place]
        is_latest = place == said.open - 1
        when = _now(said, question) if is_latest else _then(said, question, chat.asked[place + 1])
        is_personal = question.is_personal and said.reading.tells_own
        rows.append((*when, alike.get(place, 0.0), float(is_personal)))
    return rows


def _now(said: Said, question: Asked) -> tuple[float, ...]:
    """What time says for the latest question."""
    since = max(said.minute - question.minute, 0.0)
    too_long = said.length / USUAL_LENGTH * exp(-since / READ_WITHIN)
    return (log(1 + since), too_long, said.newness, *[0.0] * 5)


def _then(said: Said, question: Asked, after: Asked) -> tuple[float, ...]:
    """What time says for an older question, when ``after`` was asked behind it."""
    since = max(said.minute - after.minute, 0.0)
    stood = max(after.minute - question.minute, 0.0)
    spare = since - said.effort
    begun = _falling(spare / SHARP), _falling((spare - THINKING) / BLURRED)
    return (0.0, 0.0, 0.0, log(1 + since), log(1 + stood), float(said.is_host), *begun)


def _falling(x: float) -> float:
    """From 1 far below 0 to 0 far above it."""
    return 1 / (1 + exp(min(x, STEEP)))


def _alike(said: Said, chat: Survey) -> dict[int, float]:
    """The cosine between the words of a tweet and of each question."""
    found: dict[int, float] = {}
    squares = 0.0
    for word in said.reading.words:
        rarity = chat.idf[word]
        squares += rarity * rarity
        for place, share in chat.index.get(word, ()):
            found[place] = found.get(place, 0.0) + share * rarity
    length = sqrt(squares) or 1.0
    return {place: value / length for place, value in found.items()}
