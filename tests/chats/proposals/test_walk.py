"""From a free evening in the calendar to a chat that is announced: a member with a phone, an organiser, a letter."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import feedparser
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import expect

from accounts import roles
from accounts.models import Community, Mail
from accounts.roles import Role
from chats import proposals
from chats.analysis import lengths
from chats.models import Proposal, Stage
from chats.proposals import Host, keys
from tests.browsing import NARROW, faults, signed_in
from tests.factories.chats import wecops
from tests.factories.proposals import QUESTIONS, accepted, evenings, member, submitted

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

MOST_TOUCHES, MOST_OF_THE_MEMBER, MOST_PAGES = 45, 20, 6
FLAGS = "\U0001f469\u200d\U0001f692 \U0001f1ec\U0001f1e7 1\ufe0f\u20e3 \u00a9"
HARD_TO_COUNT = f"{FLAGS} https://nap.example/x?y=1 \u65e5\u672c e\u0301"


def linked(template, to, path):
    """The address without its site that a letter leads to; ``path`` is how it begins."""
    text = Mail.objects.filter(template=template, to=to).latest("pk").text
    return re.search(rf"https?://[^/\s]+({path}\S*)", text)[1]


class Walk:
    """Somebody in a browser, whose touches are counted; each page is looked at as it is left, unless others do that.

    ``pages`` are those on which something was touched: the steps of the form are one.
    """

    def __init__(self, page, touches=0, *, looks=True):
        self.page, self.touches, self.looks = page, touches, looks
        self.pages, self.wrong = set(), []

    def touch(self):
        self.touches += 1
        path = urlsplit(self.page.url).path
        self.pages.add("/propose/" if path.startswith("/propose/") else path)

    def look(self):
        if not self.looks:
            return
        self.wrong += [(self.page.url, each) for each in faults(self.page)]

    def fill(self, label, words):
        self.touch()
        self.page.get_by_label(label, exact=True).fill(words)

    def tick(self, label):
        self.touch()
        self.page.get_by_label(label).check()

    def press(self, name, role="button"):
        self.look()
        self.touch()
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


def decide(page):
    walk = Walk(page, touches=1, looks=False)  # it begins with the link of the letter
    walk.press("Accept", role="link")
    walk.tick(re.compile("wanted first"))
    walk.press("Accept")
    walk.press("Tell the host", role="link")
    walk.press("Tell the host")
    expect(page.locator(".messagelist")).to_contain_text("are told, and asked to confirm")
    return walk


def confirm(page):
    walk = Walk(page, touches=1)
    walk.press("Yes, I confirm")
    expect(page.get_by_role("heading", name="It is on")).to_be_visible()
    walk.look()
    return walk


def test_few_touches_lead_from_a_free_evening_to_a_chat_and_every_page_is_for_everybody(visit, site):
    cache.clear()
    free = evenings(timezone.now(), 2)
    nell, olive = member("Nell Harrow"), member("Olive Pell")
    roles.give(olive, Role.ORGANISER, wecops(), now=timezone.now())
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

    member_s = visit("/chats/", propose, width=NARROW, storage_state=signed_in(nell))
    offer = Proposal.objects.get(title="Walking home")
    assert offer.status == Stage.SUBMITTED
    organiser_s = visit(linked("team_offer", "olive@reader.example", "/desk/"), decide, storage_state=signed_in(olive))
    host_s = visit(linked("please_confirm", "nell@reader.example", "/host/answer/"), confirm, width=NARROW)

    walks = [member_s, organiser_s, host_s]
    assert [walk.wrong for walk in walks] == [[], [], []]
    assert member_s.touches <= MOST_OF_THE_MEMBER
    assert sum(walk.touches for walk in walks) <= MOST_TOUCHES
    assert len(set.union(*(walk.pages for walk in walks))) <= MOST_PAGES
    assert_announced(Proposal.objects.get(pk=offer.pk).chat, free[0])


def assert_announced(chat, slot):
    """Whoever looks now, signed out, finds it: in the calendar, on its page, in its file and in both feeds."""
    reader, address = Client(), chat.get_absolute_url()
    assert (chat.title, chat.starts_at) == ("Walking home", slot.starts_at)
    for path in ("/chats/", f"/chats/{chat.starts_at:%Y/%m}/", "/sitemap-chats.xml"):
        assert address in reader.get(path).content.decode()
    assert "Walking home" in reader.get(address).content.decode()
    events = Calendar.from_ical(reader.get("/chats/calendar.ics").content).walk("VEVENT")
    assert {event["summary"]: event["dtstart"].dt for event in events}["Walking home"] == slot.starts_at
    for path in ("/chats/feed/", "/chats/feed/rss/"):
        newest, *_ = feedparser.parse(reader.get(path).content).entries
        assert (newest.title, urlsplit(newest.link).path) == ("Walking home", address)
