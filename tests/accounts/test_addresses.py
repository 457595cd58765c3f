"""An address is somebody's when a letter to it was answered, and not a moment before."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import addresses, staff
from accounts.models import Mail, User

pytestmark = pytest.mark.django_db

PASSWORD = "four plain words together"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def member(client):
    user = User.objects.create(username="x-1", name="Priya", handle="")
    client.force_login(user)
    return user


def save(client, **changes):
    told = {"name": "Priya", "email": "", "time_zone": "", "mailed": [], **changes}
    return client.post("/me/settings/", told, follow=True)


def way_in(mail):
    """The path of the link in a letter."""
    return re.search(r"http://127\.0\.0\.1:8000(/me/email/\S+/)", mail.text)[1]


def test_an_address_is_written_to_and_counts_when_that_was_answered(client, member):
    said = save(client, email="priya@force.example").content.decode()
    letter = Mail.objects.get()
    path = way_in(letter)
    before = User.objects.get(pk=member.pk).email
    asked = Client().get(path)
    still = User.objects.get(pk=member.pk).email
    answered = Client().post(path)

    after = User.objects.get(pk=member.pk)
    assert "We have written to priya@force.example" in said
    assert (letter.to, letter.template, letter.user) == ("priya@force.example", "confirm", member)
    assert (before, asked.status_code, still) == ("", 200, "")
    assert "That is your address" in answered.content.decode()
    assert (after.email, after.email_confirmed_at is not None) == ("priya@force.example", True)
    assert Client().post(path).status_code == 200  # twice does no harm


def test_an_emptied_address_is_forgotten_at_once(client, member):
    User.objects.update(email="priya@force.example")

    save(client, email="")

    assert User.objects.get().email == ""
    assert Mail.objects.count() == 0


def test_the_address_one_has_is_not_asked_for_again(client, member):
    User.objects.update(email="priya@force.example")

    save(client, email="Priya@Force.example", mailed=["replies", "write-ups"])

    assert Mail.objects.count() == 0
    assert User.objects.get().mailed == ["replies", "write-ups"]


@pytest.mark.parametrize("broken", ["x", "", "a:b:c", "0" * 3000])
def test_a_link_that_is_not_whole_says_so(client, broken):
    answer = client.post(f"/me/email/{broken or 'none'}/")

    assert answer.status_code == 410
    assert "That link is not whole" in answer.content.decode()


def test_a_link_of_an_earlier_choice_is_used_up(client, member):
    save(client, email="one@force.example")
    save(client, email="two@force.example")
    one, two = (way_in(mail) for mail in Mail.objects.order_by("pk"))
    client.post(two)

    answer = client.post(one)

    assert (answer.status_code, User.objects.get().email) == (410, "two@force.example")


def test_a_link_brings_no_address_back_that_was_taken_away(client, member):
    save(client, email="mistyped@force.example")
    path = way_in(Mail.objects.get())
    client.post(path)
    page = save(client, email="").content.decode()

    answer = Client().post(path)

    assert (answer.status_code, User.objects.get().email, "Confirmed on" in page) == (410, "", False)


def test_an_old_link_says_so(client, member, monkeypatch):
    save(client, email="one@force.example")
    monkeypatch.setattr(addresses, "LASTS", -addresses.LASTS)

    answer = client.get(way_in(Mail.objects.get()))

    assert (answer.status_code, "more than three days old" in answer.content.decode()) == (410, True)


def test_an_address_belongs_to_one(client, member):
    User.objects.create(username="x-2", email="One@force.example")
    save(client, email="one@force.example")

    answer = client.post(way_in(Mail.objects.get()))

    assert (answer.status_code, "Another account here" in answer.content.decode()) == (410, True)
    assert User.objects.get(pk=member.pk).email == ""


def test_nobody_is_written_to_without_end(client, member):
    pages = [save(client, email=f"{number}@force.example", name="Priya F").content.decode() for number in range(7)]

    assert ["You have asked for that often lately" in page for page in pages] == [False] * 5 + [True] * 2
    assert 'value="Priya F"' in pages[-1]  # nothing typed is lost
    assert Mail.objects.count() == 5


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "\u202e\u2066", "Give a name that can be seen."),
        ("email", "no address", "Enter a valid email address."),
        ("email", "a@b.example\r\nBcc: c@d.example", "Enter a valid email address."),
        ("time_zone", "Mars/Olympus", "Select a valid choice."),
        ("mailed", ["everything"], "Select a valid choice."),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(client, member, field, value, said):
    answer = save(client, **{field: value})

    assert said in answer.content.decode()
    assert Mail.objects.count() == 0


def test_the_team_gets_a_new_password_by_mail_and_nobody_else(client, settings):
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["testserver", "mine.example"], "https://portal.example"
    sunil = staff.appoint("sunil", PASSWORD, name="Sunil")
    User.objects.filter(pk=sunil.pk).update(email="sunil@force.example")
    User.objects.create(username="x-1", email="priya@force.example", password="!")

    for address in ("sunil@force.example", "priya@force.example", "nobody@force.example"):
        client.post("/accounts/password/reset/", {"email": address}, headers={"host": "mine.example"})
    letter = Mail.objects.get()
    path = re.search(r"https://portal\.example(/accounts/password/reset/key/\S+/)", letter.text)[1]
    page = client.get(path, follow=True)
    done = client.post(
        page.request["PATH_INFO"], {"password1": "another plain password", "password2": "another plain password"}
    )

    assert (letter.to, letter.subject) == ("sunil@force.example", "Choose a new password")
    assert done["Location"] == "/accounts/password/reset/key/done/"
    assert User.objects.get(pk=sunil.pk).check_password("another plain password")
    assert Mail.objects.latest("pk").text.count("A new password was chosen") == 1
    assert "used up" in client.get(path, follow=True).content.decode()


def test_times_on_own_pages_are_told_where_one_lives(client, member):
    days = ("Wednesday 1 July 2026", "Thursday 2 July 2026")
    User.objects.update(date_joined="2026-07-01T15:30Z")
    told = [client.get("/me/").content.decode().count(day) > 0 for day in days]
    save(client, time_zone="Pacific/Auckland")
    later = [client.get("/me/").content.decode().count(day) > 0 for day in days]

    assert (told, later) == ([True, False], [False, True])
