"""Every kind of page in a real browser: readable for everybody, at every width, asking nobody else for anything."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts import leases
from accounts.models import TeamMember
from chats import archive, ingest, lifecycle
from chats.models import Build, Chat, Outcome, Partner, ProgrammeItem, Speaker
from chats.sources.files import FileSource
from tests.blog.test_videos import PARTS, WORDS
from tests.browsing import NARROW, NARROWEST, in_both, is_too_wide, misfits_here_and_on_paper, violations
from tests.factories.blog import CommentFactory, PostFactory, VideoFactory, WriterFactory
from tests.factories.chats import ChatFactory, EventFactory, QuestionFactory
from tests.factories.records import seen
from tests.simulators.practice import practice, to_twarc_v2

EVERY_NTH = 32

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def practised(tmp_path):
    """The practice chat, built, or as much of it as shows everything: the rules compare each link with every other."""
    facts = practice()
    file = tmp_path / "practice.jsonl"
    file.write_bytes(b"".join(to_twarc_v2(facts)))
    chat = ChatFactory(
        slug=facts.slug,
        title=facts.title,
        hashtags=list(facts.hashtags),
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
    )
    (page,) = FileSource(file).pages("")
    said = [each for n, each in enumerate(page.tweets) if n % EVERY_NTH == 0 or each.author.handle == "WeCops"]
    ingest.merge(chat, tuple(said), why="file")
    archive.build(leases.claim_one(chat.build), timezone.now())
    return chat


@pytest.fixture
def paths(practised):
    """One address of every kind of page."""
    chat = practised.get_absolute_url()
    now = timezone.now()
    coming = ChatFactory(slug="coming", starts_at=now + timedelta(days=9), ends_at=now + timedelta(days=9, hours=1))
    coming.hosts.create(handle="ann", name="Ann Okelu")
    tonight = ChatFactory(slug="tonight", starts_at=now + timedelta(hours=5), ends_at=now + timedelta(hours=6))
    QuestionFactory(chat=tonight, number=1, text="What would you tell your younger self?")
    for slug, status in (("moved", "moved"), ("off", "cancelled")):
        starts_at = now + timedelta(days=10)
        fields = {"status": status, "status_reason": "The hosts are on duty.", "starts_at": starts_at}
        ChatFactory(slug=slug, ends_at=starts_at + timedelta(hours=1), **fields)
    work_stream(practised, now.date())
    table = "<table><thead><tr><th>Minute</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
    html = f"<h2>A head</h2><blockquote><p>Said.</p></blockquote>{table}<pre><code>{'long' * 40}</code></pre>"
    post = PostFactory(chat=practised, by=[WriterFactory()], tags=["academicpony", "rest"], html=html)
    PostFactory(title="ongoing" * 8, tags=["rest"], by=[WriterFactory(name="W" * 50)])
    CommentFactory(parent=CommentFactory(post=post), post=post)
    film = VideoFactory(title="W" * 60, chat=practised, parts=PARTS, transcript=WORDS, promises="Yes.\nYes.")
    event = gathering(tonight)
    PostFactory(event=event, title="ongoing" * 8)
    year, month = chat.split("/")[2:4]
    below = [
        "",
        "stats/",
        "resources/",
        "transcript/",
        "transcript/time/",
        "transcript/q1/",
        "transcript/people/",
        "people/x/WeCops/",
        "transcript.html",
    ]
    archives = ["/chats/archive/", f"/chats/archive/{year}/", f"/chats/archive/{year}/{month}/"]
    return [
        "/",
        "/chats/",
        f"/chats/{coming.get_absolute_url()[7:14]}/",
        "/about/",
        "/about/team/",
        "/house-rules/",
        "/take-part/host/",
        "/privacy/",
        "/contact/",
        "/topics/",
        "/communities/",
        "/topics/rest/",
        "/impact/method/",
        "/status/",
        "/search/",
        "/search/?q=ongoing+or+night",
        "/search/?q=zzyzx&from=2016",
        "/blog/",
        "/blog/tags/academicpony/",
        post.get_absolute_url(),
        film.get_absolute_url(),
        event.get_absolute_url(),
        *archives,
        *(chat + path for path in below),
        coming.get_absolute_url(),
        tonight.get_absolute_url(),
        "/nowhere/",
    ]


def work_stream(chat, today):
    """A topic of every chat, with something handed on that waits, that came back, and that was refused."""
    owner = TeamMember.objects.create(community=chat.community, name="Ann Okelu", role="-", joined_on=today)
    topic = lifecycle.open_topic(chat.community, "rest", name="Rest", summary="How people sleep.", owner=owner)
    Chat.objects.update(topic=topic)
    waiting = lifecycle.hand_on(topic, "Beds.", to="To a trust.", on=today, chat=chat, tweet=3, by=owner)
    for outcome, to in ((Outcome.BACK, "To a force."), (Outcome.REFUSED, "To a minister.")):
        handed = lifecycle.hand_on(topic, waiting.said, to=to, on=today)
        lifecycle.come_back(handed, outcome, "There are six.", on=today, is_checked=True)


def gathering(chat):
    """A day in person with everything on its page."""
    starts_at = timezone.now() + timedelta(days=4)
    event = EventFactory(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=6), tickets="https://tickets.example/",
        places="34 of 180 left", map="https://maps.example/", live_chat=chat, text="## Partners\n\nA *question*.",
    )  # fmt: skip
    for hour, is_pause in ((10, False), (13, True)):
        ProgrammeItem.objects.create(
            event=event, starts=time(hour), title="ongoing" * 8, speakers="W" * 50, room="The hall", is_pause=is_pause
        )
    Speaker.objects.create(event=event, name="W" * 50, role="Sleep researcher", link="https://nora.example/")
    Partner.objects.create(event=event, name="W" * 50, gives="lunch", link="https://lowmoor.example/")
    return event


def test_every_kind_of_page_has_no_violation(visit, paths, deep):
    found = {(path, way["width"]): visit(path, violations, **way) for path, way in in_both(paths, deep=deep)}

    assert {key: each for key, each in found.items() if each} == {}


def test_every_kind_of_page_asks_nobody_else_and_says_nothing(visit, paths, site):
    for path in paths:
        asked, refused, said, cookies = visit(
            path, lambda page: (page.asked, page.refused, page.said, page.context.cookies())
        )

        assert [url for url in asked if not url.startswith(site)] == []
        assert [url for url in refused if url != f"{site}/nowhere/"] == []
        assert [text for text in said if "404" not in text] == []
        assert cookies == []


def test_play_asks_one_host_for_a_film_and_needs_no_script(visit, site):
    """Its player would refuse to play for a page that does not say where it stands."""
    film = VideoFactory(parts=PARTS, transcript=WORDS).get_absolute_url()

    def press(page):
        sent = []
        page.on("request", lambda asked: sent.append((asked.url, asked.headers.get("referer"))))
        page.route(lambda url: not url.startswith(site), lambda route: route.abort())
        page.emulate_media(media="print")
        paper = [page.locator(each).last.is_visible() for each in ("details.whole p", "summary", ".player")]
        page.emulate_media(media="screen")
        before = list(page.asked)
        page.get_by_role("link", name="5.12 The last hour").click()
        page.locator("iframe").wait_for()
        page.wait_for_load_state()
        elsewhere = [each for each in sent if not each[0].startswith(site)]
        return before, paper, elsewhere, page.said, page.context.cookies()

    before, paper, elsewhere, said, cookies = visit(film, press, java_script_enabled=False)

    assert [url for url in before if not url.startswith(site)] == []
    assert paper == [True, False, False]  # all of the words, and nothing to be pressed
    player = "https://www.youtube-nocookie.com/embed/WeCops-Film?autoplay=1&rel=0&start=312"
    assert elsewhere == [(player, f"{site}/")]
    assert [text for text in said if "Security Policy" in text] == []
    assert cookies == []


def test_every_kind_of_page_fits_the_narrowest_window_and_paper(visit, paths):
    found = {path: visit(path, misfits_here_and_on_paper, width=NARROWEST) for path in paths}

    assert {path: each for path, each in found.items() if each} == {}


def test_long_names_and_titles_fit_the_narrowest_window(visit, practised, build):
    """People on X may have names of 50 letters, and write them without a space."""
    practised.title = f"About {'ongoing' * 8}"
    practised.save()
    build(practised, seen(7, "Evening all", author="o" * 15, name="W" * 50, minute=1))
    begins = timezone.now() + timedelta(days=9)
    coming = ChatFactory(title="W" * 60, slug="coming", starts_at=begins, ends_at=begins + timedelta(hours=1))
    coming.hosts.create(handle="o" * 15, name="W" * 50)
    chat = practised.get_absolute_url()
    below = ("", "stats/", "transcript/", "transcript/time/", "transcript/people/", f"people/x/{'o' * 15}/")
    ahead = ["/chats/", coming.get_absolute_url(), coming.get_absolute_url()[:15]]
    paths = ["/", "/chats/archive/", *ahead, *(chat + path for path in below)]

    wide = [path for path in paths if visit(path, is_too_wide, width=NARROWEST)]

    assert wide == []


def test_every_kind_of_page_reads_the_same_without_scripts(visit, paths):
    """At home, that is: elsewhere a script adds the reader's own hour, and nothing else."""

    def said(path, *, scripts):
        look = {"java_script_enabled": scripts, "timezone_id": "Europe/London"}
        return visit(path, lambda page: page.inner_text("main"), **look)

    for path in paths:
        with_scripts, without = said(path, scripts=True), said(path, scripts=False)
        if with_scripts != without:  # it may have counted the minutes down in between
            with_scripts = said(path, scripts=True)

        assert with_scripts == without


OWN_HOURS = [
    (datetime(2026, 7, 1, 20, tzinfo=UTC), "Europe/London", None),
    (datetime(2026, 7, 1, 20, tzinfo=UTC), "Atlantic/Reykjavik", "8 to 9 pm where you are"),
    (datetime(2027, 1, 6, 21, tzinfo=UTC), "Atlantic/Reykjavik", None),  # in winter their clocks agree
    (
        datetime(2027, 3, 17, 21, tzinfo=UTC),
        "America/New_York",
        "5 to 6 pm where you are",
    ),  # clocks changed there alone
    (datetime(2027, 3, 31, 20, tzinfo=UTC), "America/New_York", "4 to 5 pm where you are"),
    (datetime(2027, 1, 6, 21, 45, tzinfo=UTC), "Asia/Kolkata", "Thursday 7 January, 3.15 to 4.15 am where you are"),
    (datetime(2027, 1, 6, 6, 30, tzinfo=UTC), "Asia/Karachi", "11.30 am to 12.30 pm where you are"),
]


def test_readers_elsewhere_are_told_their_own_hour(visit, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 6, 1, tzinfo=UTC))

    def own_hour(page):
        place = page.locator(".ticket .own-hour")
        return place.inner_text() if place.is_visible() else None

    told = []
    for moment, zone, _ in OWN_HOURS:
        chat = ChatFactory(starts_at=moment, ends_at=moment + timedelta(hours=1))
        told.append((moment, zone, visit(chat.get_absolute_url(), own_hour, timezone_id=zone)))

    assert told == OWN_HOURS


def test_print_is_a_document_without_what_is_to_be_pressed(visit, practised):
    """The address is on paper, closed tables of drawn figures are not; what stood beside comes below, with a gap."""
    pressed = ".site-head, .site-foot, .crumbs, .switch, .chart + .fold"

    def look(page):
        page.emulate_media(media="print")
        shown = [each for each in page.locator(pressed).all() if each.is_visible()]
        above, below = page.locator(".with-aside > *").all()
        gap = below.bounding_box()["y"] - above.bounding_box()["y"] - above.bounding_box()["height"]
        return shown, page.locator(".only-print").is_visible(), gap > 0

    assert visit(f"{practised.get_absolute_url()}stats/", look) == ([], True, True)


def test_an_anchor_leads_to_its_tweet(visit, practised):
    path = f"{practised.get_absolute_url()}transcript/#t20"

    visit(path, lambda page: expect(page.locator("#t20")).to_be_in_viewport(), width=NARROW)


def test_the_keyboard_skips_to_the_content(visit, practised):
    def press(page):
        page.keyboard.press("Tab")
        skip = page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        return skip, page.evaluate("document.querySelector('main').contains(document.activeElement)")

    assert visit("/", press) == ("Skip to the main content", True)


def test_the_menu_opens_and_closes_on_a_phone_by_keyboard(visit, practised):
    def press(page):
        link = page.locator("#menu").get_by_role("link", name="Archive")
        before = link.is_visible()
        page.get_by_role("button", name="Menu").press("Enter")
        opened = link.is_visible()
        page.keyboard.press("Escape")
        return before, opened, link.is_visible()

    assert visit("/", press, width=NARROW) == (False, True, False)


def test_a_hostile_tweet_stays_words(visit, practised, build):
    """What a tweet says can open no element, run no script and turn no neighbour around."""
    hostile = "<script>document.title='x'</script><img src=x onerror=document.title='x'> \u202eyldneirf"
    build(practised, seen(7, hostile, author="mallory", name="\u202e<b>mallory</b>", minute=1))

    title, tags, words = visit(
        f"{practised.get_absolute_url()}transcript/",
        lambda page: (
            page.title(),
            page.evaluate("document.querySelectorAll('main :is(script, iframe, img, object, b b)').length"),
            page.locator("main").text_content(),
        ),
    )

    assert "whole transcript" in title
    assert tags == 0
    assert hostile in words


def test_a_withdrawn_page_says_so_in_our_words(visit, practised):
    Build.objects.update(withdrawn_at=timezone.now())

    heads, tweets = visit(
        f"{practised.get_absolute_url()}transcript/",
        lambda page: (page.locator("h1").count(), page.locator(".tweet").count()),
    )

    assert (heads, tweets) == (1, 0)
