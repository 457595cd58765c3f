"""A member with a phone, from a free evening in the calendar to a proposal that is sent, in a real browser."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Community
from chats import proposals
from chats.analysis import lengths
from chats.models import Proposal, Stage
from chats.proposals import Host, keys
from tests.browsing import NARROW, is_too_wide, violations
from tests.factories.proposals import QUESTIONS, accepted, evenings, member, submitted

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

MOST_TOUCHES = 20
FLAGS = "\U0001f469\u200d\U0001f692 \U0001f1ec\U0001f1e7 1\ufe0f\u20e3 \u00a9"
HARD_TO_COUNT = f"{FLAGS} https://nap.example/x?y=1 \u65e5\u672c e\u0301"


def signed_in(user):
    """What a browser of theirs brings along."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "domain": "127.0.0.1", "path": "/"}
    told = {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    return {"cookies": [{**cookie, **told}], "origins": []}


class Walk:
    """Somebody in a browser, whose touches are counted; each page is looked at as it is left."""

    def __init__(self, page):
        self.page, self.touches, self.wrong = page, 0, []

    def look(self):
        found = [*violations(self.page), *(["too wide"] if is_too_wide(self.page) else [])]
        self.wrong += [(self.page.url, each) for each in found]

    def fill(self, label, words):
        self.touches += 1
        self.page.get_by_label(label, exact=True).fill(words)

    def tick(self, label):
        self.touches += 1
        self.page.get_by_label(label).check()

    def press(self, name, role="button"):
        self.look()
        self.touches += 1
        self.page.get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state()


def others(nell):
    """Pages of a host beside the form: an evening that is offered, votes, a link of a letter, a chat to come."""
    now = timezone.now()
    free = evenings(now, 4, first=timedelta(days=100))
    Community.objects.update(has_votes=True)
    offered = accepted(nell, free, now=now)
    proposals.name_hosts(offered, [Host("nell", "Nell " + "W" * 50, "Sergeant."), Host("beth", "Beth")], now=now)
    proposals.ask(offered, nell, "Which of them? " + "long" * 40, now=now)
    proposals.open_to_votes(submitted(nell, free[1:], now=now), free[0].starts_at)
    chat = proposals.confirm(accepted(nell, free[1:], now=now, title="Another"), now=now)
    host = offered.hosts.select_related("proposal").first()
    refused = f"/propose/{offered.pk}/people/"
    answer = f"{keys.answer_path(host)}no/"
    return [
        offered.get_absolute_url(),
        refused,
        "/me/",
        "/chats/proposals/",
        answer,
        f"{chat.get_absolute_url()}coming/",
    ]


def test_a_host_needs_few_touches_on_a_phone_and_every_page_is_for_everybody(visit, site):
    cache.clear()
    free = evenings(timezone.now(), 2)
    nell = member("Nell Harrow")
    paths = others(nell)
    asked = (*QUESTIONS[:2], HARD_TO_COUNT)

    def propose(page):
        walk = Walk(page)
        walk.press(re.compile("Propose for this date"), role="link")
        walk.fill("Title of the chat", "Walking home")
        walk.fill("Why now?", "Shifts change in spring, and nobody asked.")
        walk.press("Save and go on")
        for number, text in enumerate(asked, 1):
            walk.fill(f"Question {number}", text)
        for number, text in enumerate(asked, 1):
            preview = page.locator(".preview").nth(number - 1)
            expect(preview).to_contain_text(f"Q{number} {text} #WeCops")
            length = lengths.counted(lengths.question(number, text, "WeCops"))
            expect(preview).to_contain_text(f"{length} of 280 characters")
        walk.press("Save and go on")
        walk.press("Save and go on")
        walk.tick(re.compile(f"^{free[1].starts_at:%A} {free[1].starts_at.day} {free[1].starts_at:%B}"))
        walk.press("Save and go on")
        walk.press("Send it to the team")
        expect(page.get_by_role("alert")).to_contain_text("Read the house rules")
        walk.tick("I have read the house rules")
        walk.press("Send it to the team")
        expect(page.get_by_role("status")).to_contain_text("Sent.")
        for path in paths:
            walk.look()
            page.goto(site + path)
        walk.look()
        return walk

    walk = visit("/chats/", propose, width=NARROW, storage_state=signed_in(nell))

    assert walk.wrong == []
    assert walk.touches <= MOST_TOUCHES
    assert Proposal.objects.get(title="Walking home").status == Stage.SUBMITTED
