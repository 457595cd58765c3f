"""Somebody's part in a chat, as values -> its HTML: who they are, what they did in figures, and how they began.

As in ``lines``, and for the same reason, a person is no template.  ``SECTION`` is filled with markup only.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Community
from chats.rendering import faces, numbers, shape, text
from chats.rendering.lines import HOST, Lines
from chats.rendering.part import PartValue
from chats.rendering.values import PersonValue, TranscriptValue, TweetValue

PEOPLE_A_PAGE = 60
FIRST_TWEETS = 3  # of each there: the rest stands on a page of their own
SPARK_HEIGHT = 24  # pixels

SECTION = """\
<section class="person" aria-labelledby="{anchor}"><div class="person__head">{face}<div>\
<h2 class="h-xl" id="{anchor}"><a href="{address}"><bdi>{name}</bdi></a></h2>
<p class="meta"><span>{handle}</span>{host}</p></div>
{spark}</div>
<dl class="tally">{facts}</dl>
{tweets}</section>
"""
FACT = "<div><dt>{}</dt><dd>{}</dd></div>"
TWEETS = '<ol class="tweets">\n{}</ol>\n'
ACT = '<div class="person__act">{}<p class="small muted">Tweets by question. {}</p></div>'
MORE = '<p class="mt-3 no-print"><a class="more" href="{}"><span>All {} by <bdi>{}</bdi></span></a></p>'
HANDLE = "<bdi>@{}</bdi>"
LINKED_HANDLE = '<a href="{}" rel="nofollow noopener noreferrer"><bdi>@{}</bdi></a>'
SPARK = '<svg class="spark" role="img" aria-label="{}" focusable="false">{}</svg>'
RECT = '<rect class="bar-{}" x="{}%" y="{}" width="{}%" height="{}" rx="1"/>'

_SPEAKABLE = re.compile(r"\w")


class Person(NamedTuple):
    """Somebody as pages show them: what to call them, where their own page is, their tweets by question as bars."""

    value: PersonValue
    name: str
    address: str
    spark: SafeString | str


class People:
    """Everybody of one transcript, in the order they first spoke."""

    def __init__(self, transcript: TranscriptValue, lines: Lines) -> None:
        self._transcript = transcript
        self._lines = lines
        self._asked = tuple(section.number or 0 for section in transcript.sections if section.name == "question")
        ways = addresses(transcript.people, transcript.chat.path)
        self.persons = [
            Person(each, called(each), ways[each.network, each.id], spark(each.by_question, self._asked))
            for each in transcript.people
        ]
        self._said: dict[tuple[str, str], list[TweetValue]] = {}
        for tweet in transcript.timeline:
            if not tweet.removed:
                self._said.setdefault((tweet.author.network, tweet.author.id), []).append(tweet)

    def pages(self) -> list[list[Person]]:
        """A fixed number of people on each; one page where there is nobody."""
        starts = range(0, len(self.persons), PEOPLE_A_PAGE)
        return [self.persons[start : start + PEOPLE_A_PAGE] for start in starts] or [[]]

    def html(self, persons: Iterable[Person]) -> SafeString:
        return SafeString("".join(self._section(f"p{place}", person) for place, person in enumerate(persons, 1)))

    def _section(self, anchor: str, person: Person) -> str:
        value, name = person.value, text.escape(person.name)
        account = None if value.is_community else (value.network, value.id)
        counts = facts(value, self._transcript.figures.potential_impressions)
        return SECTION.format(
            anchor=anchor,
            face=faces.face(value.name or value.handle, "l", account),
            address=text.escape(person.address),
            name=name,
            handle=handle(value),
            host=HOST if value.is_host else "",
            spark=ACT.format(person.spark, self._told(value)) if person.spark else "",
            facts="".join(FACT.format(*fact) for fact in counts if fact[1] != "0"),
            tweets=self._begun(person, name),
        )

    def _told(self, person: PersonValue) -> str:
        return ", ".join(
            f"Q{asked}:\u00a0{count}" for asked, count in zip(self._asked, person.by_question, strict=True)
        )

    def _begun(self, person: Person, name: SafeString) -> str:
        """Their first tweets, and the way to the others."""
        value = person.value
        said = self._said.get((value.network, value.id), [])
        first = TWEETS.format(self._lines.flat(said[:FIRST_TWEETS])) if said else ""
        if len(said) <= FIRST_TWEETS:
            return first
        return first + MORE.format(text.escape(person.address), told(said), name)


def told(said: Sequence[TweetValue]) -> str:
    """How many they are, retweets of what is not here apart: the counts of a person leave those out of the tweets."""
    retweets = sum(tweet.is_retweet for tweet in said)
    return numbers.told_apart(len(said) - retweets, retweets)


def page(part: PartValue, community: Community) -> dict[str, Any]:
    """What the template of one person's own page is given."""
    person, chat = part.person, part.chat
    lines = Lines(chat, part.tweets, part.addresses)
    (address,) = addresses([person], chat.path).values()
    return {
        "community": community,
        "canonical": address,
        "chat": chat,
        "year": chat.starts_at.astimezone(ZoneInfo(chat.time_zone)).year,
        "transcript": part,
        "has_questions": bool(person.by_question),
        "person": person,
        "name": called(person),
        "handle": handle(person),
        "facts": list(facts(person, part.potential_impressions)),
        "questions": part.questions,
        "counted": told(part.tweets),
        "tweets": lines.flat(part.tweets),
        "passed_on": [(each, called(each.author), lines.time(each.created_at)) for each in part.passed_on],
    }


def addresses(people: Iterable[PersonValue], chat: str) -> dict[tuple[str, str], str]:
    """Where each has a page of their own, by network and id: the handle stands in it, the id where two share one."""
    known = list(people)
    shared = Counter((each.network, each.handle.lower()) for each in known)
    return {
        (each.network, each.id): f"{chat}people/{each.network}/{quote(_way(each, shared), safe='@')}/" for each in known
    }


def _way(person: PersonValue, shared: Counter[tuple[str, str]]) -> str:
    is_clear = _SPEAKABLE.search(person.handle) and shared[person.network, person.handle.lower()] == 1
    return person.handle if is_clear else person.id


def called(person: PersonValue) -> str:
    return text.name(person.name, person.handle)


def handle(person: PersonValue) -> SafeString:
    """The handle, leading to their page on the network where that is known."""
    profile = text.profile(person.network, person.handle)
    return format_html(LINKED_HANDLE, profile, person.handle) if profile else format_html(HANDLE, person.handle)


def facts(person: PersonValue, potential_impressions: int | None) -> Iterator[tuple[str, str]]:
    """What they did and got, each with its name; "0" where there was nothing."""
    yield "Tweets", f"{person.sent:,}"
    repliers = f" from {numbers.counted(person.repliers, 'person,people')}" if person.repliers else ""
    yield "Replies received", f"{person.replies_got:,}{repliers}"
    yield "Quotes received", f"{person.quotes_got:,}"
    yield "Retweets received", f"{person.retweets_got:,}"
    yield "Retweets given", f"{person.retweets_given:,}"
    yield "Share of potential impressions", share(person.impressions, potential_impressions)


def share(part: int | None, whole: int | None) -> str:
    """A part in percent: "12%", "0.4%", "under 0.1%"; "not known" where either is not."""
    if part is None or not whole:
        return "not known"
    percent = part / whole * 100
    if part and percent < 0.1:
        return "under 0.1%"
    return f"{percent:.1f}".removesuffix(".0") + "%"


@lru_cache(maxsize=4096)  # many people have the same few counts
def spark(by_question: Sequence[int], questions: Sequence[int]) -> SafeString | str:
    """Tweets by question as small bars, with the counts in words; nothing where there are none to show."""
    if not any(by_question):
        return ""
    told = ", ".join(f"{number}: {count}" for number, count in zip(questions, by_question, strict=True))
    bars = (
        RECT.format(tone, *(bar.x, bar.y, bar.width, bar.height))
        for tone, stretch in shape.stretches(by_question, questions, height=SPARK_HEIGHT)
        for bar in stretch
    )
    return SafeString(SPARK.format(f"Tweets by question. {told}", "".join(bars)))
