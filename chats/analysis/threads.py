"""Placed tweets -> the sections of a transcript, each in threads: what stands under which question, behind what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from chats.analysis.copies import text_key
from chats.analysis.records import Line, Placement, Question, Section, Tweet

Home = tuple[Literal["introductions", "question", "closing", "other"], int | None]

INTRODUCTIONS: Home = ("introductions", None)
CLOSING: Home = ("closing", None)
OTHER: Home = ("other", None)


def arrange(
    tweets: Sequence[Tweet], questions: Iterable[Question], placements: Mapping[int, Placement]
) -> tuple[Section, ...]:
    """Introductions, the questions by number, other, closing; only a question's section may be empty.

    Every tweet is one line, in the section that its own placement names, but for the questions' own tweets, copies of
    them, and retweets that are folded under their original.  A reply hangs under its parent where that is a line of the
    same section; in another one (it carries its own label), or under the question itself, it opens a thread.
    ``tweets`` are in order, and so are threads and the replies of one parent.  Depth has no limit.
    """
    asked = sorted(questions, key=lambda question: question.number)
    homes = _homes(tweets, asked, placements)
    parents = {
        tweet.key: tweet.reply_to
        for tweet in tweets
        if tweet.reply_to is not None and tweet.key in homes and homes.get(tweet.reply_to) == homes[tweet.key]
    }
    lines: dict[Home, list[Line]] = {}
    for key, depth, parent in _threads(homes, _without_circles(homes, parents)):
        line = Line(key, homes[key][1], depth, parent, placements[key])
        lines.setdefault(homes[key], []).append(line)
    order = [INTRODUCTIONS, *(_home_of(question.number) for question in asked), OTHER, CLOSING]
    return tuple(Section(*home, tuple(lines.get(home, ()))) for home in order if home in lines or home[0] == "question")


def retweets(tweets: Sequence[Tweet]) -> dict[int, tuple[int, ...]]:
    """The pure retweets of each original that is here, in order, by the original's key: they are folded under it.

    Others keep a line of their own: of an original that is not here, or that is such a retweet itself.
    """
    originals = {tweet.key for tweet in tweets if not tweet.is_retweet}
    found: dict[int, list[int]] = {}
    for tweet in tweets:
        if tweet.is_retweet and tweet.retweet_of in originals:
            found.setdefault(tweet.retweet_of, []).append(tweet.key)
    return {original: tuple(keys) for original, keys in found.items()}


def _home_of(number: int) -> Home:
    return ("question", number)


def _homes(
    tweets: Sequence[Tweet], questions: Sequence[Question], placements: Mapping[int, Placement]
) -> dict[int, Home]:
    """The section of every tweet that is a line, in the order of the tweets."""
    numbers = {question.number for question in questions}
    heads = {question.tweet for question in questions}
    asked = {text_key(tweet.text) for tweet in tweets if tweet.key in heads} - {None}
    folded = {key for keys in retweets(tweets).values() for key in keys}
    homes = {}
    for tweet in tweets:
        placement = placements[tweet.key]
        if (
            tweet.key in heads
            or tweet.key in folded
            or (placement.placed_by == "copy" and placement.kind == "retweet" and text_key(tweet.text) in asked)
        ):
            continue
        homes[tweet.key] = _home(placement, numbers)
    return homes


def _home(placement: Placement, numbers: set[int]) -> Home:
    if placement.question in numbers:
        return ("question", placement.question)
    return {"introduction": INTRODUCTIONS, "closing": CLOSING}.get(placement.kind, OTHER)


def _without_circles(keys: Iterable[int], parents: Mapping[int, int]) -> dict[int, int]:
    """The links from child to parent, less one of every circle: that of the tweet at which a walk comes round."""
    links = dict(parents)
    settled: set[int] = set()
    for key in keys:
        path: set[int] = set()
        current: int | None = key
        while current is not None and current not in settled and current not in path:
            path.add(current)
            current = links.get(current)
        if current in path:
            del links[current]
        settled |= path
    return links


def _threads(keys: Iterable[int], parents: Mapping[int, int]) -> Iterator[tuple[int, int, int | None]]:
    """Every key with its depth and its parent, each behind its parent."""
    children: dict[int, list[int]] = {}
    roots = []
    for key in keys:
        if key in parents:
            children.setdefault(parents[key], []).append(key)
        else:
            roots.append(key)
    for root in roots:
        waiting = [(root, 0)]
        while waiting:
            key, depth = waiting.pop()
            yield key, depth, parents.get(key)
            waiting.extend((child, depth + 1) for child in reversed(children.get(key, ())))
