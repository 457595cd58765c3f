"""What search engines are told: every public address, in files that stay small."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone

from chats.models import Topic
from chats.sitemaps import Chats
from tests.factories.blog import PostFactory, VideoFactory, WriterFactory
from tests.factories.chats import ChatFactory, EventFactory
from tests.factories.conversation import CONVERSATION

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"


def places(response):
    return [each.text for each in ET.fromstring(response.content).iter() if each.tag.endswith("}loc")]


def test_robots_are_told_where_the_sitemap_is_and_what_is_nobody_elses(client):
    lines = client.get("/robots.txt").text.splitlines()

    assert lines == [
        "User-agent: *",
        "Disallow: /accounts/",
        "Disallow: /me/",
        "Disallow: /search/?",
        "Allow: /",
        f"Sitemap: {SITE}/sitemap.xml",
    ]


def test_every_public_page_is_in_the_sitemap_and_answers(client, built):
    starts_at = timezone.now() + timedelta(days=3)
    Topic.objects.create(community=built.chat.community, slug="rest", name="Rest")
    EventFactory(slug="shed")
    EventFactory(status="draft")
    PostFactory(slug="rules", tags=["rest"], by=[WriterFactory(slug="ann")])
    VideoFactory(slug="table")
    soon = ChatFactory(slug="soon", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))

    sections = places(client.get("/sitemap.xml"))
    found = {section: [p.removeprefix(SITE) for p in places(client.get(section))] for section in map(path_of, sections)}

    chat = "/chats/2026/11/18/first-night/"
    assert found == {
        "/sitemap-pages.xml": [
            "/", "/chats/", "/chats/archive/", "/topics/", "/videos/", "/events/", "/propose/", "/stories/new/",
            "/about/team/", "/communities/", "/contact/", "/impact/method/", "/status/", "/about/", "/accessibility/",
            "/cookies/", "/house-rules/", "/privacy/", "/take-part/", "/take-part/host/", "/take-part/new/",
            "/chats/archive/2026/", "/chats/archive/2026/11/",
        ],
        "/sitemap-chats.xml": [soon.get_absolute_url(), chat],
        "/sitemap-topics.xml": ["/topics/rest/"],
        "/sitemap-events.xml": ["/events/shed/"],
        "/sitemap-transcripts.xml": [f"{chat}transcript/"],
        "/sitemap-blog.xml": [
            "/blog/", "/blog/2016/", "/blog/2016/04/", "/blog/tags/academicpony/", "/blog/tags/rest/", "/blog/by/ann/",
        ],
        "/sitemap-posts.xml": ["/blog/2016/04/rules/"],
        "/sitemap-videos.xml": ["/videos/table/"],
    }  # fmt: skip
    assert {client.get(path).status_code for paths in found.values() for path in paths} == {200}


def path_of(address):
    """Its own address is that of the request."""
    return address.removeprefix("http://testserver")


@pytest.mark.parametrize("section", ["pages", "chats", "topics", "transcripts"])
def test_a_section_asks_as_often_for_three_chats_as_for_one(client, build, section, django_assert_num_queries):
    for number in range(3):
        build(ChatFactory(slug=f"held-{number}"), *CONVERSATION)

    with django_assert_num_queries(2 if section == "topics" else 3):
        response = client.get(f"/sitemap-{section}.xml")

    assert response.cookies == {}


def test_a_long_section_goes_on_in_a_second_file(client, chat, monkeypatch):
    monkeypatch.setattr(Chats, "limit", 1)
    ChatFactory()

    index = [path_of(place) for place in places(client.get("/sitemap.xml"))]

    assert index[1:3] == ["/sitemap-chats.xml", "/sitemap-chats.xml?p=2"]
    assert len({*places(client.get(index[1])), *places(client.get(index[2]))}) == 2
    assert [client.get(path).status_code for path in ("/sitemap-chats.xml?p=9", "/sitemap-nothing.xml")] == [404, 404]
