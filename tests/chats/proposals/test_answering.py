"""The links in letters: they ask, a press answers, they wear out, and they tell nobody where they lead."""

from urllib.parse import quote, urlsplit

import pytest
from django.test import Client

from chats import proposals
from chats.models import Chat, Proposal, Stage
from chats.proposals import Host, keys
from tests.factories.people import neighbour
from tests.factories.proposals import accepted, drafted, submitted
from tests.test_pages import faults_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(nell, free, today):
    return accepted(nell, free, now=today)


@pytest.fixture
def invited(nell, free, today):
    return proposals.invite(
        Host("prof", "Prof"), drafted(nell, free, now=today), nell, now=today, address="p@u.example"
    )


def links(proposal):
    host = proposal.hosts.select_related("proposal").first()
    return f"{keys.answer_path(host)}yes/", f"{keys.answer_path(host)}no/"


def status(proposal):
    return Proposal.objects.get(pk=proposal.pk).status


def test_a_program_that_opens_the_links_does_nothing(client, offered):
    pages = [client.get(path) for path in links(offered)]

    assert [faults_of(page.text) for page in pages] == [[], []]
    assert [page.status_code for page in pages] == [200, 200]
    assert status(offered) == Stage.ACCEPTED


def test_a_yes_without_signing_in_is_a_chat_at_once(offered):
    yes, _ = links(offered)
    stranger = Client(enforce_csrf_checks=True)
    stranger.get(yes)
    token = stranger.cookies["wecops_csrf"].value

    page = stranger.post(yes, {"csrfmiddlewaretoken": token})

    chat = Chat.objects.get()
    assert (page.status_code, status(offered)) == (200, Stage.CONFIRMED)
    assert f'href="{chat.get_absolute_url()}"' in page.text


def test_a_second_yes_reads_that_it_is_confirmed_already(client, offered):
    yes, no = links(offered)
    client.post(yes)

    later = [client.get(yes), client.post(yes), client.get(no), client.post(no)]

    assert [page.status_code for page in later] == [410] * 4
    assert all("It is confirmed already" in page.text for page in later)
    assert (status(offered), Chat.objects.count()) == (Stage.CONFIRMED, 1)


def test_a_no_frees_the_evening_and_passes_the_reason_on(client, offered, nell):
    _, no = links(offered)

    page = client.post(no, {"why": "On duty. The 21st would do."})

    assert "The date is free again" in page.text
    assert status(offered) == Stage.SUBMITTED
    assert [(said.text, said.by) for said in offered.messages.all()] == [
        ("Another date, please.\nOn duty. The 21st would do.", nell)
    ]


def test_a_reason_that_came_without_the_right_token_is_given_back(offered):
    _, no = links(offered)

    page = Client(enforce_csrf_checks=True).post(no, {"why": "On duty."})

    assert (page.status_code, page["Referrer-Policy"], status(offered)) == (403, "same-origin", Stage.ACCEPTED)
    assert 'name="why" value="On duty."' in page.text


def test_a_reason_that_is_too_long_does_nothing_yet(client, offered):
    _, no = links(offered)

    page = client.post(no, {"why": "x" * 1001})

    assert "1 characters too long" in page.text
    assert status(offered) == Stage.ACCEPTED


def test_a_link_of_an_earlier_evening_answers_for_no_other(client, offered, free, today):
    yes, _ = links(offered)
    proposals.reopen(offered, now=today)
    proposals.accept(offered, free[1], now=today)

    kept = client.post(yes)
    proposals.release(offered, now=today)
    told = client.post(yes)

    assert [kept.status_code, told.status_code] == [410, 410]
    assert "not yet told" not in kept.text
    assert all("This link has done its work" in page.text for page in (kept, told))
    assert status(offered) == Stage.ACCEPTED


def test_editing_the_hosts_leaves_the_links_in_their_letters_alive(client, offered, today):
    yes, _ = links(offered)
    proposals.name_hosts(
        offered, [Host("ann", "Ann", "New."), Host("nell", "Nell Harrow", "Inspector now.")], now=today
    )

    client.post(yes)

    assert status(offered) == Stage.CONFIRMED


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "é", "x" * 3000, "WzEsMF0:1abc:def"])
@pytest.mark.parametrize("page", ["/host/answer/{}/yes/", "/host/answer/{}/no/"])
def test_a_link_that_nobody_made_gets_a_friendly_page(client, db, page, token):
    answers = [client.get(page.format(token)), client.post(page.format(token))]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert all("This link has done its work" in answer.text for answer in answers)


def test_no_other_site_learns_the_address_and_nobody_keeps_the_page(client, offered, signed_in):
    join = keys.join_path(offered.hosts.first())
    for path in (*links(offered), "/host/answer/x/yes/", join, "/host/join/x/"):
        answer = client.get(path)

        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in answer["Cache-Control"]


def test_a_link_opens_nothing_at_another_community(client, offered, settings):
    neighbour()
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    yes, _ = links(offered)

    answer = client.post(yes, headers={"host": "other.example"})

    assert (answer.status_code, status(offered)) == (410, Stage.ACCEPTED)
    assert str(offered) not in answer.text


def test_whoever_is_invited_signs_in_and_goes_on_writing(client, invited, beth):
    yes, _ = links(invited)

    asked = client.get(yes)
    pressed = client.post(yes)
    client.force_login(beth)
    taken = client.post(yes)

    invited.refresh_from_db()
    assert f"/accounts/login/?next={quote(yes)}" in asked.text
    assert (pressed.status_code, "Sign in and take it up" in pressed.text) == (200, True)
    assert taken["Location"] == f"/propose/{invited.pk}/topic/"
    assert (invited.status, invited.proposer) == (Stage.DRAFT, beth)


def test_an_invitation_to_a_member_is_taken_up_by_nobody_else(client, nell, beth, free, today):
    invited = proposals.invite(Host("beth", "Beth", user=beth), drafted(nell, free, now=today), nell, now=today)
    client.force_login(nell)

    page = client.post(links(invited)[0])

    assert "This went to @beth." in page.text
    assert status(invited) == Stage.INVITED


def test_whoever_is_invited_says_not_now_without_signing_in(client, invited):
    page = client.post(links(invited)[1])

    assert "Thank you for thinking about it" in page.text
    assert status(invited) == Stage.WITHDRAWN


@pytest.fixture
def with_beth(nell, free, today):
    sent = submitted(nell, free, now=today)
    proposals.name_hosts(sent, [Host("nell", "Nell", "Sergeant."), Host("Beth", "Beth")], now=today)
    return sent


def join_link(proposal):
    return keys.join_path(proposal.hosts.get(position=2))


def test_a_co_host_joins_by_the_link_that_the_proposer_sends(client, signed_in, with_beth, beth):
    page = signed_in.get(with_beth.get_absolute_url())
    (_, sent), *_ = page.context["links"]
    client.logout()
    path = urlsplit(sent).path

    led = client.get(path)
    client.force_login(beth)
    asked = client.get(path)
    joined = client.post(path)
    again = client.get(path)

    assert led["Location"] == f"/accounts/login/?next={quote(path)}"
    assert "Yes, that is me" in asked.text
    assert [each["Location"] for each in (joined, again)] == [with_beth.get_absolute_url()] * 2
    assert with_beth.hosts.get(position=2).user == beth


def test_somebody_with_another_handle_is_not_the_co_host(signed_in, with_beth):
    answers = [signed_in.get(join_link(with_beth)), signed_in.post(join_link(with_beth))]

    assert all("This is for @Beth, and you are signed in as @nell." in answer.text for answer in answers)
    assert with_beth.hosts.get(position=2).user is None


def test_a_join_link_ends_with_the_name_it_was_made_for(signed_in, with_beth, today):
    path = join_link(with_beth)
    proposals.name_hosts(with_beth, [Host("nell", "Nell", "Sergeant."), Host("carl", "Carl")], now=today)

    assert signed_in.post(path).status_code == 410
