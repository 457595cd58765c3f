"""Pages of prose at the desk: looked at before they are saved, and put back as they were."""

import pytest

from accounts.models import AuditEntry, Page
from accounts.roles import Role
from tests.factories.chats import wecops
from tests.factories.people import neighbour, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_step(settings):
    settings.TEAM_SECOND_STEP = False


@pytest.fixture
def page():
    return Page.objects.get(community=wecops(), path="/house-rules/")


@pytest.fixture
def editor(client):
    client.force_login(person("edie", Role.EDITOR))
    return client


def press(client, page, what, **typed):
    return client.post(f"/desk/accounts/page/{page.pk}/{what}/", typed)


def test_a_preview_looks_like_the_page_and_saves_nothing(editor, page):
    before = page.text

    shown = press(editor, page, "preview", title="Our rules", lede="Two.", text="## Be kind\r\n\r\nAlways.")

    assert '<li id="be-kind"><div><h2>Be kind</h2><p>Always.</p>' in shown.text
    assert "Nothing is saved yet" in shown.text
    page.refresh_from_db()
    assert (page.title, page.text) == ("House rules", before)


def test_an_earlier_text_is_put_back_and_none_is_lost(editor, page):
    first = page.newest
    editor.post(f"/desk/accounts/page/{page.pk}/change/", {
        "title": page.title, "lede": page.lede, "text": "Shorter.", "read": first.number,
        "revisions-TOTAL_FORMS": 0, "revisions-INITIAL_FORMS": 0,
    })  # fmt: skip
    assert f"Put back revision {first.number}" in editor.get(f"/desk/accounts/page/{page.pk}/change/").text

    press(editor, page, "restore", number=first.number)

    texts = list(page.revisions.order_by("-number").values_list("text", flat=True))
    assert texts[:3] == [first.text, "Shorter.", first.text]
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["puts back", "writes"]


@pytest.mark.parametrize("number", ["", "999", "x", "9" * 30])
def test_what_was_never_said_is_not_put_back(editor, page, number):
    press(editor, page, "restore", number=number)

    assert page.revisions.count() == 1


@pytest.mark.parametrize("what", ["preview", "restore"])
def test_nobody_presses_for_another_community(client, page, what, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    client.force_login(person("theirs", Role.EDITOR, neighbour()))

    assert client.post(f"/desk/accounts/page/{page.pk}/{what}/", headers={"host": "other.example"}).status_code == 404
