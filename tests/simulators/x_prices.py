"""What an app has read -> what it owes X: each tweet and each person once a UTC day, each count by request.

What an app's owner reads of their own timelines is cheaper; how a tweet is read first sets its price that day.
"""

from dataclasses import dataclass, field
from datetime import date

READ, OWNED_READ, USER_READ, COUNT = 0.005, 0.001, 0.010, 0.005  # dollars


@dataclass
class Ledger:
    """``reads`` count what was handed out, also again; ``paid`` holds what is charged."""

    reads: int = 0
    user_reads: int = 0
    counts: int = 0
    paid: dict[tuple[date, str, str], float] = field(default_factory=dict)

    def charge(self, day: date, body: dict, *, is_owned: bool = False) -> None:
        """One good answer, in the tweet vocabulary."""
        includes = body.get("includes", {})
        tweets = [*body.get("data", []), *includes.get("tweets", [])]
        users = includes.get("users", [])
        self.reads += len(tweets)
        self.user_reads += len(users)
        for each in tweets:
            if "id" in each:
                self.paid.setdefault((day, "tweet", each["id"]), OWNED_READ if is_owned else READ)
        for each in users:
            self.paid.setdefault((day, "user", each["id"]), USER_READ)

    @property
    def dollars(self) -> float:
        return sum(self.paid.values()) + self.counts * COUNT


def optimum(tweets, *, owned=()) -> float:
    """The least for which somebody can have these tweets and know who wrote them, all on one day.

    ``owned`` are the ids of those that stand in the timelines of whose app asks.
    """
    ids = {said.id for said in tweets}
    cheap = ids & set(owned)
    return len(ids - cheap) * READ + len(cheap) * OWNED_READ + len({said.author for said in tweets}) * USER_READ
