"""A chat that is thrown away at the desk -> nobody's name stays who wrote in no other."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts import leases, staff
from accounts.leases import LeaseLost
from accounts.models import User
from chats import ingest
from chats.ingest import forgetting, removal
from chats.models import Author, Build, Chat, Participation, RawPage, Tombstone, Tweet
from tests.factories.chats import START, ChatFactory
from tests.factories.conversation import CONVERSATION
from tests.factories.records import seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def throw_away(client):
    """Delete chats at the desk: one on its own page, several in the list."""
    client.force_login(staff.appoint("sunil", "a long password", name="Sunil"))

    def throw_away(*chats):
        keys = [chat.pk for chat in chats]
        if len(keys) == 1:
            return client.post(f"/desk/chats/chat/{keys[0]}/delete/", {"post": "yes"})
        chosen = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
        return client.post("/desk/chats/chat/", chosen)

    return throw_away


def names():
    return dict(Author.objects.values_list("network_id", "handle"))


def test_a_chat_goes_with_everybody_who_wrote_in_no_other(chat, build, throw_away):
    other = ChatFactory()
    build(other, seen(700, "Elsewhere", author="bob"))
    build(chat, *CONVERSATION)

    assert throw_away(chat).status_code == 302

    assert list(Chat.objects.all()) == [other]
    assert (names(), RawPage.objects.exclude(chat=other).count()) == ({"id-bob": "bob"}, 0)
    assert [part.handle for part in Participation.objects.all()] == ["bob"]


def test_several_chats_go_together(chat, build, throw_away):
    other = ChatFactory()
    for each in (chat, other):
        build(each, *CONVERSATION)

    throw_away(chat, other)

    assert (Chat.objects.count(), Author.objects.count(), Tweet.objects.count()) == (0, 0, 0)


def test_whoever_has_only_what_is_gone_in_another_chat_loses_the_name_there(chat, build, throw_away):
    other = ChatFactory()
    build(other, seen(700, "Elsewhere", author="bob"), seen(701, "Too", author="ann"))
    build(chat, *CONVERSATION)
    removal.take_back("x", ["700"])
    before = names()["id-bob"]

    throw_away(chat)

    assert (before, names()) == ("bob", {"id-ann": "ann", "id-bob": ""})
    assert Participation.objects.get(author__network_id="id-bob").handle == ""


def test_what_was_taken_back_stays_so_when_its_chat_is_gone(chat, build, throw_away):
    build(chat, *CONVERSATION)
    removal.take_back("x", ["103"])
    throw_away(chat)
    other = ChatFactory()
    ingest.merge(other, [*CONVERSATION, seen(800, "RT @ann: A1 Take a pen. Take two. #WeCops")], why="file")

    assert {tweet.text for tweet in other.tweets.filter(network_id__in=["103", "105", "800"])} == {""}
    assert Tombstone.objects.count() == 1


def test_whoever_has_an_account_keeps_their_name(chat, build, throw_away):
    User.objects.create(username="ann", handle="Ann", handle_seen_at=START)
    build(chat, *CONVERSATION)

    throw_away(chat)

    assert names() == {"id-ann": "ann"}


def test_the_desk_counts_what_goes_before_it_does(chat, build, throw_away, client):
    build(chat, *CONVERSATION)

    text = " ".join(client.get(f"/desk/chats/chat/{chat.pk}/delete/").text.split())

    assert "Tweets kept of them: 10" in text


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_chat_may_be_deleted_while_a_page_of_it_is_stored(chat):
    """Whoever deletes it waits for the page, and for nothing else: neither has what the other wants next."""
    claim = leases.claim_one(ingest.plan_file(chat, "chat.jsonl"))

    def delete_beside():
        try:
            forgetting.throw_away([chat])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as worker:
        with leases.hold(claim):
            beside = worker.submit(delete_beside)
            while not somebody_waits():
                assert not beside.done()
            Build.objects.select_for_update(nowait=True).get(chat=chat)
        beside.result()

    assert Chat.objects.count() == 0


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def test_whoever_was_to_read_it_meanwhile_has_nothing_to_do(chat, throw_away):
    claim = leases.claim_one(ingest.plan_file(chat, "chat.jsonl"))
    throw_away(chat)

    with pytest.raises(LeaseLost):
        ingest.ingest(claim)
