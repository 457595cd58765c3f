"""Gatherings in person: their pages, files, feeds and place in the calendar, and the desk where they are written."""

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import prose
from accounts.models import AuditEntry
from accounts.roles import Role
from chats import lifecycle
from chats.models import Event, Partner, ProgrammeItem, Speaker
from chats.rendering import events
from tests.blog.test_sinks import told
from tests.factories.blog import PostFactory
from tests.factories.chats import ChatFactory, EventFactory, wecops
from tests.factories.people import neighbour, person
from tests.hostile import vectors
from tests.test_pages import faults_of

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


# ── Its page ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_event_says_when_where_cost_and_access_then_the_day(client, django_assert_num_queries):
    chat = ChatFactory(slug="with-it", title="With it", starts_at=timezone.now() + timedelta(days=8),
                       ends_at=timezone.now() + timedelta(days=8, hours=1))  # fmt: skip
    event = full(ahead(8, tickets="https://tickets.example/", text="## To bring\n\nA *question*.", live_chat=chat))
    PostFactory(event=event, title="Add yours", kind="collaborative", slug="add",
                event_starts_at=event.starts_at, event_ends_at=event.ends_at)  # fmt: skip

    with django_assert_num_queries(4):
        response = client.get(event.get_absolute_url())

    said = ("Where", "Cost", "Access", "The day", "Cannot be there?", "To bring", "To read, and to add to",
            "Afterwards, on this page", "Partners", "Speaking", "Getting there")  # fmt: skip
    places = [response.text.find(f">{each}<") for each in said]
    assert (places == sorted(places), -1 in places) == (True, False)
    assert [item.title for item in response.context["programme"][0].items] == ["Hello", "Lunch", "Three promises"]
    assert [each.name for each in response.context["speakers"]] == ["Nora Estwick", "Tam Oduvale"]
    for words in (
        'href="https://tickets.example/"',
        "<em>question</em>",
        "UK time",
        chat.get_absolute_url(),
        "Add yours",
    ):
        assert words in response.text
    assert ("The write-up is not here yet" in response.text, faults_of(response.text)) == (False, [])


def test_an_event_that_is_over_leads_to_what_came_of_it(client):
    event = ahead(-9, tickets="https://tickets.example/", live_chat=ChatFactory(title="With it"))
    told_of = {"event": event, "community": event.community}
    PostFactory(title="What we heard", kind="write-up", **told_of)
    PostFactory(title="A photo", **told_of)
    PostFactory(title="Unfinished", status="draft", published_at=None, **told_of)

    response = client.get(event.get_absolute_url())

    assert [each.title for each in response.context["writings"]] == ["What we heard", "A photo"]
    assert ("What came of it" in response.text, "With it" in response.text) == (True, True)
    for words in ("Book a place", "Add to calendar", "Afterwards, on this page", "Unfinished", "own-hour"):
        assert words not in response.text


def test_one_that_is_called_off_says_why_and_offers_nothing(client):
    event = ahead(5, status="cancelled", status_reason="The roof leaks.", tickets="https://tickets.example/")

    response = client.get(event.get_absolute_url())

    assert "<title>Cancelled: " in response.text
    assert 'name="description" content="Cancelled: The roof leaks.' in response.text
    assert [w for w in ("Book a place", "Add to calendar", "Afterwards, on this page") if w in response.text] == []
    assert linked(response.text)["eventStatus"] == "https://schema.org/EventCancelled"


def test_a_post_leads_to_its_event_by_its_one_query(client, django_assert_num_queries):
    event = ahead(-9, title="In the shed")
    post = PostFactory(event=event)
    hidden = PostFactory(event=ahead(9, title="Not yet", status="draft"))

    page, other = (client.get(f"{each.get_absolute_url()}?").text for each in (post, hidden))

    assert (event.get_absolute_url() in page, "In the shed" in page, "Not yet" in other) == (True, True, False)


def test_nobody_sees_a_draft_or_another_communitys(client, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    draft, ours = ahead(5, slug="draft", title="Quiet", status="draft"), ahead(6, slug="ours", title="Ours")
    ahead(7, slug="theirs", title="Theirs", community=neighbour())
    below = [f"/events/{{}}{end}" for end in ("/", ".ics", "/card.png")]

    def asked(slug, host):
        return [client.get(path.format(slug), headers={"host": host}).status_code for path in below]

    assert [asked(slug, "testserver") for slug in ("draft", "ours", "theirs")] == [[404] * 3, [200] * 3, [404] * 3]
    assert [asked(slug, "other.example") for slug in ("draft", "ours", "theirs")] == [[404] * 3, [404] * 3, [200] * 3]
    for path in ("/events/", "/chats/", "/chats/calendar.ics", "/chats/feed/", "/sitemap-events.xml"):
        text = client.get(path, headers={"host": "testserver"}).text
        assert [word for word in ("Quiet", "/events/draft", "Theirs", "/events/theirs") if word in text] == []
        assert ours.get_absolute_url() in text
    assert draft.is_announced is False


def test_the_list_has_what_comes_and_what_has_been(client, django_assert_num_queries):
    for days, title in ((-90, "First"), (-9, "Second"), (9, "Later"), (5, "Soon")):
        ahead(days, title=title)

    with django_assert_num_queries(2):
        response = client.get("/events/")

    assert [line.title for line in response.context["agenda"]] == ["Soon", "Later"]
    assert [event.title for event, _ in response.context["over"]] == ["Second", "First"]


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "days", "hours"),
    [
        ((2026, 12, 5, 10), (2026, 12, 5, 16), "Saturday 5 December 2026", "10 am to 4 pm"),
        ((2026, 12, 5, 10), (2026, 12, 6, 0), "Saturday 5 December 2026", "10 am to midnight"),
        (
            (2026, 12, 5, 10),
            (2026, 12, 6, 16, 30),
            "Saturday 5 to Sunday 6 December 2026",
            "10 am on the first day to 4.30 pm on the last",
        ),
        (
            (2026, 10, 31, 10),
            (2026, 11, 1, 16),
            "Saturday 31 October to Sunday 1 November 2026",
            "10 am on the first day to 4 pm on the last",
        ),
        (
            (2026, 12, 31, 10),
            (2027, 1, 1, 16),
            "Thursday 31 December 2026 to Friday 1 January 2027",
            "10 am on the first day to 4 pm on the last",
        ),
    ],
)
def test_days_and_hours_are_those_of_the_place(starts_at, ends_at, days, hours):
    starts_at, ends_at = (datetime(*at, tzinfo=ZoneInfo(AARHUS)).astimezone(UTC) for at in (starts_at, ends_at))
    event = Event(time_zone=AARHUS, starts_at=starts_at, ends_at=ends_at)

    assert (events.days(event), events.hours(event)) == (days, hours)


def test_the_programme_runs_by_the_clocks_of_the_place_day_by_day():
    starts_at = datetime(2026, 3, 28, 8, tzinfo=UTC)  # in the night after it the clocks go forward
    event = EventFactory(starts_at=starts_at, ends_at=starts_at + timedelta(hours=30), time_zone=AARHUS)
    for day, title in ((2, "Sunday"), (1, "Saturday")):
        ProgrammeItem.objects.create(event=event, day=day, starts=time(9, 30), title=title)

    programme = events.programme(Event.objects.told().get())

    assert [(day.name, [(item.at, item.stamp, item.title) for item in day.items]) for day in programme] == [
        ("Saturday 28 March", [("9.30 am", "2026-03-28T09:30+01:00", "Saturday")]),
        ("Sunday 29 March", [("9.30 am", "2026-03-29T09:30+02:00", "Sunday")]),
    ]


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


# ── At the desk ─────────────────────────────────────────────────────────────────────────────────────────────────────

NONE = {
    f"{name}-{count}": "0"
    for name in ("programme", "speakers", "partners")
    for count in ("TOTAL_FORMS", "INITIAL_FORMS")
}


def typed(**fields):
    """What the form of an event sends, changed in some fields."""
    facts = {"title": "In the shed", "slug": "shed", "place": "The shed, Leeds", "cost": "Free", "access": "Step free",
             "starts_at": "2036-07-05T10:00", "ends_at": "2036-07-05T16:00", "time_zone": AARHUS, "status": "published",
             **NONE}  # fmt: skip
    return {**facts, "community": wecops().pk, **fields}


@pytest.fixture
def desk(client, settings):
    settings.TEAM_SECOND_STEP = False
    client.force_login(person("ed", Role.EDITOR))
    return client


def test_an_event_is_written_in_the_time_of_its_place(desk):
    programme = {
        "programme-TOTAL_FORMS": "1",
        "programme-0-day": "1",
        "programme-0-starts": "10:30",
        "programme-0-title": "Hello",
    }
    assert desk.post("/desk/chats/event/add/", typed(**programme)).status_code == 302

    event = Event.objects.get()
    page = desk.get(f"/desk/chats/event/{event.pk}/change/").text
    assert (event.starts_at, event.sequence) == (datetime(2036, 7, 5, 8, tzinfo=UTC), 0)
    assert (event.programme.get().title, 'value="2036-07-05T10:00:00"' in page) == ("Hello", True)
    assert [entry.verb for entry in AuditEntry.objects.order_by("pk")] == ["adds", "adds"]


def test_calendars_are_told_of_what_they_show_and_of_nothing_else(desk):
    desk.post("/desk/chats/event/add/", typed(status="draft"))
    event = Event.objects.get()
    address = f"/desk/chats/event/{event.pk}/change/"
    told_of = []

    for fields in (
        {},
        {"status": "published"},
        {"status": "published", "text": "More."},
        {"status": "published", "text": "More.", "access": "Stairs only."},
        {"status": "published", "text": "More.", "access": "Stairs only.", "place": "The hall, Leeds"},
        {"status": "published", "access": "Stairs only.", "place": "The hall, Leeds", "ends_at": "2036-07-05T17:00"},
        {"status": "cancelled", "status_reason": "Rain.", "access": "Stairs only.", "place": "The hall, Leeds"},
    ):
        assert desk.post(address, typed(**{"status": "draft", **fields})).status_code == 302
        event.refresh_from_db()
        told_of.append(event.sequence)

    assert told_of == [0, 1, 1, 2, 3, 4, 5]
    assert str(read(desk.get("/events/shed.ics")).events[0]["status"]) == "CANCELLED"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"ends_at": "2036-07-05T09:00"}, {"ends_at"}),
        ({"ends_at": "2036-08-05T09:00"}, {"ends_at"}),
        ({"starts_at": "2036-03-30T02:30", "ends_at": "2036-03-30T09:00"}, {"starts_at"}),  # an hour that is not there
        ({"time_zone": "Leeds"}, {"time_zone"}),
        ({"status": "cancelled"}, {"status_reason"}),
        ({"tickets": "javascript:alert(1)"}, {"tickets"}),
        ({"map": "http://maps.example/"}, {"map"}),
        ({"place": " "}, {"place"}),
    ],
)
def test_the_desk_says_what_does_not_fit(desk, fields, wrong):
    response = desk.post("/desk/chats/event/add/", typed(**fields))

    assert set(response.context["adminform"].form.errors) == wrong
    assert Event.objects.count() == 0


def test_a_programme_keeps_to_the_days_there_are(desk):
    item = {"programme-0-starts": "10:30", "programme-0-title": "Hello", "programme-TOTAL_FORMS": "1"}
    told_of = []

    for day, ends_at in (("2", "2036-07-05T16:00"), ("2", "2036-07-06T16:00"), ("", "")):
        typed_in = typed(slug=f"shed-{day}", ends_at=ends_at, **{**item, "programme-0-day": day})
        response = desk.post("/desk/chats/event/add/", typed_in)
        formsets = response.context["inline_admin_formsets"] if response.status_code == 200 else []
        told_of.append([list(error) for each in formsets for error in each.formset.errors])

    assert told_of == [[["day"]], [], [["day"]]]


def test_the_chat_with_it_is_of_its_community(client, settings):
    settings.TEAM_SECOND_STEP = False
    theirs = ChatFactory(community=neighbour())
    client.force_login(person("super", is_superuser=True))

    response = client.post("/desk/chats/event/add/", typed(live_chat=theirs.pk))

    assert set(response.context["adminform"].form.errors) == {"live_chat"}


def test_what_people_have_in_their_calendars_stays(desk):
    event, draft = ahead(5), ahead(6, status="draft")

    back = desk.post(f"/desk/chats/event/{event.pk}/change/", typed(status="draft"))
    gone = [desk.post(f"/desk/chats/event/{each.pk}/delete/", {"post": "yes"}).status_code for each in (event, draft)]

    assert set(back.context["adminform"].form.errors) == {"status"}
    assert (gone, [each.pk for each in Event.objects.all()]) == ([403, 302], [event.pk])
    assert "delete_selected" not in desk.get("/desk/chats/event/").text


def test_a_draft_is_looked_at_before_it_is_out(desk):
    draft = full(ahead(5, status="draft", title="Not yet"))

    page = desk.get(f"/desk/chats/event/{draft.pk}/look/")

    assert ("Not yet" in page.text, "A preview." in page.text, "ld+json" in page.text) == (True, True, False)
    assert page["Cache-Control"] == "private, no-store"


# ── Hostile words ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_event_keeps_its_structure(client, deep):
    event = full(ahead(5, slug="sink", tickets="https://tickets.example/"))

    def shown(text):
        line = prose.one_line(text, 80) or "x"
        said = dict.fromkeys(("title", "summary", "place", "address", "way", "cost", "access", "places"), line)
        Event.objects.filter(pk=event.pk).update(**said, status_reason=line, text=text)
        event.programme.update(title=line, text=line, speakers=line, room=line)
        event.speakers.update(name=line, role=line)
        event.partners.update(name=line, gives=line)
        return [client.get(path).text for path in ("/events/sink/", "/events/", "/chats/")]

    expected = [told(html) for html in shown("Harmless words")]
    for text in vectors(500 if deep else 8, seed=5):
        found = shown(text)
        assert [told(html) for html in found] == expected
        line = prose.one_line(text, 80) or "x"
        assert linked(found[0])["name"] == line
        assert len(read(client.get("/events/sink.ics")).events) == 1
