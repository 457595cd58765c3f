"""An event in person -> its days as people say them, its programme, its picture, and the facts that machines read."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from accounts.outbox.letters import tidy
from chats.models import Chat, Event, EventStatus
from chats.rendering import card, times

SCHEMA_STATUS = {
    EventStatus.DRAFT: "https://schema.org/EventScheduled",
    EventStatus.PUBLISHED: "https://schema.org/EventScheduled",
    EventStatus.CANCELLED: "https://schema.org/EventCancelled",
}

LONGEST_PLACE = 26  # letters, which stand beside the day on a card


class Item(NamedTuple):
    """A line of the programme: when by the clock of the place, and for machines; what, by whom, in which room."""

    at: str
    stamp: str
    title: str
    text: str
    speakers: str
    room: str
    is_pause: bool


class Day(NamedTuple):
    """One day of the programme."""

    name: str
    items: tuple[Item, ...]


class Guest(NamedTuple):
    """Somebody who speaks; their name gives the face its hue."""

    name: str
    role: str
    link: str

    @property
    def handle(self) -> str:
        return self.name


class Way(NamedTuple):
    """Where the page of an event is, and what it is called."""

    path: str
    title: str


def ways(facts: Iterable[Mapping[str, Any]]) -> tuple[Way, ...]:
    """Of what ``EventQuerySet.of_chat`` tells."""
    return tuple(Way(Event(slug=each["slug"]).get_absolute_url(), each["title"]) for each in facts)


def of_chat(chat: Chat) -> tuple[Way, ...]:
    """The events that a chat is part of, as far as they are announced."""
    return ways(Event.objects.announced().filter(live_chat=chat).values("slug", "title"))


def programme(event: Event) -> list[Day]:
    """Day by day, of an event as ``EventQuerySet.told`` gives it."""
    rows = groupby(event.programme_facts, key=lambda row: row["day"])
    return [_day(event, number, items) for number, items in rows]


def _day(event: Event, number: int, rows: Iterable[dict[str, Any]]) -> Day:
    day, zone = event.days[0] + timedelta(days=number - 1), event.time_zone
    return Day(times.near_day(_moment(day, time(), zone), zone), tuple(_item(row, day, zone) for row in rows))


def _item(row: dict[str, Any], day: date, zone: str) -> Item:
    starts_at = _moment(day, time.fromisoformat(row["starts"]), zone)
    said = {name: row[name] for name in ("title", "text", "speakers", "room", "is_pause")}
    return Item(at=times.clock(starts_at, zone), stamp=times.stamp(starts_at, zone), **said)


def _moment(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone))


def speakers(event: Event) -> list[Guest]:
    """In their order, of an event as ``EventQuerySet.told`` gives it."""
    return [Guest(**row) for row in event.speaker_facts]


def days(event: Event) -> str:
    """ "Saturday 5 December 2026", "Saturday 5 to Sunday 6 December 2026", or across months with both."""
    first, last = event.days[0], event.last_date
    whole = f"{last:%A} {last.day} {last:%B %Y}"
    if first == last:
        return whole
    year = "" if first.year == last.year else f" {first.year}"
    month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%B}{year}"
    return f"{first:%A} {first.day}{month} to {whole}"


def hours(event: Event) -> str:
    """From when to when: "10 am to 4 pm"; of several days the first moment and the last."""
    start, end = (times.clock(moment, event.time_zone) for moment in (event.starts_at, event.ends_at))
    if len(event.days) == 1:
        return times.hours(event.starts_at, event.ends_at, event.time_zone)
    return f"{start} on the first day to {end} on the last"


def address(event: Event) -> str:
    """The whole address of its page."""
    return f"{event.community.site}{event.get_absolute_url()}"


def facts(event: Event) -> dict[str, Any]:
    """An event, as ``EventQuerySet.told`` gives it, as schema.org's Event."""
    community, here = event.community, address(event)
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": here,
        "name": event.title,
        "description": event.summary or community.description,
        "url": here,
        "image": [f"{here}card.png"],
        "startDate": times.stamp(event.starts_at, event.time_zone),
        "endDate": times.stamp(event.ends_at, event.time_zone),
        "eventStatus": SCHEMA_STATUS[EventStatus(event.status)],
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": event.place, "address": event.address or event.place},
        "inLanguage": "en-GB",
        "organizer": {"@type": "Organization", "name": community.name, "url": f"{community.site}/"},
        "performer": [{"@type": "Person", "name": each.name} for each in speakers(event)],
    }
    if event.tickets:
        told["offers"] = {"@type": "Offer", "url": event.tickets, "description": event.cost}
    return told


def drawing(event: Event) -> card.Card:
    """What its card says: when, where if there is room for it, what, and who speaks; see ``EventQuerySet.told``."""
    community, day = event.community, times.day(event.starts_at, event.time_zone)
    place = card.drawable(tidy(event.place))
    when = f"{day}, {place}" if place and len(place) <= LONGEST_PLACE else day
    return card.Card(
        name=tidy(community.name),
        when="Cancelled" if event.status == EventStatus.CANCELLED else when,
        title=card.drawable(tidy(event.title)),
        hosts=tuple((card.drawable(tidy(each.name)) or each.name, each.name.lower()) for each in speakers(event)),
        hashtag=community.hashtag,
        hues=card.hues(community),
    )
