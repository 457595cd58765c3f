"""Tweets captured live -> those that look like spam, by rules that anybody can read and a host can overrule.

Nothing here says who somebody is, only what a tweet does: it carries a link, speaks to nobody, and either comes from an
account that is new, or says what was said word for word before.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

NEW = timedelta(days=30)  # since the account was opened
REPEATED = 3  # times the same words, links aside

Rule = Literal["new account", "repeated text"]

_LINK = re.compile(r"https?://\S+|[@#\uff03]\w+")
_SIGNS = re.compile(r"[\W\d_]+")  # numbers too: who repeats himself counts up


class Suspect(NamedTuple):
    """A tweet as the rules see it; ``is_known`` are hosts, the community, and whoever was part of an earlier chat.

    ``is_reply``: to somebody else.
    """

    key: int
    author: int
    text: str
    created_at: datetime
    has_link: bool
    is_reply: bool
    is_known: bool
    joined_at: datetime | None


def held_back(tweets: Iterable[Suspect]) -> dict[int, Rule]:
    """The keys of what is to be held back, each with its rule; whatever the order of ``tweets``, the same."""
    found: dict[int, Rule] = {}
    alike: dict[str, list[Suspect]] = defaultdict(list)
    for tweet in tweets:
        if tweet.has_link and not tweet.is_reply:
            # Without a word of their own, links are alike when they come from one account.
            alike[_words(tweet.text) or str(tweet.author)].append(tweet)
            if not tweet.is_known and tweet.joined_at and tweet.created_at - tweet.joined_at < NEW:
                found[tweet.key] = "new account"
    for group in alike.values():
        # People who belong here pass on an invitation word for word, so one of them clears it.
        if len(group) >= REPEATED and not any(tweet.is_known for tweet in group):
            found |= {tweet.key: "repeated text" for tweet in group if tweet.key not in found}
    return found


def _words(text: str) -> str:
    return _SIGNS.sub("", _LINK.sub("", text)).casefold()
