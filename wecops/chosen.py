"""The address of a search -> what was typed and chosen in it; and that with one thing changed -> its address."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

from django.http import QueryDict

from chats.models import Topic
from chats.models.chat import EARLIEST
from chats.search.found import Narrowed


class Chosen(NamedTuple):
    """What stands in the address, as far as it makes sense; ``puzzles`` are sentences about the rest of it."""

    words: str
    kind: str = ""
    since: int | None = None
    until: int | None = None
    topics: tuple[Topic, ...] = ()
    is_academic: bool = False
    newest_first: bool = False
    puzzles: tuple[str, ...] = ()

    @property
    def narrowed(self) -> Narrowed:
        topics = [topic.pk for topic in self.topics]
        return Narrowed(self.kind, self.since, self.until, topics, self.is_academic)

    @property
    def filters(self) -> list[tuple[str, str]]:
        """Each filter in use: in words, and the address without it."""
        found = [(topic.name, self.at(topics=_without(self.topics, topic))) for topic in self.topics]
        if self.since or self.until:
            found.append((self.years, self.at(since=None, until=None)))
        if self.is_academic:
            found.append(("#academicpony", self.at(is_academic=False)))
        return found

    @property
    def years(self) -> str:
        """From when to when: "2019 to 2021", "2019", "since 2019", "until 2021"."""
        if self.since and self.until:
            return f"{self.since} to {self.until}" if self.since != self.until else str(self.since)
        return f"since {self.since}" if self.since else f"until {self.until}"

    @property
    def latest_first(self) -> str:
        return self.at(newest_first=True)

    @property
    def best_first(self) -> str:
        return self.at(newest_first=False)

    @property
    def bare(self) -> Self:
        """The same words without any filter."""
        return self._replace(kind="", since=None, until=None, topics=(), is_academic=False)

    def at(self, **changes: Any) -> str:
        """The address of this search with something changed, on its first page: "?q=night+shift&kind=tweet"."""
        new = self._replace(**changes)
        said = [
            ("q", new.words),
            ("kind", new.kind),
            ("from", new.since),
            ("to", new.until),
            *(("topic", topic.slug) for topic in new.topics),
            ("only", "academic" if new.is_academic else ""),
            ("sort", "new" if new.newest_first else ""),
        ]
        return "?" + urlencode([(name, value) for name, value in said if value])


def _without(topics: tuple[Topic, ...], one: Topic) -> tuple[Topic, ...]:
    return tuple(topic for topic in topics if topic != one)


def read(asked: QueryDict, topics: Collection[Topic], kinds: Collection[str], now: datetime) -> Chosen:
    """What was chosen, ``topics`` being all of the community and ``kinds`` the names of what can be found."""
    puzzles: list[str] = []
    kind = asked.get("kind", "")
    if kind and kind not in kinds:
        puzzles.append("We do not keep anything of that kind, so this is everything.")
    years = [_year(asked.get(name, ""), now) for name in ("from", "to")]
    if 0 in years:
        puzzles.append("That is no year we know of, so this is of any year.")
    since, until = (year or None for year in years)
    if since and until and since > until:
        since, until = until, since
    wanted = set(asked.getlist("topic"))
    if wanted - {topic.slug for topic in topics}:
        puzzles.append("We have no such topic.")
    return Chosen(
        words=asked.get("q", ""),
        kind=kind if kind in kinds else "",
        since=since,
        until=until,
        topics=tuple(topic for topic in topics if topic.slug in wanted),
        is_academic=asked.get("only") == "academic",
        newest_first=asked.get("sort") == "new",
        puzzles=tuple(puzzles),
    )


def _year(typed: str, now: datetime) -> int | None:
    """The year, None for none, 0 for what is none."""
    if not typed:
        return None
    is_one = len(typed) == 4 and typed.isascii() and typed.isdigit()
    return int(typed) if is_one and EARLIEST.year <= int(typed) <= now.year + 1 else 0
