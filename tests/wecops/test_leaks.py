"""Two communities on one portal: whatever stands at one's address, nothing of the other's does."""

import re
from collections import defaultdict
from datetime import date, timedelta
from urllib.parse import urldefrag, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts import crisis, founding, outbox, revisions, roles
from accounts.crisis import Position
from accounts.models import AuditEntry, Community, Page, TeamMember
from accounts.outbox import To
from accounts.roles import Role
from chats import lifecycle
from chats.models import Outcome
from tests.factories.chats import START, ChatFactory, EventFactory, QuestionFactory
from tests.factories.people import neighbour, person
from tests.factories.records import seen

pytestmark = pytest.mark.django_db

HOSTS = {"Robin": "testserver", "Sparrow": "other.example"}
# What may name the other one: the page of sister communities, and no other.
SISTERS = "/communities/"
MOST_PAGES = 140
LINK = re.compile(r"""(?:href|src)=["']([^"'#]+)|<loc>([^<]+)</loc>|<link>([^<]+)</link>""")
# Where a reader becomes somebody: tried below, at the desk, and in tests/accounts.
OWN = ("/me/", "/accounts/", "/static/")
DESK = (
    "", "chats/chat/", "chats/capture/", "chats/ingestrun/", "chats/tweet/", "chats/correction/", "chats/topic/",
    "chats/handover/", "chats/event/", "accounts/mail/", "accounts/teammember/", "accounts/page/",
    "accounts/auditentry/", "accounts/crisis/", "chats/chat/add/", "chats/topic/add/", "chats/handover/add/",
    "chats/event/add/",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _hosts(settings, empty_cache):
    settings.ALLOWED_HOSTS, settings.TEAM_SECOND_STEP = list(HOSTS.values()), False


@pytest.fixture
def both(build):
    """Two communities, everything in each of which has its own word in it; (community by that word)."""
    other = neighbour()
    communities = {"Robin": Community.objects.get(slug="wecops"), "Sparrow": other}
    for number, (word, community) in enumerate(communities.items()):
        furnish(community, word, build, number)
    return communities


def furnish(community, word, build, number):
    """One of everything, of which readers may see most."""
    facts = {"name": f"We{word}", "handle": f"We{word}", "hashtags": [f"Tag{word}"], "hue": 100 + number}
    facts |= {"promise": f"{word} promise.", "description": f"{word} description."}
    Community.objects.filter(pk=community.pk).update(**facts)
    community.refresh_from_db()
    founding.plant(community, now=START)
    for page in Page.objects.filter(community=community):
        Page.objects.filter(pk=page.pk).update(title=f"{word} {page.title}", lede=f"{word} lede.")
        revisions.revise(page, f"{word} words.\n\n## {word} heading", by=None, now=START)
    member = {"community": community, "role": f"{word} role", "background": f"{word} rank", "biography": f"{word} bio"}
    owner = TeamMember.objects.create(name=f"{word} Member", joined_on=date(2020, 1, 1), **member)
    TeamMember.objects.create(name=f"{word} Former", joined_on=date(2020, 1, 1), left_on=date(2021, 1, 1), **member)
    topic = lifecycle.open_topic(
        community, f"topic-{word.lower()}", name=f"{word} topic", summary=f"{word} summary", owner=owner
    )
    now = timezone.now()
    of_chat = {"community": community, "topic": topic, "hashtags": [f"Tag{word}"]}
    for slug, starts_at in (("held", START), ("soon", now + timedelta(days=2)), ("over", now - timedelta(days=2))):
        chat = ChatFactory(slug=f"{slug}-{word.lower()}", title=f"{word} {slug}", summary=f"{word} about {slug}",
                           starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **of_chat)  # fmt: skip
        chat.hosts.create(handle=f"{word}Host", name=f"{word} Host")
        QuestionFactory(chat=chat, number=1, text=f"What about {word}?", planned_at=starts_at)
        if slug == "held":
            held = chat
    build(held, *(
        seen(1000 * number + each, f"A1 {word} says {each}", author=f"{word}{each}", minute=3 + each, hashtags=(word,))
        for each in range(5)
    ))  # fmt: skip
    for slug, starts_at in (("gathered", START), ("gathering", now + timedelta(days=3))):
        EventFactory(community=community, slug=f"{slug}-{word.lower()}", title=f"{word} {slug}", place=f"{word} hall",
                     starts_at=starts_at, ends_at=starts_at + timedelta(hours=6), live_chat=held)  # fmt: skip
    handed = lifecycle.hand_on(topic, f"{word} said.", to=f"To {word}.", on=START.date(), chat=held, tweet=1, by=owner)
    lifecycle.come_back(handed, Outcome.BACK, f"{word} came back.", on=START.date())
    outbox.compose("changed", community, To(f"{word}@reader.example", f"{word} Reader"), {"said": f"{word} changed."})
    AuditEntry.objects.create(community=community, verb=f"{word} pauses", model="chats.chat", key=held.pk)
    crisis.switch(community, Position(notice=f"{word} notice."), reason=f"{word} reason", by=None, now=now)


def walk(host, *starts):
    """Every address that is linked at a host, feeds, files and sitemaps too: {path: (status, text)}."""
    client, found, waiting = Client(headers={"host": host}), {}, list(starts)
    while waiting:
        assert len(found) < MOST_PAGES, f"There is no end to the links: {waiting[-5:]}"
        path = waiting.pop()
        if path in found:
            continue
        answer = client.get(path)
        text = answer.content.decode("utf-8", errors="replace")
        found[path] = (answer.status_code, f"{text}\n{answer.headers}")
        if not answer["Content-Type"].startswith(("text/html", "application/xml")):
            continue
        for link in (next(filter(None, groups)) for groups in LINK.findall(text)):
            place = urlsplit(urldefrag(link.replace("&amp;", "&"))[0])
            if place.hostname in (None, host) and place.path.startswith("/") and not place.path.startswith(OWN):
                asked = "" if place.path in ("/contact/", "/blog/follow/") else place.query
                waiting.append(f"{place.path}?{asked}" if asked else place.path)
    return found


STARTS = ("/", "/sitemap.xml", "/robots.txt", "/manifest.webmanifest", "/chats/calendar.ics", "/chats/feed/rss/",
          "/.well-known/security.txt", "/nowhere/")  # fmt: skip


@pytest.mark.parametrize(("here", "elsewhere"), [("Robin", "Sparrow"), ("Sparrow", "Robin")])
def test_nothing_of_one_stands_at_the_others_address(both, here, elsewhere):
    found = walk(HOSTS[here], *STARTS)
    kinds = {re.sub(r"\d+|held|soon|over", "*", path).split("?")[0] for path in found}

    leaks = [path for path, (_, text) in found.items() if re.search(elsewhere, text, re.I) and path != SISTERS]
    silent = [path for path, (_, text) in found.items() if path.startswith("/chats/2") and not re.search(here, text)]
    assert (leaks, [path for path in silent if not path.endswith((".png", ".csv"))]) == ([], [])
    assert len(found) > 50, sorted(kinds)


@pytest.mark.parametrize(("here", "elsewhere"), [("Robin", "Sparrow"), ("Sparrow", "Robin")])
def test_the_others_addresses_are_not_there(both, here, elsewhere):
    """Not even where the page lies in the cache already, under its own host."""
    theirs = [path for path in walk(HOSTS[elsewhere], "/") if elsewhere.lower() in path]
    client = Client(headers={"host": HOSTS[here]})

    assert len(theirs) > 10
    assert {path: client.get(path).status_code for path in theirs} == dict.fromkeys(theirs, 404)


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.EDITOR, Role.MODERATOR, Role.HOST])
def test_no_list_of_the_desk_shows_the_others_rows(both, role):
    people = {word: person(f"{word.lower()}desk", role, community) for word, community in both.items()}
    roles.give(people["Robin"], Role.HOST, both["Sparrow"], now=timezone.now())  # of little there, of this role here
    leaks, shown = [], defaultdict(int)
    for here, elsewhere in (("Robin", "Sparrow"), ("Sparrow", "Robin")):
        client = Client(headers={"host": HOSTS[here]})
        client.force_login(people[here])
        for path in DESK:
            answer = client.get(f"/desk/{path}")
            shown[here] += answer.status_code == 200
            text = re.sub(rf"{elsewhere}desk", "", answer.text, flags=re.I)
            leaks += [(here, path)] * bool(re.search(elsewhere, text, re.I))

    assert leaks == []
    assert min(shown.values()) >= 5
