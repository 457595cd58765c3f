"""The contact form: a letter to the team with the way to answer it, nothing lost, and little use to machines."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts import contact
from accounts.models import Community, Mail
from accounts.outbox import headers
from tests.factories.people import neighbour

pytestmark = pytest.mark.django_db

OWN = {"origin": "http://testserver"}
SAID = {"about": "wrong", "message": "The number\r\nis wrong.", "name": "Ann", "email": "ann@reader.example"}
# Addresses that take what is posted without a cookie and a token in it.
WITHOUT_COOKIE = {"coming", "contact", "follow", "follow-again", "follow-mine", "follow-stop", "follow-yes"}


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


def send(client, *, headers=OWN, ago=timedelta(minutes=1), **typed):
    opened = contact.opened(timezone.now() - ago)
    return client.post("/contact/", {**SAID, "opened": opened, **typed}, headers=headers)


def test_what_is_written_goes_to_the_team_with_the_way_to_answer(client):
    Community.objects.update(contact="team@cops.example")

    response = send(client)

    mail = Mail.objects.get()
    assert (response.status_code, response["Location"]) == (302, "/contact/thanks/")
    assert (mail.to, mail.reply_to, mail.subject) == (
        "team@cops.example", "ann@reader.example", "[Message] Words or a number that are wrong",
    )  # fmt: skip
    assert "The number\nis wrong." in mail.text
    assert "From: Ann" in mail.text
    letter = message_from_bytes(headers.as_bytes(mail), policy=policy.default)
    assert letter["Reply-To"] == "ann@reader.example"


def test_without_an_address_of_its_own_the_team_reads_where_our_mail_comes_from(client, settings):
    settings.DEFAULT_FROM_EMAIL = "hello@portal.example"

    send(client, name="", email="")

    mail = Mail.objects.get()
    assert (mail.to, mail.reply_to) == ("hello@portal.example", "")
    assert "nobody: they left no address" in mail.text


def test_no_cookie_is_set_or_asked_for(client):
    answers = [client.get("/contact/"), send(client), client.get("/contact/thanks/")]

    assert [(answer.cookies, answer.get("Vary", "")) for answer in answers if answer.cookies or "Cookie" in
            answer.get("Vary", "")] == []  # fmt: skip


@pytest.mark.parametrize(
    "sent",
    [
        {"headers": {"origin": "https://evil.example"}},
        {"headers": {"origin": "null"}},
        {"headers": {"referer": "http://testserver.evil.example/contact/"}},
        {"headers": {}},
        {"ago": timedelta(seconds=1)},
        {"ago": timedelta(days=2)},
        {"opened": "1700000000:forged"},
        {"leave_empty": "http://pills.example"},
        {"message": " \u200b "},
        {"about": "everything"},
        {"email": "ann@reader.example\r\nBcc: all@reader.example"},
        {"email": "ann"},
    ],
)
def test_whoever_is_refused_gets_their_words_back_with_the_reason(client, sent):
    response = send(client, **{"where": "/chats/", **sent})

    assert Mail.objects.count() == 0
    assert response.status_code in (200, 403)
    assert '<div class="error-summary" role="alert"><h2>There is a problem</h2>' in response.text
    assert "<title>Problem: Contact" in response.text
    assert 'value="/chats/"' in response.text
    assert "is wrong." in response.text or "message" in sent


def test_a_page_of_ours_may_say_where_it_was_instead(client):
    assert send(client, headers={"referer": "http://testserver/contact/?about=host"}).status_code == 302


def test_who_was_too_quick_sends_the_same_form_a_little_later(client):
    first = contact.opened(timezone.now() - timedelta(seconds=1))

    assert f'name="opened" value="{first}"' in send(client, opened=first).text
    assert send(client, opened="old", ago=timedelta()).text.count('name="opened"') == 1


def test_pressed_twice_it_is_one_letter(client):
    assert [send(client).status_code for _ in range(2)] == [302, 302]
    assert Mail.objects.count() == 1


def test_a_network_address_may_write_five_times_an_hour(client):
    statuses = [send(client, message=f"Message {number}").status_code for number in range(6)]
    elsewhere = client.post("/contact/", {**SAID, "opened": contact.opened(timezone.now() - timedelta(hours=1))},
                            headers=OWN, REMOTE_ADDR="192.0.2.7")  # fmt: skip

    last = send(client, message="Message 7")
    assert statuses == [302] * 5 + [429]
    assert elsewhere.status_code == 302
    assert "more than five messages within an hour from your connection" in last.text
    assert "Message 7" in last.text


def test_words_stay_words(client):
    send(client, message="<b>x</b>\n\nSubject: y", name="<i>Ann</i>")

    mail = Mail.objects.get()
    assert "<b>x</b>" not in mail.html
    assert "&lt;b&gt;x&lt;/b&gt;" in mail.html


def test_each_team_gets_what_is_written_at_its_own_host(client, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    neighbour()

    client.post("/contact/", {**SAID, "opened": contact.opened(timezone.now() - timedelta(hours=1))},
                headers={"host": "other.example", "origin": "http://other.example"})  # fmt: skip

    assert Mail.objects.get().community.slug == "other"


def test_the_subject_of_a_link_is_chosen_already(client):
    text = client.get("/contact/?about=access&where=/chats/").text

    assert 'value="access" id="id_about_4" checked' in text
    assert 'value="/chats/"' in text


def test_only_these_forms_need_no_cookie():
    """Each asks where it came from instead (``accounts.origin``)."""

    def free(patterns, before=""):
        for each in patterns:
            if isinstance(each, URLResolver):
                yield from free(each.url_patterns, before)
            elif isinstance(each, URLPattern) and getattr(each.callback, "csrf_exempt", False):
                offered = getattr(each.callback, "view_class", None)
                if offered and hasattr(offered, "post"):
                    yield each.name

    assert set(free(get_resolver().url_patterns)) == WITHOUT_COOKIE
