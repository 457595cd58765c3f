"""A survey and weights -> how likely each tweet answers each question, in two passes."""

from collections.abc import Mapping, Sequence
from math import exp
from operator import mul

from chats.analysis.company import TOGETHER, Belief, Company
from chats.analysis.survey import ALONE, Survey, measure

FEATURES = (*ALONE, *TOGETHER)

# A feature -> its weight in the first pass and in the second; the first pass knows what is measured alone.
Weights = Mapping[str, tuple[float, float]]
# One row of features for each candidate of a tweet.
Rows = Sequence[tuple[float, ...]]


def judge(chat: Survey, weights: Weights) -> dict[int, Belief]:
    """The likelihood of each candidate by the question's place in the order of asking, by key of tweet.

    What has labels is certain, a reply as likely as its parent; what has no candidates is in it without one.
    """
    alone = measure_alone(chat)
    beliefs = believe(chat, alone, tuple(weights[name][0] for name in ALONE))
    together = measure_together(chat, alone, beliefs)
    second = tuple(weights[name][1] for name in FEATURES)
    return beliefs | {key: _belief(chat, key, rows, second) for key, rows in together.items()}


def measure_alone(chat: Survey) -> dict[int, Rows]:
    """The rows of every tweet that has no label and follows none."""
    return {key: measure(said, chat) for key, said in chat.said.items() if not said.labels and said.follows is None}


def believe(chat: Survey, rows: Mapping[int, Rows], weights: Sequence[float]) -> dict[int, Belief]:
    beliefs: dict[int, Belief] = {}
    for key, said in chat.said.items():
        if said.labels:
            beliefs[key] = dict.fromkeys(said.labels, 1 / len(said.labels))
        elif said.follows is not None:
            beliefs[key] = beliefs.get(said.follows, {})
        else:
            beliefs[key] = _belief(chat, key, rows[key], weights)
    return beliefs


def measure_together(chat: Survey, alone: Mapping[int, Rows], beliefs: Mapping[int, Belief]) -> dict[int, Rows]:
    """The rows of ``alone``, with what the company says behind them."""
    company = Company(chat, beliefs)
    return {
        key: [(*own, *others) for own, others in zip(rows, company.measure(key), strict=True)]
        for key, rows in alone.items()
    }


def _belief(chat: Survey, key: int, rows: Rows, weights: Sequence[float]) -> Belief:
    return dict(zip(chat.said[key].candidates, likelihoods(rows, weights), strict=True))


def likelihoods(rows: Rows, weights: Sequence[float]) -> list[float]:
    """Softmax of the weighted sums."""
    scores = [sum(map(mul, weights, row)) for row in rows]
    highest = max(scores, default=0.0)
    powers = [exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]
