"""Gatherings in person: their pages, files, feeds and place in the calendar, and the desk where they are written."""

import json
import re
from datetime import UTC, datetime, time, timedelta

import icalendar
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chats import lifecycle
from chats.models import Event, Partner, ProgrammeItem, Speaker
from tests.factories.chats import EventFactory

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
