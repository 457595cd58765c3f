"""Queries that are put together once: the rows of the queryset they come from, whatever is filled in."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Community
from accounts.ready import Ready
from chats.models import Chat
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


def test_a_value_that_would_not_be_filled_in_is_refused():
    with pytest.raises(ValueError, match="no place for \\['community'\\]"):
        Ready(lambda community: Community.objects.filter(pk=community + 1), community=int)(community=1)
