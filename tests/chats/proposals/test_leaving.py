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
def free(today):
    return evenings(today, 4)


def test_offers_of_whoever_is_gone_are_gone_and_the_team_is_told(nell, free, today):
    person("ola", Role.ORGANISER, email="ola@reader.example", email_confirmed_at=today)
    accepted(nell, free[:2], now=today, title="A date")
    drafted(nell, free[2:], now=today, title="A draft")
    submitted(nell, free[2:], now=today, title="An offer")
    proposals.decline(submitted(nell, free[2:], now=today, title="A no"), "We had it in May.", now=today)

    nell.delete()

    assert not Proposal.objects.exists()
    assert Slot.objects.filter(pk=free[0].pk).with_standing().get().standing == Standing.FREE
    told = Mail.objects.filter(template="team_withdrawn", to="ola@reader.example").values_list("subject", flat=True)
    assert sorted(told) == [f"Taken back by its host: {title}" for title in ("A date", "An offer")]


def test_a_chat_keeps_its_host_and_nothing_they_said_about_themselves(nell, free, today):
    person("ola", Role.ORGANISER, email="ola@reader.example", email_confirmed_at=today)
    sam = member("Sam Oduvale")
    proposal = drafted(nell, free, now=today)
    hosts = [Host("nell", "Nell Harrow", "Sergeant.", nell), Host("sam", "Sam Oduvale", "Nurse.", sam)]
    proposals.name_hosts(proposal, hosts, now=today)
    proposals.submit(proposal, now=today)
    proposals.accept(proposal, free[0], now=today)
    chat = proposals.confirm(proposals.release(proposal, now=today), now=today)

    nell.delete()

    assert "Somebody else has to run it" in Mail.objects.get(template="team_message", to="ola@reader.example").text
    told = [("nell", ""), ("sam", "Nurse.")]
    assert list(Chat.objects.get(pk=chat.pk).hosts.values_list("handle", "biography")) == told
    assert list(ProposalHost.objects.values_list("handle", "biography")) == told


def test_a_co_host_who_is_gone_is_named_no_more(nell, free, today):
    sam = member("Sam Oduvale")
    proposal = drafted(nell, free, now=today)
    proposals.name_hosts(proposal, [Host("nell", "Nell", "", nell), Host("sam", "Sam", "Nurse.", sam)], now=today)

    sam.delete()

    assert list(Proposal.objects.get().hosts.values_list("handle", flat=True)) == ["nell"]
