"""A transcript's values -> every page below its chat's address, as HTML that holds nothing about who reads it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import groupby
from math import ceil
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import Community
from chats.rendering import figures, text, times
from chats.rendering.lines import Lines
from chats.rendering.numbers import told_apart
from chats.rendering.people import People
from chats.rendering.resources import Resources
from chats.rendering.values import SectionValue, TranscriptValue, TweetValue

WHOLE_UP_TO = 1000  # tweets on one page; above it every question has a page of its own, and time has several
TIME_PAGE = 500
FIRST_ANSWERS = 60  # tweets on the chat's own page, all questions together
FIRST_REPLIES = 3  # to one answer there
SAMPLE = 10  # tweets of a section that stands whole elsewhere
PEOPLE_AT_ONCE = 8
MINUTE = timedelta(minutes=1)

TITLES = {"introductions": "Introductions", "closing": "After the hour", "other": "The rest of the conversation"}
WITHOUT_QUESTIONS = {**TITLES, "other": "The conversation"}


@dataclass(frozen=True, slots=True)
class SectionHtml:
    """A section as a page shows it: list items, how many tweets are left out, and where all of them stand."""

    value: SectionValue
    title: str
    anchor: str
    asked_at: str
    asked_url: str
    html: SafeString
    left_out: int
    address: str

    @property
    def counted_tweets(self) -> str:
        return told_apart(self.value.own_tweets, self.value.retweets)


@dataclass(frozen=True, slots=True)
class MinuteHtml:
    """The tweets of one minute; ``question`` is the number of a question that is asked here."""

    time: str
    moment: str
    question: int | None
    html: SafeString


def render(transcript: TranscriptValue, community: Community) -> Iterator[tuple[str, str]]:
    """Every page behind its path below the chat's address: "", "transcript/", "transcript/q1/", "transcript/time/" …"""
    return _Book(transcript, community).pages()


def renderer(community: Community) -> str:
    """What the pages and files of a community are made by: all that is not their chat's own, as a hash."""
    told = [community.slug, community.name, community.handle, community.promise, community.description]
    told += [community.site, community.theme, *community.hashtags]
    return hashlib.sha256("\0".join([_made_by(), *told]).encode()).hexdigest()


@cache
def _made_by() -> str:
    """A hash of templates, code, static files' names, and what files may tell."""
    root = settings.BASE_DIR
    files = [
        *(path for path in root.glob("templates/**/*.html") if "admin" not in path.parts),
        *root.glob("chats/analysis/*.py"),
        *root.glob("chats/archive/*.py"),
        *root.glob("chats/rendering/*.py"),
        *root.glob("chats/templatetags/*.py"),
        *root.glob("chats/exports/*.py"),
    ]
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    contents = [path.read_bytes() for path in [*sorted(files), manifest] if path.exists()]
    return hashlib.sha256(b"".join([*contents, settings.EXPORT_TEXT.encode()])).hexdigest()


class _Book:
    """One transcript on its way to pages."""

    def __init__(self, transcript: TranscriptValue, community: Community) -> None:
        self._transcript = transcript
        self._community = community
        self._path = transcript.chat.path
        self._is_whole = len(transcript.timeline) <= WHOLE_UP_TO
        self._has_questions = any(section.name == "question" for section in transcript.sections)
        size = WHOLE_UP_TO if self._is_whole else TIME_PAGE
        timeline = transcript.timeline
        self._time_pages = [timeline[start : start + size] for start in range(0, len(timeline), size)] or [()]
        self._addresses = self._find_addresses()
        self._lines = Lines(transcript.chat, transcript.timeline, self._addresses)
        self._people = People(transcript, self._lines)
        self._resources = Resources(transcript, self._lines)

    def pages(self) -> Iterator[tuple[str, str]]:
        yield self._page("", "chats/chat.html", **self._chat_page())
        yield self._page("transcript/", "chats/transcript.html", **self._overview())
        for section in self._transcript.sections:
            if section.name == "question":
                path = f"transcript/q{section.number}/"
                yield self._page(path, "chats/transcript_question.html", section=self._whole(section))
        for number, tweets in enumerate(self._time_pages, 1):
            numbers = range(1, len(self._time_pages) + 1)
            minutes = list(self._minutes(tweets))
            yield self._page(
                _time_path(number), "chats/transcript_time.html", minutes=minutes, page=number, pages=numbers
            )
        yield from self._by_person()
        yield from self._about()

    def _by_person(self) -> Iterator[tuple[str, str]]:
        sheets = self._people.pages()
        for number, persons in enumerate(sheets, 1):
            path = "transcript/people/" if number == 1 else f"transcript/people/{number}/"
            sheet = {"persons": self._people.html(persons), "page": number, "pages": range(1, len(sheets) + 1)}
            yield self._page(path, "chats/transcript_people.html", **sheet)

    def _about(self) -> Iterator[tuple[str, str]]:
        yield self._page("stats/", "chats/stats.html", **figures.context(self._transcript, self._lines))
        yield self._page("resources/", "chats/resources.html", **self._resources.context())

    def _chat_page(self) -> dict[str, Any]:
        said = {"sections": list(self._first_answers()), "links": self._resources.first()}
        return {**said, "films": self._transcript.films, "events": self._transcript.events, **self._who()}

    def _page(self, path: str, template: str, **context: Any) -> tuple[str, str]:
        chat = self._transcript.chat
        common = {
            "community": self._community,
            "canonical": f"{self._path}{path}",
            "transcript": self._transcript,
            "chat": chat,
            "figures": self._transcript.figures,
            "has_questions": self._has_questions,
            "is_whole": self._is_whole,
            "year": chat.starts_at.astimezone(ZoneInfo(chat.time_zone)).year,
            "window": times.hours(chat.opens_at, chat.closes_at, chat.time_zone),
            "shape": self._shape(),
        }
        return path, render_to_string(template, {**common, **context})

    def _find_addresses(self) -> dict[int, str]:
        """Where each number stands: on its question's page, where there is one, else on the page of its time."""
        places = {
            tweet.number: f"{_time_path(number)}#t{tweet.number}"
            for number, tweets in enumerate(self._time_pages, 1)
            for tweet in tweets
        }
        for section in self._transcript.sections:
            if self._is_whole or section.name == "question":
                page = "transcript/" if self._is_whole else f"transcript/q{section.number}/"
                inside = (*section.tweets, *([section.asked] if section.asked else []))
                places |= {tweet.number: f"{page}#t{tweet.number}" for tweet in inside}
        return {number: f"{self._path}{place}" for number, place in places.items()}

    def _overview(self) -> dict[str, Any]:
        """All sections, whole or how they begin; and where everything else stands: an address of a tweet never dies."""
        sections = [(section, self._begun(section.tweets)) for section in self._transcript.sections]
        here = {tweet.number for section, shown in sections for tweet in (*shown, section.asked) if tweet}
        rest = [tweet.number for tweet in self._transcript.timeline if tweet.number not in here and not tweet.removed]
        return {
            "sections": [self._part(section, shown) for section, shown in sections],
            "removed": self._removed(),
            "elsewhere": "" if self._is_whole else self._lines.numbers(rest),
        }

    def _begun(self, tweets: Sequence[TweetValue]) -> Sequence[TweetValue]:
        return tweets if self._is_whole else tweets[:SAMPLE]

    def _first_answers(self) -> Iterator[SectionHtml]:
        """The questions with their first answers; where there are none, how the conversation began."""
        sections = self._transcript.sections
        chosen = [section for section in sections if section.name == "question"] or sections
        room = FIRST_ANSWERS // max(len(chosen), 1)
        for section in chosen:
            yield self._part(section, _first(section.tweets, room))

    def _whole(self, section: SectionValue) -> SectionHtml:
        return self._part(section, section.tweets)

    def _part(self, section: SectionValue, tweets: Sequence[TweetValue]) -> SectionHtml:
        titles = TITLES if self._has_questions else WITHOUT_QUESTIONS
        anchor = f"q{section.number}" if section.name == "question" else section.name
        if self._is_whole:
            place = f"transcript/#{anchor}"
        else:
            place = f"transcript/q{section.number}/" if section.name == "question" else _time_path(1)
        return SectionHtml(
            value=section,
            title=section.wording or titles[section.name],
            anchor=anchor,
            asked_at=self._lines.time(section.asked_at) if section.asked_at else "",
            asked_url=text.address(section.asked.url) if section.asked else "",
            html=self._lines.nested(tweets),
            left_out=len(section.tweets) - len(tweets),
            address=f"{self._path}{place}",
        )

    def _minutes(self, tweets: Sequence[TweetValue]) -> Iterator[MinuteHtml]:
        asked = {section.asked.number: section.number for section in self._transcript.sections if section.asked}
        told = [(self._lines.time(tweet.created_at), asked.get(tweet.number), tweet) for tweet in tweets]
        for (time, question), group in groupby(told, key=lambda each: each[:2]):
            inside = [tweet for _, _, tweet in group]
            moment = inside[0].created_at.replace(second=0, microsecond=0).isoformat()
            yield MinuteHtml(time, moment, question, self._lines.flat(inside))

    def _removed(self) -> SafeString:
        """The places that removed tweets left: their addresses must lead somewhere."""
        return self._lines.flat(tweet for tweet in self._transcript.timeline if tweet.removed)

    def _shape(self) -> str:
        """The shape of the hour in a sentence, for who cannot see it."""
        figures, chat = self._transcript.figures, self._transcript.chat
        bar = ceil((chat.ends_at - chat.starts_at) / MINUTE / max(len(figures.minutes), 1))
        what = "Tweets a minute." if bar <= 1 else f"Tweets, a bar for every {bar} minutes."
        if figures.busiest_minute is None:
            return what
        busiest = self._lines.time(figures.busiest_minute)
        return f"{what} The busiest minute was {busiest}, with {figures.busiest_count}."

    def _who(self) -> dict[str, Any]:
        people = [person for person in self._people.persons if person.value.sent and not person.value.is_community]
        is_led_by_us = any(person.is_community for person in self._transcript.people)
        return {
            "people": people[:PEOPLE_AT_ONCE],
            "more_people": people[PEOPLE_AT_ONCE:],
            "is_led_by_us": is_led_by_us,
        }


def _time_path(number: int) -> str:
    return "transcript/time/" if number == 1 else f"transcript/time/{number}/"


def _first(tweets: Sequence[TweetValue], room: int) -> list[TweetValue]:
    """The first threads that fit into ``room`` tweets, each with its first replies; never a part of nothing."""
    taken: list[TweetValue] = []
    replies = 0
    for tweet in tweets:
        replies = replies + 1 if tweet.depth else 0
        if len(taken) >= room:
            break
        if replies <= FIRST_REPLIES:
            taken.append(tweet)
    return taken
