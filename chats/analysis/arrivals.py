"""A conversation -> the first words of people who arrive while it is under way: who they are, that they are late."""

import re
from collections.abc import Iterable

from chats.analysis.records import Tweet
from chats.analysis.smalltalk import words_of

# Behind so many words "late to the chat" is only how an answer begins.
SHORT = 16

_LEAD = re.compile(r"(?:[#@]\w++|https?://\S++|[^\w#@]|_)*+")
_NAME = r"[A-Z][\w.'\u2019-]*"
# "Officers from Kent", "Moving from ...": no names, although a sentence begins with them.
_NO_NAME = (
    r"(?! (?: \w+ing | Students | Teachers | Officers | Colleagues | People | Schools | Data | Evidence | Research"
    r" | Feedback | Support | Help | Advice | Messages | Calls | Lessons | Stories"
    r" | Far | Apart | Aside | Straight ) \b )"
)
# "Hi! I'm Ann, a ...", "Ann from Kent", "Ann Smith here".  Capitals matter: they tell a name.
_INTRODUCTION = re.compile(
    rf"""
    (?:
        (?i: hi | hiya | hello | hey\w* | howdy | good\s(?:evening|morning|afternoon) ) \b
        [^.!?\n]{{0,40}} [,.!?\-\u2014]++ \s*+
    )?
    (?:
        (?: [Ii](?:['\u2019]|\sa)m | [Mm]y\sname\sis | [Tt]his\sis ) \s {_NAME}
        (?= \s{_NAME} | \W* (?: \Z | [,.\-] | (?:from|in|at|an?|and|here)\b ) )
      | (?i: joining | tuning\sin ) (?:\sin)? \sfrom\s(?:the\s)?[A-Z]
      | {_NO_NAME} {_NAME} (?:\s{_NAME})? ,? \s (?: here\b | (?:(?:joining|checking\sin)\s)? from\s(?:the\s)?[A-Z@] )
    )
    """,
    re.VERBOSE,
)
_LATE = re.compile(
    r"""
    \b (?:
        (?: joining | arriving | (?:chiming|checking|tuning|popping|jumping|coming)\sin | showing\sup )
        \s (?: (?: a\s(?:bit|little|tad) | very | so | super ) \s )? late
        (?! \s(?:to|at|for|on|in)\b (?! \s(?:the\s)?(?:\#|party|chat|conversation|discussion|game) ) )
      | (?: just | finally ) \s
        (?: joining | arriving | showing\sup | (?:tuning|popping)\sin | getting\shere | made\sit )
        (?: \s(?:in|up|here|now|us) )* (?= \s? (?: \Z | [,.!?;:\u2013\u2014-] | to\s(?:\#|the\s(?:party|chat)) ) )
      | just \s getting \s to \s \# \w+
      | late \s to \s (?: the\s )? (?: \#\w+ | party | chat | conversation | discussion | game )
      | (?: sorry | apologies ) \b .{0,14}? \b late
      | lurk(?:ing|er) (?! \s(?:in|behind|beneath|under|within)\s(?:the|our|their|every|all)\b )
    ) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def find(tweets: Iterable[Tweet]) -> set[int]:
    """The keys of everybody's first tweet, if it says to all who they are or, in few words, that they are late.

    ``tweets`` are in order.
    """
    found = set()
    heard: set[int] = set()
    for tweet in tweets:
        if not tweet.is_retweet and tweet.author not in heard:
            heard.add(tweet.author)
            if _speaks_to_all(tweet) and _arrives(tweet.text):
                found.add(tweet.key)
    return found


def _speaks_to_all(tweet: Tweet) -> bool:
    return tweet.reply_to is None and not tweet.misses_parent


def _arrives(text: str) -> bool:
    if _INTRODUCTION.match(_LEAD.sub("", text, count=1)):
        return True
    return _LATE.search(text) is not None and len(words_of(text)) <= SHORT
