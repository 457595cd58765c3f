"""A conversation, its questions and its planned end -> the tweets that belong to the goodbye, not to a question."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from chats.analysis.records import Question, Tweet
from chats.analysis.smalltalk import SHORT, words_of

# A host who thanks everybody ends the chat so shortly before its planned end; before, it is only kindness.
LAST = timedelta(minutes=10)

_GOODBYE = re.compile(
    r"""
    \b (?:
        good\s?night (?! \W?s\b) | good\s?bye | night,?\s(?:all|everyone|everybody|folks)
      | (?: that | this ) (?:['\u2019]?s | \s(?:is|was|has\sbeen)) \s (?: all | it | a\swrap | our\s(?:hour|time) ) \b
      | (?: our | the | your ) \s (?: hour | time ) \s (?: is | was | has ) \s (?: up | over | flown | gone )
      | (?: out\sof | end\sof\sour | that['\u2019]?s ) \s time | time['\u2019]?s\sup
      | same\stime \s (?: in | next | on )
      | see\syou \s (?: next | in | soon | all | again | there | then ) | until\snext
      | (?: next | our\snext ) \s chat \s (?: is | will )
      | transcript \b .{0,40}? \b (?: will | soon | tomorrow | morning | shortly )
    ) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_THANKS = re.compile(
    r"""
    \b (?: thanks | thank\syou | thankyou | thx | cheers )
    (?= .{0,40}? \b (?:
            all | every\w* | each | join\w* | com(?:ing|e) | part | participat\w* | host\w* | chat\w* | tonight | your
          | us
        ) \b
      | \W* \Z )
    """,
    re.IGNORECASE | re.VERBOSE,
)


def find(tweets: Iterable[Tweet], questions: Sequence[Question], ends_at: datetime | None) -> set[int]:
    """The keys of what is said to leave, behind the last question; and of all that is said behind the planned end.

    Hosts lead: where one says goodbye, others' thanks are goodbyes too.  A question asked behind the planned end says
    that the chat went on: what follows is no goodbye.
    """
    asked = {question.tweet for question in questions}
    last = max((question.asked_at for question in questions if question.asked_at), default=None)
    found: set[int] = set()
    if last is None:
        return found
    is_over = False
    for tweet in tweets:
        if tweet.created_at < last or tweet.key in asked:
            continue
        if tweet.is_host and _ends(tweet, ends_at):
            is_over = True
            found.add(tweet.key)
        elif (ends_at and tweet.created_at >= ends_at > last) or _leaves(tweet.text, is_over=is_over):
            found.add(tweet.key)
    return found


def _ends(tweet: Tweet, ends_at: datetime | None) -> bool:
    """Whether a host's tweet ends the chat."""
    if _GOODBYE.search(tweet.text):
        return True
    return ends_at is not None and tweet.created_at >= ends_at - LAST and _THANKS.search(tweet.text) is not None


def _leaves(text: str, *, is_over: bool) -> bool:
    """Whether a short text takes leave, or thanks when a host has."""
    if not (_GOODBYE.search(text) or (is_over and _THANKS.search(text))):
        return False
    return len(words_of(text)) <= SHORT
