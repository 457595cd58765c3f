"""Hosts of one proposal: who joins late, or comes from another, is one of them in every way."""

import icalendar
import pytest

from accounts.models import Attachment, Mail
from chats import proposals
from chats.models import Chat, Stage
from chats.proposals import Host, NotAllowed
from tests.factories.proposals import accepted, drafted, submitted


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


def test_whoever_leaves_is_told_and_led_to_their_own_page(client, nell, beth, free, today, both):
    named = [both[0], both[1]._replace(user=beth)]
    offered = accepted(nell, free, now=today)
    proposals.name_hosts(offered, named, now=today)
    proposals.confirm(offered, now=today)
    client.force_login(beth)
    alone = {"name-1": "Nell Harrow", "biography-1": "Sergeant.", "handle-2": "", "name-2": "", "do": "later"}

    page = client.post(f"/propose/{offered.pk}/people/", alone, follow=True)

    assert (page.redirect_chain, page.status_code) == ([("/me/", 302)], 200)
    assert "You are not a host of “Coming back after leave” any more." in page.text
    assert told(beth) == ["please_confirm", "confirmed", "not_a_host"]
    file = icalendar.Calendar.from_ical(Attachment.objects.get(mail__template="not_a_host").content)
    [entry], known = file.events, Chat.objects.get()
    assert (file["method"], entry["status"], entry["uid"]) == ("CANCEL", "CANCELLED", str(known.uid))
    assert entry["sequence"] == known.sequence


def test_two_who_named_each_other_both_host_what_is_made_of_it(nell, beth, free, today, both):
    hers = submitted(nell, free, now=today)
    other = drafted(beth, free, now=today)
    named = [Host("beth", "Beth Quarrie", "Nurse.", beth), both[0]]
    proposals.name_hosts(other, named, now=today)
    proposals.submit(other, now=today)

    proposals.merge(hers, other, now=today)

    assert [host.user for host in other.hosts.all()] == [beth, nell]


def test_a_merger_leaves_no_host_out(nell, beth, free, today, both):
    first, second = (submitted(each, free, now=today) for each in (nell, beth))
    proposals.name_hosts(first, [both[0], *(Host(f"one{number}") for number in range(4))], now=today)
    proposals.name_hosts(
        second, [Host("beth", "", "Nurse."), *(Host(f"two{number}") for number in range(4))], now=today
    )

    with pytest.raises(NotAllowed, match="more than 8 hosts"):
        proposals.merge(first, second, now=today)

    first.refresh_from_db()
    assert (first.status, second.hosts.count()) == (Stage.SUBMITTED, 5)


def test_after_a_no_the_team_invites_somebody_else(nell, beth, free, today):
    offer = proposals.invite(Host("kit", "Kit"), drafted(nell, free, now=today), nell, now=today, address="k@a.example")
    proposals.withdraw(offer, now=today)

    back = proposals.reopen(offer, now=today, by_team=True)
    assert (back.status, back.proposer, back.hosts.count()) == (Stage.DRAFT, nell, 0)
    proposals.invite(Host("beth", "Beth", user=beth), back, nell, now=today)

    assert told(beth) == ["invitation"]
    assert proposals.take_up(offer, beth, now=today).proposer == beth
