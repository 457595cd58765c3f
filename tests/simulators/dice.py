"""A seed -> chance that falls the same way on every machine."""

import random
from math import sqrt


class Dice:
    """Everything is made of ``random()``, the one sequence that Python promises to keep; no logarithm is taken."""

    def __init__(self, *seed):
        self.share = random.Random("/".join(map(str, seed))).random

    def below(self, limit):
        return int(self.share() * limit)

    def between(self, low, high):
        return low + self.share() * (high - low)

    def chance(self, probability):
        return self.share() < probability

    def pick(self, things):
        return things[self.below(len(things))]

    def weighted(self, things, weights):
        left = self.share() * sum(weights)
        for thing, weight in zip(things, weights, strict=True):
            left -= weight
            if left < 0:
                return thing
        return things[-1]

    def shuffled(self, things):
        deck = list(things)
        for last in range(len(deck) - 1, 0, -1):
            other = self.below(last + 1)
            deck[last], deck[other] = deck[other], deck[last]
        return deck

    def lag(self, typical, most):
        """A time people take: half of them less than ``typical``, a few much longer, none longer than ``most``."""
        share = self.share()
        return min(typical * sqrt(share / (1 - share)), most * (1 - 0.2 * self.share()))
