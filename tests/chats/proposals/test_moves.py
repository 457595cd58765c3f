"""The life of a proposal: what is decided, what follows, and what is not allowed."""

import re
from datetime import timedelta

import icalendar
import pytest
from django.db import IntegrityError, transaction

from accounts.models import Attachment, Mail
from chats import lifecycle, proposals
from chats.models import Chat, Proposal, Slot, Stage, Status
from chats.models.slot import Standing
from chats.proposals import Host, NotAllowed, Unfinished, keys
from tests.factories.chats import ChatFactory, wecops
from tests.factories.proposals import accepted, drafted, evenings, member, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def free(now):
    return evenings(now)


def mails():
    return sorted((mail.template, mail.to) for mail in Mail.objects.all())


def events():
    """What calendars were told, oldest first: (sequence, status, method)."""
    told = [icalendar.Calendar.from_ical(each.content) for each in Attachment.objects.order_by("pk")]
    return [(each.events[0]["sequence"], each.events[0]["status"], each["method"]) for each in told]


def test_a_proposal_becomes_a_chat(nell, free, now):
    sam = member("Sam Oduvale")
    proposal = drafted(nell, free, now=now)
    hosts = [Host("nell", "Nell Harrow", "Sergeant.", nell), Host("@sam", "Sam Oduvale", "", sam)]
    proposals.name_hosts(proposal, hosts, now=now)
    proposals.recommend(proposal, [("A study", "https://doi.org/10.1000/182")], now=now)

    proposals.submit(proposal, now=now)
    proposals.accept(proposal, free[1], now=now)
    assert mails() == [("offer_received", "nell@reader.example"), ("offer_received", "sam@reader.example")]
    proposals.release(proposal, now=now)
    chat = proposals.confirm(proposal, now=now)

    assert mails()[:2] == [("confirmed", "nell@reader.example"), ("confirmed", "sam@reader.example")]
    assert (chat.slug, chat.starts_at, chat.hashtags) == ("coming-back-after-leave", free[1].starts_at, ["WeCops"])
    assert [host.user for host in chat.hosts.all()] == [nell, sam]
    minutes = [(each.planned_at - chat.starts_at) // timedelta(minutes=1) for each in chat.questions.all()]
    assert minutes == [5, 21, 37]
    assert list(chat.tags.names()) == ["academicpony"]
    assert chat in Chat.objects.upcoming(now)
    row = Proposal.objects.get()
    assert (row.status, row.chat, row.uid) == (Stage.CONFIRMED, chat, chat.uid)


def test_calendars_see_one_evening_whose_sequence_rises(nell, free, now):
    proposal = accepted(nell, free, now=now)
    chat = proposals.confirm(proposal, now=now)
    starts_at = free[2].starts_at
    lifecycle.move(chat, starts_at, starts_at + timedelta(hours=1), "The host is on leave.", now=now)
    lifecycle.cancel(chat, "The host is ill.", now=now)

    assert events() == [
        (1, "TENTATIVE", "REQUEST"),
        (2, "CONFIRMED", "REQUEST"),
        (3, "CONFIRMED", "REQUEST"),
        (4, "CANCELLED", "CANCEL"),
    ]
    files = [icalendar.Calendar.from_ical(each.content).events[0] for each in Attachment.objects.order_by("pk")]
    assert {str(each["uid"]) for each in files} == {str(proposal.uid)}
    assert {str(each["attendee"]) for each in files} == {"mailto:nell@reader.example"}
    assert [each["dtstart"].dt for each in files[-2:]] == [starts_at, starts_at]


def test_the_subject_says_when_action_is_needed(nell, free, now):
    accepted(nell, free, now=now)

    received, confirm = Mail.objects.order_by("pk")
    assert received.subject == "We have your chat: Coming back after leave"
    assert confirm.subject == "[Action needed] Please confirm: 3 January, 9 pm"


def test_the_links_of_a_mail_answer_for_one_host_and_one_evening(nell, free, now):
    proposal = accepted(nell, free, now=now)
    host = proposal.hosts.get()
    [token] = re.findall(r"/host/answer/([^/]+)/yes/", Mail.objects.get(template="please_confirm").text)

    assert keys.asked(token) == host
    proposals.reopen(proposal, now=now)

    assert keys.asked(token) is None
    assert keys.asked(f"{token}x") is None


def test_submit_names_all_that_is_missing(nell, now):
    proposal = proposals.begin(wecops(), nell, now=now)

    with pytest.raises(Unfinished) as refused:
        proposals.submit(proposal, now=now)

    told = [(each.step, each.field) for each in refused.value.problems]
    assert told == [
        ("topic", "title"), ("topic", "why"), ("questions", "questions"), ("dates", "slots"), ("people", "house-rules"),
    ]  # fmt: skip
    assert Proposal.objects.get().status == Stage.DRAFT


def test_an_evening_is_kept_for_one_proposal(nell, free, now):
    first = submitted(nell, free, now=now)
    second = submitted(member("Sam Oduvale"), free, now=now, title="Saying sorry")
    proposals.accept(first, free[0], now=now)

    with pytest.raises(NotAllowed, match="kept for “Coming back after leave”"):
        proposals.accept(second, free[0], now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=second.pk).update(status=Stage.PENDING, slot=free[0])
    with pytest.raises(NotAllowed, match="kept for"):
        lifecycle.schedule(wecops(), "by-hand", title="By hand", starts_at=free[0].starts_at, ends_at=free[0].ends_at)
    assert [slot.standing for slot in Slot.objects.with_standing()] == [Standing.HELD, Standing.FREE, Standing.FREE]


def test_two_chats_of_a_community_do_not_overlap(nell, free, now):
    chat = proposals.confirm(accepted(nell, free, now=now), now=now)
    half_past = chat.starts_at + timedelta(minutes=30)

    with pytest.raises(NotAllowed, match="“Coming back after leave” is held on Sunday 3 January 2027 at 9 pm UK time"):
        lifecycle.schedule(
            wecops(), "other", title="Other", starts_at=half_past, ends_at=half_past + timedelta(hours=1)
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        ChatFactory(starts_at=half_past, ends_at=half_past + timedelta(hours=1), holds_slot=True)
    ChatFactory(starts_at=half_past, ends_at=half_past + timedelta(hours=1), holds_slot=False)  # from a file
    ChatFactory(starts_at=chat.ends_at, ends_at=chat.ends_at + timedelta(hours=1), holds_slot=True)
    assert next(slot.standing for slot in Slot.objects.with_standing()) == Standing.TAKEN


def test_moving_frees_the_evening_and_takes_questions_and_freeze_along(nell, free, now):
    chat = proposals.confirm(accepted(nell, free, now=now), now=now)
    tess = member("Tess Ashgrove")
    lifecycle.come(chat, tess, now=now)
    freeze, asked = Proposal.objects.get().freezes_at, chat.questions.first().planned_at
    later = free[0].starts_at + timedelta(days=3)

    chat = lifecycle.move(chat, later, later + timedelta(hours=1), "The hall is taken.", now=now)

    assert (chat.status, chat.status_reason, chat.starts_at) == (Status.MOVED, "The hall is taken.", later)
    assert Proposal.objects.get().freezes_at == freeze + timedelta(days=3)
    assert chat.questions.first().planned_at == asked + timedelta(days=3)
    assert free[0] in Slot.objects.free(now)
    assert [each for each in mails() if each[0] == "moved"] == [
        ("moved", "nell@reader.example"),
        ("moved", "tess@reader.example"),
    ]


def test_a_shorter_evening_has_its_questions_closer_together(nell, free, now):
    chat = proposals.confirm(accepted(nell, free, now=now), now=now)
    half = timedelta(minutes=30)

    chat = lifecycle.move(chat, free[1].starts_at, free[1].starts_at + half, "The hall closes.", now=now)

    assert [(each.planned_at - chat.starts_at) // timedelta(minutes=1) for each in chat.questions.all()] == [2, 10, 18]


def test_nothing_is_moved_onto_another_chat_or_into_the_past(nell, free, now):
    chat = proposals.confirm(accepted(nell, free, now=now), now=now)
    other = lifecycle.schedule(wecops(), "other", title="Other", starts_at=free[1].starts_at, ends_at=free[1].ends_at)
    hour = timedelta(hours=1)

    for starts_at, reason, said in (
        (other.starts_at, "Why", "“Other” is held"),
        (now - hour, "Why", "over"),
        (chat.starts_at, "Why", "already"),
        (now + hour, " ", "want to know why"),
    ):
        with pytest.raises(NotAllowed, match=said):
            lifecycle.move(chat, starts_at, starts_at + hour, reason, now=now)
    with pytest.raises(NotAllowed, match="has begun"):
        lifecycle.move(chat, chat.starts_at + hour, chat.starts_at + 2 * hour, "Why", now=chat.starts_at)
    chat.refresh_from_db()
    assert (chat.status, chat.sequence) == (Status.SCHEDULED, 2)


def test_a_host_writes_until_the_freeze_and_then_asks(nell, free, now):
    proposal = accepted(nell, free, now=now)
    chat = proposals.confirm(proposal, now=now)

    proposals.write(proposal, now=now, title="Coming back")
    chat.refresh_from_db()
    assert (chat.title, chat.slug, chat.sequence) == ("Coming back", "coming-back-after-leave", 3)

    late = chat.starts_at - timedelta(days=1)
    with pytest.raises(NotAllowed, match="Write the team a message"):
        proposals.write(proposal, now=late, title="Too late")
    proposals.ask_questions(proposal, ["A?", "B?", "C?", "D?"], now=late, by_team=True)
    assert [question.text for question in chat.questions.all()] == ["A?", "B?", "C?", "D?"]
    with pytest.raises(Unfinished):
        proposals.ask_questions(proposal, ["A?"], now=late, by_team=True)
    assert chat.questions.count() == 4


def test_merging_makes_a_cohost(nell, free, now):
    sam = member("Sam Oduvale")
    first = submitted(nell, free, now=now)
    second = submitted(sam, free, now=now, title="Back to work")

    proposals.merge(second, first, now=now)

    assert [host.handle for host in first.hosts.all()] == ["nell", "sam"]
    row = Proposal.objects.get(pk=second.pk)
    assert (row.status, row.merged_into) == (Stage.MERGED, first)
    assert ("merged", "sam@reader.example") in mails()
    with pytest.raises(NotAllowed):
        proposals.merge(first, first, now=now)


def test_an_invited_host_takes_it_up(nell, now):
    draft = proposals.begin(wecops(), nell, now=now)
    proposals.write(draft, now=now, title="Reading a crime map")
    proposals.invite(Host("wei", "Wei Lindmarsh"), draft, nell, now=now, address="wei@uni.example")
    wei = member("Wei Lindmarsh")

    assert mails() == [("invitation", "wei@uni.example")]
    proposal = proposals.take_up(draft, wei, now=now)

    assert (proposal.status, proposal.proposer, proposal.hosts.get().user) == (Stage.DRAFT, wei, wei)


def test_a_withdrawn_evening_leaves_the_calendars_and_comes_back_as_another(nell, free, now):
    proposal = accepted(nell, free, now=now)

    proposals.withdraw(proposal, now=now)
    assert free[0] in Slot.objects.free(now)
    proposals.reopen(proposal, now=now)
    proposals.release(proposals.accept(proposal, free[1], now=now), now=now)

    assert events() == [(1, "TENTATIVE", "REQUEST"), (2, "CANCELLED", "CANCEL"), (4, "TENTATIVE", "REQUEST")]


def test_one_whose_chat_was_cancelled_can_be_held_another_time(nell, free, now):
    proposal = accepted(nell, free, now=now)
    chat = proposals.confirm(proposal, now=now)
    with pytest.raises(NotAllowed, match="Cancel the chat first"):
        proposals.reopen(proposal, now=now)

    lifecycle.cancel(chat, "Ill.", now=now)
    proposals.reopen(proposal, now=now)
    proposals.release(proposals.accept(proposal, free[0], now=now), now=now)
    again = proposals.confirm(proposal, now=now)

    assert (again.slug, again.starts_at) == ("coming-back-after-leave-2", chat.starts_at)
    assert again.uid != chat.uid


def test_a_decline_says_why(nell, free, now):
    proposal = submitted(nell, free, now=now)

    with pytest.raises(NotAllowed, match="say why not"):
        proposals.decline(proposal, " ", now=now)
    proposals.decline(proposal, "We had one very like it in October.", now=now)

    assert "We had one very like it in October." in Mail.objects.get(template="declined").text


def test_a_duplicate_is_a_draft_without_dates(nell, free, now):
    sam = member("Sam Oduvale")
    proposal = accepted(nell, free, now=now)

    copy = proposals.duplicate(proposal, sam, now=now)

    assert (copy.status, copy.proposer, copy.title) == (Stage.DRAFT, sam, proposal.title)
    assert [each.text for each in copy.questions.all()] == [each.text for each in proposal.questions.all()]
    assert (copy.wishes.count(), copy.slot, copy.house_rules_at) == (0, None, None)
    assert proposal.questions.count() == 3
    assert [host.user for host in copy.hosts.all()] == [None]


def test_its_hosts_write_until_the_date_that_the_team_sets(nell, free, now):
    proposal = accepted(nell, free, now=now)
    proposals.freeze(proposal, now - timedelta(days=700_000), now=now)
    assert Proposal.objects.get().freezes_at == now
    with pytest.raises(NotAllowed, match="Write the team a message"):
        proposals.write(proposal, now=now, title="More")
    proposals.freeze(proposal, now + timedelta(days=1), now=now)
    proposals.write(proposal, now=now, title="More")

    assert Proposal.objects.get().title == "More"
    with pytest.raises(NotAllowed, match="choose an earlier time"):
        proposals.freeze(proposal, free[0].starts_at, now=now)
    with pytest.raises(NotAllowed, match="has begun"):
        proposals.freeze(proposal, now, now=free[0].starts_at)
    proposals.reopen(proposal, now=now)
    with pytest.raises(NotAllowed, match="once its host knows"):
        proposals.freeze(proposal, now, now=now)
