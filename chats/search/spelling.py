"""Words that nobody has written -> the nearest of those that stand in our own titles, by PostgreSQL's trigrams."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import F, Func, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Lower

NEAR = 0.25  # "saftey" is 0.27 like "safety", "nigth" 0.33 like "night"
SHORTEST = 4  # letters; of three each word is near to many
_GAPS = "[^[:alnum:]\u2019'-]+"


def nearest(words: Sequence[str], titles: Iterable[QuerySet[Any]]) -> list[str]:
    """Each word, or the one nearest to it: one query.  ``titles`` are rows with ``title`` each, all of them public."""
    asked = [
        _words(rows, word).annotate(place=Value(place, IntegerField())).values_list("place", "known", "near")[:1]
        for rows in titles
        for place, word in enumerate(words)
        if len(word) >= SHORTEST
    ]
    found = list(words)
    best = dict.fromkeys(range(len(words)), NEAR)
    for place, known, near in asked[0].union(*asked[1:], all=True) if asked else ():
        if near > best[place]:
            best[place], found[place] = near, known
    return found


def _words(rows: QuerySet[Any], word: str) -> QuerySet[Any]:
    known = Func(Lower("title"), Value(_GAPS), function="regexp_split_to_table", output_field=TextField())
    return rows.order_by().annotate(known=known, near=TrigramSimilarity(F("known"), word.lower())).order_by("-near")
