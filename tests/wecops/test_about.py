"""The team's page: who serves and since when, who served, and the chats they ran, counted from rows."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import TeamMember
from tests.factories.chats import ChatFactory, wecops
from tests.factories.people import neighbour, person

pytestmark = pytest.mark.django_db


def member(name, joined_on=date(2019, 3, 4), **fields):
    return TeamMember.objects.create(
        community=wecops(), name=name, handle=name.lower(), role="Hosts", joined_on=joined_on, **fields
    )


def hosted(slug, *, ago=timedelta(days=9), status="scheduled", **host):
    starts_at = timezone.now() - ago
    chat = ChatFactory(slug=slug, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), status=status,
                       status_reason="-")  # fmt: skip
    for handle, user in host.items():
        chat.hosts.create(handle=handle, name=handle, user=user)


def test_the_team_serves_and_has_served(client):
    member("Ann", is_academic=True)
    member("Pat", date(2016, 12, 15), left_on=date(2023, 6, 29))
    member("Sam", date(2016, 1, 2), left_on=date(2016, 8, 1))

    told = client.get("/about/team/").context

    assert [(each.member.name, each.years) for each in told["serving"]] == [("Ann", "since 2019")]
    assert {each.member.name: each.years for each in told["alumni"]} == {"Pat": "2016 to 2023", "Sam": "2016"}
    assert told["academics"] == 1


def test_chats_run_are_those_held_by_the_account_or_else_by_the_handle(client, django_assert_num_queries):
    ann, bob = person("annok"), person("bobgone")
    member("Ann", user=ann)
    member("Cat")
    hosted("one", annok=ann, cat=None)
    hosted("two", ann=None)  # by her handle: nobody is tied to it
    hosted("three", Ann=bob)  # somebody else has that handle now
    hosted("to-come", ago=-timedelta(days=3), annok=ann)
    hosted("off", status="cancelled", annok=ann)
    hosted("joint", CAT=bob)
    ChatFactory(community=neighbour(), slug="theirs").hosts.create(handle="cat", name="Cat")

    told = client.get("/about/team/").context

    assert {each.member.name: each.chats for each in told["serving"]} == {"Ann": 2, "Cat": 2}
    assert told["chats"] == 3
    with django_assert_num_queries(3):
        client.get("/about/team/")


def test_nobody_named_yet_is_said(client):
    assert "Nobody is named here yet." in client.get("/about/team/").text
