"""What hosts do is told to those who decide, whose subject says when something is to be done."""

import pytest

from accounts import roles
from accounts.models import Mail, User
from accounts.roles import Role
from chats import proposals
from tests.factories.chats import wecops
from tests.factories.people import neighbour
from tests.factories.proposals import accepted, drafted, evenings, member, submitted

pytestmark = pytest.mark.django_db

DESK = "http://127.0.0.1:8000/desk/chats/proposal/"


@pytest.fixture
def nell():
    return member("Nell Harrow")


@pytest.fixture
def olive(now):
    """Who decides; an editor and the organiser of another community do not."""
    olive = member("Olive Pell")
    roles.give(olive, Role.ORGANISER, wecops(), now=now)
    roles.give(member("Ed Quill"), Role.EDITOR, wecops(), now=now)
    return olive


@pytest.fixture
def free(now):
    return evenings(now)


def told(act):
    """The subjects of what the team gets from it, and to whom."""
    before = set(Mail.objects.values_list("pk", flat=True))
    act()
    new = Mail.objects.filter(template__startswith="team_").exclude(pk__in=before)
    return sorted(new.values_list("to", "subject"))


def test_an_offer_is_told_with_all_that_one_decides_by(nell, olive, free, now):
    proposal = drafted(nell, free, now=now)

    found = told(lambda: proposals.submit(proposal, now=now))

    assert found == [("olive@reader.example", "[Action needed] A chat to look at: Coming back after leave")]
    text = Mail.objects.get(template="team_offer").text
    for words in (
        "Nell Harrow",
        "Shifts change",
        "Q3 What could change",
        "3 January, 9 pm, or 10 January",
        f"{DESK}{proposal.pk}/",
    ):
        assert words in text


def test_an_answer_is_told(nell, olive, free, now):
    proposal = accepted(nell, free, now=now)

    gives_back = told(lambda: proposals.reopen(proposal, now=now))
    proposals.release(proposals.accept(proposal, free[1], now=now), now=now)
    taken_back_by_the_team = told(lambda: proposals.reopen(proposal, now=now, by_team=True))
    proposals.release(proposals.accept(proposal, free[1], now=now), now=now)
    confirms = told(lambda: proposals.confirm(proposal, now=now))

    olives = "olive@reader.example"
    free_again = "[Action needed] 3 January, 9 pm is free again: Coming back after leave needs another date"
    assert gives_back == [(olives, free_again)]
    assert taken_back_by_the_team == []
    assert confirms == [(olives, "Confirmed by its host: Coming back after leave, 10 January, 9 pm")]


def test_what_is_taken_back_is_told_unless_nobody_knew_of_it(nell, olive, free, now):
    draft, offered = drafted(nell, free, now=now), accepted(nell, free, now=now, title="Nights")

    assert told(lambda: proposals.withdraw(draft, now=now)) == []
    assert told(lambda: proposals.withdraw(offered, now=now)) == [
        ("olive@reader.example", "Taken back by its host: Nights")
    ]
    assert "The evening of 3 January, 9 pm is free again." in Mail.objects.get(template="team_withdrawn").text
    assert told(lambda: proposals.reopen(draft, now=now)) == []
    assert told(lambda: proposals.reopen(offered, now=now)) == [
        ("olive@reader.example", "[Action needed] A chat to look at: Nights")
    ]


def test_an_invitation_is_answered(nell, olive, now):
    sam = member("Sam Oduvale")

    def invited(title):
        draft = proposals.begin(wecops(), olive, now=now)
        proposals.write(draft, now=now, title=title)
        return proposals.invite(proposals.Host("sam", "Sam Oduvale", user=sam), draft, olive, now=now)

    yes, no = invited("Nights"), invited("Days")

    assert told(lambda: proposals.take_up(yes, sam, now=now)) == [
        ("olive@reader.example", "A yes to your invitation: Nights")
    ]
    assert told(lambda: proposals.withdraw(no, now=now)) == [("olive@reader.example", "A no to your invitation: Days")]


def test_a_message_of_a_host_is_passed_on_and_one_of_the_team_is_not(nell, olive, free, now):
    proposal = submitted(nell, free, now=now)
    say = {"is_from_team": False, "now": now}

    assert told(lambda: proposals.message(proposal, nell, "Is <b>21</b>:00 fixed?", **say)) == [
        ("olive@reader.example", "[Action needed] Nell Harrow writes about Coming back after leave")
    ]
    assert "Is <b>21</b>:00 fixed?" in Mail.objects.get(template="team_message").text
    assert told(lambda: proposals.message(proposal, olive, "I host, too.", **say)) == []
    assert told(lambda: proposals.message(proposal, olive, "Yes.", is_from_team=True, now=now)) == []


def test_where_nobody_is_organiser_superusers_are_told(nell, free, now):
    roles.give(member("Tess Ashgrove"), Role.ORGANISER, neighbour(), now=now)
    User.objects.filter(pk=member("Una Brill").pk).update(is_superuser=True)

    assert [to for to, _ in told(lambda: submitted(nell, free, now=now))] == ["una@reader.example"]
