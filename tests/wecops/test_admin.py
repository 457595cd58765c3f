"""The desk: who may come in, what its pages allow a browser to do, and what is wrong told at its top."""

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache

from accounts import leases, outbox, staff
from accounts.models import Mail, User
from chats.models import Capture
from tests.accounts.posting import composed
from tests.factories.chats import START

pytestmark = pytest.mark.django_db

LISTS = ["chat", "capture", "ingestrun", "tweet", "correction", "recheck", "spending"]


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def desk(client):
    """A browser of somebody who may do everything."""
    client.force_login(staff.appoint("sunil", "a long password", name="Sunil"))
    return client


@pytest.mark.parametrize("path", ["", "chats/chat/", "chats/capture/", "chats/tweet/", "nowhere/"])
def test_whoever_is_not_known_is_sent_to_the_log_in(client, path):
    response = client.get(f"/desk/{path}")

    assert (response.status_code, response["Location"]) == (302, f"/desk/login/?next=/desk/{path}")


def test_a_member_is_refused(client):
    client.force_login(User.objects.create_user("ann", password="a long password"))

    assert client.get("/desk/", follow=True).redirect_chain == [("/desk/login/?next=/desk/", 302)]
    refused = client.post("/desk/login/", {"username": "ann", "password": "a long password"})
    assert "for a staff account" in refused.text


def test_staff_without_permissions_see_nothing_of_chats(client, chat):
    User.objects.create_user("bob", is_staff=True)
    client.force_login(User.objects.get(username="bob"))

    assert "Captures" not in client.get("/desk/").text
    pages = [f"/desk/chats/{name}/" for name in LISTS] + [f"/desk/chats/chat/{chat.pk}/captures/"]
    assert {path: client.get(path).status_code for path in pages} == dict.fromkeys(pages, 403)


def test_who_may_only_look_presses_nothing(client, chat):
    bob = User.objects.create_user("bob", is_staff=True)
    bob.user_permissions.set(Permission.objects.filter(codename__in=["view_chat", "view_capture"]))
    client.force_login(bob)
    capture = chat.captures.create(source="x", query="#WeCops", why="hashtag", next_due_at=START)
    page = f"/desk/chats/chat/{chat.pk}/captures/"

    assert "Pause" not in client.get(page).text
    assert client.post(page, {"order": "pause", "capture": capture.pk}).status_code == 403
    client.post(f"/desk/chats/capture/{capture.pk}/order/", {"order": "pause"})
    client.post("/desk/chats/capture/", {"action": "pause", "_selected_action": [capture.pk]})
    assert Capture.objects.get().paused_at is None


def test_the_log_in_by_password_leads_to_the_desk(client):
    staff.appoint("sunil", "a long password")

    response = client.post("/desk/login/?next=/desk/", {"username": "sunil", "password": "a long password"})

    assert (response.status_code, response["Location"]) == (302, "/desk/")


def test_only_the_desk_runs_scripts_and_only_our_own(client):
    desk, public = (client.get(path)["Content-Security-Policy"] for path in ("/desk/login/", "/"))

    assert "script-src" not in public
    assert desk == f"{public}; script-src 'self'"


def test_the_desk_keeps_nothing_in_caches(desk):
    assert "no-store" in desk.get("/desk/")["Cache-Control"]


def test_the_lists_read_in_our_words_and_order(desk):
    apps = desk.get("/desk/").context["app_list"]

    names = ["Chats", "Captures", "Runs", "Tweets", "Corrections", "Re-checks", "Spending"]
    told = {app["name"]: [model["name"] for model in app["models"]] for app in apps}
    assert told == {"Chats": names, "People and mail": ["Mail"]}


def test_all_is_well_until_something_is_not_and_again_when_it_is_mended(desk, chat):
    leases.record_tick("plan")
    capture = chat.captures.create(source="x", query="#WeCops", why="hashtag", completed_at=START)
    well = "All is well."
    assert well in desk.get("/desk/").text

    Capture.objects.update(error_code="unavailable", error="X is <out> of order.")
    told = desk.get("/desk/").text
    Capture.objects.filter(pk=capture.pk).update(error_code="", error="")

    assert well not in told
    assert "X is &lt;out&gt; of order." in told
    assert f'<a href="/desk/chats/chat/{chat.pk}/captures/">First night</a>' in told
    assert "<code>unavailable</code>" in told
    assert well in desk.get("/desk/").text


def test_mail_that_waits_for_a_person_is_told_until_somebody_decides(desk):
    leases.record_tick("plan")
    composed()
    Mail.objects.update(status="failed", error_code="refused", next_due_at=None)

    told = desk.get("/desk/").text
    outbox.discard(Mail.objects.get())

    assert "1 letter could not be delivered." in told
    assert "<code>mail_failed</code>" in told
    assert "All is well." in desk.get("/desk/").text
