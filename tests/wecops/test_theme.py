"""A community's four numbers: its sheet, its icon, its manifest, and none of them where they are the sheet's own."""

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from accounts.models import Community
from tests.factories.people import neighbour, person

pytestmark = pytest.mark.django_db
ICONS = Path(__file__).resolve().parent.parent.parent / "static/icons"


@pytest.fixture
def keepers(settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    neighbour()
    Community.objects.filter(slug="other").update(hue=155, chroma="0.62", hue_accent=118, chroma_accent="0.95")
    return {"host": "other.example"}


def test_a_theme_is_four_numbers_in_its_address(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        sheet, icon = client.get("/theme-155-62-118-95.css"), client.get("/icon-264-100-100-100.svg")

    told = "{--hue:155;--chroma:0.62;--hue-accent:118;--chroma-accent:0.95}"
    assert sheet.text == f".theme-155-62-118-95{told}\n:root:has(>body.theme-155-62-118-95){told}\n"
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
    assert '<link rel="apple-touch-icon" href="/icon-155-62-118-95-touch.png">' in theirs
    assert "theme-" not in ours
    assert client.get("/favicon.ico", headers=keepers)["Location"] == "/icon-155-62-118-95.svg"


def test_the_manifest_names_the_community(client, keepers):
    theirs, ours = (json.loads(client.get("/manifest.webmanifest", headers=at).content) for at in (keepers, {}))

    assert (theirs["name"], [each["src"] for each in theirs["icons"]]) == (
        "Other", [f"/icon-155-62-118-95{end}" for end in (".svg", "-192.png", "-512.png", "-maskable-512.png")],
    )  # fmt: skip
    assert (ours["name"], len(ours["icons"])) == ("WeCops", 4)


def drawing(file):
    """A picture as it looks on white."""
    image = Image.open(file).convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image)
    return white.convert("RGB")


def of(client, numbers, use):
    return drawing(BytesIO(client.get(f"/icon-{numbers}-{use}.png").content))


@pytest.mark.parametrize(
    ("use", "ours"),
    [("192", "icon-192"), ("512", "icon-512"), ("maskable-512", "maskable-512"), ("touch", "apple-touch-icon")],
)
def test_the_mark_is_drawn_as_ours_is(client, use, ours):
    made, known = of(client, "264-100-100-100", use), drawing(ICONS / f"{ours}.png")

    assert made.size == known.size
    assert max(ImageStat.Stat(ImageChops.difference(made, known)).mean) < 1


def test_the_mark_has_the_colours_of_its_community(client, keepers):
    picture = of(client, "155-62-118-95", "maskable-512")

    places = ((5, 5), (160, 160), (200, 210), (240, 250))  # the ground, the bubble, and a square of each kind
    assert ["#{:02x}{:02x}{:02x}".format(*picture.getpixel(place)) for place in places] == [
        "#072f19", "#2e7d50", "#ffffff", "#d5ec65",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/icon-1-100-100-100-192.png", "/icon-264-100-100-100-4096.png"])
def test_nothing_else_is_drawn(client, path):
    assert client.get(path).status_code == 404


def test_the_desk_wears_them_too(client, keepers, settings):
    settings.TEAM_SECOND_STEP = False
    client.force_login(person("ed", is_superuser=True))
    theirs, ours = client.get("/desk/", headers=keepers).text, client.get("/desk/").text

    assert '<link rel="stylesheet" href="/theme-155-62-118-95.css">' in theirs
    assert re.search(r'<body class="[^"]*\btheme-155-62-118-95\b', theirs)
    assert "/theme-" not in ours


def test_sisters_are_shown_in_their_own_colours_and_never_oneself(client, keepers):
    ours, theirs = client.get("/communities/"), client.get("/communities/", headers=keepers)

    assert [each.community.name for each in ours.context["sisters"]] == ["Other"]
    assert [each.community.name for each in theirs.context["sisters"]] == ["WeCops"]
    assert '<section class="theme-scope theme-demo theme-155-62-118-95"' in ours.text
    assert 'href="/theme-155-62-118-95.css"' in ours.text
    assert 'href="http://other.example:8000/"' in ours.text


def test_the_only_community_says_that_it_is(client):
    assert "WeCops is the only one here so far." in client.get("/communities/").text
