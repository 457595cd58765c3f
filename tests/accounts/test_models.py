"""What the database itself refuses, and whose pages a host name shows."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from accounts.models import Community, Page, TeamMember, User
from tests.factories.chats import wecops

pytestmark = pytest.mark.django_db


def nurses(**fields):
    values = {"slug": "wenurses", "name": "WeNurses", "handle": "WeNurses", "hashtags": ["WeNurses"]}
    return Community(**{**values, "domain": "nurses.example", "promise": "Nurses.", "description": "-", **fields})


def test_the_only_community_serves_every_host():
    assert Community.objects.for_host("anything.example") == wecops()


def test_several_communities_are_told_apart_by_their_host():
    nurses().save()

    assert Community.objects.for_host("NURSES.example").slug == "wenurses"
    assert Community.objects.for_host("anything.example") == wecops()  # it has no domain
    Community.objects.filter(slug="wecops").update(domain="cops.example")
    assert Community.objects.for_host("anything.example") is None


@pytest.mark.parametrize(
    ("site_url", "address"),
    [
        ("https://portal.example", "https://nurses.example"),
        ("http://127.0.0.1:8000", "http://nurses.example:8000"),
    ],
)
def test_all_communities_are_reached_as_the_site_is(settings, site_url, address):
    settings.SITE_URL = site_url

    assert nurses().site == address
    assert nurses(domain="").site == site_url


@pytest.mark.parametrize(
    "fields",
    [
        {"hashtags": []},
        {"domain": "Nurses.example"},
        {"hue": 361},
        {"chroma": "0.4"},
        {"chroma_accent": "0.5"},
        {"slug": "wecops"},
        {"time_zone": "+03"},
    ],
)
def test_the_database_refuses_a_broken_community(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        nurses(**fields).save()


def test_the_database_refuses_a_time_zone_that_nobody_knows():
    with pytest.raises(DataError), transaction.atomic():
        nurses(time_zone="Europe/Nowhere").save()


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "+03", "../etc/passwd", "Europe"])
def test_a_form_says_which_time_zone_is_none(zone):
    with pytest.raises(ValidationError) as refused:
        nurses(time_zone=zone).full_clean()

    assert refused.value.messages == [f"There is no time zone “{zone}”. One is called Europe/London."]


@pytest.mark.parametrize("tag", ["#WeNurses", "We Nurses", "WeNurses!"])
def test_a_form_says_which_hashtag_is_none(tag):
    with pytest.raises(ValidationError) as refused:
        nurses(hashtags=["WeNurses", tag]).full_clean()

    assert f"'{tag[:40]}' is not a hashtag. One is written like #WeCops." in refused.value.messages


@pytest.mark.parametrize("path", ["about/", "/about", "/About/", "/a b/"])
def test_the_database_refuses_an_address_that_is_none(path):
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.create(community=wecops(), path=path, title="x")


def test_the_database_refuses_a_member_who_left_before_joining():
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMember.objects.create(
            community=wecops(), name="Ann", role="Hosts", joined_on=date(2020, 1, 2), left_on=date(2020, 1, 1)
        )


def test_the_database_refuses_a_handle_nobody_has_seen():
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="ann", handle="ann")


def test_a_page_shows_its_newest_revision():
    page = Page.objects.get(path="/about/")
    page.revisions.create(number=9, text="Newer", created_at="2026-11-24T10:00:00Z")

    assert page.text == "Newer"
