"""A query in X's search language -> whether a tweet matches it: words, hashtags, accounts and what conversations hold.

A space means AND and binds tighter than OR; a minus denies one operator, never a group.
"""

import re
from collections.abc import Callable

from tests.simulators import x_texts
from tests.simulators.facts import Said

Matches = Callable[[Said], bool]
_TOKEN = re.compile(r'\(|\)|-?"[^"]*"|[^\s()]+')
_KINDS: dict[str, Matches] = {
    "retweet": lambda said: bool(said.retweet_of),
    "reply": lambda said: bool(said.reply_to),
    "quote": lambda said: bool(said.quote_of),
}
_VALUES: dict[str, Callable[[Said], str]] = {
    "from": lambda said: said.author.handle.lower(),
    "conversation_id": lambda said: said.conversation,
    "lang": lambda said: said.lang,
}
_NEED_COMPANY = ("is:", "has:", "lang:", "-")


class BadQuery(ValueError):
    """X would not understand it."""


def parsed(query: str) -> Matches:
    tokens = _TOKEN.findall(query)
    if not any(not token.startswith(_NEED_COMPANY) and token not in {"(", ")", "OR"} for token in tokens):
        raise BadQuery("There is no standalone operator in the query")
    matches = _any_of(tokens)
    if tokens:
        raise BadQuery(f"'{tokens[0]}' was not expected")
    return matches


def _any_of(tokens: list[str]) -> Matches:
    options = [_all_of(tokens)]
    while tokens and tokens[0] == "OR":
        tokens.pop(0)
        options.append(_all_of(tokens))
    return lambda said: any(option(said) for option in options)


def _all_of(tokens: list[str]) -> Matches:
    parts: list[Matches] = []
    while tokens and tokens[0] not in {"OR", ")"}:
        parts.append(_one(tokens))
    if not parts:
        raise BadQuery("An operator is missing")
    return lambda said: all(part(said) for part in parts)


def _one(tokens: list[str]) -> Matches:
    token = tokens.pop(0)
    if token == "(":
        inside = _any_of(tokens)
        if not tokens or tokens.pop(0) != ")":
            raise BadQuery("A bracket is not closed")
        return inside
    if token.startswith("-"):
        denied = _operator(token[1:])
        return lambda said: not denied(said)
    return _operator(token)


def _operator(token: str) -> Matches:
    name, colon, value = token.partition(":")
    value = value.lower()
    if token.startswith("#"):
        return lambda said: token[1:].lower() in {tag.lower() for _, _, tag in x_texts.hashtags(_words(said))}
    if token.startswith("@"):
        return lambda said: token[1:].lower() in _mentioned(said)
    if not colon:
        return lambda said: token.strip('"').lower() in said.text.lower()
    if name == "is" and value in _KINDS:
        return _KINDS[value]
    if name in _VALUES:
        return lambda said: _VALUES[name](said) == value
    raise BadQuery(f"This simulator does not know {token}")


def _words(said: Said) -> str:
    """All that was said, also beyond what fits in ``text``."""
    return x_texts.escaped(said.text)


def _mentioned(said: Said) -> set[str]:
    return {person.handle.lower() for _, _, person in x_texts.mentions(_words(said))}
