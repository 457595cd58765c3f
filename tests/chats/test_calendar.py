"""Calendar files, read back by the library that calendars in Python read them with."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from chats import calendar
from chats.models import Chat, ChatHost, Status
from tests.factories.chats import START, ChatFactory

pytestmark = pytest.mark.django_db

ORGANISER = ("WeCops", "hello@portal.example")
NELL = ("Nell Harrow", "nell@portal.example")
NASTY = 'Cells; "calm", or not\r\nSTATUS:CANCELLED\r\nX-EVIL:1 \x00\u202egnp'


def events(content):
    return icalendar.Calendar.from_ical(content).events


def test_ics_tells_each_chat_in_utc(chat):
    Chat.objects.filter(pk=chat.pk).update(starts_at=datetime(2026, 7, 1, 20, tzinfo=UTC), ends_at=START)
    ChatHost.objects.create(chat=chat, handle="nell", name="Nell Harrow")

    (event,) = events(calendar.ics(Chat.objects.for_calendars(), name="WeCops"))

    row = Chat.objects.get()
    assert (event["uid"], event["sequence"], event["status"]) == (str(row.uid), 0, "CONFIRMED")
    assert event["dtstart"].to_ical() == b"20260701T200000Z"
    assert event["dtend"].dt == START
    assert event["dtstamp"].dt == row.revised_at.replace(microsecond=0)
    assert event["url"] == f"http://127.0.0.1:8000{row.get_absolute_url()}"
    assert "With Nell Harrow." in event["description"]
    assert event["transp"] == "TRANSPARENT"


def test_ics_is_the_same_bytes_whenever_it_is_made(chat):
    ChatFactory(starts_at=START + timedelta(days=7), ends_at=START + timedelta(days=7, hours=1))
    chats = Chat.objects.for_calendars().order_by("starts_at")

    first = calendar.ics(chats, name="WeCops", address="https://wecops.example/chats/calendar.ics")

    assert first == calendar.ics(chats.all(), name="WeCops", address="https://wecops.example/chats/calendar.ics")
    told = icalendar.Calendar.from_ical(first)
    assert [told["x-wr-calname"], len(told.events)] == ["WeCops", 2]
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in first
    assert b"SOURCE;VALUE=URI:https://wecops.example/chats/calendar.ics\r\n" in first


def test_ics_asks_as_often_for_three_chats_as_for_one(chat, django_assert_num_queries):
    for day in (7, 14):
        ChatFactory(starts_at=START + timedelta(days=day), ends_at=START + timedelta(days=day, hours=1))

    with django_assert_num_queries(2):
        calendar.ics(Chat.objects.for_calendars(), name="WeCops")


@pytest.mark.parametrize(
    ("status", "title", "standing"),
    [(Status.MOVED, "First night", "CONFIRMED"), (Status.CANCELLED, "Cancelled: First night", "CANCELLED")],
)
def test_ics_keeps_what_was_moved_or_cancelled_with_its_reason(chat, status, title, standing):
    Chat.objects.filter(pk=chat.pk).update(status=status, status_reason="The host is ill.", sequence=3)

    (event,) = events(calendar.ics(Chat.objects.for_calendars(), name="WeCops"))

    assert (event["summary"], event["status"], event["sequence"]) == (title, standing, 3)
    assert event["description"].startswith(f"{status.label.capitalize()}: The host is ill.")


def test_ics_takes_hostile_words_for_words(chat):
    Chat.objects.filter(pk=chat.pk).update(title=NASTY.replace("\x00", ""), summary=NASTY.replace("\x00", ""))

    (event,) = events(calendar.ics(Chat.objects.for_calendars(), name="We\r\nX-EVIL:1"))

    assert event["summary"] == 'Cells; "calm", or not STATUS:CANCELLED X-EVIL:1 gnp'
    assert (event["status"], event.get("x-evil")) == ("CONFIRMED", None)


def test_invitation_names_nobody_but_its_reader(chat):
    entry = calendar.of_chat(Chat.objects.for_calendars().get())

    told = icalendar.Calendar.from_ical(
        calendar.invitation(entry, "REQUEST", organiser=ORGANISER, guest=('Nell "N"; Harrow\r\nX:1', NELL[1]))
    )

    (event,) = told.events
    assert told["method"] == "REQUEST"
    assert event["organizer"] == "mailto:hello@portal.example"
    assert event["attendee"] == "mailto:nell@portal.example"
    assert event["attendee"].params == {"CN": "Nell 'N'; Harrow X:1", "RSVP": "FALSE"}
