"""Tweets and their authors' followers -> the counted facts: a chat's people, its reach, the shape of its hour."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chats.analysis.records import Figures, Minute, PersonFigures, Question, Tweet

MINUTE = timedelta(minutes=1)
MOST_BARS = 240


@dataclass(slots=True)
class _Tally:
    """One person's counts while they are counted.  ``retweets`` are all pure ones they sent, whoever wrote them."""

    first_at: datetime
    sent: int = 0
    retweets: int = 0
    retweets_given: int = 0
    retweets_got: int = 0
    quotes_got: int = 0
    replies_got: int = 0
    repliers: set[int] = field(default_factory=set)


def measure(
    tweets: Sequence[Tweet],
    *,
    followers: Mapping[int, int | None],
    questions: Iterable[Question],
    starts_at: datetime,
    ends_at: datetime,
) -> Figures:
    """The figures of ``tweets``, which are in order.  ``followers`` are by author; whoever is missing is not known.

    A reply counts when it answers somebody else, or a tweet that is not here.  The hour runs from ``starts_at`` up to
    ``ends_at``: bars and the busiest minute leave out tweets before and after it, and pure retweets.
    """
    persons = _persons(tweets, followers)
    known = [count for person in persons if (count := followers.get(person.author)) is not None]
    each_minute = _each_minute(tweets, starts_at, ends_at)
    # The earliest of the fullest.
    busiest = min(each_minute, key=lambda minute: (-each_minute[minute], minute), default=None)
    return Figures(
        people=len(persons),
        tweets=sum(person.sent for person in persons),
        replies=sum(person.replies_got for person in persons) + sum(_misses_parent(tweet) for tweet in tweets),
        retweets=sum(tweet.is_retweet for tweet in tweets),
        followers_known=len(known),
        potential_impressions=sum(person.impressions or 0 for person in persons) if known else None,
        potential_audience=sum(known) if known else None,
        busiest_minute=None if busiest is None else starts_at + busiest * MINUTE,
        busiest_count=0 if busiest is None else each_minute[busiest],
        minutes=_bars(each_minute, questions, starts_at, ends_at),
        persons=persons,
    )


def bar_width(starts_at: datetime, ends_at: datetime) -> timedelta:
    """One minute; for a chat of more than 240 minutes the whole minutes that make at most 240 bars."""
    return max(1, -(-_length(starts_at, ends_at) // MOST_BARS)) * MINUTE


def _length(starts_at: datetime, ends_at: datetime) -> int:
    """The minutes of a chat, a begun one counted whole."""
    return -((starts_at - ends_at) // MINUTE)


def _each_minute(tweets: Iterable[Tweet], starts_at: datetime, ends_at: datetime) -> Counter[int]:
    return Counter(
        (tweet.created_at - starts_at) // MINUTE
        for tweet in tweets
        if starts_at <= tweet.created_at < ends_at and not tweet.is_retweet
    )


def _bars(
    each_minute: Mapping[int, int], questions: Iterable[Question], starts_at: datetime, ends_at: datetime
) -> tuple[Minute, ...]:
    width = bar_width(starts_at, ends_at)
    counts: Counter[int] = Counter()
    for minute, count in each_minute.items():
        counts[minute * MINUTE // width] += count
    asked = sorted((question.asked_at, question.number) for question in questions if question.asked_at)
    times = [at for at, _ in asked]
    bars = -((starts_at - ends_at) // width)
    return tuple(Minute(counts[bar], _open(asked, bisect_right(times, starts_at + bar * width))) for bar in range(bars))


def _open(asked: Sequence[tuple[datetime, int]], so_far: int) -> int | None:
    return asked[so_far - 1][1] if so_far else None


def _misses_parent(tweet: Tweet) -> bool:
    return tweet.misses_parent and not tweet.is_retweet


def _persons(tweets: Sequence[Tweet], followers: Mapping[int, int | None]) -> tuple[PersonFigures, ...]:
    """Everybody in the order they first spoke, be it by a retweet."""
    authors = {tweet.key: tweet.author for tweet in tweets}
    tallies: dict[int, _Tally] = {}
    for tweet in tweets:
        if tweet.author not in tallies:
            tallies[tweet.author] = _Tally(tweet.created_at)
    for tweet in tweets:
        _count(tweet, authors, tallies)
    return tuple(_person(author, tally, followers.get(author)) for author, tally in tallies.items())


def _count(tweet: Tweet, authors: Mapping[int, int], tallies: Mapping[int, _Tally]) -> None:
    """One tweet, on the tally of who sent it and of those it answers, quotes or passes on; oneself is nobody."""
    own = tallies[tweet.author]
    replied, quoted, passed_on = (
        None if key is None or authors.get(key, tweet.author) == tweet.author else tallies[authors[key]]
        for key in (tweet.reply_to, tweet.quote_of, tweet.retweet_of)
    )
    if tweet.is_retweet:
        own.retweets += 1
        if passed_on:
            own.retweets_given += 1
            passed_on.retweets_got += 1
        return
    own.sent += 1
    if replied:
        replied.replies_got += 1
        replied.repliers.add(tweet.author)
    if quoted:
        quoted.quotes_got += 1


def _person(author: int, tally: _Tally, followers: int | None) -> PersonFigures:
    return PersonFigures(
        author=author,
        first_at=tally.first_at,
        sent=tally.sent,
        replies_got=tally.replies_got,
        repliers=len(tally.repliers),
        quotes_got=tally.quotes_got,
        retweets_got=tally.retweets_got,
        retweets_given=tally.retweets_given,
        impressions=None if followers is None else followers * (tally.sent + tally.retweets),
    )
