"""Keys of what was found -> what pages show of it, with the words that match marked.

PostgreSQL sets two signs around each match, in a text that cannot hold them: they are taken out of it first.  Only
then the words are escaped, and the signs become marks.
"""

import html
import re
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.contrib.postgres.search import SearchHeadline
from django.db.models import Exists, F, Func, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Left
from django.utils.safestring import SafeString

from chats.models import Chat, Event, EventStatus, Participation, Status, StoredPage, Topic, TranscriptLine
from chats.models.tweet import SEARCHED
from chats.rendering import part, reading, text
from chats.rendering.values import EntryValue
from chats.search import questions
from chats.search.asked import CONFIG, Asked

# Of the signs that nobody has given a meaning.  LESS stands for "<" in what is no HTML: PostgreSQL leaves out tags.
ON, OFF, LESS = "\ue000", "\ue001", "\ue002"
ENDS = ".!?)\u201d"  # of a sentence
# Of Markdown, as PostgreSQL reads them.
LINK = r"!?\[([^][]*)\]\([^()]*\)"
SIGNS = r"^ *(#+|[-*+>]|\d+\.) +|\*\*|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)|`+"
WITHIN = r"</?(a|code|em|strong)(\s[^>]*)?>"
_MARKED = re.compile(f"{ON}([^{ON}{OFF}]*){OFF}")
_APART = re.compile(rf"{OFF}(\s+){ON}")  # between two words that match, one after the other
_SIGNS = str.maketrans({ON: None, OFF: None, LESS: "<"})


class Result(NamedTuple):
    """One thing that was found.  ``title`` is "" where its own ``words`` lead to it, as a tweet's do.

    ``at`` is None where it has no day; ``zone`` is where that is told.  ``entry`` is the chat with its figures.
    """

    kind: str
    word: str
    icon: str
    path: str
    title: SafeString
    words: SafeString
    at: datetime | None = None
    zone: str = "UTC"
    facts: tuple[str, ...] = ()
    is_academic: bool = False
    is_sensitive: bool = False
    entry: EntryValue | None = None


def title(of: str, asked: Asked) -> SearchHeadline:
    """All of a short text, what matches in it between the two signs."""
    return _headline(F(of), asked, highlight_all=True)


def passage(of: Combinable, asked: Asked, *, is_html: bool = False) -> SearchHeadline:
    """The part of a long text that has most of what was asked for."""
    return _headline(of, asked, is_html=is_html, max_fragments=1, max_words=32, min_words=16, short_word=0)


def _headline(of: Combinable, asked: Asked, *, is_html: bool = False, **how: int | bool) -> SearchHeadline:
    signs = (ON + OFF + LESS, "") if is_html else ("<" + ON + OFF + LESS, LESS)
    bare: Combinable = Func(of, *map(Value, signs), function="translate", output_field=TextField())
    if is_html:  # PostgreSQL sets a space in place of each tag, also within a sentence
        bare = Func(bare, Value(WITHIN), Value(""), Value("g"), function="regexp_replace", output_field=TextField())
    return SearchHeadline(bare, asked.query, config=CONFIG, start_sel=ON, stop_sel=OFF, **how)  # type: ignore[arg-type]


def has_mark(headline: str) -> bool:
    return ON in headline


def shown(headline: str, *, is_html: bool = False, is_part: bool = False) -> SafeString:
    """A headline as HTML that can do no harm; ``is_html`` where entities still stand in it, ``is_part`` of a text."""
    headline = " ".join(headline.split())
    parts = _MARKED.split(_APART.sub(r"\1", headline))
    told = [_told(each, is_html=is_html) for each in parts]
    told[1::2] = [f"<mark>{each}</mark>" for each in told[1::2]]
    bare = headline.translate(_SIGNS)
    before = "… " if is_part and bare[:1].islower() else ""
    after = " …" if is_part and bare and bare[-1] not in ENDS else ""
    return SafeString(f"{before}{''.join(told).strip()}{after}")


def _told(words: str, *, is_html: bool) -> str:
    return text.words((html.unescape(words) if is_html else words).translate(_SIGNS))


def chats(keys: Collection[int], asked: Asked, now: datetime) -> dict[int, Result]:
    """What pages show of these chats, by key."""
    rows = Chat.objects.filter(pk__in=keys).with_figures().order_by()
    found = rows.annotate(
        told_title=title("title", asked),
        told_summary=title("summary", asked),
        told_questions=passage(questions.as_text(now), asked),
    )
    return {chat.pk: _chat(chat, now) for chat in found}


def _chat(chat: Chat, now: datetime) -> Result:
    entry = reading.entry(chat) if chat.is_archived and chat.ends_at <= now else None
    coming = "still to come" if chat.starts_at > now else ""
    summary, asks = chat.told_summary, chat.told_questions  # type: ignore[attr-defined]  # annotated
    word = "cancelled" if chat.status == Status.CANCELLED else coming
    return Result(
        kind="chat",
        word="Chat",
        icon="chat",
        path=chat.get_absolute_url(),
        title=shown(chat.told_title),  # type: ignore[attr-defined]
        words=shown(asks, is_part=True) if has_mark(asks) and not has_mark(summary) else shown(summary),
        at=chat.starts_at,
        zone=chat.time_zone,
        facts=(word,) if word else (),
        is_academic=bool(entry and entry.is_academic),
        entry=entry,
    )


def tweets(keys: Collection[int], asked: Asked) -> dict[int, Result]:
    """What pages show of these lines of transcripts, by key: a tweet's own words, which lead to its place."""
    parts = Participation.objects.filter(chat=OuterRef("transcript__chat"), author=OuterRef("tweet__author"))
    whole = Left("tweet__text", SEARCHED)
    rows = TranscriptLine.objects.filter(pk__in=keys).select_related("transcript__chat", "tweet").order_by()
    found = rows.annotate(
        told_words=_headline(whole, asked, max_words=70, min_words=60),
        told_name=Subquery(parts.values("name")[:1]),
        told_handle=Subquery(parts.values("handle")[:1]),
        is_long=Exists(StoredPage.objects.filter(transcript=OuterRef("transcript"), path=part.SECOND)),
    )
    return {line.pk: _tweet(line) for line in found}


def _tweet(line: TranscriptLine) -> Result:
    told, tweet, chat = line, line.tweet, line.transcript.chat
    below = part.below(line.transcript, line.question, is_copy=line.placed_by == "copy", is_whole=not told.is_long)  # type: ignore[attr-defined]
    answers = f"answer to Question {line.question}" if line.kind == "answer" and line.question else ""
    return Result(
        kind="tweet",
        word="Tweet",
        icon="x" if tweet.network == "x" else "chat",
        path=f"{chat.get_absolute_url()}{below}#t{tweet.number}",
        title=SafeString(""),
        words=shown(told.told_words),  # type: ignore[attr-defined]  # annotated
        at=tweet.created_at,
        zone=chat.time_zone,
        facts=tuple(filter(None, (text.name(told.told_name, told.told_handle), chat.title, answers))),  # type: ignore[attr-defined]
        is_academic=bool(reading.RESEARCH_TAGS.intersection(each.lower() for each in tweet.hashtags)),
        is_sensitive=tweet.is_sensitive,
    )


def _unmarked(markdown: Combinable) -> Func:
    """The words of a text without the signs that make it a page, and of its links what they say."""
    words = Func(markdown, Value(LINK), Value(r"\1"), Value("g"), function="regexp_replace")
    return Func(words, Value(SIGNS), Value(""), Value("ng"), function="regexp_replace", output_field=TextField())


def events(keys: Collection[int], asked: Asked) -> dict[int, Result]:
    """What pages show of these gatherings, by key."""
    told = Concat("summary", Value(" "), _unmarked(Left("text", SEARCHED)), output_field=TextField())
    found = Event.objects.filter(pk__in=keys).annotate(
        told_title=title("title", asked), told_words=passage(told, asked)
    )
    return {event.pk: _event(event) for event in found.order_by()}


def _event(event: Event) -> Result:
    called_off = ("cancelled",) if event.status == EventStatus.CANCELLED else ()
    return Result(
        kind="event",
        word="Event",
        icon="cal",
        path=event.get_absolute_url(),
        title=shown(event.told_title),  # type: ignore[attr-defined]  # annotated
        words=shown(event.told_words, is_part=True),  # type: ignore[attr-defined]
        at=event.starts_at,
        zone=event.time_zone,
        facts=(*called_off, event.place),
    )


def topics(keys: Collection[int], asked: Asked) -> dict[int, Result]:
    """What pages show of these topics, by key."""
    found: QuerySet[Topic] = Topic.objects.filter(pk__in=keys).annotate(
        told_title=title("name", asked), told_words=title("summary", asked)
    )
    return {
        topic.pk: Result(
            kind="topic",
            word="Topic",
            icon="flag",
            path=topic.get_absolute_url(),
            title=shown(topic.told_title),  # type: ignore[attr-defined]  # annotated
            words=shown(topic.told_words),  # type: ignore[attr-defined]
        )
        for topic in found.order_by()
    }
