"""A survey and the first beliefs -> what the rest of the chat says of each tweet: its author, its words."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log

from chats.analysis.survey import Said, Survey

# What the company says of a tweet and a question, in this order.
TOGETHER = (
    "before",  # its author's tweet before this has a label of the question, lately
    "behind",  # so has the one behind it
    "goes_on",  # it reads as the continuation of the tweet before, which belongs to the question
    "not_yet",  # its author has a later label of the question
    "habit",  # how far behind the latest question its author's tweets are by habit
    "alike",  # words in common with what belongs to the question
)

NEAR = 3.0  # minutes
GOES_ON_WITHIN = 5.0
# How far behind the latest question tweets are: it, the one before, ...; the last stands for what was not asked yet.
USUAL_LAG = (0.72, 0.18, 0.06, 0.02, 0.02, 0.02)
USUAL = 0.4  # tweets that this counts for
FARTHEST, NOT_ASKED = len(USUAL_LAG) - 2, len(USUAL_LAG) - 1
UNLABELLED = 0.4
# Less than this is what adding and taking away again leaves over.
LEAST = 1e-9

# How likely a tweet answers each question, by the question's place in the order of asking.
Belief = Mapping[int, float]


@dataclass(slots=True)
class _Author:
    """One author's tweets: how much of them lies how far behind the latest question."""

    said: list[int] = field(default_factory=list)
    lags: list[float] = field(default_factory=lambda: [0.0] * len(USUAL_LAG))


class Company:
    """Everybody's tweets with what is believed of each; made once for a chat, then asked for each tweet."""

    def __init__(self, chat: Survey, beliefs: Mapping[int, Belief]) -> None:
        self._chat, self._beliefs = chat, beliefs
        self._authors: dict[int, _Author] = {}
        self._words = _Words(chat, beliefs)
        self._neighbours: dict[int, tuple[int | None, int | None]] = {}
        self._later: dict[int, frozenset[int]] = {}
        for key, said in chat.said.items():
            author = self._authors.setdefault(said.author, _Author())
            author.said.append(key)
            for lag, share in _lags(said, beliefs[key]):
                author.lags[lag] += share
        for author in self._authors.values():
            self._look_around(author.said)

    def _look_around(self, keys: Sequence[int]) -> None:
        """Note of each of an author's tweets what stands before and behind it."""
        later: frozenset[int] = frozenset()
        behind = None
        for place in range(len(keys) - 1, -1, -1):
            key = keys[place]
            self._neighbours[key] = (keys[place - 1] if place else None, behind)
            self._later[key] = later
            if labels := self._chat.said[key].labels:
                later = later.union(labels)
            behind = key

    def measure(self, key: int) -> list[tuple[float, ...]]:
        """The features of ``TOGETHER`` for each of the tweet's candidates."""
        said = self._chat.said[key]
        earlier, later = self._neighbours[key]
        before, behind = self._labelled_near(said, earlier), self._labelled_near(said, later)
        goes_on = self._continued(said, earlier)
        habit = self._habit(said, self._beliefs[key])
        alike = self._words.alike(said, self._beliefs[key])
        return [
            (
                before.get(place, 0.0),
                behind.get(place, 0.0),
                goes_on.get(place, 0.0),
                float(place in self._later[key]),
                habit[min(said.open - 1 - place, FARTHEST)],
                alike[place],
            )
            for place in said.candidates
        ]

    def _labelled_near(self, said: Said, other: int | None) -> Belief:
        if other is None or not (near := self._chat.said[other]).labels:
            return {}
        share = exp(-abs(near.minute - said.minute) / NEAR) / len(near.labels)
        return dict.fromkeys(near.labels, share)

    def _continued(self, said: Said, earlier: int | None) -> Belief:
        if earlier is None or not said.goes_on:
            return {}
        gap = said.minute - self._chat.said[earlier].minute
        if gap >= GOES_ON_WITHIN:
            return {}
        share = exp(-gap / NEAR)
        return {place: belief * share for place, belief in self._beliefs[earlier].items()}

    def _habit(self, said: Said, belief: Belief) -> list[float]:
        """By how far behind: the share of the author's other tweets that are, as a logarithm."""
        lags = list(self._authors[said.author].lags)
        for lag, share in _lags(said, belief):
            lags[lag] = max(lags[lag] - share, 0.0)
        total = log(sum(lags) + USUAL)
        return [log(lag + USUAL * usual) - total for lag, usual in zip(lags, USUAL_LAG, strict=True)]


def _lags(said: Said, belief: Belief) -> Iterator[tuple[int, float]]:
    weight = 1.0 if said.labels else UNLABELLED * said.weight
    if weight and said.open:
        for place, share in belief.items():
            behind = said.open - 1 - place
            yield NOT_ASKED if behind < 0 else min(behind, FARTHEST), weight * share


class _Words:
    """How often each word is said under each question, counted by what is believed; words said once tell nothing."""

    def __init__(self, chat: Survey, beliefs: Mapping[int, Belief]) -> None:
        texts = list(_told(chat, beliefs))
        uses = Counter(word for words, _ in texts for word in words)
        totals = [1.0] * len(chat.asked)
        self._counts: dict[str, dict[int, float]] = {word: {} for word, count in uses.items() if count > 1}
        for words, shares in texts:
            shared = [self._counts[word] for word in words if word in self._counts]
            for place, share in shares.items():
                totals[place] += len(words) * share
                for counts in shared:
                    counts[place] = counts.get(place, 0.0) + share
        whole = sum(totals)
        self._rarity = [whole / total for total in totals]

    def alike(self, said: Said, belief: Belief) -> dict[int, float]:
        """What the words of a tweet say for each question, its own use of them left out."""
        weight = _say(said)
        own = {place: weight * belief.get(place, 0.0) for place in said.candidates}
        found = dict.fromkeys(own, 0.0)
        for word in said.reading.words:
            counts = self._counts.get(word)
            if counts:
                for place, mine in own.items():
                    others = counts.get(place, 0.0) - mine
                    if others > LEAST:
                        found[place] += log(1 + others * self._rarity[place])
        return found


def _told(chat: Survey, beliefs: Mapping[int, Belief]) -> Iterator[tuple[tuple[str, ...], Belief]]:
    """The words of the questions and of each tweet, with how much they count under each question."""
    for place, question in enumerate(chat.asked):
        yield question.words, {place: 1.0}
    for key, said in chat.said.items():
        if weight := _say(said):
            yield said.reading.words, {place: weight * share for place, share in beliefs[key].items()}


def _say(said: Said) -> float:
    """How much a tweet's words count."""
    if said.labels:
        return 2.0
    return 0.2 + 0.5 * said.weight if said.weight else 0.0
