"""A walk through the door in a real browser, through the stand-in for X: in, out, turned away, and as the team."""

import base64
import hashlib
import hmac
import struct
import time

import pytest
from django.core.cache import cache

from accounts import roles, staff
from accounts.models import Community, User
from accounts.roles import Role
from tests.accounts.conftest import CALLBACK, CLIENT, PEOPLE, SECRET
from tests.browsing import NARROW, WIDE, faults
from tests.simulators.loopback import Loopback
from tests.simulators.x_door import AUTHORIZE, PROFILE, TOKEN, XDoor
from wecops import middleware

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PASSWORD = "four plain words together"


@pytest.fixture
def x(site, settings):
    """The stand-in, which sends people back to the live site; the second step is asked for."""
    cache.clear()
    door = XDoor({person.id: person for person in PEOPLE}, CLIENT, SECRET, frozenset({f"{site}{CALLBACK}"}))
    with Loopback(door.answer) as server:
        settings.SOCIALACCOUNT_PROVIDERS = {"twitter_oauth2": {"APPS": [{"client_id": CLIENT, "secret": SECRET}]}}
        settings.X_CLIENT_ID, settings.TEAM_SECOND_STEP = CLIENT, True
        settings.X_AUTHORIZE_URL, settings.X_TOKEN_URL = server.url + AUTHORIZE, server.url + TOKEN
        settings.X_PROFILE_URL = server.url + PROFILE
        yield server
    cache.clear()


@pytest.fixture(autouse=True)
def _way_to_x(monkeypatch, x):
    """The policy names X's host when the settings are read; here it is known only now."""
    known = middleware.DOOR_HEADERS["Content-Security-Policy"]
    policy = known.replace("https://x.com", x.url)
    monkeypatch.setattr(middleware, "DOOR_HEADERS", {**middleware.DOOR_HEADERS, "Content-Security-Policy": policy})


def code(secret):
    digest = hmac.new(
        base64.b32decode(secret.replace(" ", "")), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1
    )
    start = digest.digest()[-1] & 15
    return f"{(int.from_bytes(digest.digest()[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


class Walk:
    """A page and what was wrong with each that was looked at."""

    def __init__(self, page):
        self.page, self.found, self.base = page, {}, page.url.split("/accounts/")[0]

    def look(self, heading):
        """Wait for a heading; is its page fit for everybody, wide and narrow?"""
        self.page.get_by_role("heading", level=1, name=heading).wait_for()
        for width in (WIDE, NARROW):
            self.page.set_viewport_size({"width": width, "height": 900})
            if found := faults(self.page):
                self.found[heading, width] = found
        self.page.set_viewport_size({"width": WIDE, "height": 900})

    def press(self, name, role="button"):
        self.page.get_by_role(role, name=name).click()

    def go(self, path):
        self.page.goto(self.base + path)

    def sign_in(self, person):
        self.press("Sign in with X")
        self.page.get_by_role("link", name=person).click()

    @property
    def path(self):
        return self.page.url.removeprefix(self.base)


def test_a_member_comes_and_goes(visit, x):
    def walk(page):
        way = Walk(page)
        way.look("Sign in")
        way.sign_in("Cancel")
        way.look("You did not sign in, and that is fine")
        way.press("Try again", "link")
        way.sign_in("Gone Quiet")
        way.look("X could not sign you in")
        way.press("Try again", "link")
        way.sign_in("Priya Ferrow")
        way.look("Hello, Priya Ferrow")
        way.press("Settings", "link")
        way.look("Settings")
        page.get_by_label("Name beside what you write here").fill("Priya F")
        way.press("Save")
        page.get_by_text("Saved.").wait_for()
        way.press("Sign-in and security", "link")
        way.look("Sign-in and security")
        way.go("/desk/")
        way.look("The desk is for hosts and the team")
        way.go("/accounts/logout/")
        way.look("Sign out?")
        way.press("Sign out")
        page.wait_for_url(f"{way.base}/")
        return way.found, [cookie["name"] for cookie in page.context.cookies()], page.refused

    found, cookies, refused = visit("/accounts/login/", walk, reduced_motion="reduce")

    assert (found, cookies) == ({}, [])
    assert [address.rpartition("/")[2].partition("?")[0] for address in refused if "favicon" not in address] == ["", ""]
    assert User.objects.get().name == "Priya F"


def test_somebody_without_a_mouse_signs_in(visit, x):
    def walk(page):
        way = Walk(page)
        page.keyboard.press("Tab")
        first = page.evaluate("document.activeElement.textContent")
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()") == "Sign in with X":
                break
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="This is not X").wait_for()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1, name="Hello, Priya Ferrow").wait_for()
        return first, outline, way.path

    assert visit("/accounts/login/", walk) == ("Skip to the main content", "solid", "/me/")


def test_a_host_and_an_organiser_come_to_the_desk(visit, x, now):
    for number, role in (("1001", Role.HOST), ("1002", Role.ORGANISER)):
        user = staff.enrol(number, f"handle{number}", name=f"Number {number}", now=now)
        roles.give(user, role, Community.objects.get(), now=now)

    def walk(page):
        way = Walk(page)
        way.sign_in("Priya Ferrow")
        page.get_by_role("heading", name="What needs you").wait_for()
        way.go("/accounts/logout/?next=/accounts/login/%3Fnext=/desk/")
        way.press("Sign out")
        way.look("Sign in")
        way.sign_in("Sgt Oakes")
        way.look("Choose a password")
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_label("The same once more").fill(PASSWORD)
        way.press("Keep it")
        way.look("Set up the app with six digits")
        secret = page.locator(".secret").inner_text()
        page.get_by_label("Six digits").fill(code(secret))
        way.press("Turn it on")
        way.look("Recovery codes")
        spare = page.locator(".codes li").first.inner_text()
        way.press("I have kept them, open the desk", "link")
        page.get_by_role("heading", name="What needs you").wait_for()
        way.go("/accounts/logout/")
        way.press("Sign out")
        page.wait_for_url(f"{way.base}/")
        way.go("/accounts/login/team/?next=/desk/")
        way.look("Sign in for the team")
        page.get_by_label("Your name here").fill("x-1002")
        page.get_by_label("Password").fill(PASSWORD)
        way.press("Go on")
        way.look("Your code")
        page.get_by_label("Six digits, or a recovery code").fill(spare)
        way.press("Sign in")
        page.get_by_role("heading", name="What needs you").wait_for()
        return way.found, way.path

    assert visit("/accounts/login/?next=/desk/", walk, reduced_motion="reduce") == ({}, "/desk/")
