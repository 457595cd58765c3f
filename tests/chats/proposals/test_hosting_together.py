"""Hosts of one proposal: who joins late, or comes from another, is one of them in every way."""

import pytest

from accounts.models import Mail
from chats import proposals
from chats.proposals import Host
from tests.factories.proposals import accepted


def told(user):
    user.refresh_from_db()
    return list(Mail.objects.filter(to=user.email).order_by("pk").values_list("template", flat=True))


@pytest.fixture
def both():
    return [Host("nell", "Nell Harrow", "Sergeant."), Host("beth", "Beth Quarrie")]


def test_a_co_host_who_joins_an_announced_chat_is_its_host_and_gets_the_evening(nell, beth, free, today, both):
    offered = accepted(nell, free, now=today)
    chat = proposals.confirm(offered, now=today)
    proposals.name_hosts(offered, both, now=today)
    before = told(beth)

    for _ in range(2):
        proposals.join(offered.hosts.get(handle="beth"), beth, now=today)

    assert [host.user for host in chat.hosts.all()] == [nell, beth]
    assert (before, told(beth)) == ([], ["confirmed"])


def test_a_co_host_who_joins_an_offered_evening_is_asked_as_well(nell, beth, free, today, both):
    offered = accepted(nell, free, now=today)
    proposals.name_hosts(offered, both, now=today)

    proposals.join(offered.hosts.get(handle="beth"), beth, now=today)

    assert (told(beth), told(nell)) == (["please_confirm"], ["offer_received", "please_confirm"])


def test_whoever_is_named_late_gets_the_evening(nell, beth, free, today, both):
    offered = accepted(nell, free, now=today)
    proposals.confirm(offered, now=today)

    proposals.name_hosts(offered, [both[0], both[1]._replace(user=beth)], now=today)

    assert told(beth) == ["confirmed"]
