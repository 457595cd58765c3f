"""Rows -> calendar files (iCalendar): one chat or event or many to subscribe to, or one that goes with a letter.

What calendars recognise an evening by stays the same from its proposal to its last change: the UID.  A file of the same
rows has the same bytes, whenever it is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import icalendar
from icalendar import vCalAddress, vDuration, vText, vUri

from accounts.outbox.letters import tidy
from chats.models import Chat, Event, EventStatus, Status
from chats.rendering import numbers

CONTENT_TYPE = "text/calendar; charset=utf-8"
ASK_AGAIN = timedelta(hours=1)  # what we ask of subscribers; Google takes its own half or whole day

Standing = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]
Method = Literal["REQUEST", "CANCEL"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One evening as calendars show it: ``sequence`` rose last at ``revised_at``; ``lines`` are its description."""

    uid: UUID
    sequence: int
    revised_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    standing: Standing
    lines: tuple[str, ...]
    address: str
    place: str
    topic: str = ""


def of_chat(chat: Chat) -> Entry:
    """What calendars show of it, moved and cancelled ones with the reason; see ``ChatQuerySet.for_calendars``."""
    address = f"{chat.community.site}{chat.get_absolute_url()}"
    hashtag = f"#{chat.hashtags[0]}"
    is_cancelled = chat.status == Status.CANCELLED
    names = [host.name for host in chat.hosts.all()]
    reason = f"{chat.get_status_display().capitalize()}: {chat.status_reason}" if chat.status_reason else ""
    hosts = f"With {numbers.listed(names)}." if names else ""
    join = "" if is_cancelled else f"Join in at {hashtag}, or just read along: {address}"
    return Entry(
        uid=chat.uid,
        sequence=chat.sequence,
        revised_at=chat.revised_at,
        starts_at=chat.starts_at,
        ends_at=chat.ends_at,
        title=f"Cancelled: {chat.title}" if is_cancelled else chat.title,  # some programs show no status
        standing="CANCELLED" if is_cancelled else "CONFIRMED",
        lines=tuple(filter(None, (reason, chat.summary, hosts, join))),
        address=address,
        place=hashtag,
        topic=chat.topic.name if chat.topic else "",
    )


def of_event(event: Event) -> Entry:
    """What calendars show of a gathering in person, a cancelled one with the reason."""
    address = f"{event.community.site}{event.get_absolute_url()}"
    is_cancelled = event.status == EventStatus.CANCELLED
    reason = f"Cancelled: {event.status_reason}" if is_cancelled else event.status_reason
    return Entry(
        uid=event.uid,
        sequence=event.sequence,
        revised_at=event.revised_at,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        title=f"Cancelled: {event.title}" if is_cancelled else event.title,
        standing="CANCELLED" if is_cancelled else "CONFIRMED",
        lines=tuple(filter(None, (reason, event.summary, f"Cost: {event.cost}", f"Access: {event.access}", address))),
        address=address,
        place=tidy(", ".join(filter(None, (event.place, event.address)))),
    )


def ics(evenings: Iterable[Chat | Event], *, name: str, address: str = "") -> bytes:
    """A file of chats and events that calendars subscribe to, or open.

    ``name`` is what they call it; ``address`` its own.
    """
    calendar = _calendar(name)
    calendar.add("name", tidy(name))
    calendar.add("x-wr-calname", tidy(name))
    _add(calendar, "refresh-interval", vDuration(ASK_AGAIN), "DURATION")
    _add(calendar, "x-published-ttl", vDuration(ASK_AGAIN), "DURATION")
    if address:
        _add(calendar, "source", vUri(address), "URI")
    for each in evenings:
        event = _event(of_chat(each) if isinstance(each, Chat) else of_event(each))
        event.add("transp", "TRANSPARENT")  # a reader who subscribes is not busy on every evening
        calendar.add_component(event)
    return calendar.to_ical()


def invitation(entry: Entry, method: Method, *, organiser: tuple[str, str], guest: tuple[str, str]) -> bytes:
    """The file of a letter, which puts one evening into its reader's calendar, changes it there or takes it out.

    ``organiser`` and ``guest`` are (name, address); nobody else's address is told.
    """
    calendar = _calendar(organiser[0])
    calendar.add("method", method)
    event = _event(entry)
    event.add("organizer", _person(organiser))
    attendee = _person(guest)
    attendee.params["RSVP"] = vText("FALSE")  # the answer is the button of the letter
    event.add("attendee", attendee)
    calendar.add_component(event)
    return calendar.to_ical()


def _calendar(name: str) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{tidy(name)}//Chats//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _add(calendar: icalendar.Calendar, name: str, value: vDuration | vUri, kind: str) -> None:
    """A property that the library knows no kind of, and would write as text."""
    value.params["VALUE"] = kind
    calendar.add(name, value)


def _event(entry: Entry) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", str(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.revised_at)
    event.add("last-modified", entry.revised_at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", tidy(entry.title))
    event.add("status", entry.standing)
    event.add("description", "\n\n".join(map(tidy, entry.lines)))
    event.add("url", entry.address)
    event.add("location", entry.place)
    if entry.topic:
        event.add("categories", [tidy(entry.topic)])
    return event


def _person(person: tuple[str, str]) -> vCalAddress:
    name, address = person
    calendar_user = vCalAddress(f"mailto:{address}")
    calendar_user.params["CN"] = vText(tidy(name).replace('"', "'"))
    return calendar_user
