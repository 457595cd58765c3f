"""Hashtags -> queries in X's search language, none longer than X takes."""

import re
from collections.abc import Collection, Iterable

from chats.sources.base import SourceError

LONGEST = 512  # characters, for those who pay as they go
_OR = " OR "
_CONVERSATION = re.compile(r"conversation_id:([0-9]+)\b")


def check(query: str, longest: int) -> None:
    """Raise ``SourceError`` for a query that X would refuse, and a request that would be wasted."""
    if not query.strip() or len(query) > longest:
        said = f"A query of {len(query)} characters is refused by X: it takes 1 to {longest}."
        raise SourceError(said, code="x_query", permanent=True)


def hashtags(tags: Iterable[str], *, longest: int = LONGEST) -> list[str]:
    """Tweets with any of the tags, which carry no sign."""
    return any_of([f"#{tag}" for tag in tags], longest=longest)


def tags_of(query: str) -> frozenset[str]:
    """The tags of a query that ``hashtags`` made, in small letters; of any other, none."""
    terms = query.split(_OR)
    return frozenset(term[1:].casefold() for term in terms if term.startswith("#") and " " not in term)


def may_find(query: str, *, conversation: str, tags: Collection[str]) -> bool:
    """Whether a query that was made for hashtags, or for one conversation, may find such a tweet; any other may.

    So may one of which that is no longer known.
    """
    if asked := _CONVERSATION.match(query):
        return not conversation or conversation == asked[1]
    sought = tags_of(query)
    return not sought or not tags or not sought.isdisjoint(tag.casefold() for tag in tags)


def without(query: str, tags: Iterable[str], *, longest: int = LONGEST) -> str:
    """What ``query`` finds but for what carries one of the tags, as far as there is room to say so."""
    for tag in dict.fromkeys(tags):
        narrower = f"{query} -#{tag}"
        query = narrower if len(narrower) <= longest else query
    return query


def any_of(terms: Iterable[str], *, longest: int = LONGEST) -> list[str]:
    """As few queries as hold all the terms, in their order."""
    queries: list[str] = []
    for term in dict.fromkeys(terms):
        check(term, longest)
        if queries and len(queries[-1]) + len(_OR) + len(term) <= longest:
            queries[-1] += _OR + term
        else:
            queries.append(term)
    return queries
