"""The cast, and a crowd of invented people of every trade around policing -> persons."""

import re
from functools import cache

from tests.simulators.dice import Dice
from tests.simulators.facts import Person
from tests.simulators.scripts import TEXTS

# One letter for each trade, and how many of a hundred people in a chat are of it.
TRADES = {
    "o": 23,  # officers: response, roads, detectives
    "b": 10,  # neighbourhood officers and PCSOs
    "s": 12,  # sergeants and inspectors
    "u": 5,  # senior or retired
    "c": 12,  # control rooms
    "d": 6,  # custody
    "n": 9,  # nurses, paramedics, therapists
    "a": 6,  # academics
    "f": 9,  # families, charities, neighbours
    "p": 7,  # police staff
    "t": 7,  # students, specials, cadets
}
RANKS = {"o": "PC", "b": "PC", "s": "Sgt", "u": "Supt", "d": "DO", "a": "Dr", "n": "Nurse", "t": "SC"}
_FOLLOWERS = ((20, 160), (120, 700), (500, 2400), (2000, 9000))
_LONGEST_HANDLE = 15


@cache
def cast():
    """Key -> person, for everybody whom the scripts name."""
    found = {}
    for row in (TEXTS / "cast.txt").read_text("utf-8").splitlines():
        if not row.startswith("#"):
            key, name, handle, followers, trade, *protected = row.split(" | ")
            name = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), name)
            found[key] = Person(name, handle, int(followers), trade, is_protected=bool(protected))
    return found


@cache
def crowd(size):
    """The first ``size`` people of a crowd that never changes; no two share a handle."""
    dice = Dice("crowd")
    taken = {person.handle.lower() for person in cast().values()}
    people: list[Person] = []
    while len(people) < size:
        trade = dice.weighted(list(TRADES), TRADES.values())
        person = _somebody(trade, dice)
        if person.handle.lower() not in taken:
            taken.add(person.handle.lower())
            people.append(person)
    return tuple(people)


@cache
def names():
    """The parts of names, by kind."""
    found = {}
    for part in (TEXTS / "names.txt").read_text("utf-8").split("\n## ")[1:]:
        kind, _, words = part.partition("\n")
        found[kind] = words.split()
    return found


def place(dice):
    """The name of a town that does not exist, or of somebody whose people came from one."""
    return dice.pick(names()["stems"]) + dice.pick(names()["ends"])


def _somebody(trade, dice):
    first = dice.pick(names()["first"])
    last = dice.pick(names()["elsewhere"]) if dice.chance(0.15) else place(dice)
    rank = RANKS.get(trade, "")
    name = dice.weighted(
        (f"{first} {last}", f"{rank} {first} {last}".strip(), f"{first} {last[0]}.", first), (70, 14, 9, 7)
    )
    low, high = dice.weighted(_FOLLOWERS, (35, 40, 20, 5))
    return Person(name, _handle(first, last, rank, dice), int(dice.between(low, high)), trade)


def _handle(first, last, rank, dice):
    shapes = [f"{first}_{last}", f"{first}{last}", f"{first[0]}_{last}", f"{last}_{1 + dice.below(98)}"]
    if rank:
        shapes += [f"{rank}_{last}", f"{rank}_{first}{last[0]}"]
    fitting = [shape.lower() for shape in shapes if len(shape) <= _LONGEST_HANDLE]
    return dice.pick(fitting or [last.lower()[:_LONGEST_HANDLE]])


class Company:
    """The people of one chat, called upon in turns; some talk more than others."""

    def __init__(self, people, dice):
        self.people = tuple(people)
        self._dice = dice
        self._fitting = {}
        self._turns = {}

    def anybody(self, trades="", *, thread=(), spoken=()):
        """Somebody of one of these trades, or of any where nobody is.

        Nobody of ``thread``, and nobody who has ``spoken`` as long as others are left.
        """
        fitting = self._of(trades)
        for _ in range(2 * len(fitting)):
            person = self._dice.pick(fitting) if self._dice.chance(0.35) else self._next(trades)
            if person not in thread and person not in spoken:
                return person
        return next((person for person in (*fitting, *self.people) if person not in thread), fitting[0])

    def _of(self, trades):
        if trades not in self._fitting:
            able = tuple(person for person in self.people if person.trade in trades)
            self._fitting[trades] = able or self.people
        return self._fitting[trades]

    def _next(self, trades):
        if not self._turns.get(trades):
            self._turns[trades] = self._dice.shuffled(self._of(trades))
        return self._turns[trades].pop()
