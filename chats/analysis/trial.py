"""Placements and the truth -> how often they are right, how many can be trusted, and whether they know it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chats.analysis.copies import text_key
from chats.analysis.labelled import LabelledChat
from chats.analysis.records import Placement

TRUSTED = 0.95
FEWEST = 15
BINS = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """``coverage`` is the share of the surest placements that are right in 19 of 20; ``calibration_error`` the mean gap
    between confidence and how often it is right."""

    tweets: int
    accuracy: float
    coverage: float
    calibration_error: float


def pairs(chat: LabelledChat, placed: Mapping[int, Placement]) -> Iterable[tuple[bool, float]]:
    """Of each hidden answer whether it is placed right, and the confidence; what is not placed is wrong.

    Each text once, no copies of questions or of a text whose label is seen, nothing older than its question.
    """
    asked = {question.number: question.asked_at for question in chat.questions if question.asked_at}
    heads = {question.tweet for question in chat.questions}
    taken = {text_key(tweet.text) for tweet in chat.tweets if tweet.key in heads or tweet.labels}
    firsts: dict[str | None, datetime] = {}
    for tweet in chat.tweets:
        firsts.setdefault(text_key(tweet.text), tweet.created_at)
    for tweet in chat.tweets:
        words = text_key(tweet.text)
        first = firsts[words] if words else tweet.created_at
        numbers = [number for number in chat.truth.get(tweet.key, ()) if number in asked and asked[number] <= first]
        if numbers and (words is None or words not in taken):
            taken.add(words)
            found = placed[tweet.key]
            yield found.question in chat.truth[tweet.key], found.confidence


def judge(found: Sequence[tuple[bool, float]]) -> Verdict:
    surest = sorted(found, key=lambda pair: -pair[1])
    right = covered = 0
    bins: list[list[tuple[bool, float]]] = [[] for _ in range(BINS)]
    for place, (is_right, confidence) in enumerate(surest, 1):
        right += is_right
        if place >= FEWEST and right / place >= TRUSTED:
            covered = place
        bins[min(int(confidence * BINS), BINS - 1)].append((is_right, confidence))
    gap = sum(abs(sum(is_right - confidence for is_right, confidence in each)) for each in bins)
    size = len(found) or 1
    return Verdict(len(found), round(right / size, 4), round(covered / size, 3), round(gap / size, 3))
