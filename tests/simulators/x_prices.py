"""What an app has read -> what it owes X: each tweet and each person once a UTC day, each count by request."""

from dataclasses import dataclass, field
from datetime import date

READ, USER_READ, COUNT = 0.005, 0.010, 0.005  # dollars


@dataclass
class Ledger:
    """``reads`` count what was handed out, also again; ``paid`` holds what is charged."""

    reads: int = 0
    user_reads: int = 0
    counts: int = 0
    paid: set[tuple[date, str, str]] = field(default_factory=set)

    def charge(self, day: date, body: dict) -> None:
        """One good answer, in the tweet vocabulary."""
        includes = body.get("includes", {})
        tweets = [*body.get("data", []), *includes.get("tweets", [])]
        users = includes.get("users", [])
        self.reads += len(tweets)
        self.user_reads += len(users)
        self.paid |= {(day, "tweet", each["id"]) for each in tweets if "id" in each}
        self.paid |= {(day, "user", each["id"]) for each in users}

    @property
    def dollars(self) -> float:
        prices = {"tweet": READ, "user": USER_READ}
        return sum(prices[kind] for _, kind, _ in self.paid) + self.counts * COUNT


def optimum(tweets) -> float:
    """The least for which somebody can have these tweets and know who wrote them, all on one day."""
    return len({said.id for said in tweets}) * READ + len({said.author for said in tweets}) * USER_READ
