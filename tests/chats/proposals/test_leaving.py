"""An account that ends: what was offered goes with it, and evenings are free for others."""

import pytest

from accounts.models import Mail
from accounts.roles import Role
from chats import proposals
from chats.models import Chat, Proposal, ProposalHost, Slot
from chats.models.slot import Standing
from chats.proposals import Host
from tests.factories.people import person
from tests.factories.proposals import accepted, drafted, evenings, member, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def nell(db):
    return member("Nell Harrow")


@pytest.fixture
def free(now):
    return evenings(now, 4)


def test_offers_of_whoever_is_gone_are_gone_and_the_team_is_told(nell, free, now):
    person("ola", Role.ORGANISER, email="ola@reader.example", email_confirmed_at=now)
    accepted(nell, free[:2], now=now, title="A date")
    drafted(nell, free[2:], now=now, title="A draft")
    submitted(nell, free[2:], now=now, title="An offer")
    proposals.decline(submitted(nell, free[2:], now=now, title="A no"), "We had it in May.", now=now)

    nell.delete()

    assert not Proposal.objects.exists()
    assert Slot.objects.filter(pk=free[0].pk).with_standing().get().standing == Standing.FREE
    told = Mail.objects.filter(template="team_withdrawn", to="ola@reader.example").values_list("subject", flat=True)
    assert sorted(told) == [f"Taken back by its host: {title}" for title in ("A date", "An offer")]


def test_a_chat_keeps_its_host_and_nothing_they_said_about_themselves(nell, free, now):
    sam = member("Sam Oduvale")
    proposal = drafted(nell, free, now=now)
    hosts = [Host("nell", "Nell Harrow", "Sergeant.", nell), Host("sam", "Sam Oduvale", "Nurse.", sam)]
    proposals.name_hosts(proposal, hosts, now=now)
    proposals.submit(proposal, now=now)
    proposals.accept(proposal, free[0], now=now)
    chat = proposals.confirm(proposals.release(proposal, now=now), now=now)

    nell.delete()

    told = [("nell", ""), ("sam", "Nurse.")]
    assert list(Chat.objects.get(pk=chat.pk).hosts.values_list("handle", "biography")) == told
    assert list(ProposalHost.objects.values_list("handle", "biography")) == told


def test_a_co_host_who_is_gone_is_named_no_more(nell, free, now):
    sam = member("Sam Oduvale")
    proposal = drafted(nell, free, now=now)
    proposals.name_hosts(proposal, [Host("nell", "Nell", "", nell), Host("sam", "Sam", "Nurse.", sam)], now=now)

    sam.delete()

    assert list(Proposal.objects.get().hosts.values_list("handle", flat=True)) == ["nell"]
