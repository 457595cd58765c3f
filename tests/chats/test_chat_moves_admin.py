"""Chats on the calendar at the desk: moved and cancelled in one action, and what of them is no field of a form."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts import roles, staff
from accounts.models import AuditEntry, Mail
from accounts.roles import Role
from chats import lifecycle, proposals
from chats.models import Chat, Proposal, Slot, Status
from tests.factories.chats import QuestionFactory, wecops
from tests.factories.people import person
from tests.factories.proposals import accepted, evenings, member

pytestmark = pytest.mark.django_db


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


def said_to(answer):
    return [str(message) for message in answer.context["messages"]]


@pytest.fixture
def confirmed(now):
    """A chat to come, that its host confirmed and one member comes to."""
    chat = proposals.confirm(accepted(member("Nell Harrow"), evenings(now), now=now), now=now)
    lifecycle.come(chat, member("Sam Oduvale"), now=now)
    Mail.objects.all().delete()
    return chat


def test_a_chat_is_moved_in_one_action_with_its_mails(desk, confirmed):
    free = Slot.objects.order_by("starts_at")[1].starts_at
    form = desk.get(f"/desk/chats/chat/{confirmed.pk}/decide/move/").text
    typed = {
        "starts_at": f"{timezone.localtime(free):%Y-%m-%dT%H:%M}",
        "minutes": 60,
        "reason": "The host is on leave.",
    }
    answer = desk.post(f"/desk/chats/chat/{confirmed.pk}/decide/move/", typed, follow=True)

    confirmed.refresh_from_db()
    assert "Free evenings: " in form
    assert (confirmed.status, confirmed.starts_at, confirmed.status_reason) == (
        Status.MOVED, free, "The host is on leave.",
    )  # fmt: skip
    assert sorted(mail.template for mail in Mail.objects.all()) == ["moved", "moved"]
    assert said_to(answer)[0].endswith("Its hosts and everybody who comes are told.")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.before["status"], entry.after["status_reason"]) == (
        "moves", "scheduled", "The host is on leave.",
    )  # fmt: skip
    assert "The host is on leave." in desk.get(confirmed.get_absolute_url()).text


def test_a_chat_is_cancelled_with_a_reason_that_stays(desk, confirmed):
    page = f"/desk/chats/chat/{confirmed.pk}/decide/cancel/"

    silent = desk.post(page, {"reason": " "})
    done = desk.post(page, {"reason": "The host is ill."})
    again = desk.post(page, {"reason": "Twice."})
    told = desk.get(f"/desk/chats/chat/{confirmed.pk}/change/")

    confirmed.refresh_from_db()
    assert "Readers want to know why: say it in a sentence." in silent.text
    assert (done.status_code, confirmed.status, Mail.objects.count()) == (302, Status.CANCELLED, 2)
    assert "is cancelled, so it cannot be cancelled." in again.text
    assert ('value="The host is ill."' in told.text, 'name="starts_at' in told.text) == (True, False)
    assert "The host is ill." in desk.get(confirmed.get_absolute_url()).text


UNFIT = [
    ({"starts_at": "2020-01-01T21:00"}, "That time is over. Choose one to come."),
    ({"starts_at": "9999-12-31T23:59"}, "A chat is held between 2006 and 2100: look at the year."),
    ({"starts_at": ""}, "This field is required."),
    ({"minutes": 0}, "Ensure this value is greater than or equal to 10."),
    ({"reason": f"{'x' * 300} Typed."}, "Ensure this value has at most 300 characters"),
]


def test_a_chat_that_cannot_be_moved_stays_and_what_was_typed_with_it(desk, confirmed):
    page = f"/desk/chats/chat/{confirmed.pk}/decide/move/"
    stands = {"starts_at": "2030-01-02T21:00", "minutes": 60, "reason": "Typed."}

    answers = [(desk.post(page, {**stands, **fields}).text, said) for fields, said in UNFIT]

    assert [said for text, said in answers if said not in text or "Typed.</textarea>" not in text] == []
    assert Chat.objects.get().status == Status.SCHEDULED


def test_a_chat_that_people_count_on_is_called_off_before_it_is_thrown_away(client, confirmed):
    client.force_login(staff.appoint("sunil", "a long password", name="Sunil"))
    one = f"/desk/chats/chat/{confirmed.pk}/delete/"
    several = {"action": "delete_selected", "_selected_action": [confirmed.pk], "post": "yes"}

    refused = [client.post(one, {"post": "yes"}), client.post("/desk/chats/chat/", several)]
    lifecycle.cancel(confirmed, "The host is ill.", now=timezone.now())
    client.post(one, {"post": "yes"})

    assert all("Cancel it first: then they are told." in answer.text for answer in refused)
    assert (Mail.objects.filter(template="cancelled").count(), Chat.objects.count()) == (2, 0)


def test_two_chats_share_no_hour_whoever_puts_them_there(desk, confirmed, now):
    other = lifecycle.schedule(
        wecops(),
        "by-hand",
        title="By hand",
        starts_at=now + timedelta(days=3),
        ends_at=now + timedelta(days=3, hours=1),
    )
    at = f"{timezone.localtime(confirmed.starts_at):%Y-%m-%dT%H:%M}"
    new = {
        "title": "Second", "slug": "second", "community": wecops().pk, "starts_at": at,
        "ends_at": f"{timezone.localtime(confirmed.ends_at):%Y-%m-%dT%H:%M}", "time_zone": "Europe/London",
        "hashtags": "WeCops", "networks": ["x"], "lead_in_minutes": 15, "tail_minutes": 90,
        **{f"{name}-{part}_FORMS": 0 for name in ("questions", "hosts") for part in ("TOTAL", "INITIAL")},
    }  # fmt: skip

    moved = desk.post(
        f"/desk/chats/chat/{other.pk}/decide/move/", {"starts_at": at, "minutes": 60, "reason": "Why not."}
    )
    added = desk.post("/desk/chats/chat/add/", new)

    assert "“Coming back after leave” is held on" in moved.text
    assert "“Coming back after leave” is held on" in added.text
    assert Chat.objects.count() == 2


def test_hours_and_status_are_no_fields_of_a_chat_to_come(desk, confirmed, now):
    page = f"/desk/chats/chat/{confirmed.pk}/change/"
    text = desk.get(page).text
    by_hand = {
        "hashtags": "WeCops", "networks": ["x"], "lead_in_minutes": 15, "tail_minutes": 90, "status": "cancelled",
        "starts_at": "2030-01-01T21:00", "ends_at": "2030-01-01T22:00", "time_zone": "Europe/London", "title": "Mine",
        **{f"{name}-{part}_FORMS": 0 for name in ("questions", "hosts") for part in ("TOTAL", "INITIAL")},
    }  # fmt: skip
    before = (confirmed.status, confirmed.starts_at, confirmed.title)

    saved = desk.post(page, by_hand)

    confirmed.refresh_from_db()
    assert saved.status_code == 302
    assert (confirmed.status, confirmed.starts_at, confirmed.title) == before
    assert [f'name="{name}"' in text for name in ("status", "starts_at", "title", "lead_in_minutes")] == [
        False, False, False, True,
    ]  # fmt: skip
    assert f'<a href="/desk/chats/proposal/{confirmed.proposal.pk}/change/">its proposal</a>' in text


def test_a_chat_that_was_held_is_not_made_one_to_come(desk, chat):
    QuestionFactory(chat=chat, number=1)
    typed = {
        "title": "First night", "hashtags": "WeCops", "networks": ["x"], "lead_in_minutes": 15, "tail_minutes": 90,
        "starts_at": "2030-01-01T21:00", "ends_at": "2030-01-01T22:00", "time_zone": "Europe/London",
        **{f"{name}-{part}_FORMS": 0 for name in ("questions", "hosts") for part in ("TOTAL", "INITIAL")},
    }  # fmt: skip

    answer = desk.post(f"/desk/chats/chat/{chat.pk}/change/", typed)

    assert "It has begun, so it did not begin at a time to come." in answer.text


def test_only_organisers_move_and_cancel(client, confirmed):
    given = {}
    for role in (Role.HOST, Role.EDITOR, Role.MODERATOR):
        user = person(role, role)
        confirmed.hosts.update(user=user)
        client.force_login(user)
        pages = [f"/desk/chats/chat/{confirmed.pk}/decide/{name}/" for name in ("move", "cancel")]
        given[role] = [client.post(page).status_code for page in pages]

    assert given == {role: [403, 403] for role in given}


def test_a_host_asks_the_team_once_the_chat_is_near(client, confirmed, now):
    nell = confirmed.hosts.get().user
    roles.give(nell, Role.HOST, wecops(), now=now)
    client.force_login(nell)
    page = f"/desk/chats/chat/{confirmed.pk}/change/"
    before = client.get(page).text
    Proposal.objects.update(freezes_at=now)

    frozen, late = client.get(page).text, client.post(page, {"hashtags": "Typed"})

    told = "its words are settled. Write the team a message"
    assert ('name="hashtags"' in before, told in before) == (True, False)
    assert ('name="hashtags"' in frozen, told in frozen) == (False, True)
    assert (told in late.text, 'value="Typed"' in late.text) == (True, True)


def test_the_team_is_warned_where_clocks_in_the_us_are_out_of_step(desk, chat, now):
    at = datetime(now.year + 1, 3, 20, 21, tzinfo=ZoneInfo("Europe/London"))
    Chat.objects.update(starts_at=at, ends_at=at + timedelta(hours=1))

    pages = [desk.get(f"/desk/chats/chat/{path}").text for path in ("", f"{chat.pk}/change/")]

    assert ["5 pm in New York, an hour later than usual" in page for page in pages] == [True, True]
