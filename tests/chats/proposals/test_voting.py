"""Open proposals: read by all, voted on by members, off unless a community wants it."""

from datetime import timedelta

import pytest

from accounts.models import Community
from chats import proposals
from chats.models import Vote
from chats.views import voting
from tests.factories.chats import wecops
from tests.factories.proposals import submitted

pytestmark = pytest.mark.django_db

PAGE = "/chats/proposals/"


@pytest.fixture
def opened(nell, free, today):
    Community.objects.update(has_votes=True)
    found = [submitted(nell, free, now=today, title=f"Idea {number}") for number in range(3)]
    for each in found[:2]:
        proposals.open_to_votes(each, today + timedelta(days=6))
    return found


def test_it_is_off_unless_the_community_votes(client, signed_in, opened):
    Community.objects.update(has_votes=False)

    assert [client.get(PAGE).status_code, signed_in.post(PAGE, {"yes": opened[0].pk}).status_code] == [404, 404]


def test_whoever_is_signed_out_reads_what_is_open_and_gets_no_cookie(client, opened):
    page = client.get(PAGE)

    assert {each.title for each in page.context["proposals"]} == {"Idea 0", "Idea 1"}
    assert page.text.count(f"/accounts/login/?next={PAGE}") == 3
    assert "<form" not in page.text
    assert page.cookies == {}


def test_no_list_tells_what_its_host_is_not_told_yet(client, opened, free, today):
    proposals.accept(opened[0], free[0], now=today)

    assert {each.title for each in client.get(PAGE).context["proposals"]} == {"Idea 0", "Idea 1"}


def test_a_vote_is_cast_once_and_taken_back(signed_in, opened, nell):
    for _ in range(2):
        cast = signed_in.post(PAGE, {"yes": opened[0].pk}, follow=True)
    votes = Vote.objects.count()
    back = signed_in.post(PAGE, {"un": opened[0].pk}, follow=True)

    assert (votes, Vote.objects.count()) == (1, 0)
    assert "1 person would come" in cast.text
    assert "Press to take it back" in cast.text
    assert back.context["voted"] == set()


def test_votes_on_what_is_closed_are_refused_in_a_sentence(signed_in, opened):
    page = signed_in.post(PAGE, {"yes": opened[2].pk}, follow=True)

    assert "Votes on that one are closed." in page.text
    assert Vote.objects.count() == 0


@pytest.mark.parametrize("key", ["", "x", "0", "-1", "9" * 30, "٣"])
def test_a_vote_for_nothing_is_not_found(signed_in, opened, key):
    assert signed_in.post(PAGE, {"yes": key}).status_code == 404


def test_a_vote_of_whoever_is_signed_out_leads_to_the_door(client, opened):
    assert client.post(PAGE, {"yes": opened[0].pk})["Location"] == f"/accounts/login/?next={PAGE}"


def test_the_order_holds_for_a_day_and_gives_each_its_turn_at_the_top(today):
    days = [today + timedelta(days=day) for day in range(40)]
    tops = [min(range(4), key=lambda key: voting.shuffled(key, day, wecops())) for day in days]
    again = [min(range(4), key=lambda key: voting.shuffled(key, day, wecops())) for day in days]

    assert tops == again
    assert set(tops) == {0, 1, 2, 3}


def test_the_page_costs_the_same_for_few_and_many(signed_in, opened, django_assert_num_queries, today):
    proposals.open_to_votes(opened[2], today + timedelta(days=6))

    with django_assert_num_queries(7):
        signed_in.get(PAGE)
