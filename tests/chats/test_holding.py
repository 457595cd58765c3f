"""Captured tweets and the rules of spam -> what a chat shows, counts apart, and a host may let go."""

import gzip
import itertools
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from accounts import leases
from chats import archive, ingest
from chats.models import Author, Tweet, Withheld
from chats.rendering import completeness
from chats.sources.base import Span
from tests.factories.chats import START, ChatFactory
from tests.factories.conversation import CONVERSATION
from tests.factories.records import seen

pytestmark = pytest.mark.django_db

LINK = Span("link", 10, 33, "https://t.co/aaaaaaaaaa", "win.example", "https://win.example/")


@pytest.fixture
def evening(chat):
    chat.captures.create(source="x", query="#WeCops", why="hashtag")
    return chat


def offer(number, author, text="Win a car https://t.co/aaaaaaaaaa", **fields):
    return seen(number, text, author=author, minute=20, spans=(LINK,), **fields)


def build(chat, *tweets, why="hashtag", opened=None):
    """Capture tweets, whose authors' accounts were all opened then, and build."""
    ingest.merge(chat, tweets, why=why)
    Author.objects.filter(network_id__in=[tweet.author.id for tweet in tweets]).update(joined_at=opened)
    return archive.build(leases.claim_one(chat.build), START + timedelta(hours=3))


def earlier():
    """A chat two weeks before."""
    return ChatFactory(starts_at=START - timedelta(minutes=20_010), ends_at=START - timedelta(minutes=19_950))


def held():
    return dict(Tweet.objects.filter(withheld=Withheld.QUARANTINED).values_list("network_id", "held_for"))


def test_an_offer_from_a_new_account_is_nowhere_and_is_counted(evening):
    build(evening, *CONVERSATION, opened=START - timedelta(days=900))
    transcript = build(evening, offer(300, "eve"), opened=START - timedelta(days=2))

    assert held() == {"300": "new account"}
    bodies = [gzip.decompress(page.body).decode() for page in transcript.pages.all()]
    assert [body for body in bodies if "Win a car" in body] == []
    assert completeness.of(evening, missing_parents=0, removed=0).held_back == 1
    assert any("Held back because they look like spam</dt><dd>1</dd>" in body for body in bodies)


def test_a_reply_to_oneself_is_none(evening):
    build(evening, offer(300, "eve"), offer(301, "eve", reply_to="300"), opened=START - timedelta(days=2))

    assert held() == dict.fromkeys(["300", "301"], "new account")


def test_whoever_comes_later_was_not_known_then(evening):
    later = ChatFactory(starts_at=evening.starts_at + timedelta(days=14), ends_at=evening.ends_at + timedelta(days=14))
    build(later, seen(10, "Hello", author="eve", minute=14 * 24 * 60 + 5), why="file")

    build(evening, offer(300, "eve"), opened=START - timedelta(days=2))

    assert held() == {"300": "new account"}


def test_what_stands_in_a_file_is_not_judged(chat):
    chat.captures.create(source="file", query="/somewhere/chat.jsonl")

    build(chat, *CONVERSATION, offer(300, "eve"), why="file", opened=START - timedelta(days=2))

    assert held() == {}


def test_hosts_and_people_of_earlier_chats_are_known(evening):
    build(earlier(), seen(10, "Hello", author="eve", minute=-20_000), why="file")

    build(evening, offer(300, "eve"), offer(301, "wecops"), opened=START - timedelta(days=2))

    assert held() == {}


@pytest.mark.parametrize("order", list(itertools.permutations(["ann", "bob", "eve"])))
def test_whatever_the_order_the_same_is_held_back(evening, order):
    """The regular who passes the invitation on clears it, also for those before."""
    build(earlier(), seen(10, "Hello", author="eve", minute=-20_000), why="file")
    for number, author in enumerate(order, 300):
        build(evening, offer(number, author))

    assert held() == {}


def test_the_third_of_a_kind_takes_the_first_two_with_it(evening):
    for number, author in enumerate(["ann", "bob", "cat"], 300):
        before = held()
        build(evening, offer(number, author))

    assert (before, held()) == ({}, dict.fromkeys(["300", "301", "302"], "repeated text"))


@pytest.mark.parametrize(
    ("withheld", "held_for", "after"),
    [(Withheld.SHOWN, "", {}), (Withheld.QUARANTINED, "new account", {"300": "new account"})],
)
def test_what_a_person_has_judged_no_rule_changes(evening, withheld, held_for, after):
    build(evening, offer(300, "eve"), opened=START - timedelta(days=2))
    Tweet.objects.filter(network_id="300").update(withheld=withheld, held_for=held_for, judged_at=Now())
    Author.objects.update(joined_at=START - timedelta(days=2 if withheld == Withheld.SHOWN else 900))

    build(evening, seen(301, "Something else", author="ann"))

    assert held() == after
