"""The feeds, read as feed readers read them."""

from datetime import timedelta

import feedparser
import pytest
from django.utils import timezone

from chats.models import Chat, ChatHost, Topic
from tests.factories.chats import ChatFactory, wecops

pytestmark = pytest.mark.django_db

NASTY = 'Cells & <script>alert(1)</script> ]]> "calm" \u202e\r\n now'
TIDY = 'Cells & <script>alert(1)</script> ]]> "calm" now'
FEEDS = ["/chats/feed/", "/chats/feed/rss/"]


def parsed(client, path):
    response = client.get(path)
    found = feedparser.parse(response.content, response_headers={"content-type": response["Content-Type"]})
    assert found.bozo == 0
    return response, found


@pytest.fixture
def chats():
    """Announced, moved and cancelled in this order, and one that was long ago."""
    now = timezone.now().replace(microsecond=0)
    topic = Topic.objects.create(community=wecops(), slug="custody", name="Custody & <care>")
    made = []
    for number, fields in enumerate(
        (
            {"title": NASTY, "topic": topic, "summary": NASTY},
            {"title": "Elsewhen", "status": "moved", "status_reason": "The host is ill."},
            {"title": "Off", "status": "cancelled", "status_reason": "The hosts are <on> duty."},
            {"title": "Long ago"},
        )
    ):
        starts_at = now + timedelta(days=number + 3 if number < 3 else -200)
        made.append(ChatFactory(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **fields))
        Chat.objects.filter(pk=made[-1].pk).update(revised_at=now + timedelta(minutes=number))
    ChatHost.objects.create(chat=made[0], handle="nell", name="Nell Harrow")
    return list(Chat.objects.order_by("revised_at"))


@pytest.mark.parametrize(("path", "kind"), [(FEEDS[0], "application/atom+xml"), (FEEDS[1], "application/rss+xml")])
def test_feeds_tell_what_changed_last_first_and_nasty_words_as_words(client, chats, path, kind):
    response, feed = parsed(client, path)

    assert (response["Content-Type"], response["Cache-Control"], response.cookies) == (kind, "no-cache", {})
    assert [entry.title for entry in feed.entries[:2]] == ["Cancelled: Off", "New date: Elsewhen"]
    assert [entry.id for entry in feed.entries] == [f"urn:uuid:{chat.uid}" for chat in reversed(chats[:3])]
    assert [entry.link for entry in feed.entries] == [
        f"http://127.0.0.1:8000{chat.get_absolute_url()}" for chat in reversed(chats[:3])
    ]
    assert "The hosts are &lt;on&gt; duty." in feed.entries[0].summary
    assert "With Nell Harrow." in feed.entries[2].summary
    assert "<script" not in feed.entries[2].summary
    assert [tag.term for tag in feed.entries[2].tags] == ["Custody & <care>"]


def test_atom_keeps_a_nasty_title_whole(client, chats):
    _, feed = parsed(client, FEEDS[0])

    assert feed.version == "atom10"
    assert feed.entries[2].title_detail.type == "text/plain"
    assert feed.entries[2].title == TIDY


@pytest.mark.parametrize("path", FEEDS)
def test_feeds_ask_as_often_for_three_as_for_none(client, chats, path, django_assert_num_queries):
    with django_assert_num_queries(4):  # one asks for events
        client.get(path)


@pytest.mark.parametrize("path", FEEDS)
def test_a_change_without_a_new_date_is_seen(client, chats, path):
    first = client.get(path)
    ChatHost.objects.create(chat=chats[1], handle="ann", name="Ann Okelu")

    second = client.get(path, headers={"if-none-match": first["ETag"]})

    assert (second.status_code, first.has_header("Last-Modified")) == (200, False)


@pytest.mark.parametrize("path", ["/", "/chats/", "/chats/archive/", "/about/"])
def test_pages_lead_feed_readers_to_the_feeds(client, path):
    page = client.get(path).text

    assert '<link rel="alternate" type="application/atom+xml" title="Chats of WeCops" href="/chats/feed/">' in page
    assert 'type="application/rss+xml"' in page
