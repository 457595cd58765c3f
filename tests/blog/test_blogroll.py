"""Other people's feeds: read now and then, kept when they die, and never trusted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from accounts import leases
from blog import blogroll
from blog.admin.feeds import state
from blog.models import Feed, FeedItem
from chats.sources.base import SourceError
from tests.factories.chats import wecops
from tests.factories.people import neighbour
from tests.simulators.feed_site import PATH, FeedSite
from tests.simulators.loopback import Loopback, hung, reset

pytestmark = pytest.mark.django_db

ENTRIES = [
    ("Sleep after nights", "https://elsewhere.example/2", "2026-11-02T09:00:00Z"),
    ("A card for the wall", "https://elsewhere.example/1", "2026-11-01T09:00:00Z"),
]


@pytest.fixture
def site(settings):
    site = FeedSite(ENTRIES)
    with Loopback(site.answer) as site.server:
        settings.BLOGROLL_TRUSTED = [site.server.url]
        yield site


def feed(site, **fields):
    told = {"community": wecops(), "name": "Elsewhere", "site": "https://elsewhere.example/", **fields}
    return Feed.objects.create(**{"address": f"{site.server.url}{PATH}", "next_due_at": timezone.now(), **told})


def look(row):
    """Look at it when it comes due; the error's code, or ""."""
    Feed.objects.filter(pk=row.pk).update(next_due_at=timezone.now() - timedelta(seconds=1))
    (claim,) = blogroll.claim_due()
    try:
        blogroll.fetch(claim)
    except SourceError as error:
        return error.code
    finally:
        row.refresh_from_db()
    return ""


def shown():
    return [(item.title, item.link) for item in FeedItem.objects.shown(wecops())]


def page():
    told = {"elsewhere": blogroll.elsewhere(wecops(), timezone.now()), "community": wecops()}
    return render_to_string("blog/_blogroll.html", told)


def test_what_is_new_stands_first_and_nothing_is_sent_twice(site):
    site.changed_at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    row = feed(site)

    assert [look(row), look(row)] == ["", ""]
    site.entries.insert(0, ("Third", "https://elsewhere.example/3", "2026-11-03T09:00:00Z"))
    site.entries.pop()
    first = row.fetched_at
    assert look(row) == ""

    asked = [(each.headers.get("If-None-Match"), each.headers.get("If-Modified-Since")) for each in site.server.asked]
    assert (asked[0], asked[1][0] is None, asked[1][1]) == ((None, None), False, "Mon, 02 Nov 2026 09:00:00 GMT")
    assert shown() == [("Third", "https://elsewhere.example/3"), ENTRIES[0][:2]]
    assert row.fetched_at > first
    assert timedelta(minutes=59) < row.next_due_at - timezone.now() < timedelta(minutes=61)


def test_a_feed_that_dies_and_comes_back(site):
    """Meanwhile the last good copy stays with its age, and it is asked more and more seldom, without end."""
    row = feed(site)
    look(row)
    good = page()
    Feed.objects.update(fetched_at=timezone.now() - timedelta(hours=13))

    waits = []
    for number, (status, code) in enumerate([(503, "unavailable"), (404, "refused"), (500, "unavailable")] * 4):
        site.status = status
        assert look(row) == code, number
        waits.append(row.next_due_at - timezone.now())

    assert shown() == [entry[:2] for entry in ENTRIES]
    assert ("does not answer" in good, "does not answer" in page()) == (False, True)
    assert (row.quarantined_at, waits[0] < timedelta(minutes=1)) == (None, True)
    assert timedelta(minutes=59) < waits[-1] < timedelta(minutes=76)
    assert "does not answer" in state(row, timezone.now())
    site.status = 200
    site.entries = [("Back", "https://elsewhere.example/9", "2026-11-09T09:00:00Z")]
    assert (look(row), shown(), row.error_code) == ("", [("Back", "https://elsewhere.example/9")], "")
    assert "does not answer" not in page()


@pytest.mark.parametrize("fault", [reset, hung])
def test_a_site_that_hangs_or_breaks_off_is_asked_again(site, fault, monkeypatch):
    monkeypatch.setattr(blogroll, "DEADLINE", timedelta(seconds=0.1))
    row = feed(site)
    site.server.faults = {1: fault}

    assert look(row) == {reset: "unreachable", hung: "too_slow"}[fault]
    assert look(row) == ""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "no_feed"),
        (b"<html><body><h1>Welcome</h1></body></html>", "no_feed"),
        (b"\x00" * 2**21, "too_large"),
        (b'<rss version="2.0"><channel>' + b"<a/>" * 40_000 + b"<x></channel></rss>", "too_large"),
        (b"<rss><a " + b" ".join(b'a%d=">"' % number for number in range(9000)) + b"/></rss>", "too_large"),
        (f'<?xml version="1.0" encoding="cp037"?>{"<a/>" * 40_000}'.encode("cp037"), "too_large"),
        (b"http://127.0.0.1/etc/passwd", "no_feed"),
        (b"/etc/passwd", "no_feed"),
        (b'<rss version="2.0"><channel><item><title>A & B &#xD800;</title></item></channel></rss>', "no_feed"),
        (b'<rss version="2.0"><channel><item><title>A & B &#9999999999;</title></item></channel></rss>', "no_feed"),
    ],
)
def test_what_is_no_feed_changes_nothing(site, body, code):
    row = feed(site)
    look(row)
    site.body = body

    assert look(row) == code
    assert shown() == [entry[:2] for entry in ENTRIES]


def test_a_large_feed_of_somebody_who_means_well_is_read():
    """A megabyte of whole posts, as words and as markup that is none of the feed's own."""
    words = (
        b"&lt;p class=&quot;a&quot;&gt;It isn't &amp;lt;easy&amp;gt;.&lt;/p&gt;<![CDATA[<p title=\"it's\">Don't.</p>]]>"
    )
    entry = b"<item><title>%d</title><link>https://a.ex/%d</link><description>%s</description></item>"
    body = (
        b'<rss version="2.0"><channel>' + b"".join(entry % (n, n, words * 110) for n in range(80)) + b"</channel></rss>"
    )

    assert (len(body) > 900_000, [each.title for each in blogroll.read(body, "https://a.ex/")]) == (
        True,
        [str(number) for number in range(10)],
    )


def test_a_link_that_no_table_could_hold_is_none():
    item = b"<item><title>A & B</title><link>https://elsewhere.example/%s</link></item>"
    body = b'<rss version="2.0"><channel>' + item % b"a&#0;b" + item % b"1" + b"</channel></rss>"

    assert [entry.link for entry in blogroll.read(body, "https://elsewhere.example/feed")] == [
        "https://elsewhere.example/1"
    ]


def test_of_an_entry_only_plain_words_and_a_link_on_the_web_are_kept(site):
    site.entries = [
        (
            "&lt;b&gt;Bold&lt;/b&gt; &amp;amp; &lt;script&gt;alert(1)&lt;/script&gt;plain",
            "/relative",
            "2999-01-01T00:00:00Z",
        ),
        ("Script", "javascript:alert(1)", "2026-11-01T09:00:00Z"),
        ("Data", "data:text/html,x", "2026-11-01T09:00:00Z"),
        ("&lt;img src=x onerror=alert(1)&gt;", "https://elsewhere.example/4", "2026-11-01T09:00:00Z"),
        ("turned \u202eround", "https://elsewhere.example/5", "not a date"),
        ("x" * 900, "https://elsewhere.example/6", "2026-11-01T09:00:00Z"),
        ("Long", "https://elsewhere.example/" + "y" * 900, "2026-11-01T09:00:00Z"),
    ]
    row = feed(site)

    assert look(row) == ""

    kept = dict(shown())
    assert kept.keys() == {"Bold & plain", "turned round", "x" * 200}
    assert kept["Bold & plain"] == f"{site.server.url}/relative"
    assert FeedItem.objects.filter(published_at__gt=timezone.now()).count() == 0
    assert ("<script" in page(), "<img" in page()) == (False, False)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1:9/feed", "https://localhost:9/feed", "https://[::1]:9/feed", "https://10.0.0.1/feed",
        "https://[64:ff9b::7f00:1]:9/feed", "https://[2002:7f00:1::]:9/feed", "https://[::127.0.0.1]:9/feed",
        "https://[fec0::1]:9/feed", "https://[ff02::1]:9/feed", "https://224.0.0.1:9/feed",
        "https://169.254.169.254/latest", "http://elsewhere.example/feed", "https://[::ffff:127.0.0.1]:9/feed",
    ],
)  # fmt: skip
def test_a_private_address_is_never_asked(site, address):
    row = feed(site, address=address)

    assert look(row) == "address_refused"
    assert row.quarantined_at is not None
    assert "not asked" in state(row, timezone.now())
    assert site.server.asked == []


@pytest.mark.parametrize("moved_to", ["http://127.0.0.1:9/feed", "https://169.254.169.254/", "file:///etc/passwd"])
def test_a_redirect_leads_nowhere_else(site, moved_to):
    row = feed(site)
    site.moved_to = moved_to

    assert look(row) in ("redirected", "address_refused")
    assert len(site.server.asked) == 1


def test_pages_show_feeds_of_their_community_that_are_shown(site):
    row = feed(site)
    look(row)
    other = neighbour()
    assert list(FeedItem.objects.shown(other)) == []
    Feed.objects.update(is_shown=False)

    assert (shown(), page().strip()) == ([], "")


def test_who_looked_and_lost_the_lease_writes_nothing(site):
    row = feed(site)
    (claim,) = blogroll.claim_due()
    leases.revoke(row)

    with pytest.raises(leases.LeaseLost):
        blogroll.fetch(claim)
    assert FeedItem.objects.count() == 0
