"""The desk sees how far a newsletter is, holds it, lets it go on, and looks at it first; it sees no address."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Mail
from accounts.roles import Role
from blog.followers import newsletters
from blog.models import Feed, Newsletter
from tests.accounts.posting import mail_server
from tests.factories.blog import PostFactory
from tests.factories.following import crowd, follower
from tests.factories.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(settings):
    settings.TEAM_SECOND_STEP = False
    client = Client()
    told = {"email": "ed@team.example", "email_confirmed_at": timezone.now()}
    client.force_login(person("ed", Role.EDITOR, **told))
    return client


@pytest.fixture
def newsletter():
    crowd(3)
    follower("gone@reader.example", paused_until=timezone.localdate().replace(year=2999))
    PostFactory(title="Driving home", published_at=timezone.now())
    newsletters.plan(timezone.now())
    return Newsletter.objects.get()


def press(desk, newsletter, order):
    path = f"/desk/blog/newsletter/{newsletter.pk}/"
    return desk.post(f"{path}order/", {"order": order}, follow=True).content.decode()


def write():
    Newsletter.objects.exclude(next_due_at=None).update(next_due_at=Newsletter.objects.get().created_at)
    for claim in newsletters.claim_due():
        newsletters.write(claim)


def test_a_newsletter_from_soon_to_stopped(desk, newsletter):
    soon = desk.get("/desk/blog/newsletter/").content.decode()
    tried = press(desk, newsletter, "try")
    go = press(desk, newsletter, "go-on")
    write()
    with mail_server():
        written = desk.get(f"/desk/blog/newsletter/{newsletter.pk}/change/").content.decode()
    paused = press(desk, newsletter, "pause")
    again = press(desk, newsletter, "pause")
    stopped = press(desk, newsletter, "stop")

    assert "4 people follow by email: 3 as it happens, 0 once a week, 1 paused." in soon
    assert ("soon" in soon, "none written yet" in soon) == (True, True)
    assert "It is on its way to ed@team.example" in tried
    assert ("It goes on." in go, "3 queued" in written, "3 held back" in paused) == (True, True, True)
    assert "There is nothing to pause." in again
    assert ("3 called off" in stopped, "@reader.example" in soon + written + stopped) == (True, False)
    assert [entry.verb for entry in AuditEntry.objects.order_by("pk")] == [
        "goes on with a newsletter", "pauses a newsletter", "stops a newsletter",
    ]  # fmt: skip
    assert sorted(Mail.objects.values_list("kind", "status")) == [
        ("action", "waiting"), *[("newsletter", "discarded")] * 3,
    ]  # fmt: skip


def test_a_feed_is_added_and_asked_at_once(desk):
    told = {"name": "Elsewhere", "site": "elsewhere.example", "is_shown": "on", "position": "0"}
    wrong = desk.post("/desk/blog/feed/add/", {**told, "address": "ftp://elsewhere.example/feed"}).content.decode()
    desk.post("/desk/blog/feed/add/", {**told, "address": "elsewhere.example/feed"})

    feed = Feed.objects.get()
    assert "begin with https://" in wrong
    assert (feed.address, feed.community.slug) == ("https://elsewhere.example/feed", "wecops")
    assert feed.next_due_at is not None
    assert "not read yet" in desk.get("/desk/blog/feed/").content.decode()
