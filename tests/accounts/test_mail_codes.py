"""Six digits in a letter let people in who are on no network; only where their community wants that."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import codes
from accounts.models import Community, Mail, User
from tests.accounts.test_sign_in import who

pytestmark = pytest.mark.django_db

ASK, TYPE = "/accounts/login/email/", "/accounts/login/email/code/"


@pytest.fixture(autouse=True)
def _let_in():
    cache.clear()
    Community.objects.update(has_email_sign_in=True)


def ask(client, address="Tam@home.example", **told):
    return client.post(ASK, {"email": address, **told})


def digits():
    return re.search(r"\d{3} \d{3}", Mail.objects.latest("pk").text)[0]


def test_the_digits_lead_in_and_back(client):
    asked = ask(client, next="/chats/archive/")
    page = client.get(TYPE)
    done = client.post(TYPE, {"code": digits()})

    member = who(client)
    assert (asked["Location"], page.status_code, done["Location"]) == (TYPE, 200, "/chats/archive/")
    assert (member.email, member.name, member.has_usable_password()) == ("tam@home.example", "A member", False)
    assert member.email_confirmed_at is not None
    assert "tam" not in member.username


def test_the_same_address_is_the_same_member(client):
    for _ in range(2):
        ask(client)
        client.post(TYPE, {"code": digits().replace(" ", "")})
        client.logout()
        cache.clear()

    assert User.objects.count() == 1


def test_five_tries_and_then_new_digits(client):
    ask(client)
    right = digits()
    wrong = "000000" if right != "000 000" else "111111"

    answers = [client.post(TYPE, {"code": wrong}) for _ in range(5)]
    late = client.post(TYPE, {"code": right})

    assert ["Those are not the digits" in answer.content.decode() for answer in answers] == [True] * 5
    assert late["Location"] == ASK
    assert who(client) is None


def test_digits_are_old_after_ten_minutes(client, monkeypatch):
    monkeypatch.setattr(codes, "LASTS", -codes.LASTS)
    ask(client)

    assert client.post(TYPE, {"code": digits()})["Location"] == ASK


def test_digits_fit_only_where_they_were_asked_for(client):
    ask(client)
    stranger = Client()
    ask(stranger, "other@home.example")
    ask(client)
    mine = digits()

    stranger.post(TYPE, {"code": mine})

    assert who(stranger) is None


def test_nobody_is_written_to_without_end(client):
    answers = [ask(client).status_code for _ in range(7)]

    assert answers == [302] * 5 + [429] * 2


def test_no_way_back_leads_away(client):
    ask(client, next="//evil.example")

    assert client.post(TYPE, {"code": digits()})["Location"] == "/me/"


def test_a_blocked_member_stays_outside(client):
    User.objects.create(username="portal-1", email="tam@home.example", is_active=False)
    ask(client)

    assert client.post(TYPE, {"code": digits()})["Location"] == "/accounts/inactive/"
    assert who(client) is None


def test_where_it_is_off_there_is_no_such_page(client):
    on = client.get("/accounts/login/").content.decode()
    Community.objects.update(has_email_sign_in=False)
    off = client.get("/accounts/login/").content.decode()

    assert [ASK in on, ASK in off] == [True, False] or "not set up" in on
    assert [client.get(path, follow=True).status_code for path in (ASK, TYPE)] == [404, 404]
    assert ask(client).status_code == 404
    assert Mail.objects.count() == 0
