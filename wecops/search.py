"""What somebody types into the search -> the page of what was found."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from allauth.core.internal import ratelimit  # the public one never counts a GET
from django.core.paginator import Page, Paginator
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from psycopg.errors import QueryCanceled

from accounts.models import Community
from chats.models import Topic
from chats.search import found
from chats.search.asked import Asked, read
from chats.search.found import Facet, Kind, Narrowed
from wecops import chosen, unfound
from wecops.chosen import Chosen
from wecops.views import CommunityPage

A_PAGE = 25
MOST_TOPICS = 8  # in the list of filters
LONGEST_MS = 2_000
TOO_MUCH = "That stands in so many places that looking through them takes too long. Add a word that fewer people use."
ORDER = ("chat", "post", "piece", "tweet", "film", "event", "topic")


class Switch(NamedTuple):
    """One kind that a reader may choose: what it is called, how many there are, where that leads."""

    words: str
    number: int
    address: str
    is_on: bool


class Box(NamedTuple):
    """One topic that a reader may tick."""

    topic: Topic
    number: int
    is_on: bool


class Search(CommunityPage):
    """One box over everything that was said, written and filmed.  Without words it says how to search."""

    template_name = "search.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_asked = bool(request.GET.get("q", "").strip())
        if is_asked and not _may_ask(request):
            return ratelimit.respond_429(request)
        response = super().get(request, *args, **kwargs)
        if request.GET:
            response["X-Robots-Tag"] = "noindex, nofollow"
        if is_asked:  # what is taken back tomorrow stays in nobody's cache
            response["Cache-Control"] = "no-store"
        return response

    def facts(self, community: Community, now: datetime) -> dict[str, Any]:
        topics = list(Topic.objects.of(community))
        wanted = chosen.read(self.request.GET, topics, ORDER, now)
        asked = read(wanted.words, community)
        told = {"asked": asked, "chosen": wanted, "is_asked": bool(self.request.GET)}
        if not asked.words or asked.trouble:
            return told
        try:
            with _bounded():
                return told | self._found(community, asked, wanted, topics, now)
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            return told | {"asked": asked._replace(trouble=TOO_MUCH)}

    def _found(
        self, community: Community, asked: Asked, wanted: Chosen, topics: Sequence[Topic], now: datetime
    ) -> dict[str, Any]:
        every = unfound.kinds(community, asked, now)
        facets = found.facets(every)
        if not any(wanted.narrowed.takes(each) for each in facets):
            return unfound.facts(community, asked, wanted, sum(each.number for each in facets), now)
        return self._results(every, wanted, facets, topics)

    def _results(
        self, every: Sequence[Kind], wanted: Chosen, facets: Sequence[Facet], topics: Sequence[Topic]
    ) -> dict[str, Any]:
        narrowed = wanted.narrowed
        counts = {name: _count(facets, narrowed._replace(kind=name)) for name in ORDER}
        kinds = [kind for kind in every if narrowed.kind in ("", kind.name)]
        paginator = Paginator(found.hits(every, narrowed, newest_first=wanted.newest_first), A_PAGE)
        paginator.count = found.listed(kinds, counts)  # it is known, so nobody counts again
        page = paginator.get_page(self.request.GET.get("page"))
        return {
            "total": sum(counts[kind.name] for kind in kinds),
            "most_tweets": found.RANKED if counts["tweet"] > found.RANKED and narrowed.kind in ("", "tweet") else 0,
            "results": found.told(every, page),
            "page": page,
            "pages": paginator.get_elided_page_range(page.number),
            "before": wanted.at() + "&",
            "is_other_page": _is_other(page, self.request.GET.get("page", "1")),
            "switches": _switches(wanted, every, counts),
            "boxes": _boxes(wanted, facets, topics),
            "academic": _count(facets, narrowed._replace(is_academic=True)),
            "years": sorted({each.year for each in facets if each.year}),
        }


@contextmanager
def _bounded() -> Iterator[None]:
    """Whoever asks for what stands nearly everywhere keeps the database busy no longer than ``LONGEST_MS`` a query."""
    with transaction.atomic():
        connection.bound(LONGEST_MS)  # type: ignore[attr-defined]  # by ``wecops.database``
        yield


def _may_ask(request: HttpRequest) -> bool:
    """Whether not too much was asked from the reader's network address lately: a search costs more than a page."""
    return bool(ratelimit.consume(request, app="allauth.account", action="search", limit_get=True))


def _count(facets: Sequence[Facet], narrowed: Narrowed) -> int:
    return sum(each.number for each in facets if narrowed.takes(each))


def _is_other(page: Page[Any], asked_for: str) -> bool:
    """Whether another page is shown than the one that was asked for, which there is not."""
    return asked_for != str(page.number)


def _switches(wanted: Chosen, every: Sequence[Kind], counts: dict[str, int]) -> list[Switch]:
    words = {kind.name: kind.words for kind in every}
    everything = Switch("Everything", sum(counts.values()), wanted.at(kind=""), not wanted.kind)
    return [
        everything,
        *(Switch(words[name], counts[name], wanted.at(kind=name), wanted.kind == name) for name in ORDER),
    ]


def _boxes(wanted: Chosen, facets: Sequence[Facet], topics: Sequence[Topic]) -> list[Box]:
    """The topics that are ticked, and those with the most results of what else was chosen."""
    others = wanted.narrowed._replace(topics=())
    counted = [Box(each, _count(facets, others._replace(topics=[each.pk])), each in wanted.topics) for each in topics]
    worth = sorted((box for box in counted if box.number or box.is_on), key=lambda box: (not box.is_on, -box.number))
    return worth[:MOST_TOPICS]
