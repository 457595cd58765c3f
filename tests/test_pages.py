"""Every public address, as a reader and a crawler meet it: it answers, it is well built, and it leads somewhere."""

import re
from collections import Counter
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone
from django.views.defaults import permission_denied

from accounts.models import TeamMember
from chats import lifecycle
from chats.models import Build, Chat, Outcome
from chats.sources.base import Span
from tests.factories.chats import ChatFactory, QuestionFactory, wecops
from tests.factories.conversation import CONVERSATION
from tests.factories.records import seen
from wecops.views import csrf_failed, failed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

# Where a reader becomes somebody: these need a cookie, lead nowhere that others see, and are tried in tests/accounts.
OWN = ("/me/", "/accounts/")
# Who is signed in begins there at once; all others read what it is, and take no cookie along either.
PROPOSE, TELL = "/propose/", "/stories/new/"
FORMS = ("/contact/", "/blog/follow/")  # one page each, whatever a link has chosen in it already
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}
MOST_PAGES = 100


class Document(HTMLParser):
    """What the tests ask of a page."""

    def __init__(self, text):
        super().__init__()
        self.open, self.levels, self.links, self.ids, self.faults = [], [], [], Counter(), []
        self.title = self.lang = ""
        self.canonical, self.told = None, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in found:
            self.ids[found["id"]] += 1
        if tag == "html":
            self.lang = found.get("lang")
        if tag == "meta" and found.get("property") in ("og:title", "og:type"):
            self.told.append(found["content"])
        if tag == "link" and found.get("rel") == "canonical":
            self.canonical = found["href"]
        elif tag in ("a", "link") and "href" in found:
            self.links.append(found["href"])
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.levels.append(int(tag[1]))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-3:]}")
        elif tag not in VOID:
            self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.title += data


def faults_of(text):
    """What is wrong with the page's build, in words; nothing where it is good."""
    page = Document(text)
    checks = {
        "is not in British English": page.lang != "en-GB",
        "has no title": not page.title.strip(),
        "has not exactly one h1": page.levels.count(1) != 1,
        "does not begin with its h1": page.levels[:1] != [1],
        "skips a heading level": any(b > a + 1 for a, b in zip(page.levels, page.levels[1:], strict=False)),
        "has an id twice": max(page.ids.values(), default=0) > 1,
        "leaves elements open": page.open != [],
        "has no main": "main" not in page.ids,
    }
    return [*page.faults, *(fault for fault, is_so in checks.items() if is_so)]


@pytest.fixture
def site(client, build):
    """The portal with a chat of every kind: archived in two months, to come, over, cancelled; and a team."""
    build(ChatFactory(slug="first-night", title="First night"), *CONVERSATION)
    now = timezone.now()
    for slug, ahead, fields in (
        ("soon", timedelta(days=3), {}),
        ("over", timedelta(days=-3), {}),
        ("off", timedelta(days=9), {"status": "cancelled", "status_reason": "The hosts are on duty."}),
    ):
        starts_at = now + ahead
        chat = ChatFactory(slug=slug, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **fields)
        chat.hosts.create(handle="WeCops", name="WeCops")
        QuestionFactory(chat=chat, number=1, planned_at=starts_at)
    owner = TeamMember.objects.create(
        community=wecops(),
        name="Ann Okelu",
        handle="annokelu",
        role="Hosts",
        is_academic=True,
        joined_on=date(2020, 1, 1),
    )
    topic = lifecycle.open_topic(wecops(), "rest", name="Rest", summary="How people sleep.", owner=owner)
    Chat.objects.update(topic=topic)
    chat = Chat.objects.get(slug="first-night")
    lifecycle.hand_on(topic, "Beds.", to="To a trust.", on=date(2026, 11, 20), chat=chat, tweet=3, by=owner)
    back = lifecycle.hand_on(topic, "Rooms.", to="To a force.", on=date(2026, 11, 20))
    lifecycle.come_back(back, Outcome.BACK, "Six.", on=date(2026, 11, 21), is_checked=True)
    return client


def crawl(client, *starts):
    """Follow every link on this site; the answers by address, and every (page, link) that names a place in a page."""
    answers, places, waiting = {}, [], list(starts)
    while waiting:
        assert len(answers) < MOST_PAGES, f"There is no end to the links: {waiting[-5:]}"
        address = waiting.pop()
        if address in answers:
            continue
        answers[address] = client.get(address)
        if not answers[address]["Content-Type"].startswith("text/html"):
            continue
        for link in Document(answers[address].text).links:
            target, place = urldefrag(link)
            target = target or address
            if urlsplit(target)[:2] == ("", "") and not target.startswith(("/static/", *OWN)):
                target = f"{urlsplit(address).path}{target}" if target.startswith("?") else target
                target = target.partition("?")[0] if target.startswith(FORMS) else target
                waiting.append(target)
                places.append((address, target, place))
    return answers, places


WORDS = "Mental health of the night shift, see the study"


@pytest.fixture
def shared(site, build):
    """The archived chat with links, a picture, words of many, and a file that stopped half-way."""
    chat = Chat.objects.get(slug="first-night")
    start = len(WORDS) + 1
    link = Span("link", start, start + 14, "https://t.co/abc12", "sleep.example/study", "https://sleep.example/study")
    words = f"{WORDS} https://t.co/abc12"
    said = [
        seen(number, words, author=f"p{number}", minute=14, spans=(link,), hashtags=("academicpony",))
        for number in range(300, 304)
    ]
    build(chat, *said, seen(310, "Look", author="dee", minute=15, alt_texts=("A dog asleep on a folded coat",)))
    chat.captures.create(source="file", query="/somewhere/saved.jsonl", error_code="broken", error="Cut off.")
    build(chat)
    return site


def test_pages_with_everything_on_them_are_well_built(shared):
    answers, places = crawl(shared, "/")

    pages = {address: answer.text for address, answer in answers.items() if "html" in answer["Content-Type"]}
    lost = [(link, place) for _, link, place in places if place and place not in Document(pages[link]).ids]
    assert {address: faults for address, text in pages.items() if (faults := faults_of(text))} == {}
    assert lost == []
    assert len([text for text in pages.values() if "could not be read to its end" in text]) == 7


def test_every_link_on_the_site_leads_somewhere(site):
    answers, places = crawl(site, "/", "/chats/archive/")

    ids = {
        address: Document(answer.text).ids for address, answer in answers.items() if "html" in answer["Content-Type"]
    }
    dead = [address for address, answer in answers.items() if answer.status_code != 200]
    lost = [(page, link, place) for page, link, place in places if place and place not in ids.get(link, ())]
    assert (dead, lost) == ([], [])
    assert {"/", "/about/", "/chats/archive/2026/11/", "/chats/2026/11/18/first-night/transcript/time/"} <= set(answers)


def waiting_pages():
    now = timezone.now()
    for slug, ahead in (("soon", 3), ("over", -3), ("off", 9)):
        yield f"/chats/{timezone.localtime(now + timedelta(days=ahead)):%Y/%m/%d}/{slug}/"


def test_every_page_is_well_built_and_knows_its_address(site):
    answers, _ = crawl(site, "/", *waiting_pages())

    pages = {address: answer.text for address, answer in answers.items() if "html" in answer["Content-Type"]}
    assert {address: faults for address, text in pages.items() if (faults := faults_of(text))} == {}
    assert {urlsplit(Document(text).canonical).path: address for address, text in pages.items()} == {
        address: address for address in pages
    }
    told = {address: (page.told, page.title) for address, text in pages.items() if (page := Document(text))}
    assert [
        address
        for address, (names, title) in told.items()
        if names not in (["website", title], ["video.other", title]) and not address.endswith(".html")  # a file
    ] == []


def test_no_page_sets_a_cookie_or_asks_for_one(site):
    answers, _ = crawl(site, "/", *waiting_pages())

    assert {
        address
        for address, answer in answers.items()
        if answer.cookies or ("Cookie" in answer.get("Vary", "") and address not in (PROPOSE, TELL))
    } == set()


def test_no_template_speaks_for_one_community():
    """Whoever begins another has no code to change."""
    own = re.compile(r"policing|police\b|officers|WeCops", re.IGNORECASE)
    files = (Path(__file__).parent.parent / "templates").rglob("*.*")

    assert [file.name for file in files if own.search(re.sub(r"{#.*?#}", "", file.read_text()))] == []


def test_titles_are_told_apart(site):
    answers, _ = crawl(site, "/", *waiting_pages())

    titles = Counter(Document(answer.text).title for answer in answers.values() if "html" in answer["Content-Type"])
    assert [title for title, pages in titles.items() if pages > 1] == []


def test_a_page_too_far_of_a_long_archive_has_its_own_address(build, client, monkeypatch):
    monkeypatch.setattr("chats.views.Archive.paginate_by", 1)
    for number in range(3):
        build(ChatFactory(slug=f"archived-{number}"), *CONVERSATION)

    page = client.get("/chats/archive/?page=2")

    document = Document(page.text)
    assert faults_of(page.text) == []
    assert [link for link in document.links if link.startswith("?")] == ["?page=1", "?page=1", "?page=3", "?page=3"]
    assert document.canonical == "http://127.0.0.1:8000/chats/archive/?page=2"


def test_empty_pages_are_well_built(client):
    addresses = (
        "/",
        "/chats/",
        "/chats/2025/03/",
        "/chats/archive/",
        "/blog/",
        "/blog/tags/academicpony/",
        "/about/",
        "/about/team/",
        "/contact/",
        "/contact/thanks/",
        "/topics/",
        "/videos/",
        "/communities/",
        "/impact/method/",
        "/status/",
    )

    assert {address: faults for address in addresses if (faults := faults_of(client.get(address).text))} == {}


def test_home_shows_the_chat_that_is_going_on_before_the_next(client):
    now = timezone.now()
    for slug, ahead in (
        ("next", timedelta(hours=2)),
        ("running", -timedelta(minutes=5)),
        ("past", -timedelta(hours=3)),
    ):
        ChatFactory(slug=slug, title=slug, starts_at=now + ahead, ends_at=now + ahead + timedelta(hours=1))

    response = client.get("/")

    assert response.context["next_chat"].slug == "running"
    assert "Live now" in response.text


def test_home_without_a_coming_chat_says_so(client):
    assert "No date is set yet" in client.get("/").text


def test_a_cancelled_chat_says_why_and_asks_nobody_to_come(site):
    off = [address for address in waiting_pages() if address.endswith("/off/")]

    text = site.get(*off).text.partition("<footer")[0]

    assert "The hosts are on duty." in text
    assert [word for word in ("hours", "Join in", "How to take part", "starts for you") if word in text] == []


def test_words_from_outside_stay_words(build, client):
    hostile = "</title><script>alert(1)</script>"
    chat = ChatFactory(slug="hostile", title=hostile, summary=hostile)
    chat.hosts.create(handle="ann", name=hostile)
    build(chat, *CONVERSATION)
    TeamMember.objects.create(
        community=wecops(), name=hostile, role=hostile, biography=hostile, joined_on=date(2020, 1, 1)
    )

    answers, _ = crawl(client, "/", "/about/")

    assert [
        address for address, answer in answers.items() if "<script>" in answer.text and "html" in answer["Content-Type"]
    ] == []


def resting(request):
    """What a request gets that could not reach the database."""
    try:
        lose_the_database()
    except OperationalError:
        return failed(request)


def lose_the_database():
    raise OperationalError("secret")


def error_pages():
    request = RequestFactory(headers={"host": "127.0.0.1"}).get("/x/")
    client = Client(raise_request_exception=False)
    return {
        400: client.get("/", headers={"host": "evil.example"}),
        403: permission_denied(request, PermissionDenied("secret")),
        404: client.get("/nowhere/"),
        500: failed(request),
        503: resting(request),
        "403 csrf": csrf_failed(request, reason="secret"),
    }


def test_error_pages_are_well_built_and_show_a_way_on():
    pages = {name: response.content.decode() for name, response in error_pages().items()}

    assert {name: faults for name, text in pages.items() if (faults := faults_of(text))} == {}
    assert [name for name, text in pages.items() if 'href="/"' not in text or "secret" in text] == []


def test_the_pages_of_a_broken_server_need_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        responses = [answer(RequestFactory().get("/x/")) for answer in (failed, resting)]

    assert [response.status_code for response in responses] == [500, 503]


def test_a_page_that_is_being_updated_is_well_built(built, client, now):
    Build.objects.update(withdrawn_at=now)

    response = client.get("/chats/2026/11/18/first-night/")

    assert (response.status_code, faults_of(response.text)) == (503, [])


def test_the_frame_needs_no_request(django_assert_num_queries):
    community = wecops()

    with django_assert_num_queries(0):
        text = render_to_string("base.html", {"community": community, "canonical": "/somewhere/"})

    assert Document(text).canonical == "http://127.0.0.1:8000/somewhere/"


@pytest.mark.parametrize("address", ["/favicon.ico", "/manifest.webmanifest", "/static/fonts/LICENSE-figtree.txt"])
def test_what_browsers_ask_for_answers(client, address):
    response = client.get(address, follow=True)
    response.close()

    assert response.status_code == 200
