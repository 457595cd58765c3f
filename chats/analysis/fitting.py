"""Labelled chats -> the weights under which their true questions are likeliest, and how well such weights do elsewhere.

Conditional likelihood of the true question, each text once, with every answer's label hidden and again with half of
them visible, so that one set of weights serves any share of labels (attribution brief, section 4).  Plain Newton steps
on the expected likelihood (EM), because some labels are typing errors: with ``NOISE`` any question may be the true one.

``leave_one_out`` tells how well that works on chats that nobody has seen: each chat in turn is placed, as ``place``
does it, by weights that were fitted on all other chats, both passes anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chats.analysis.attribution import look, place
from chats.analysis.labelled import LabelledChat, Situation
from chats.analysis.likelihood import (
    ALONE,
    FEATURES,
    Rows,
    Weights,
    believe,
    likelihoods,
    measure_alone,
    measure_together,
)
from chats.analysis.records import Placement
from chats.analysis.survey import Survey

SITUATIONS: tuple[Situation, ...] = ("all", "half")
NOISE = 0.03
# How strongly weights are drawn to 0, once each feature is scaled to deviate by 1.
RIDGE = 3.0
MOST_STEPS = 50
STILL = 1e-4
DIGITS = 3

Vector = list[float]


@dataclass(frozen=True, slots=True)
class Example:
    """A tweet with two candidates or more, which of them is right, and the features of each."""

    rows: Rows
    is_right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """One chat that was left out: its number among the chats, how it was seen, and where its tweets were placed."""

    number: int
    situation: Situation
    chat: LabelledChat
    placed: Mapping[int, Placement]


@dataclass(frozen=True, slots=True)
class _Case:
    """A chat in one situation: what does not change with the weights."""

    name: str
    chat: LabelledChat
    survey: Survey
    alone: Mapping[int, Rows]

    def examples(self, rows: Mapping[int, Rows]) -> Iterator[Example]:
        order = [question.number for question in self.survey.asked]
        for key, numbers in self.chat.truth.items():
            if key in rows and len(rows[key]) > 1:
                is_right = tuple(order[place] in numbers for place in self.survey.said[key].candidates)
                if any(is_right):
                    yield Example(rows[key], is_right)


def fit_weights(chats: Sequence[LabelledChat]) -> dict[str, tuple[float, float]]:
    """The weights by feature, rounded as they are written down."""
    return _fit_both(_cases(chats), None)


def leave_one_out(chats: Sequence[LabelledChat]) -> Iterator[Trial]:
    """Every chat in each situation as it is placed by weights that never saw it."""
    cases = _cases(chats)
    start: Weights | None = None
    for name in dict.fromkeys(chat.name for chat in chats):
        start = _fit_both([case for case in cases if case.name != name], start)
        for number, chat in enumerate(chats):
            for situation in SITUATIONS if chat.name == name else ():
                seen = chat.seen(situation)
                placed = place(seen.tweets, seen.questions, ends_at=None, weights=start)
                yield Trial(number, situation, seen, placed)


def _cases(chats: Sequence[LabelledChat]) -> list[_Case]:
    seen = [chat.seen(situation) for chat in chats for situation in SITUATIONS]
    surveys = [look(chat.tweets, chat.questions, ends_at=None) for chat in seen]
    return [_Case(chat.name, chat, survey, measure_alone(survey)) for chat, survey in zip(seen, surveys, strict=True)]


def _fit_both(cases: Sequence[_Case], start: Weights | None) -> dict[str, tuple[float, float]]:
    """``start`` is where to begin: weights that are nearly right."""
    examples = [example for case in cases for example in case.examples(case.alone)]
    first = fit(examples, [start[name][0] for name in ALONE] if start else None)
    examples = []
    for case in cases:
        beliefs = believe(case.survey, case.alone, first)
        examples += case.examples(measure_together(case.survey, case.alone, beliefs))
    second = fit(examples, [start[name][1] for name in FEATURES] if start else None)
    padded = first + [0.0] * (len(second) - len(first))
    return {
        name: (round(one, DIGITS), round(two, DIGITS)) for name, one, two in zip(FEATURES, padded, second, strict=True)
    }


def fit(examples: Sequence[Example], start: Vector | None = None) -> Vector:
    """The weights of the features."""
    size = len(examples[0].rows[0])
    ridges = [RIDGE * variance for variance in _variances(examples, size)]
    weights = start or [0.0] * size
    for _ in range(MOST_STEPS):
        slope, bend = _derivatives(examples, weights)
        for k, ridge in enumerate(ridges):
            slope[k] -= ridge * weights[k]
            bend[k][k] += ridge
        step = solve(bend, slope)
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < STILL:
            break
    return weights


def _variances(examples: Sequence[Example], size: int) -> Vector:
    rows = [row for example in examples for row in example.rows]
    means = [sum(row[k] for row in rows) / len(rows) for k in range(size)]
    return [sum((row[k] - means[k]) ** 2 for row in rows) / len(rows) or 1.0 for k in range(size)]


def _derivatives(examples: Sequence[Example], weights: Vector) -> tuple[Vector, list[Vector]]:
    """The slope of the likelihood and how it bends, to be steeper than it is, with what is surely no typing error."""
    size = len(weights)
    slope, bend = [0.0] * size, [[0.0] * size for _ in range(size)]
    for example in examples:
        shares = likelihoods(example.rows, weights)
        right = sum(share for share, is_right in zip(shares, example.is_right, strict=True) if is_right)
        meant = (1 - NOISE) * right / ((1 - NOISE) * right + NOISE / len(shares))
        mean = [sum(map(float.__mul__, shares, column)) for column in zip(*example.rows, strict=True)]
        for row, share, is_right in zip(example.rows, shares, example.is_right, strict=True):
            offset = [(k, value - mean[k]) for k, value in enumerate(row) if value != mean[k]]
            pull = meant * share / right if is_right else 0.0
            weight = meant * share
            for k, value in offset:
                slope[k] += pull * value
                line = bend[k]
                scaled = weight * value
                for j, other in offset:
                    line[j] += scaled * other
    return slope, bend


def solve(matrix: list[Vector], right: Vector) -> Vector:
    """The solution of a system of linear equations, by elimination; the matrix is symmetric and positive definite."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for k, pivot in enumerate(rows):
        for row in rows[k + 1 :]:
            factor = row[k] / pivot[k]
            for j in range(k, size + 1):
                row[j] -= factor * pivot[j]
    found = [0.0] * size
    for k in reversed(range(size)):
        known = sum(rows[k][j] * found[j] for j in range(k + 1, size))
        found[k] = (rows[k][size] - known) / rows[k][k]
    return found
