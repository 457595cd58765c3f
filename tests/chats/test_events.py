"""Gatherings in person: their pages, files, feeds and place in the calendar, and the desk where they are written."""

import json
import re
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chats import lifecycle
from chats.models import Event, Partner, ProgrammeItem, Speaker
from tests.factories.chats import ChatFactory, EventFactory

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
AARHUS = "Europe/Copenhagen"


def ahead(days, hours=6, **fields):
    """An event so many days ahead, which lasts for so many hours."""
    starts_at = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
    return EventFactory(**{"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=hours), **fields})


def full(event):
    """The same with something in every list of its page."""
    ProgrammeItem.objects.create(event=event, starts=time(14), title="Three promises", speakers="Nora", room="Hall")
    ProgrammeItem.objects.create(event=event, starts=time(10, 30), title="Hello", text="Who is here.")
    ProgrammeItem.objects.create(event=event, starts=time(13), title="Lunch", is_pause=True)
    Speaker.objects.create(event=event, name="Tam Oduvale", role="Married to nights", position=2)
    Speaker.objects.create(event=event, name="Nora Estwick", link="https://nora.example/", position=1)
    Partner.objects.create(event=event, name="Lowmoor Trust", gives="lunch", link="https://lowmoor.example/")
    return event


def read(response):
    return icalendar.Calendar.from_ical(response.content)


def linked(text):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)[1])


# ── What machines read ──────────────────────────────────────────────────────────────────────────────────────────────


def test_machines_are_told_where_and_when(client):
    starts_at = datetime(2036, 7, 5, 8, tzinfo=UTC)
    event = full(EventFactory(slug="shed", title="In the shed", starts_at=starts_at, address="Kaj 14, Aarhus",
                              ends_at=starts_at + timedelta(hours=6), time_zone=AARHUS, place="The canteen",
                              tickets="https://tickets.example/"))  # fmt: skip

    facts = linked(client.get("/events/shed/").text)

    here = f"{SITE}{event.get_absolute_url()}"
    assert {name: facts[name] for name in ("@type", "url", "image", "startDate", "endDate", "location", "offers")} == {
        "@type": "Event",
        "url": here,
        "image": [f"{here}card.png"],
        "startDate": "2036-07-05T10:00+02:00",
        "endDate": "2036-07-05T16:00+02:00",
        "location": {"@type": "Place", "name": "The canteen", "address": "Kaj 14, Aarhus"},
        "offers": {"@type": "Offer", "url": "https://tickets.example/", "description": event.cost},
    }
    assert facts["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert facts["eventStatus"] == "https://schema.org/EventScheduled"
    assert [each["name"] for each in facts["performer"]] == ["Nora Estwick", "Tam Oduvale"]


def test_its_file_is_read_back_by_a_calendar(client):
    starts_at = datetime(2036, 7, 5, 8, tzinfo=UTC)
    event = EventFactory(slug="shed", title="In, the; shed", starts_at=starts_at, address="Kaj 14",
                         ends_at=starts_at + timedelta(hours=6), time_zone=AARHUS, place="The canteen")  # fmt: skip
    event.refresh_from_db()

    response = client.get("/events/shed.ics")

    (entry,) = read(response).events
    assert response["Content-Disposition"] == 'inline; filename="shed.ics"'
    assert (str(entry["uid"]), str(entry["summary"]), str(entry["location"])) == (
        str(event.uid), "In, the; shed", "The canteen, Kaj 14",
    )  # fmt: skip
    assert (entry["dtstart"].dt, entry["dtend"].dt) == (event.starts_at, event.ends_at)
    assert (int(entry["sequence"]), str(entry["status"])) == (0, "CONFIRMED")


def test_a_subscribed_calendar_and_the_feed_have_it_until_it_is_long_over(client):
    soon, off = ahead(5, title="Soon"), ahead(9, title="Off", status="cancelled", status_reason="Rain.")
    lasting, old = ahead(-1, 48, title="Lasting"), ahead(-300, title="Old")
    chat = ChatFactory(title="A chat")

    entries = {str(each["summary"]): each for each in read(client.get("/chats/calendar.ics")).events}
    feed = client.get("/chats/feed/").text

    assert set(entries) == {"A chat", "Soon", "Lasting", "Cancelled: Off"}
    assert str(entries["Cancelled: Off"]["status"]) == "CANCELLED"
    assert [each.uid for each in (soon, off, lasting) if f"urn:uuid:{each.uid}" not in feed] == []
    assert (old.get_absolute_url() in feed, chat.get_absolute_url() in feed) == (False, True)
    assert ("Cancelled: Off" in feed, f"In person: {soon.place}." in feed) == (True, True)


# ── In the calendar ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_calendar_has_it_on_each_of_its_days_and_in_the_list(client):
    starts_at = datetime(2036, 7, 31, 9, tzinfo=UTC)
    event = EventFactory(title="Two days", starts_at=starts_at, ends_at=starts_at + timedelta(hours=30))
    before = ChatFactory(starts_at=datetime(2036, 3, 5, 20, tzinfo=UTC), ends_at=datetime(2036, 3, 5, 21, tzinfo=UTC))

    july, august, march = (client.get(f"/chats/2036/{month}/") for month in ("07", "08", "03"))

    def shown(response):
        return [(day.stamp, e.tone) for week in response.context["weeks"] for day in week for e in day.entries]

    assert shown(july) == [("2036-07-31", "event"), ("2036-08-01", "event")]
    assert ([line.title for line in july.context["agenda"]], july.context["previous"]) == (
        ["Two days"], before.starts_at.date(),
    )  # fmt: skip
    assert [line.title for line in august.context["agenda"]] == ["Two days"]
    assert (march.context["next"], august.context["previous"]) == (date(2036, 7, 31), date(2036, 7, 31))
    assert ('class="pill pill--accent">In person' in july.text, event.file_path in july.text) == (True, True)


def test_an_event_is_what_comes_next_where_no_chat_does(client):
    event = ahead(70, title="Far ahead")

    page = client.get("/chats/").context

    assert (page["month"], [line.title for line in page["agenda"]]) == (event.days[0].replace(day=1), ["Far ahead"])
    assert page["next_chat"] is None


@pytest.mark.parametrize(
    ("days", "fields", "state"),
    [
        (5, {}, "event"),
        (-0.1, {}, "live"),
        (5, {"status": "cancelled", "status_reason": "Rain."}, "cancelled"),
    ],
)
def test_a_line_says_where_it_stands(client, days, fields, state):
    ahead(days, **fields)

    (line,) = client.get("/chats/").context["agenda"]

    assert (line.state, bool(line.file)) == (state, state == "event")


# ── The tables ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "fields",
    [
        {"ends_at": datetime(2000, 1, 1, tzinfo=UTC)},
        {"ends_at": datetime(2036, 1, 20, tzinfo=UTC)},
        {"tickets": "javascript:alert(1)"},
        {"map": "http://maps.example/"},
        {"status": "cancelled"},
        {"status": "moved"},
        {"time_zone": "+03"},
        {"slug": "a b"},
        {"place": ""},
        {"access": ""},
        {"title": ""},
    ],
)
def test_the_database_refuses_what_no_page_could_say(fields):
    starts_at = datetime(2036, 1, 1, 9, tzinfo=UTC)
    with pytest.raises(IntegrityError), transaction.atomic():
        EventFactory(**{"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=6), **fields})


def test_a_writer_says_what_does_not_fit():
    event = ahead(5)
    given = {
        "title": "T",
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "place": "P",
        "cost": "C",
        "access": "A",
    }

    with pytest.raises(lifecycle.NotAllowed, match="begins with https://"):
        lifecycle.gather(event.community, "new", **{**given, "tickets": "ftp://x.example/"})
    made = lifecycle.gather(event.community, "new", rows=[Speaker(name="Nora")], **given)

    assert lifecycle.gather(event.community, "new", **{**given, "title": "Another"}) == made
    assert (Event.objects.get(slug="new").title, made.speakers.get().name) == ("T", "Nora")
