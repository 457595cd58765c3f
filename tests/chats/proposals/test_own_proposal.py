"""The page of one's own proposal: where it stands, the words with the team, and what its hosts decide."""

from datetime import timedelta

import pytest

from chats import lifecycle, proposals
from chats.models import Chat, Proposal, Stage
from chats.proposals import Host, NotAllowed
from chats.rendering import offering
from tests.factories.people import neighbour
from tests.factories.proposals import accepted, drafted, member, submitted
from tests.test_pages import faults_of

pytestmark = pytest.mark.django_db

DECISIONS = ("take-up", "not-now", "confirm", "another-date", "withdraw", "bring-back", "once-more")


def stand(response):
    return response.context["stand"].name


def decide(client, proposal, do):
    """What became of it, and what the page that follows says."""
    page = client.post(proposal.get_absolute_url(), {"do": do}, follow=True)
    proposal.refresh_from_db()
    return proposal.status, page


@pytest.fixture
def every_stand(nell, beth, free, today):
    """{name of a stand: a proposal that is so}, all of Nell's but the last."""
    made = {}

    def another(name, make):
        made[name] = make(nell, free, now=today, title=f"About {name}")
        return made[name]

    another("draft", drafted)
    another("sent", submitted)
    proposals.ask(another("asked", submitted), beth, "Which Tuesday?", now=today)
    voted_on = another("voting", submitted)
    voted_on.community.has_votes = True
    voted_on.community.save(update_fields=["has_votes"])
    proposals.open_to_votes(voted_on, today + timedelta(days=5))
    proposals.decline(another("declined", submitted), "We had one like it in October.", now=today)
    proposals.withdraw(another("withdrawn", submitted), now=today)
    proposals.merge(another("merged", submitted), made["sent"], now=today)
    made["offered"] = accepted(nell, free, now=today, title="About offered")
    confirmed = accepted(nell, free[1:], now=today, title="About confirmed")
    proposals.confirm(confirmed, now=today)
    made["confirmed"] = confirmed
    return made


def test_the_list_and_the_page_agree_on_where_each_stands(signed_in, every_stand):
    listed = {each.title: found.name for each, found, _ in signed_in.get("/me/").context["offers"]}
    shown = {name: stand(signed_in.get(each.get_absolute_url())) for name, each in every_stand.items()}

    assert shown == {name: name for name in every_stand}
    assert listed == {f"About {name}": name for name in every_stand}


@pytest.mark.parametrize("name", ["draft", "sent", "asked", "voting", "declined", "withdrawn", "merged", "offered"])
def test_a_page_offers_what_can_be_done_and_no_more(signed_in, every_stand, name):
    can = {
        "draft": {"withdraw"}, "sent": {"withdraw"}, "asked": {"withdraw"}, "voting": {"withdraw"},
        "declined": {"once-more"}, "withdrawn": {"bring-back"}, "merged": set(),
        "offered": {"confirm", "another-date", "withdraw"},
    }  # fmt: skip
    page = signed_in.get(every_stand[name].get_absolute_url())

    assert faults_of(page.text) == []
    assert {do for do in DECISIONS if f'name="do" value="{do}"' in page.text} == can[name]


def test_a_decision_that_nobody_is_told_of_is_told_to_nobody(signed_in, nell, free, today):
    """Not by the page, nor by what can be pressed, nor by a refusal."""
    sent = submitted(nell, free, now=today)
    before = signed_in.get(sent.get_absolute_url()).context
    proposals.accept(sent, free[0], now=today)

    after = signed_in.get(sent.get_absolute_url())
    _, refused = decide(signed_in, sent, "confirm")

    assert (stand(after), sorted(after.context["may"])) == (before["stand"].name, sorted(before["may"]))
    assert [after.context[part] for part in ("way", "wishes", "evening")] == [
        before[part] for part in ("way", "wishes", "evening")
    ]
    assert "not yet told" not in after.text + refused.text
    assert "accepted" not in refused.text


def test_a_yes_puts_it_on_the_calendar(signed_in, nell, free, today):
    status, page = decide(signed_in, accepted(nell, free, now=today), "confirm")

    chat = Chat.objects.get()
    assert (status, stand(page)) == (Stage.CONFIRMED, "confirmed")
    assert f'href="{chat.get_absolute_url()}calendar.ics"' in page.text
    assert f'href="{chat.pack_path}"' in page.text
    assert "It is on." in page.text


def test_another_date_frees_the_evening_tells_the_team_and_leads_to_the_dates(signed_in, nell, free, today):
    offered = accepted(nell, free, now=today)

    status, page = decide(signed_in, offered, "another-date")

    assert status == Stage.SUBMITTED
    assert page.redirect_chain == [(f"/propose/{offered.pk}/dates/", 302)]
    assert [(said.text, said.by, said.is_from_team) for said in offered.messages.all()] == [
        ("Another date, please.", nell, False)
    ]


def test_what_was_withdrawn_comes_back(signed_in, nell, free, today):
    sent = submitted(nell, free, now=today)

    assert [decide(signed_in, sent, do)[0] for do in ("withdraw", "bring-back")] == [
        Stage.WITHDRAWN,
        Stage.SUBMITTED,
    ]


def test_a_declined_one_begins_anew_and_stays_declined(signed_in, nell, free, today):
    declined = proposals.decline(submitted(nell, free, now=today), "Not now.", now=today)

    status, page = decide(signed_in, declined, "once-more")

    copy = Proposal.objects.exclude(pk=declined.pk).get()
    assert (status, copy.status, copy.title) == (Stage.DECLINED, Stage.DRAFT, declined.title)
    assert page.redirect_chain == [(f"/propose/{copy.pk}/topic/", 302)]


@pytest.mark.parametrize("do", [*DECISIONS[:4], "bring-back", "once-more", "accept", "", "\x00"])
def test_what_cannot_be_done_is_answered_in_a_sentence(signed_in, nell, free, today, do):
    sent = submitted(nell, free, now=today)

    status, page = decide(signed_in, sent, do)

    assert status == Stage.SUBMITTED
    assert "That cannot be done as things stand now." in page.text


def test_a_message_is_written_read_and_safe(signed_in, nell, free, today):
    sent = submitted(nell, free, now=today)
    proposals.message(sent, None, "<script>alert(1)</script>", is_from_team=True, now=today)

    page = signed_in.post(sent.get_absolute_url(), {"do": "message", "text": "Yes.\r\n<b>Changed</b>"}, follow=True)

    assert [said.text for said in sent.messages.all()] == ["<script>alert(1)</script>", "Yes.\n<b>Changed</b>"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "&lt;b&gt;Changed&lt;/b&gt;" in page.text


@pytest.mark.parametrize(("text", "said"), [("  ", "Write something first."), ("x" * 4001, "1 characters too long")])
def test_a_message_that_does_not_fit_stays_in_its_field(signed_in, nell, free, today, text, said):
    sent = submitted(nell, free, now=today)

    page = signed_in.post(sent.get_absolute_url(), {"do": "message", "text": text})

    assert said in page.context["error"]
    assert (page.context["text"], sent.messages.count()) == (text, 0)
    assert 'aria-describedby="id_text_error"' in page.text


def test_a_message_typed_while_signed_out_comes_back(client, nell, free, today):
    sent = submitted(nell, free, now=today)

    answer = client.post(sent.get_absolute_url(), {"do": "message", "text": "Tuesday would do."})
    client.force_login(nell)
    page = client.get(sent.get_absolute_url())

    assert answer["Location"] == f"/accounts/login/?next={sent.get_absolute_url()}"
    assert page.context["text"] == "Tuesday would do."


def test_messages_do_not_come_without_end(signed_in, nell, free, today):
    sent = submitted(nell, free, now=today)
    for number in range(31):
        page = signed_in.post(sent.get_absolute_url(), {"do": "message", "text": f"Number {number}"})

    assert sent.messages.count() == 30
    assert (page.context["text"], "within an hour" in page.context["error"]) == ("Number 30", True)


def test_a_co_host_reads_writes_and_confirms_and_leaves_taking_it_back_to_the_proposer(client, nell, beth, free, today):
    offered = accepted(nell, free, now=today)
    proposals.name_hosts(offered, [Host("nell", "Nell", "Sergeant."), Host("beth", "Beth", user=beth)], now=today)
    client.force_login(beth)

    page = client.get(offered.get_absolute_url())
    refused, _ = decide(client, offered, "withdraw")
    client.post(offered.get_absolute_url(), {"do": "message", "text": "I am in."})
    confirmed, _ = decide(client, offered, "confirm")

    assert sorted(page.context["may"]) == ["another-date", "confirm"]
    assert (refused, confirmed) == (Stage.ACCEPTED, Stage.CONFIRMED)
    assert [said.by for said in offered.messages.all()] == [beth]


def test_an_invited_member_takes_it_up_on_their_page(client, nell, beth, free, today):
    draft = drafted(nell, free, now=today)
    invited = proposals.invite(Host("beth", "Beth", user=beth), draft, nell, now=today)
    client.force_login(beth)

    closed = client.get(f"/propose/{invited.pk}/topic/").status_code
    status, page = decide(client, invited, "take-up")

    assert closed == 404
    assert (status, invited.proposer) == (Stage.DRAFT, beth)
    assert page.redirect_chain == [(f"/propose/{invited.pk}/topic/", 302)]


def test_a_proposal_is_nobody_elses(client, nell, free, today):
    sent = submitted(nell, free, now=today)
    client.force_login(member("Carl Oakes"))
    path = sent.get_absolute_url()

    assert [client.get(path).status_code, client.post(path, {"do": "withdraw"}).status_code] == [404, 404]


def test_another_community_s_host_name_does_not_show_it(signed_in, nell, free, today, settings):
    neighbour()
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    sent = submitted(nell, free, now=today)

    assert signed_in.get(sent.get_absolute_url(), headers={"host": "other.example"}).status_code == 404


def test_after_the_chat_its_page_says_what_became_of_it(nell, free, today):
    confirmed = accepted(nell, free, now=today)
    chat = proposals.confirm(confirmed, now=today)
    confirmed.refresh_from_db()
    after = offering.stand(confirmed, chat.ends_at)
    lifecycle.cancel(chat, "The host is ill.", now=today)
    confirmed.refresh_from_db()

    assert (after.name, offering.stand(confirmed, today).name) == ("held", "cancelled")


def test_an_offer_that_nobody_answered_has_lapsed_and_can_be_asked_for_anew(nell, free, today):
    offered = accepted(nell, free, now=today)
    late = free[0].starts_at + timedelta(minutes=1)

    with pytest.raises(NotAllowed):
        proposals.confirm(offered, now=late)

    assert offering.stand(offered, late).name == "lapsed"
