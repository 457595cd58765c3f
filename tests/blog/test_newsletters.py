"""What is out is told to whoever wants to hear it: once each, not what was taken back, and with hands on the brake."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts import leases, outbox
from accounts.models import Community, Mail
from accounts.outbox import Refused
from blog import publishing
from blog.followers import letters, newsletters, word
from blog.followers.newsletters import GRACE, last_friday, next_friday
from blog.models import Kind, Newsletter, Pace, Post, PostStatus
from chats.models import Topic
from tests.accounts.posting import delivered, mail_server
from tests.factories.blog import PostFactory, WriterFactory
from tests.factories.chats import ChatFactory, wecops
from tests.factories.following import crowd, follower
from tests.factories.people import neighbour, person

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday
LONDON = "Europe/London"


def out(**fields):
    """A post that has just been published."""
    return PostFactory(published_at=timezone.now() - timedelta(minutes=1), **fields)


def planned():
    newsletters.plan(timezone.now())
    return Newsletter.objects.all()


def write():
    """Write the letters of what is planned, its grace over."""
    Newsletter.objects.exclude(next_due_at=None).update(next_due_at=timezone.now() - HOUR)
    for claim in newsletters.claim_due():
        newsletters.write(claim)


def sent_to():
    return sorted(Mail.objects.values_list("to", flat=True))


def test_a_post_that_is_out_is_told_once_to_each_who_hears_at_once():
    wanted = follower("ann@reader.example")
    follower("weekly@reader.example", pace=Pace.WEEKLY)
    follower("other@reader.example", community=neighbour())
    Community.objects.filter(slug="wecops").update(domain="portal.example")
    post = out(title="Driving home", excerpt="A place to sit down.", by=[WriterFactory(handle="sgt_oakes")])

    for _ in range(2):
        planned(), write(), planned()

    mail = Mail.objects.get()
    newsletter = Newsletter.objects.get()
    assert (mail.to, mail.kind, mail.subject) == (wanted.address, "newsletter", "Driving home")
    assert mail.unsubscribe == f"{wecops().site}/blog/follow/stop/{word(wanted)}/"
    assert f"{wecops().site}{post.get_absolute_url()}" in mail.text
    assert ("by @sgt_oakes" in mail.text, "A place to sit down." in mail.text) == (True, True)
    assert f"/blog/follow/mine/{word(wanted)}/" in mail.html
    assert (newsletter.readers, newsletter.written_at is not None, newsletter.settled_at) == (1, True, None)
    assert "<img" not in mail.html


def test_ticks_decide_who_hears_of_what():
    custody, rest = (Topic.objects.create(community=wecops(), slug=n, name=n) for n in ("custody", "rest"))
    follower("all@reader.example")
    follower("posts@reader.example", has_write_ups=False)
    follower("write-ups@reader.example", has_posts=False)
    follower("custody@reader.example", topics=[custody])
    follower("both@reader.example", topics=[custody, rest])
    follower("pauses@reader.example", paused_until=timezone.localdate() + timedelta(days=1))
    follower("woke@reader.example", paused_until=timezone.localdate())
    heard = {}

    for name, fields in {"news": {}, "write-up": {"kind": Kind.WRITE_UP}, "rest": {"topic": rest}}.items():
        out(**fields)
        planned(), write()
        heard[name] = [address.partition("@")[0] for address in sent_to()]
        Mail.objects.all().delete()

    assert heard == {
        "news": ["all", "posts", "woke"],
        "write-up": ["all", "woke", "write-ups"],
        "rest": ["all", "both", "posts", "woke"],
    }


def test_old_posts_drafts_and_whoever_follows_later_are_left_alone():
    follower()
    PostFactory(published_at=timezone.now() - timedelta(days=3))
    PostFactory(status=PostStatus.SCHEDULED, published_at=timezone.now() + HOUR)
    PostFactory(status=PostStatus.DRAFT, published_at=None)

    assert list(planned()) == []
    out()
    planned()
    follower("later@reader.example", confirmed_at=timezone.now())
    write()
    assert sent_to() == ["ann@reader.example"]


def test_there_is_time_for_second_thoughts():
    """A slip that is mended within the grace leaves no trace; the post is told when it is out again."""
    follower()
    post = out()
    (newsletter,) = planned()
    first = newsletter.next_due_at
    Post.objects.update(status=PostStatus.UNPUBLISHED)
    assert list(planned()) == []
    Post.objects.update(status=PostStatus.PUBLISHED)

    assert [each.post for each in planned()] == [post]
    assert first - timezone.now() > GRACE - timedelta(minutes=1)
    assert newsletters.claim_due() == []


def test_a_week_is_told_anew_without_what_was_taken_back_meanwhile():
    until = last_friday(timezone.now(), LONDON)
    crowd(3, pace=Pace.WEEKLY)
    bad, good = (PostFactory(published_at=until - HOUR, title=f"A {title} one") for title in ("bad", "good"))
    week = {"since": until - 7 * 24 * HOUR, "until": until, "created_at": timezone.now()}
    newsletter = Newsletter.objects.create(community=wecops(), **week, next_due_at=until)
    write()
    first = Mail.objects.order_by("pk").first()
    Mail.objects.filter(pk=first.pk).update(status="sent", sent_at=until, next_due_at=None)
    publishing.rename(bad, "another-name")
    publishing.unpublish(bad, now=timezone.now())

    newsletters.plan(timezone.now())
    left = list(Mail.objects.values_list("pk", flat=True))
    write(), newsletters.plan(timezone.now())

    waiting = Mail.objects.filter(status="waiting")
    newsletter.refresh_from_db()
    assert left == [first.pk]
    assert [(bad.title in each.text, good.title in each.text) for each in waiting] == [(False, True)] * 2
    assert (newsletter.readers, newsletter.written_at is not None, newsletter.settled_at) == (3, True, None)


@pytest.mark.parametrize("is_weekly", [False, True])
def test_a_letter_that_waits_has_the_words_that_its_post_has(is_weekly):
    """Nobody gets a second one, and none leaves that was lent with the old words."""
    crowd(3, pace=Pace.WEEKLY if is_weekly else Pace.AT_ONCE)
    if is_weekly:
        until = last_friday(timezone.now(), LONDON)
        post = PostFactory(published_at=until - HOUR, title="Sgt Oaks wrote")
        week = {"since": until - 7 * 24 * HOUR, "until": until, "created_at": timezone.now()}
        Newsletter.objects.create(community=wecops(), **week, next_due_at=until)
    else:
        post = out(title="Sgt Oaks wrote")
        planned()
    write()
    first = Mail.objects.order_by("pk").first()
    Mail.objects.filter(pk=first.pk).update(status="sent", sent_at=timezone.now(), next_due_at=None)

    with mail_server() as server:
        lent = outbox.claim_due()
        publishing.revise(post, by=None, now=timezone.now(), title="Sgt Oakes wrote", text="It was a quiet night.")
        tally = outbox.deliver(lent)
        write()
        delivered()

    assert (tally, len(server.delivered)) == ({"lost": 2}, 2)
    assert Mail.objects.filter(pk=first.pk, text__contains="Sgt Oaks").exists()
    again = Mail.objects.exclude(pk=first.pk)
    assert [("Oaks" in mail.text + mail.subject, "Sgt Oakes wrote" in mail.text) for mail in again] == [
        (False, True)
    ] * 2


def test_of_a_post_that_is_taken_down_no_letter_is_left_from_that_moment():
    crowd(3)
    post = out()
    planned(), write()

    publishing.unpublish(post, now=timezone.now())

    assert list(Mail.objects.all()) == []
    planned(), write()
    assert list(Mail.objects.all()) == []


def test_a_post_that_is_taken_back_is_mailed_no_more(monkeypatch):
    crowd(5)
    out()
    planned()
    monkeypatch.setattr(newsletters, "BATCH", 2), monkeypatch.setattr(newsletters, "BATCHES", 1)
    write()
    with mail_server():
        Post.objects.update(status=PostStatus.UNPUBLISHED)
        newsletters.plan(timezone.now())
        assert delivered() == {}

    newsletter = Newsletter.objects.get()
    assert (newsletter.stopped_at is not None, newsletter.next_due_at) == (True, None)
    assert newsletters.progress(newsletter) == {"discarded": 2}
    write()
    assert Mail.objects.count() == 2


def test_whose_turn_comes_after_it_was_taken_back_gets_nothing():
    follower()
    out()
    planned()
    Post.objects.update(status=PostStatus.UNPUBLISHED)
    write()

    assert Mail.objects.count() == 0


def test_letters_are_written_batch_by_batch_and_work_is_given_back_in_between(monkeypatch):
    crowd(7)
    out()
    planned()
    monkeypatch.setattr(newsletters, "BATCH", 2), monkeypatch.setattr(newsletters, "BATCHES", 2)

    counts = []
    for _ in range(3):
        write()
        counts.append(Mail.objects.count())

    assert counts == [4, 7, 7]
    assert len(set(sent_to())) == 7


def test_paused_it_keeps_what_has_not_left_and_goes_on_where_it_was(monkeypatch):
    crowd(6)
    out()
    (newsletter,) = planned()
    monkeypatch.setattr(newsletters, "BATCH", 4), monkeypatch.setattr(newsletters, "BATCHES", 1)
    write()

    with mail_server() as server:
        newsletters.pause(newsletter, timezone.now())
        write(), planned()
        assert (delivered(), newsletters.progress(newsletter)) == ({}, {"draft": 4})
        with pytest.raises(Refused):
            newsletters.pause(newsletter, timezone.now())
        newsletters.go_on(newsletter, timezone.now())
        write()
        assert delivered() == {"sent": 6}

    planned()
    newsletter.refresh_from_db()
    assert sorted(letter.to for letter in server.delivered) == sent_to()
    assert (newsletter.settled_at is not None, newsletter.readers) == (True, 6)
    with pytest.raises(Refused):
        newsletters.stop(newsletter, timezone.now())


def test_whoever_holds_a_batch_when_it_is_paused_commits_nothing_after():
    follower()
    out()
    (newsletter,) = planned()
    Newsletter.objects.update(next_due_at=timezone.now() - HOUR)
    (claim,) = newsletters.claim_due()
    newsletters.pause(newsletter, timezone.now())

    with pytest.raises(leases.LeaseLost):
        newsletters.write(claim)
    assert Mail.objects.count() == 0


def test_the_team_can_look_first():
    follower()
    out(title="Look first")
    (newsletter,) = planned()
    ann = person("ann", email="ann@team.example", email_confirmed_at=timezone.now())

    assert newsletters.try_out(newsletter, ann, timezone.now()) == "ann@team.example"
    with pytest.raises(Refused, match="no address"):
        newsletters.try_out(newsletter, person("bob"), timezone.now())

    mail = Mail.objects.get()
    assert (mail.to, mail.subject, mail.kind, mail.series) == ("ann@team.example", "Test: Look first", "action", "")
    assert "stop/" not in mail.text


def test_a_week_is_told_on_friday_with_what_each_has_ticked():
    rest = Topic.objects.create(community=wecops(), slug="rest", name="Rest")
    PostFactory(title="Before", published_at=NOON - timedelta(days=7))
    PostFactory(title="A piece", published_at=NOON - timedelta(days=6), topic=rest)
    PostFactory(title="A write-up", published_at=NOON, kind=Kind.WRITE_UP)
    PostFactory(title="After", published_at=NOON + timedelta(seconds=1))
    starts_at = NOON + timedelta(days=400)
    ChatFactory(title="The first hour", slug="first-hour", starts_at=starts_at, ends_at=starts_at + HOUR)
    weekly = {"pace": Pace.WEEKLY}
    follower("all@reader.example", **weekly)
    follower("rest@reader.example", topics=[rest], **weekly)
    follower("write-ups@reader.example", has_posts=False, **weekly)
    follower("nothing@reader.example", topics=[rest], has_posts=False, **weekly)
    follower("at-once@reader.example")

    newsletters.plan(NOON - timedelta(seconds=1))
    assert Newsletter.objects.filter(post=None).count() == 0
    for minutes in (0, 1):
        newsletters.plan(NOON + timedelta(minutes=minutes))
    Newsletter.objects.exclude(post=None).delete()
    write()

    told = {mail.to.partition("@")[0]: [t for t in ("Before", "A piece", "A write-up", "After") if t in mail.text]
            for mail in Mail.objects.all()}  # fmt: skip
    assert told == {"all": ["A piece", "A write-up"], "rest": ["A piece"], "write-ups": ["A write-up"]}
    mail = Mail.objects.get(to="all@reader.example")
    assert mail.subject == "Your week at WeCops, Friday 27 November 2026"
    assert "The first hour" in mail.text


def test_a_week_without_news_and_one_that_was_missed_are_not_told():
    follower(pace=Pace.WEEKLY)
    newsletters.plan(NOON)
    PostFactory(published_at=NOON - HOUR)
    newsletters.plan(NOON + timedelta(days=3))

    assert list(Newsletter.objects.all()) == []


@pytest.mark.parametrize(
    ("now", "friday"),
    [
        (NOON, NOON),
        (NOON - timedelta(seconds=1), NOON - timedelta(days=7)),
        (datetime(2026, 10, 23, 11, tzinfo=UTC), datetime(2026, 10, 23, 11, tzinfo=UTC)),  # summer time
        (datetime(2026, 10, 26, 9, tzinfo=UTC), datetime(2026, 10, 23, 11, tzinfo=UTC)),  # the clocks went back
    ],
)
def test_friday_noon_is_by_the_clock_on_the_wall(now, friday):
    assert last_friday(now, LONDON) == friday
    assert next_friday(NOON, LONDON) == NOON + timedelta(days=7)


def test_a_letter_can_be_read_on_the_web_as_long_as_what_it_tells_of_is_out(client):
    follower()
    out(title="<b>Nasty</b>", html="<p>One</p><h2>Two</h2><ul><li>Three</li></ul><h2>Last</h2>")
    (newsletter,) = planned()
    address = newsletter.get_absolute_url()

    before = client.get(address).status_code
    write()
    page = client.get(address)
    Post.objects.update(status=PostStatus.UNPUBLISHED)

    assert (before, page.status_code, client.get(address).status_code) == (404, 200, 410)
    text = page.content.decode()
    assert ["&lt;b&gt;Nasty" in text, "<h2>Two</h2>" in text, "Last</h2>" in text] == [True, True, False]
    assert ("follow/mine/" in text, "follow/stop/" in text, page.cookies) == (False, False, {})


def test_what_a_letter_opens_with_is_words():
    html = "<h2>Head</h2><p>One <a href='x'>link</a> &amp; <em>more</em></p>"
    html += "<ul><li><p>Row</p></li></ul><pre>no</pre><h2>End</h2>"

    assert [tuple(block) for block in letters.opening(html)] == [
        ("section", "Head"), ("paragraph", "One link & more"), ("row", "Row"),
    ]  # fmt: skip
    assert len(letters.opening("<p>" + "x" * 800 + "</p>" + "<p>" + "y" * 200 + "</p>" * 2 + "<p>z</p>")) == 2
