"""The pages of the hall: prose with what belongs beside it, each at its own address."""

from datetime import date

import pytest

from accounts import founding, revisions
from accounts.models import Page, TeamMember
from accounts.urls import PAGES
from tests.factories.chats import START, wecops
from tests.factories.people import neighbour, person

pytestmark = pytest.mark.django_db


def write(path, text):
    revisions.revise(Page.objects.get(community=wecops(), path=path), text, by=None, now=START)


def test_about_shows_its_prose_and_some_of_the_serving_team(client):
    for name, left_on in (("Ann Okelu", None), ("Bob Gone", date(2024, 1, 1))):
        TeamMember.objects.create(
            community=wecops(), name=name, role="Hosts", joined_on=date(2020, 1, 1), left_on=left_on
        )

    response = client.get("/about/")

    assert response.status_code == 200
    assert [member.name for member in response.context["team"]] == ["Ann Okelu"]
    assert "Nobody needs a rank or an invitation." in response.text


def test_every_first_page_has_its_address_and_every_address_its_page(client):
    told = [first.path for first in founding.first_pages(wecops())]

    assert told == sorted(f"/{name}/" for name in PAGES)
    assert {path: client.get(path).status_code for path in told} == dict.fromkeys(told, 200)


def test_a_page_that_is_gone_is_not_found(client):
    Page.objects.filter(path="/cookies/").delete()

    assert client.get("/cookies/").status_code == 404


def test_a_heading_is_a_place_and_many_are_listed(client):
    write("/privacy/", "First.\n\n## In *short*\n\nWe keep little.\n\n## In short\n\nAgain.")

    few = client.get("/privacy/").text
    write("/privacy/", "\n\n".join(f"## Part {number}" for number in range(6)))

    assert '<h2 id="in-short">In short</h2>' in few
    assert '<h2 id="in-short-2">In short</h2>' in few
    assert "On this page" not in few
    assert '<a href="#part-3">Part 3</a>' in client.get("/privacy/").text


def test_house_rules_stand_one_by_one(client):
    write("/house-rules/", "Kindly.\n\n## Everyone\n\nReally.\n\n## No cases\n\nNone.")

    text = client.get("/house-rules/").text

    assert '<li id="everyone"><div><h2>Everyone</h2><p>Really.</p>\n</div></li>' in text
    assert "Last changed on Wednesday 18 November 2026." in text


def test_words_of_the_team_are_safe_and_may_be_followed(client):
    write("/about/", "[us](/contact/) <script>alert(1)</script>\n\n## <b>x</b>\n\n[x](javascript:alert(1))")

    text = client.get("/about/").text

    assert '<a href="/contact/" rel="noopener">us</a>' in text
    assert "<script>alert" not in text
    assert "<b>x" not in text
    assert 'href="javascript' not in text


def test_a_new_community_speaks_of_itself():
    other = neighbour()
    founding.plant(other, now=START)

    pages = {page.path: page.text for page in other.pages.all()}
    assert "Other is a conversation." in pages["/about/"]
    assert "The tag is #Other." in pages["/about/"]
    assert [text for text in pages.values() if "WeCops" in text or "$" in text] == []


def test_newer_words_come_by_themselves_until_somebody_writes_their_own():
    about, rules = (Page.objects.get(community=wecops(), path=path) for path in ("/about/", "/house-rules/"))
    ours = {page.pk: page.text for page in (about, rules)}
    revisions.revise(about, "An older release.", by=None, now=START)
    revisions.revise(rules, "Our own.", by=person("ann"), now=START)

    founding.plant(wecops(), now=START)

    assert about.text == ours[about.pk]
    assert "An older release." in about.revisions.values_list("text", flat=True)
    assert rules.text == "Our own."
