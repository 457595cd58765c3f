"""What each kind of thing has found -> one list, the best match first, and how many there are of what.

Every kind gives rows that say the same six things about themselves (``FACTS``), so that PostgreSQL can count and order
them together: as many queries for one result as for all.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchRank
from django.db.models import BigIntegerField, CharField, Count, F, IntegerField, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from chats.search.asked import Asked

RANKED = 2_000  # of the newest tweets: their words are read once more to be ranked
FACTS = ("found_kind", "found_key", "found_rank", "found_at")
FACETS = ("found_kind", "found_topic", "found_year", "found_academic")

Rows = QuerySet[Any]


class Kind(NamedTuple):
    """One kind of thing that can be found: how addresses and pages call it, and its rows for a search.

    ``tell`` makes ``results.Result`` of some of its keys, by key.  Where at most so many of its rows are ranked, the
    ``newest``, ``every`` are those that there are at all, which say the same about themselves: to be asked by key.
    """

    name: str
    words: str
    rows: Rows
    tell: Callable[[Collection[int]], Mapping[int, Any]]
    newest: int | None = None
    every: Rows | None = None


class Narrowed(NamedTuple):
    """What a reader has chosen: a kind, years from when to when, keys of topics, only research."""

    kind: str = ""
    since: int | None = None
    until: int | None = None
    topics: Collection[int] = ()
    is_academic: bool = False

    def filter(self, rows: Rows) -> Rows:
        wanted = Q()
        if self.since:
            wanted &= Q(found_year__gte=self.since)
        if self.until:
            wanted &= Q(found_year__lte=self.until)
        if self.topics:
            wanted &= Q(found_topic__in=self.topics)
        if self.is_academic:
            wanted &= Q(found_academic=True)
        return rows.filter(wanted)

    def takes(self, facet: "Facet") -> bool:
        """Whether what has these facts is among what was chosen."""
        return (
            self.kind in ("", facet.kind)
            and (not self.since or (facet.year or 0) >= self.since)
            and (not self.until or (facet.year or 9999) <= self.until)
            and (not self.topics or facet.topic in self.topics)
            and (facet.is_academic or not self.is_academic)
        )


class Facet(NamedTuple):
    """How many results are of this kind, topic (its key) and year, and are research or not."""

    kind: str
    topic: int | None
    year: int | None
    is_academic: bool
    number: int


def marked(
    rows: Rows,
    kind: str,
    *,
    key: str = "pk",
    vector: Combinable,
    asked: Asked,
    **facts: Any,
) -> Rows:
    """The rows, each saying what it is (``FACTS`` and ``FACETS``); ``facts`` are at, topic, year and academic."""
    return rows.order_by().annotate(
        found_kind=Value(kind, CharField()),
        found_key=F(key),
        found_rank=SearchRank(vector, asked.query),
        found_at=facts["at"],
        found_topic=Cast(facts["topic"], BigIntegerField()),
        found_year=facts["year"],
        found_academic=facts["academic"],
    )


def facets(kinds: Iterable[Kind]) -> list[Facet]:
    """How many there are of what, whatever was chosen: one query."""
    counted = [kind.rows.values(*FACETS).annotate(found=Count("pk")).values_list(*FACETS, "found") for kind in kinds]
    return [Facet(*each) for each in counted[0].union(*counted[1:], all=True)]


def hits(kinds: Sequence[Kind], narrowed: Narrowed, *, newest_first: bool = False) -> Rows:
    """(kind, key, rank, moment) of all that is found and was chosen, the best match first and the newer of two."""
    chosen = [_ranked(kind, narrowed) for kind in kinds if narrowed.kind in ("", kind.name)]
    order = ["-found_at", "-found_rank"] if newest_first else ["-found_rank", "-found_at"]
    told = [rows.values_list(*FACTS) for rows in chosen]
    return told[0].union(*told[1:], all=True).order_by(*order, "found_kind", "-found_key")


def _ranked(kind: Kind, narrowed: Narrowed) -> Rows:
    rows = narrowed.filter(kind.rows)
    if kind.newest is None or kind.every is None:
        return rows
    newest = rows.order_by("-found_at").values("pk")[: kind.newest]
    return kind.every.filter(pk__in=newest)  # not searched once more, which PostgreSQL might do for each of them


def told(kinds: Iterable[Kind], page: Iterable[tuple[str, int, float, datetime]]) -> list[Any]:
    """The ``results.Result`` of each of these hits, in their order: as many queries as there are kinds among them."""
    found = list(page)
    by_kind = {kind.name: kind.tell([key for name, key, *_ in found if name == kind.name]) for kind in kinds}
    results = [by_kind[name].get(key) for name, key, *_ in found]
    return [each for each in results if each is not None]  # what was taken out meanwhile


def counted_each(searches: Sequence[Sequence[Kind]]) -> list[dict[str, int]]:
    """How many there are of each kind that has any, search by search: one query."""
    rows = [
        kind.rows.values("found_kind").annotate(search=Value(number, IntegerField()), found=Count("pk"))
        for number, kinds in enumerate(searches)
        for kind in kinds
    ]
    counts: list[dict[str, int]] = [{} for _ in searches]
    if rows:
        counted = [each.values_list("search", "found_kind", "found") for each in rows]
        for number, kind, found in counted[0].union(*counted[1:], all=True):
            if found:
                counts[number][kind] = found
    return counts


def listed(kinds: Iterable[Kind], counts: Mapping[str, int]) -> int:
    """How many of so many, by kind, ``hits`` gives."""
    return sum(counts[kind.name] if kind.newest is None else min(counts[kind.name], kind.newest) for kind in kinds)
