"""“I'm coming”: one press on a page that is the same for everybody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chats import lifecycle
from chats.models import Coming
from tests.factories.chats import ChatFactory
from tests.factories.proposals import member

pytestmark = pytest.mark.django_db

OURS = {"origin": "http://testserver"}


@pytest.fixture
def chat():
    starts_at = timezone.now() + timedelta(days=9)
    return ChatFactory(slug="coming", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))


@pytest.fixture
def ann(db):
    return member("Ann Okelu")


def path(chat):
    return f"{chat.get_absolute_url()}coming/"


def test_the_page_of_a_chat_is_the_same_whoever_reads_it(client, chat, ann):
    """Its button needs no cookie and names nobody, so caches may keep the page."""
    stranger = client.get(chat.get_absolute_url())
    client.force_login(ann)
    lifecycle.come(chat, ann, now=timezone.now())
    theirs = client.get(chat.get_absolute_url())

    assert f'action="{path(chat)}"' in stranger.text
    assert stranger.content == theirs.content
    assert stranger["Cache-Control"] == theirs["Cache-Control"] == "no-cache"
    assert "Cookie" not in stranger.get("Vary", "") + theirs.get("Vary", "")
    assert "csrfmiddlewaretoken" not in stranger.text


def test_one_press_and_one_to_take_it_back(client, chat, ann):
    client.force_login(ann)

    said = client.post(path(chat), {"do": "come"}, headers=OURS, follow=True)
    again = client.post(path(chat), {"do": "come"}, headers=OURS, follow=True)
    rows = Coming.objects.count()
    back = client.post(path(chat), {"do": "stay-away"}, headers=OURS, follow=True)

    assert [page.context["comes"] for page in (said, again, back)] == [True, True, False]
    assert (rows, Coming.objects.count()) == (1, 0)
    assert "no-store" in said["Cache-Control"]


def test_whoever_is_signed_out_is_led_through_the_door_and_back(client, chat, ann):
    pressed = client.post(path(chat), {"do": "come"}, headers=OURS)
    asked = client.get(path(chat))
    client.force_login(ann)
    page = client.get(path(chat))

    assert [each["Location"] for each in (pressed, asked)] == [f"/accounts/login/?next={path(chat)}"] * 2
    assert pressed.cookies == {}
    assert "I’m coming</button>" in page.text


@pytest.mark.parametrize("headers", [{}, {"origin": "null"}, {"origin": "https://evil.example"}])
def test_a_form_on_another_site_says_nothing_for_anybody(client, chat, ann, headers):
    client.force_login(ann)

    page = client.post(path(chat), {"do": "come"}, headers=headers, follow=True)

    assert page.context["comes"] is False
    assert Coming.objects.count() == 0


def test_whoever_gave_no_address_is_told_where_to(client, chat, ann):
    client.force_login(member("Bob Stone", address=""))

    page = client.post(path(chat), {"do": "come"}, headers=OURS, follow=True)

    assert 'href="/me/settings/">give us an address' in page.text


@pytest.mark.parametrize("status", ["cancelled", "over"])
def test_once_it_is_too_late_the_chat_itself_says_so(client, ann, status):
    starts_at = timezone.now() + timedelta(days=-9 if status == "over" else 9)
    reason = {"status": "cancelled", "status_reason": "The host is ill."} if status == "cancelled" else {}
    chat = ChatFactory(slug="late", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **reason)
    client.force_login(ann)

    pressed = client.post(path(chat), {"do": "come"}, headers=OURS)
    asked = client.get(path(chat))

    assert [each["Location"] for each in (pressed, asked)] == [chat.get_absolute_url()] * 2
    assert "coming/" not in client.get(chat.get_absolute_url()).text


def test_an_address_of_an_earlier_day_leads_to_the_new_one(client, chat, ann):
    client.force_login(ann)

    assert client.get("/chats/2020/01/01/coming/coming/")["Location"] == path(chat)
    assert client.get("/chats/2020/01/01/nothing/coming/").status_code == 404
