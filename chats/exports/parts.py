"""A transcript's values and its facts -> its parts in reading order: what the files for reading are written from."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from chats.rendering import numbers, times
from chats.rendering.pages import TITLES, WITHOUT_QUESTIONS
from chats.rendering.values import SectionValue, TranscriptValue, TweetValue

DEEPEST = 3  # deeper replies stand there and say whom they answer
LEFT_OUT = (
    "X lets us hand out the ids of tweets, not their words. Where words and names are left out, "
    "open the address of a tweet to read it."
)


class Entry(NamedTuple):
    """One tweet as its facts tell it (``facts.document``), at its time of day; ``again`` are the retweets of it."""

    told: dict[str, Any]
    time: str
    depth: int = 0
    again: tuple["Entry", ...] = ()


class Part(NamedTuple):
    """A stretch of the transcript.  ``asked`` is the tweet that asked its question, where that is known."""

    title: str
    asked: Entry | None
    entries: tuple[Entry, ...]


class Reader:
    """One transcript, by part, every number once."""

    def __init__(self, transcript: TranscriptValue, tweets: Iterable[dict[str, Any]]) -> None:
        self._transcript = transcript
        self._told = {tweet["number"]: tweet for tweet in tweets}
        self._watch = times.Watch(transcript.chat.starts_at, transcript.chat.time_zone)

    def parts(self, questions: Iterable[dict[str, Any]]) -> Iterator[Part]:
        """``questions`` are told with or without their words."""
        words = {question["number"]: question["text"] for question in questions}
        seen: set[int] = set()
        for section in self._transcript.sections:
            inside = (*section.tweets, *([section.asked] if section.asked else []))
            seen |= {tweet.number for tweet in inside}
            asked = self._entry(section.asked) if section.asked else None
            title = self._title(section, words)
            yield Part(title, asked, tuple(self._entry(tweet) for tweet in section.tweets))
        rest = tuple(self._entry(tweet) for tweet in self._transcript.timeline if tweet.number not in seen)
        if rest:
            yield Part("Taken out, or said twice", None, rest)

    def _title(self, section: SectionValue, words: dict[int | None, str | None]) -> str:
        if section.name == "question":
            said = words.get(section.number)
            return f"Question {section.number}: {said}" if said else f"Question {section.number}"
        return (TITLES if words else WITHOUT_QUESTIONS)[section.name]

    def _entry(self, tweet: TweetValue) -> Entry:
        again = tuple(
            Entry(self._told[number], self._watch.say(datetime.fromisoformat(self._told[number]["created_at"])))
            for number, _ in tweet.retweeted_by
        )
        return Entry(self._told[tweet.number], self._watch.say(tweet.created_at), min(tweet.depth, DEEPEST), again)


def heading(transcript: TranscriptValue, site: str) -> tuple[str, ...]:
    """What stands above a copy, line by line: when it was, where it comes from, and how much is in it."""
    chat, figures = transcript.chat, transcript.figures
    zone = chat.time_zone
    hours = f"{times.hours(chat.starts_at, chat.ends_at, zone)} {times.zone_word(zone)}"
    tweets = numbers.counted(figures.tweets, "tweet,tweets")
    people = numbers.counted(figures.people, "person,people")
    retweets = numbers.counted(figures.retweets, "retweet,retweets")
    return (
        f"Transcript of a tweet chat, {times.day(chat.starts_at, zone)}, {hours}.",
        f"Version {transcript.version} of {times.day(transcript.built_at, zone)}.",
        f"{tweets} by {people}, and {retweets}. All times are {times.zone_word(zone)}.",
        f"{site}{chat.path}",
    )
