"""The home page, health, and the pages that say no."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from accounts import leases
from accounts.models import Community
from chats.models import Chat
from tests.factories.chats import ChatFactory
from tests.factories.conversation import CONVERSATION
from tests.factories.records import seen

pytestmark = pytest.mark.django_db


def test_home_without_any_chat(client, django_assert_num_queries):
    with django_assert_num_queries(6):
        response = client.get("/")

    assert (response.status_code, response.context["chats_held"], response.context["latest"]) == (200, 0, [])


@pytest.mark.parametrize("chats", [1, 3])
def test_home_costs_the_same_for_one_and_three(client, build, chats, django_assert_num_queries):
    for number in range(chats):
        build(ChatFactory(slug=f"held-{number}"), *CONVERSATION)

    with django_assert_num_queries(8):
        response = client.get("/")

    context = response.context
    assert (context["chats_held"], context["people_joined"], context["tweets_kept"]) == (chats, 4, 9 * chats)
    assert len(context["latest"]) == chats


def test_home_counts_only_people_who_spoke_in_a_chat(client, chat, build):
    build(chat, *CONVERSATION, seen(900, "A week too late", author="zoe", minute=10_000))

    assert client.get("/").context["people_joined"] == 4


def test_method_without_any_chat_explains_and_sums_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(4):
        response = client.get("/impact/method/")

    assert (response.status_code, response.context["evening"]) == (200, None)
    assert 'class="sum"' not in response.text


@pytest.mark.parametrize("chats", [1, 3])
def test_method_costs_the_same_for_one_and_three(client, build, chats, django_assert_num_queries):
    for number in range(chats):
        build(ChatFactory(slug=f"held-{number}"), *CONVERSATION)

    with django_assert_num_queries(7):
        response = client.get("/impact/method/")

    assert f"{chats} chat{'s' if chats > 1 else ''}, the tweets of each added up = <b>{9 * chats}</b>" in response.text
    assert "Found from 8.45 to 11.30 pm: 10, minus 1 retweet, minus 0 removed or held back = <b>9</b>" in response.text
    assert "For each tweet and retweet, the followers of who sent it, added up = <b>2,770</b>" in response.text


def test_method_of_a_chat_without_known_followers_says_so(client, build, chat):
    build(chat, seen(1, "Q1 Why? #WeCops", author="wecops"), seen(2, "A1 Because", author="ann"))

    text = client.get("/impact/method/").text

    assert "Nobody’s followers are known: <b>not known</b>" in text
    assert "added up = <b>0" not in text


def test_healthz_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_readyz_tells_which_part_does_not_answer(client):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {
        "database": True,
        "cache": True,
        "worker": False,
        "tick": {"count": 0, "age": None},
        "sources": {name: {"state": "off", "age": None} for name in ("x", "mastodon", "bluesky")},
    }


def test_readyz_tells_the_age_of_each_source_and_stands_while_one_is_silent(client, chat, settings):
    settings.X_BEARER_TOKEN = "token"
    leases.record_tick("plan")
    looked_at = timezone.now() - timedelta(minutes=5)
    Chat.objects.update(starts_at=looked_at, ends_at=looked_at + timedelta(hours=1))
    chat.captures.create(source="x", query="#WeCops", why="hashtag", looked_at=looked_at, error_code="unavailable")

    response = client.get("/readyz")

    told = response.json()["sources"]["x"]
    assert (response.status_code, told["state"], round(told["age"] / 10)) == (200, "failing", 30)


def test_status_says_that_all_is_well(client, chat, build):
    leases.record_tick("plan")
    build(chat, *CONVERSATION)

    response = client.get("/status/")

    assert (response.status_code, response.context["incidents"]) == (200, [])
    assert "Yes. What is asked is answered" in response.text


def test_status_tells_what_is_wrong_and_no_more_than_readers_may_know(client, chat):
    leases.record_tick("plan")
    chat.captures.create(source="file", query="/home/ann/chat.jsonl", error_code="missing", error="/home/ann is gone.")

    response = client.get("/status/")

    assert [incident.code for incident in response.context["incidents"]] == ["missing"]
    assert ("1 thing behind the pages needs mending" in response.text, "/home/ann" in response.text) == (True, False)


def test_readyz_is_content_after_a_tick(client):
    leases.record_tick("plan")

    response = client.get("/readyz")

    assert (response.status_code, response.json()["tick"]["count"]) == (200, 1)


def test_an_unknown_address_is_not_found_in_our_words(client):
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert "<h1" in response.text


def test_a_foreign_host_name_is_refused_without_repeating_it(client):
    response = client.get("/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert "evil.example" not in response.text


def test_a_host_of_no_community_has_no_pages(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    other = {"handle": "WeNurses", "hashtags": ["WeNurses"], "promise": "-", "description": "-"}
    Community.objects.update(domain="cops.example")
    Community.objects.create(slug="wenurses", name="WeNurses", domain="nurses.example", **other)

    statuses = [client.get(path, headers={"host": "who.example"}).status_code for path in ("/", "/chats/archive/")]

    assert statuses == [404, 404]


@pytest.mark.parametrize("path", ["/", "/about/", "/chats/archive/", "/chats/2026/11/18/x/", "/healthz", "/robots.txt"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "SETUP"])
def test_a_method_that_a_page_does_not_offer_is_named_so(path, method):
    response = Client(enforce_csrf_checks=True).generic(method, path)

    assert response.status_code == 405
    assert {"GET", "HEAD"} <= set(response["Allow"].split(", ")) <= {"GET", "HEAD", "OPTIONS"}


def test_a_database_that_does_not_answer_asks_for_patience():
    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(_broken):
        response = client.get("/chats/archive/")

    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "30", "no-store")
    assert "back in a minute" in response.text


def _broken(execute, sql, params, many, context):
    raise OperationalError("server closed the connection unexpectedly")


CHAT = "/chats/2026/11/18/first-night/"
SCRIPTLESS = (
    "/about/",
    "/chats/archive/",
    "/healthz",
    "/robots.txt",
    "/nowhere/",
    "/chats/feed/",
    f"{CHAT}transcript/",
)
WITH_OUR_SCRIPT = ("/", "/chats/", "/chats/2026/11/", CHAT)


@pytest.mark.parametrize("path", [*SCRIPTLESS, *WITH_OUR_SCRIPT])
def test_every_answer_is_strict(client, path):
    response = client.get(path)

    assert response.cookies == {}
    assert response["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; manifest-src 'self'; "
        "connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ) + ("; script-src 'self'" if path in WITH_OUR_SCRIPT else "")
    assert {name: response[name] for name in STRICT} == STRICT


STRICT = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def test_whoever_finds_a_hole_is_told_whom_to_tell(client):
    response = client.get("/.well-known/security.txt")

    told = dict(line.split(": ", 1) for line in response.text.splitlines())
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert told.pop("Expires") > f"{timezone.now() + timedelta(days=90):%Y-%m-%dT%H:%M:%SZ}"
    assert told == {
        "Contact": "http://127.0.0.1:8000/contact/?about=security",
        "Preferred-Languages": "en",
        "Canonical": "http://127.0.0.1:8000/.well-known/security.txt",
    }
