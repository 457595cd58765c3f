"""An evening at the desk in a real browser: log in, see what is wrong, pause, go on, hand in a file."""

from datetime import timedelta

import pytest

from accounts import leases, roles, staff
from accounts.models import AuditEntry, Community, Mail, User
from accounts.outbox import Post, To
from accounts.roles import Role
from chats import archive, ingest
from chats.models import Capture, IngestRun, Spending
from tests.accounts.posting import composed
from tests.accounts.test_letters import WECOPS, letter_of
from tests.browsing import NARROW, NARROWEST, WIDE, in_both, is_too_wide, violations
from tests.factories.chats import START, ChatFactory, QuestionFactory
from tests.factories.conversation import CONVERSATION
from tests.factories.proposals import evenings, member, submitted
from tests.simulators.practice import practice, to_twarc_v2

PASSWORD = "a long password"

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path, empty_cache):
    settings.UPLOAD_ROOT = str(tmp_path / "uploads")


@pytest.fixture
def evening(chat, build):
    """A chat with a question, built, that X and Bluesky were asked for; Bluesky does not answer."""
    QuestionFactory(chat=chat, number=1)
    build(chat, *CONVERSATION)
    x = chat.captures.create(source="x", query="#WeCops", why="hashtag", looked_at=START, next_due_at=START)
    chat.captures.create(
        source="bluesky", query="WeCops", why="hashtag", error_code="unavailable", error="Bluesky is out of order."
    )
    IngestRun.objects.create(capture=x, fence=1, started_at=START, last_at=START, read=9, created=9, cost=45_000)
    Spending.objects.create(network="x", day=START.date(), requests=3, cost=45_000)
    leases.record_tick("plan")
    AuditEntry.objects.create(
        community=chat.community, verb="changes", model="chats.chat", key=chat.pk, label=chat.title,
        before={"title": "A night"}, after={"title": chat.title}, unsaid=["text"], note="A reason.",
    )  # fmt: skip
    return chat


@pytest.fixture
def known(visit):
    """What the browser of somebody who has logged in keeps."""
    staff.appoint("sunil", PASSWORD, name="Sunil")

    def log_in(page):
        page.get_by_label("Your name here").fill("sunil")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("heading", name="What needs you").wait_for()
        return page.context.storage_state()

    return visit("/accounts/login/team/?next=/desk/", log_in)


@pytest.fixture
def mails(evening):
    """A letter that can still be edited, and one that is unsure."""
    held, doubted = composed(post=Post(is_held=True)), composed(To("bob@reader.example", "Bob"))
    doubt = {"status": "unsure", "next_due_at": None, "unsure_at": START, "error_code": "unsure", "error": "No answer."}
    Mail.objects.filter(pk=doubted.pk).update(**doubt)
    return held, doubted


@pytest.fixture
def pages(evening, mails, deep):
    """One address of every kind of page; words of members are as long as they may be, and have no space."""
    capture = evening.captures.first()
    ann = roles.give(User.objects.create(username="x-1", name="Ann"), Role.HOST, evening.community, now=START).user
    page = evening.community.pages.get(path="/about/")
    house = [f"user/{ann.pk}/change/", "auditentry/", "crisis/"]
    more = ["user/", "teammember/", "teammember/add/", f"page/{page.pk}/change/", f"page/{page.pk}/history/"]
    now = leases.clock()
    offered = submitted(member("Nell Harrow"), evenings(now), now=now, title="W" * 60)
    begins = now + timedelta(days=9)
    coming = ChatFactory(title="W" * 60, slug="coming", starts_at=begins, ends_at=begins + timedelta(hours=1))
    coming.captures.create(source="x", query="#WeCops", why="hashtag", next_due_at=begins)
    offers = [f"proposal/{offered.pk}/change/", f"proposal/{offered.pk}/decide/accept/"]
    lists = ["proposal/", "proposal/add/", "slot/", "slot/add/", "series/", "series/add/", "event/", "event/add/"]
    return [
        *(f"/desk/accounts/{path}" for path in (house + more if deep else house)),
        *(f"/desk/chats/{path}" for path in (offers + lists if deep else offers)),
        "/desk/",
        "/desk/chats/chat/",
        f"/desk/chats/chat/{evening.pk}/change/",
        f"/desk/chats/chat/{evening.pk}/captures/",
        f"/desk/chats/capture/{capture.pk}/change/",
        *(f"/desk/chats/{name}/" for name in ("capture", "ingestrun", "tweet", "spending")),
        "/desk/accounts/mail/",
        f"/desk/accounts/mail/{mails[0].pk}/change/",
    ]


def test_every_page_of_the_desk_has_no_violation(visit, pages, known, deep):
    ways = in_both(pages, deep=deep)

    found = {(path, way["width"]): visit(path, violations, storage_state=known, **way) for path, way in ways}

    assert {key: each for key, each in found.items() if each} == {}
    assert visit("/desk/", violations) == []  # the log-in


@pytest.mark.parametrize("width", [NARROWEST, WIDE])
def test_every_page_of_the_desk_fits_asks_nobody_else_and_is_refused_nothing(visit, pages, known, site, width):
    def look(page):
        scrolls = page.locator(".results").evaluate_all("all => all.some(each => each.scrollWidth > each.clientWidth)")
        return (
            is_too_wide(page) or scrolls,
            [url for url in page.asked if not url.startswith(site)],
            page.refused,
            page.said,
        )

    found = {path: visit(path, look, width=width, storage_state=known) for path in pages}

    assert found == dict.fromkeys(pages, (False, [], [], []))


def test_whoever_presses_the_button_for_the_dark_gets_what_the_machine_would_ask_for(visit, known):
    def colours(theme=""):
        told = "getComputedStyle(document.documentElement)"
        names = ("--body-bg", "--body-fg", "--link-fg", "--we-bad-soft", "--button-fg", "--header-color")

        def look(page):
            if theme:
                page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            return [page.evaluate(f"{told}.getPropertyValue('{name}').trim()") for name in names]

        return look

    seen = {
        (scheme, theme): visit("/desk/", colours(theme), storage_state=known, color_scheme=scheme)
        for scheme in ("light", "dark")
        for theme in ("", "light", "dark")
    }

    assert seen["light", "dark"] == seen["dark", "dark"] == seen["dark", ""]
    assert seen["dark", "light"] == seen["light", "light"] == seen["light", ""]
    assert seen["light", ""][0] != seen["dark", ""][0]


NURSES = Community(slug="nurses", name="WeNurses", hue=20, hue_accent=200)


def test_a_letter_has_no_violation_and_fits_a_phone_in_the_light_and_in_the_dark(visit):
    def found(community, **way):
        def look(page):
            page.goto("about:blank")
            page.set_content(letter_of().html(community))
            colour = page.locator("h1").evaluate("h1 => getComputedStyle(h1).color")
            return violations(page), is_too_wide(page), colour

        return visit("/healthz", look, **way)

    *day, day_colour = found(WECOPS, width=NARROWEST)
    *night, night_colour = found(NURSES, width=NARROW, color_scheme="dark")

    assert (day, night) == ([[], False], [[], False])
    assert day_colour != night_colour


def built_anew(chat):
    archive.build(leases.claim_one(chat.build), leases.clock())


def test_an_evening_at_the_desk(visit, evening, known, tmp_path):
    file = tmp_path / "practice.jsonl"
    file.write_bytes(b"".join(to_twarc_v2(practice())))
    transcript = f"{evening.get_absolute_url()}transcript/"

    def press(name):
        def look(page):
            page.get_by_role("button", name=name, exact=True).click()
            return page.locator(".messagelist").inner_text()

        return visit(f"/desk/chats/chat/{evening.pk}/captures/", look, storage_state=known)

    def follow(page):
        told = page.locator(".incident").inner_text()
        page.locator(".incident a").click()
        return told, page.locator("h1").inner_text()

    def hand_in(page):
        page.get_by_label("A file of tweets").set_input_files(file)
        page.get_by_role("button", name="Import").click()
        return page.locator(".messagelist").inner_text()

    told, heading = visit("/desk/", follow, storage_state=known)
    assert told.startswith("First night: Bluesky is out of order.")
    assert heading == "Capture of First night"

    assert press("Pause: Bluesky, WeCops") == "Bluesky, WeCops is paused."
    assert press("Pause: X, #WeCops") == "X, #WeCops is paused."
    built_anew(evening)
    public = visit(transcript, lambda page: (page.locator("main").inner_text(), page.context.cookies()))
    assert "Collecting from X is paused." in public[0]
    assert public[1] == []
    assert "All is well." in visit("/desk/", lambda page: page.locator("main").inner_text(), storage_state=known)

    assert press("Let all go on") == "2 captures go on."
    assert Capture.objects.exclude(paused_at=None).count() == 0

    page = f"/desk/chats/chat/{evening.pk}/captures/"
    assert visit(page, hand_in, storage_state=known) == "The file practice.jsonl is read by the next free worker."
    counts, _ = ingest.ingest(leases.claim_one(Capture.objects.get(source="file")))
    assert counts.created == len(practice().public)
