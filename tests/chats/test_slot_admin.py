"""Series, slots and chats on the calendar at the desk: opened, closed, made anew, moved and cancelled."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.roles import Role
from chats import proposals
from chats.models import Series, Slot
from tests.factories.chats import wecops
from tests.factories.people import person
from tests.factories.proposals import accepted, evenings, member, submitted

pytestmark = pytest.mark.django_db
SLOTS, SERIES = "/desk/chats/slot/", "/desk/chats/series/"


@pytest.fixture(autouse=True)
def _first_step_only(settings):
    settings.TEAM_SECOND_STEP = False


@pytest.fixture
def now():
    """The desk reads the clock."""
    return timezone.now()


@pytest.fixture
def desk(client):
    client.force_login(person("olive", Role.ORGANISER))
    return client


@pytest.fixture
def wednesday(now):
    """The next one but one."""
    return now.date() + timedelta(days=7 + (2 - now.weekday()) % 7)


def rule(first, **facts):
    return {
        "name": "Every second Wednesday", "first_on": first, "last_on": "", "every_weeks": 2, "starts": "21:00",
        "minutes": 60, "skipped": "", "time_zone": "Europe/London", "community": wecops().pk, **facts,
    }  # fmt: skip


def said_to(answer):
    return [str(message) for message in answer.context["messages"]]


def days(series):
    return [timezone.localtime(slot.starts_at).date() for slot in series.slots.order_by("starts_at")]


def test_a_series_makes_every_second_wednesday_and_follows_its_rule(desk, now, wednesday):
    second = wednesday + timedelta(weeks=2)
    made = desk.post(f"{SERIES}add/", rule(wednesday, skipped=f"{second}"), follow=True)
    series = Series.objects.get()
    first = days(series)
    answer = desk.post(f"{SERIES}{series.pk}/change/", rule(wednesday, every_weeks=4, starts="20:00"), follow=True)

    assert said_to(made)[0] == f"{len(first)} evenings of it are on the list of slots now."
    assert first[:3] == [wednesday, wednesday + timedelta(weeks=4), wednesday + timedelta(weeks=6)]
    assert days(series)[:3] == [wednesday, wednesday + timedelta(weeks=4), wednesday + timedelta(weeks=8)]
    assert {timezone.localtime(slot.starts_at).hour for slot in series.slots.all()} == {20}
    assert "Every 4 weeks on Wednesday, 8 to 9 pm UK time" in answer.text
    assert [(each.verb, each.after["starts"]) for each in AuditEntry.objects.order_by("pk")] == [
        ("adds", "21:00:00"), ("changes", "20:00:00"),
    ]  # fmt: skip


UNFIT = [
    ({"skipped": "2027-01-01"}, "Friday 1 January 2027: no evening of this series. Look at the day again."),
    ({"skipped": "Christmas"}, "Enter a valid date."),
    ({"first_on": "0001-01-01", "time_zone": "Asia/Tokyo"}, "A chat is held between 2006 and 2100"),
    ({"every_weeks": 0}, "A series comes round every 1 to 52 weeks."),
    ({"minutes": 5}, "A chat takes 10 to 600 minutes."),
    ({"last_on": "2020-01-01"}, "It ends after it starts."),
    ({"time_zone": "+03"}, "There is no time zone"),
]


def test_a_rule_that_cannot_be_is_refused_in_a_sentence(desk, wednesday):
    answers = [(desk.post(f"{SERIES}add/", rule(wednesday, **facts)).text, said) for facts, said in UNFIT]

    assert [said for text, said in answers if said not in text or "is violated" in text] == []
    assert (Series.objects.count(), Slot.objects.count()) == (0, 0)


def test_a_day_that_is_kept_for_somebody_is_not_skipped(desk, now, wednesday):
    desk.post(f"{SERIES}add/", rule(wednesday))
    series = Series.objects.get()
    kept, wanted = series.slots.order_by("starts_at")[:2]
    accepted(member("Nell Harrow"), [kept, wanted], now=now)

    refused = desk.post(f"{SERIES}{series.pk}/change/", rule(wednesday, skipped=f"{wednesday}"))
    done = desk.post(f"{SERIES}{series.pk}/change/", rule(wednesday, skipped=f"{wednesday + timedelta(weeks=2)}"))

    assert "A proposal has this evening. Take that back first" in refused.text
    assert done.status_code == 302
    assert days(series)[:2] == [wednesday, wednesday + timedelta(weeks=4)]


def test_a_closed_evening_of_a_series_stays_closed(desk, now, wednesday):
    desk.post(f"{SERIES}add/", rule(wednesday))
    series = Series.objects.get()
    first, second = series.slots.order_by("starts_at")[:2]
    accepted(member("Nell Harrow"), [second, first], now=now)

    told = desk.post(SLOTS, {"action": "close", "_selected_action": [first.pk, second.pk]}, follow=True)
    desk.post(f"{SERIES}{series.pk}/change/", rule(wednesday, skipped=f"{wednesday}", name="Wednesdays"))

    assert [said.partition(" ")[2].partition(": ")[2] or "closed" for said in said_to(told)[-2:]] == [
        "closed", "A proposal has this evening. Take that back first, or move its chat.",
    ]  # fmt: skip
    assert days(series)[0] == wednesday + timedelta(weeks=2)
    assert Series.objects.get().skipped == [wednesday]


def test_the_list_says_whose_each_evening_is(desk, now):
    free = evenings(now, 5)
    nell = member("Nell Harrow")
    submitted(nell, free[:2], now=now)
    proposals.accept(submitted(nell, free, now=now, title="Pending"), free[2], now=now)
    proposals.confirm(accepted(nell, [free[3], free[0]], now=now, title="Confirmed"), now=now)

    text = desk.get(SLOTS).text
    told = [text.count(said) for said in (">free</span>", "wanted by 1 proposal", ">pending</span>", ">taken</span>")]
    narrowed = desk.get(f"{SLOTS}?whose=held").context["cl"].queryset

    assert told == [3, 2, 1, 1]
    assert list(narrowed) == [free[2]]
    assert (">Pending</a>" in text, ">Confirmed</a>" in text) == (True, True)


def test_an_evening_is_opened_beside_the_series_and_closed_again(desk, now):
    at = (now + timedelta(days=30)).replace(minute=0, second=0, microsecond=0)
    typed = {"starts_at": f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"}

    made = desk.post(f"{SLOTS}add/", typed)
    twice = desk.post(f"{SLOTS}add/", typed)
    past = desk.post(f"{SLOTS}add/", {"starts_at": "2020-01-01T21:00"})
    far = desk.post(f"{SLOTS}add/", {"starts_at": "9999-12-31T23:59"})
    backwards = desk.post(f"{SLOTS}add/", {**typed, "ends_at": "2020-01-01T21:00"})
    slot = Slot.objects.get()
    page = desk.get(f"{SLOTS}{slot.pk}/change/").text
    closed = desk.post(f"{SLOTS}{slot.pk}/order/", {"order": "close"})

    assert (made.status_code, slot.starts_at, slot.ends_at - slot.starts_at) == (302, at, timedelta(hours=1))
    assert "Another slot is open at that time." in twice.text
    assert "That is over. Choose an evening to come." in past.text
    assert "A chat ends after it starts" in backwards.text
    assert "A chat is held between 2006 and 2100" in far.text
    assert "Close: no chat then" in page
    assert (closed["Location"], Slot.objects.count()) == (SLOTS, 0)
    assert [each.verb for each in AuditEntry.objects.order_by("pk")] == ["adds", "closes"]


def test_the_team_is_warned_where_clocks_in_the_us_are_out_of_step(desk, now):
    for month in (3, 6):
        at = datetime(now.year + 1, month, 20, 21, tzinfo=ZoneInfo("Europe/London"))
        Slot.objects.create(community=wecops(), starts_at=at, ends_at=at + timedelta(hours=1))

    assert desk.get(SLOTS).text.count("5 pm in New York, an hour later than usual") == 1


def test_only_organisers_open_and_close(client, now):
    (slot,) = evenings(now, 1)
    given = {}
    for role in (Role.HOST, Role.EDITOR, Role.MODERATOR):
        client.force_login(person(role, role))
        asked = [client.get(f"{page}add/") for page in (SLOTS, SERIES)]
        asked.append(client.post(f"{SLOTS}{slot.pk}/order/", {"order": "close"}))
        given[role] = [answer.status_code for answer in asked]

    assert given == {role: [403, 403, 403] for role in given}
