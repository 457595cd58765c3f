"""An editor's hour, from a draft to an address that says it is gone; and a letter's way to a reader and back."""

import re
from datetime import timedelta
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import AuditEntry
from accounts.roles import Role
from blog.followers import newsletters
from blog.models import CommentState, Follower, HeldFor, Kind, Newsletter
from tests.accounts.posting import delivered, mail_server
from tests.browsing import NARROW, faults, signed_in
from tests.factories.blog import CommentFactory, PostFactory
from tests.factories.following import follower
from tests.factories.people import person

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("one_key")]

PASSWORD = "four plain words together"
TITLE = "Reading a paper in ten minutes"
SAID = "I read mine in the queue for custody."
ADDRESS = "ann@reader.example"


def asked(address, data=None):
    """What a machine gets there: its status, the path where it was led, the page, and the cookie that it is given."""
    try:
        with urlopen(Request(address, data=data)) as answer:
            told = answer.status, answer.url, answer.read().decode(), answer.headers["Set-Cookie"]
    except HTTPError as answer:
        told = answer.code, answer.url, answer.read().decode(), answer.headers["Set-Cookie"]
    status, url, page, cookie = told
    return status, urlsplit(url).path, page, cookie


class Hour:
    """What each of them does, on pages of the desk and of the blog, which are looked at as they are left."""

    def __init__(self, site):
        self.site, self.wrong, self.address, self.at_desk = site, [], "", ""

    def look(self, page):
        self.wrong += [(page.url, each) for each in faults(page)]

    def press(self, page, name, role="button"):
        page.get_by_role(role, name=name).first.click()
        page.wait_for_load_state()

    def told(self, page, words):
        expect(page.locator(".messagelist")).to_contain_text(words)

    def found(self, page):
        return page.get_by_role("link", name="View on site").get_attribute("href")

    def sign_in(self, page):
        page.get_by_label("Your name here").fill("x-ed")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="What needs you").wait_for()

    def draft(self, page):
        self.press(page, "Posts", "link")
        self.press(page, "Add post", "link")
        page.get_by_label("Title:", exact=True).fill(TITLE)
        page.get_by_label("Text:", exact=True).fill("You need *no* free afternoon.\n\n## A method\n\nTea fits.")
        self.press(page, "Save and continue editing")
        self.look(page)
        self.at_desk = urlsplit(page.url).path

    def publish(self, page):
        """From the door.  Whether it could be read and was listed before it was out, and the browser's cookies."""
        self.sign_in(page)
        self.draft(page)
        self.press(page, "Preview, for anybody you give it to", "link")
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
        self.look(page)
        preview = page.url
        page.goto(self.site + self.at_desk)
        page.get_by_label("Comes out (UK time):").fill(f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}")
        self.press(page, "Save and schedule")
        self.told(page, "is scheduled now")
        before = asked(preview)[0], TITLE in asked(f"{self.site}/blog/")[2]
        self.press(page, "Save and publish now")
        self.told(page, "is published now")
        self.address = self.found(page)
        return before, page.context.storage_state()

    def comment(self, page):
        self.press(page, "Write a comment", "link")
        page.get_by_label("Your comment").fill(SAID)
        self.press(page, "See it first")
        expect(page.locator(".seen")).to_contain_text(SAID)
        self.look(page)
        self.press(page, "Send")
        expect(page.get_by_text("Waiting for a volunteer")).to_be_visible()
        return SAID in asked(self.site + self.address)[2]

    def moderate(self, page):
        self.press(page, "2 comments wait for a volunteer", "link")
        self.look(page)
        for left in (1, 0):  # the keys work at once, and go on with the next
            expect(page.get_by_role("button", name="Approve").first).to_be_focused()
            page.keyboard.press("a")
            expect(page.locator("[data-decide]")).to_have_count(left)
            self.told(page, "Everybody can read it.")
        return SAID in asked(self.site + self.address)[2]

    def take_down(self, page):
        """Where its first address led when it had another, and what both said when it was gone."""
        page.get_by_label("Name in its address:").fill("ten-minutes")
        self.press(page, "Save and continue editing")
        renamed = self.found(page)
        led = asked(self.site + self.address)[:2]
        self.press(page, "Save and take down")
        self.told(page, "is unpublished now")
        page.goto(self.site + self.address)
        expect(page.get_by_role("heading", name="This post was taken down")).to_be_visible()
        self.look(page)
        return led == (200, renamed), [asked(self.site + each)[0] for each in (self.address, renamed)]


def test_an_editors_hour(visit, site):
    editor, sam, ruth = person("ed", Role.EDITOR), person("sam"), person("ruth", Role.MODERATOR)
    editor.set_password(PASSWORD)
    editor.save(update_fields=["password"])
    hour = Hour(site)

    before, known = visit("/accounts/login/team/?next=/desk/", hour.publish)
    cookie = asked(site + hour.address)[3]
    by_member = visit(hour.address, hour.comment, width=NARROW, storage_state=signed_in(sam))
    CommentFactory(state=CommentState.HELD, held_for=HeldFor.FIRST, shown_at=None)
    by_volunteer = visit("/desk/", hour.moderate, storage_state=signed_in(ruth))
    after = visit(hour.at_desk, hour.take_down, storage_state=known)

    assert (before, cookie, by_member, by_volunteer) == ((200, False), None, False, True)
    assert (after, hour.wrong) == ((True, [410, 410]), [])
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["adds", "schedules", "publishes", "approves", "approves", "changes", "takes down"]


def linked(letter, path):
    """The address without its site that a letter leads to; ``path`` is how it begins."""
    return re.search(rf"https?://[^/\s]+({path}[^\s)>]+)", letter)[1]


def words(delivered):
    return delivered.message.get_body(("plain",)).get_content()


def test_a_letter_is_asked_for_confirmed_read_and_stopped(visit, site):
    follower("bob@reader.example")

    def follow(page):
        page.get_by_label("Your email address").fill(ADDRESS)
        page.get_by_label("Your email address").press("Enter")
        expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
        return faults(page), page.context.cookies()

    def press(button, heading):
        def look(page):
            page.get_by_role("button", name=button).click()
            expect(page.get_by_role("heading", name=heading)).to_be_visible()
            return faults(page), page.context.cookies()

        return look

    with mail_server() as server:
        assert visit("/", follow, width=NARROW) == ([], [])
        assert delivered() == {"sent": 1}
        path = linked(words(server.delivered[0]), "/blog/follow/yes/")
        assert visit(path, press("Yes, follow by email", "You are following")) == ([], [])

        PostFactory(title=TITLE, kind=Kind.WRITE_UP, published_at=timezone.now())
        newsletters.plan(timezone.now())
        Newsletter.objects.update(next_due_at=timezone.now())
        for claim in newsletters.claim_due():
            newsletters.write(claim)
        assert delivered() == {"sent": 2}

    letters = {letter.to: letter for letter in server.delivered[1:]}
    assert sorted(letters) == [ADDRESS, "bob@reader.example"]
    headers = letters[ADDRESS].message
    assert (TITLE in headers["Subject"], headers["List-Unsubscribe-Post"]) == (True, "List-Unsubscribe=One-Click")
    status, _, page, cookie = asked(
        site + linked(headers["List-Unsubscribe"], "/blog/follow/stop/"), headers["List-Unsubscribe-Post"].encode()
    )
    assert (status, "We have stopped" in page, cookie) == (200, True, None)
    assert [each.address for each in Follower.objects.all()] == ["bob@reader.example"]

    path = linked(words(letters["bob@reader.example"]), "/blog/follow/stop/")
    assert visit(path, press("Stop them all", "We have stopped")) == ([], [])
    assert not Follower.objects.exists()
