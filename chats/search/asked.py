"""What somebody typed -> what PostgreSQL is asked for, or a sentence that says why nobody can look for it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Func, TextField, Value

from accounts.models import Community

CONFIG = "english"
LONGEST = 200  # characters; nobody remembers more of what they look for
MOST_WORDS = 6  # that are looked for one by one where nothing has all of them

TOO_LONG = "That is more than a search takes. Try two or three words of it."
TOO_COMMON = "Those words stand nearly everywhere, so they find nothing. Add one that says what it is about."
NO_WORD = "That has no word in it. Type one or two."
ONLY_WITHOUT = "A minus leaves words out. Say also what you look for."

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_LEXEME = re.compile(r"'([^']+)'")  # in a search as PostgreSQL writes it
_LETTER = re.compile(r"[^\W_]")
_WORDS = re.compile(r"(?<![-\w])[\w\u2019']+")


class Asked(NamedTuple):
    """A search: ``words`` as they were typed, on one line, and the ``lexemes`` the index knows them by.

    ``trouble`` is a sentence where nobody can look for them, else "".  ``is_in_all``: it would find nearly every
    tweet, as one of the community's own hashtags is all that it needs.
    """

    words: str
    lexemes: tuple[str, ...] = ()
    trouble: str = ""
    is_in_all: bool = False

    @property
    def query(self) -> SearchQuery:
        """All that was asked: words, “phrases”, ``or``, and a minus before what is to be left out."""
        return SearchQuery(self.words, search_type="websearch", config=CONFIG)

    @property
    def any(self) -> SearchQuery:
        """What has one of the words: the index finds by it what may have all, in whichever of its parts."""
        quoted = ("'" + each.replace("\\", "\\\\").replace("'", "''") + "'" for each in self.lexemes)
        return SearchQuery(" | ".join(quoted), search_type="raw", config="simple")

    @property
    def single(self) -> list[str]:
        """The words one by one, each once, without those to be left out."""
        found = {each.lower(): each for each in _WORDS.findall(self.words) if each.lower() not in ("and", "or")}
        return list(found.values())[:MOST_WORDS]


def read(typed: str, community: Community) -> Asked:
    """What was typed, as a search: one query."""
    return read_all([typed], community)[0]


def read_all(typed: Sequence[str], community: Community) -> list[Asked]:
    """The same of several: one query for all of them."""
    searches = [_tidied(each) for each in typed]
    open_ones = {place: asked for place, asked in enumerate(searches) if asked.words and not asked.trouble}
    if not open_ones:
        return searches
    read = [expression for asked in open_ones.values() for expression in (_needed(asked), _lexemes(asked.words))]
    own = _lexemes(" ".join([community.handle, *community.hashtags]))
    everywhere, *told = Community.objects.filter(pk=community.pk).values_list(own, *read).get()
    for place, needed, known in zip(open_ones, told[::2], told[1::2], strict=True):
        trouble = {"": TOO_COMMON, "T": ONLY_WITHOUT}.get(needed, "")
        wanted = set(_LEXEME.findall(needed))
        is_in_all = wanted <= set(everywhere) or ("|" in needed and not wanted.isdisjoint(everywhere))
        searches[place] = searches[place]._replace(lexemes=tuple(known), trouble=trouble, is_in_all=is_in_all)
    return searches


def _tidied(typed: str) -> Asked:
    words = " ".join(_UNSEEN.sub(" ", typed).split())
    if len(words) > LONGEST:
        return Asked(words[:LONGEST], trouble=TOO_LONG)
    return Asked(words, trouble="" if not words or _LETTER.search(words) else NO_WORD)


def _needed(asked: Asked) -> Func:
    """The part of a search that an index can look for: "" where only stop words are left, "T" without any."""
    return Func(asked.query, function="querytree", output_field=TextField())


def _lexemes(words: str) -> Func:
    vector = SearchVector(Value(words), config=CONFIG)
    return Func(vector, function="tsvector_to_array", output_field=ArrayField(TextField()))
