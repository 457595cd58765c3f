"""Queries that are put together once: the rows of the queryset they come from, whatever is filled in."""

from datetime import date, timedelta

import pytest
from django.db.models.functions import Upper
from django.utils import timezone

from accounts.models import Community
from accounts.ready import Ready, ReadyTuples
from chats.models import Chat, Topic
from tests.factories.chats import ChatFactory, wecops

pytestmark = pytest.mark.django_db


def asked(community, since, day):
    return Chat.objects.filter(community=community, starts_at__gte=since).exclude(local_date=day).order_by("pk")


def test_it_gives_the_rows_of_its_queryset_for_any_values(django_assert_num_queries):
    early, late = (
        ChatFactory(slug="a"),
        ChatFactory(slug="b", starts_at=timezone.now(), ends_at=timezone.now() + timedelta(hours=1)),
    )
    ready = Ready(asked, community=int, since=type(early.starts_at), day=date)
    values = [
        {"community": wecops().pk, "since": early.starts_at, "day": day} for day in (early.local_date, late.local_date)
    ] + [{"community": 0, "since": early.starts_at, "day": early.local_date}]

    for each in values:
        with django_assert_num_queries(1):
            found = ready(**each)
        assert found == list(asked(**each))


def test_it_brings_relations_and_what_was_annotated(django_assert_num_queries):
    topic = Topic.objects.create(community=wecops(), name="Rest", slug="rest")
    chats = [ChatFactory(slug="a", topic=topic), ChatFactory(slug="b", topic=None)]
    ready = Ready(
        lambda community: Chat.objects.filter(community=community)
        .select_related("topic").only("slug", "topic", "topic__name").annotate(word=Upper("title")).order_by("pk"),
        community=int,
    )  # fmt: skip

    with django_assert_num_queries(1):
        found = ready(community=topic.community_id)
        told = [(chat, chat.slug, chat.topic and chat.topic.name, chat.word) for chat in found]

    assert told == [
        (chats[0], "a", "Rest", chats[0].title.upper()),
        (chats[1], "b", None, chats[1].title.upper()),
    ]
    assert found[0].get_deferred_fields() == Chat.objects.only("slug", "topic").first().get_deferred_fields()


def test_tuples_are_those_of_the_queryset():
    ChatFactory(slug="a")
    ready = ReadyTuples(lambda slug: Chat.objects.filter(slug=slug).values_list("title", "slug"), slug=str)

    assert [ready(slug=slug) for slug in ("a", "b")] == [
        list(Chat.objects.filter(slug=slug).values_list("title", "slug")) for slug in ("a", "b")
    ]


def test_a_value_that_would_not_be_filled_in_is_refused():
    with pytest.raises(ValueError, match="no place for \\['community'\\]"):
        Ready(lambda community: Community.objects.filter(pk=community + 1), community=int)(community=1)
