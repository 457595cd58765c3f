"""A conversation -> the tweets that are plainly no answer to any question, each with what it is instead."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from chats.analysis import arrivals, goodbye, labels
from chats.analysis.records import Kind, Question, Tweet
from chats.analysis.smalltalk import is_smalltalk


def find(
    tweets: Sequence[Tweet],
    questions: Sequence[Question],
    latest: Mapping[int, Question | None],
    ends_at: datetime | None,
) -> dict[int, Kind]:
    """The kind of every aside, by key of tweet.  ``latest`` is the question asked last when each was written.

    What is said before the first question is for others to judge; what is said in the end is a goodbye first.
    """
    asked = [tweet for tweet in tweets if latest[tweet.key]]
    found: dict[int, Kind] = {tweet.key: "chatter" for tweet in asked if is_smalltalk(tweet.text)}
    found |= dict.fromkeys(_announcements(asked, latest, questions), "chatter")
    late = arrivals.find(tweets)
    found |= {tweet.key: "introduction" for tweet in asked if tweet.key in late}
    return found | dict.fromkeys(goodbye.find(tweets, questions, ends_at), "closing")


def _announcements(
    tweets: Iterable[Tweet], latest: Mapping[int, Question | None], questions: Sequence[Question]
) -> Iterable[int]:
    """What hosts say of a question that they have not asked yet: "Q4 in a minute"."""
    asked_at = {question.number: question.asked_at for question in questions}
    for tweet in tweets:
        if tweet.is_host and "?" not in tweet.text and (number := labels.named(tweet.text)):
            moment = asked_at.get(number)
            if moment is None or moment > tweet.created_at:
                yield tweet.key
