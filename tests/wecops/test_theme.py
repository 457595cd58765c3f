"""A community's four numbers: its sheet, its icon, its manifest, and none of them where they are the sheet's own."""

import json

import pytest

from accounts.models import Community
from tests.factories.people import neighbour

pytestmark = pytest.mark.django_db


@pytest.fixture
def keepers(settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    neighbour()
    Community.objects.filter(slug="other").update(hue=155, chroma="0.62", hue_accent=118, chroma_accent="0.95")
    return {"host": "other.example"}


def test_a_theme_is_four_numbers_in_its_address(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        sheet, icon = client.get("/theme-155-62-118-95.css"), client.get("/icon-264-100-100-100.svg")

    assert sheet.text == ".theme-155-62-118-95{--hue:155;--chroma:0.62;--hue-accent:118;--chroma-accent:0.95}\n"
    assert (sheet["Content-Type"], sheet["Cache-Control"]) == (
        "text/css; charset=utf-8", "public, max-age=31536000, immutable",
    )  # fmt: skip
    assert [colour for colour in ("#224bb2", "#3764cd", "#f9e03f") if colour not in icon.text] == []


@pytest.mark.parametrize("numbers", ["361-100-100-100", "0-49-0-100", "0-101-0-100", "0-100-0-59", "0-100-400-100"])
def test_colours_that_could_not_be_read_are_no_theme(client, numbers):
    assert client.get(f"/theme-{numbers}.css").status_code == 404


def test_a_page_wears_the_colours_of_its_community(client, keepers):
    theirs, ours = client.get("/", headers=keepers).text, client.get("/").text

    assert '<html lang="en-GB" class="theme-155-62-118-95">' in theirs
    assert '<link rel="stylesheet" href="/theme-155-62-118-95.css">' in theirs
    assert '<link rel="icon" href="/icon-155-62-118-95.svg" type="image/svg+xml">' in theirs
    assert "theme-" not in ours
    assert client.get("/favicon.ico", headers=keepers)["Location"] == "/icon-155-62-118-95.svg"


def test_the_manifest_names_the_community(client, keepers):
    theirs, ours = (json.loads(client.get("/manifest.webmanifest", headers=at).content) for at in (keepers, {}))

    assert (theirs["name"], [each["src"] for each in theirs["icons"]]) == ("Other", ["/icon-155-62-118-95.svg"])
    assert (ours["name"], len(ours["icons"])) == ("WeCops", 4)


def test_sisters_are_shown_in_their_own_colours_and_never_oneself(client, keepers):
    ours, theirs = client.get("/communities/"), client.get("/communities/", headers=keepers)

    assert [each.community.name for each in ours.context["sisters"]] == ["Other"]
    assert [each.community.name for each in theirs.context["sisters"]] == ["WeCops"]
    assert '<section class="theme-scope theme-demo theme-155-62-118-95"' in ours.text
    assert 'href="/theme-155-62-118-95.css"' in ours.text
    assert 'href="http://other.example:8000/"' in ours.text


def test_the_only_community_says_that_it_is(client):
    assert "WeCops is the only one here so far." in client.get("/communities/").text
