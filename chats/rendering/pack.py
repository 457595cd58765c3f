"""What is planned for a chat -> the texts that its hosts send, each at its time and never longer than a tweet."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

from accounts import prose
from accounts.outbox.letters import tidy
from chats.analysis import lengths
from chats.analysis.lengths import Fitted, Piece, fitted
from chats.models import Chat, Status
from chats.rendering import announcing, numbers, times

WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
WARNING, THANKS = timedelta(minutes=10), timedelta(minutes=2)  # before the end
SHORTEST = timedelta(minutes=20)  # of a chat that is worth a warning
NOON, EVENING = 12, 18
INTENT = "https://x.com/intent/tweet?text="
IN_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")  # on X; those of other networks name nobody there


class Asked(NamedTuple):
    """A question, and when it is to be asked, where that is known."""

    number: int
    text: str
    at: datetime | None


class Following(NamedTuple):
    """The chat after this one."""

    title: str
    starts_at: datetime
    zone: str
    address: str


@dataclass(frozen=True, slots=True)
class Evening:
    """What the texts are made of.  ``hosts`` are (name, handle) without the community itself; ``questions`` in order.

    ``late_until`` is when the last answers are collected, ``propose`` the address at which a chat is offered;
    ``following`` is None while no next chat has a date.
    """

    title: str
    hashtag: str
    address: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    late_until: datetime
    propose: str
    hosts: tuple[tuple[str, str], ...] = ()
    questions: tuple[Asked, ...] = ()
    summary: str = ""
    care: str = ""
    status: Status = Status.SCHEDULED
    reason: str = ""
    following: Following | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """One text to send: ``at`` its moment, None where nobody knows; ``is_whole`` unless something was left out."""

    key: str
    label: str
    at: datetime | None
    words: str
    is_whole: bool

    @property
    def length(self) -> int:
        return lengths.counted(self.words)

    @property
    def address(self) -> str:
        """Opens X with the words ready."""
        return INTENT + quote(self.words, safe="")


def of(chat: Chat, following: Chat | None, *, care: str = "") -> Evening:
    """The values of a chat as it stands; its hosts and questions are read."""
    us = chat.community.handle.lower()
    return Evening(
        title=tidy(chat.title),
        hashtag=chat.hashtags[0],
        address=announcing.address(chat),
        starts_at=chat.starts_at,
        ends_at=chat.ends_at,
        zone=chat.time_zone,
        late_until=chat.closes_at,
        propose=f"{chat.community.site}/propose/",
        hosts=tuple((tidy(host.name), host.handle) for host in chat.hosts.all() if host.handle.lower() != us),
        questions=tuple(Asked(each.number, tidy(each.text), each.planned_at) for each in chat.questions.all()),
        summary=tidy(chat.summary),
        care=tidy(care),
        status=Status(chat.status),
        reason=tidy(chat.status_reason),
        following=_following(following),
    )


def _following(chat: Chat | None) -> Following | None:
    if chat is None:
        return None
    return Following(tidy(chat.title), chat.starts_at, chat.time_zone, announcing.address(chat))


def texts(evening: Evening) -> list[Text]:
    """All that there is to send, in the order of the evening; of one that is called off, that it is."""
    if evening.status == Status.CANCELLED:
        return [_text("called-off", "It does not take place", None, _called_off(evening)), _next(evening)]
    return [*_before(evening), *_during(evening), _next(evening)]


def _before(evening: Evening) -> Iterator[Text]:
    if evening.status == Status.MOVED:
        yield _text("moved", "It has moved", None, _moved(evening))
    for key, label, ahead, told in (
        ("announcement", "One week before", WEEK, _announcement),
        ("day-before", "The day before", DAY, _day_before),
    ):
        at = evening.starts_at.astimezone(ZoneInfo(evening.zone)) - ahead  # by the clocks there
        yield _text(key, f"{label}, {times.near_day(at, evening.zone)}", at, told(evening))
    yield _timed(evening, "hour-before", "An hour before", evening.starts_at - HOUR, _hour_before(evening))


def _during(evening: Evening) -> Iterator[Text]:
    yield _timed(evening, "welcome", "Welcome", evening.starts_at, _welcome(evening))
    for asked in evening.questions:
        key, label = f"question-{asked.number}", f"Question {asked.number}"
        yield _timed(evening, key, label, asked.at, _question(evening, asked))
    if evening.ends_at - evening.starts_at >= SHORTEST:
        yield _timed(evening, "warning", "Ten minutes left", evening.ends_at - WARNING, _warning(evening))
    yield _timed(evening, "thanks", "Thank you", evening.ends_at - THANKS, _thanks(evening))


def _timed(evening: Evening, key: str, label: str, at: datetime | None, told: Fitted) -> Text:
    when = f", {times.clock(at, evening.zone)} {times.zone_word(evening.zone)}" if at else ""
    return _text(key, label + when, at, told)


def _text(key: str, label: str, at: datetime | None, told: Fitted) -> Text:
    return Text(key, label, at, *told)


def _announcement(evening: Evening) -> Fitted:
    return fitted(
        Piece(f"{_when(evening)}:"),
        Piece(_sentence(evening.title), is_free=True),
        Piece(f"With {_named(evening.hosts)}." if evening.hosts else "", rank=1),
        *(Piece(words, rank) for rank, words in enumerate(prose.sentences(_sentence(evening.summary)), 2)),
        *_end(evening),
    )


def _day_before(evening: Evening) -> Fitted:
    count = len(evening.questions)
    many = IN_WORDS[count].capitalize() if count < len(IN_WORDS) else str(count)
    return fitted(
        Piece(f"Tomorrow, {_clock(evening)}:"),
        Piece(_sentence(evening.title), is_free=True),
        Piece(f"{many} questions, and no wrong way to answer." if count > 1 else "", rank=2),
        Piece("New? Start with A1 and end with the hashtag. That is all." if count else "", rank=1),
        *_end(evening),
    )


def _hour_before(evening: Evening) -> Fitted:
    return fitted(
        Piece(f"In an hour, at {_clock(evening)}:"),
        Piece(_sentence(evening.title), is_free=True),
        Piece("Come to talk, or just to read along.", rank=1),
        *_end(evening),
    )


def _welcome(evening: Evening) -> Fitted:
    hour = evening.starts_at.astimezone(ZoneInfo(evening.zone)).hour
    greeting = "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"
    return fitted(
        Piece(f"Good {greeting} and welcome to #{evening.hashtag}."),
        Piece(_who_speaks(evening), rank=2),
        Piece(f"{'Tonight' if hour >= EVENING else 'Today'}: {_sentence(evening.title)}", is_free=True),
        Piece(_sentence(evening.care), rank=3),
        Piece("Come and go as you need." if evening.care else "", rank=1),
        Piece("Say hello: who are you, and where are you writing from?"),
    )


def _who_speaks(evening: Evening) -> str:
    if not evening.hosts:
        return ""
    (name, _), *others = evening.hosts
    return f"I am {name}, with {_named(others)}." if others else f"I am {name}."


def _question(evening: Evening, asked: Asked) -> Fitted:
    return fitted(
        Piece(f"Q{asked.number}"),
        Piece(asked.text, is_free=True),
        Piece(f"Answer with A{asked.number} and", rank=1),
        Piece(f"#{evening.hashtag}"),
    )


def _warning(evening: Evening) -> Fitted:
    words = "Ten minutes left: time enough for the answer that you have been putting off."
    return fitted(Piece(words), Piece(f"#{evening.hashtag}"))


def _thanks(evening: Evening) -> Fitted:
    return fitted(
        Piece("Thank you, all of you."),
        Piece(f"Go on if you like: answers count until {times.clock(evening.late_until, evening.zone)}."),
        Piece("Every one of them will stand under its question, to read again:"),
        *_end(evening),
    )


def _next(evening: Evening) -> Text:
    at = None if evening.status == Status.CANCELLED else evening.ends_at
    return _timed(evening, "next", "What is next", at, _what_is_next(evening))


def _what_is_next(evening: Evening) -> Fitted:
    coming = evening.following
    if coming is None:
        return fitted(
            Piece("The next date is not set yet. What should we talk about?"),
            Piece(f"Offer to host it: {evening.propose}"),
            Piece(f"#{evening.hashtag}"),
        )
    when = f"{times.near_day(coming.starts_at, coming.zone)}, {times.clock(coming.starts_at, coming.zone)}"
    return fitted(
        Piece(f"Next, on {when} {times.zone_word(coming.zone)}:"),
        Piece(_sentence(coming.title), is_free=True),
        Piece(coming.address),
        Piece(f"#{evening.hashtag}"),
    )


def _moved(evening: Evening) -> Fitted:
    return fitted(
        Piece(f"New date, {_when(evening)}:"),
        Piece(_sentence(evening.title), is_free=True),
        Piece(_sentence(evening.reason), rank=1),
        *_end(evening),
    )


def _called_off(evening: Evening) -> Fitted:
    return fitted(
        Piece(f"Called off, {_when(evening)}:"),
        Piece(_sentence(evening.title), is_free=True),
        Piece(_sentence(evening.reason), rank=1),
        *_end(evening),
    )


def _end(evening: Evening) -> tuple[Piece, Piece]:
    return Piece(evening.address), Piece(f"#{evening.hashtag}")


def _when(evening: Evening) -> str:
    return f"{times.near_day(evening.starts_at, evening.zone)}, {_clock(evening)}"


def _clock(evening: Evening) -> str:
    return f"{times.clock(evening.starts_at, evening.zone)} {times.zone_word(evening.zone)}"


def _named(hosts: Iterable[tuple[str, str]]) -> str:
    """As tweets name them: by the handle where it is one of X's."""
    return numbers.listed([f"@{handle}" if _HANDLE.fullmatch(handle) else name for name, handle in hosts])


def _sentence(words: str) -> str:
    """With a full stop where it ends in nothing of the kind."""
    return f"{words}." if words and words[-1] not in ".?!…" else words
