"""Letters that are due: each once, none about what is no longer so."""

from datetime import timedelta

import pytest
from django.db.models import F

from accounts import leases
from accounts.models import Mail
from chats import lifecycle, proposals, tasks
from chats.models import Notice, Occasion
from chats.proposals import notices
from tests.factories.chats import wecops
from tests.factories.proposals import accepted, evenings, member

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def now(db):
    return leases.clock()


@pytest.fixture
def nell(db):
    return member("Nell Harrow")


def sent(*, come_due=True):
    """Write down what is to come, let all of it be due, and write its letters; the new ones as (template, address)."""
    before = set(Mail.objects.values_list("pk", flat=True))
    notices.plan(leases.clock())
    if come_due:
        Notice.objects.exclude(next_due_at=None).update(next_due_at=leases.clock())
    while claims := notices.claim_due():
        for claim in claims:
            notices.send(claim)
    return sorted(Mail.objects.exclude(pk__in=before).values_list("template", "to"))


def test_whoever_does_not_confirm_is_asked_three_times(nell, now):
    accepted(nell, evenings(now), now=now)

    assert sent(come_due=False) == []
    assert sent() == [("please_confirm", "nell@reader.example")] * 3
    assert sent() == []
    subjects = Mail.objects.filter(template="please_confirm").order_by("pk").values_list("subject", flat=True)
    assert [subject.partition(":")[0] for subject in subjects] == [
        "[Action needed] Please confirm",
        "[Action needed] 4 weeks to go, please confirm",
        "[Action needed] 3 weeks to go, please confirm",
        "[Action needed] 2 weeks to go, please confirm",
    ]


def test_each_is_asked_on_its_day(nell, now):
    proposal = accepted(nell, evenings(now, first=timedelta(days=25)), now=now)
    notices.plan(now)

    due = [(notice.occasion, proposal.slot.starts_at - notice.next_due_at) for notice in Notice.objects.all()]

    assert due == [(Occasion.CONFIRM_21, timedelta(days=21)), (Occasion.CONFIRM_14, timedelta(days=14))]


def test_who_has_confirmed_is_asked_no_more(nell, now):
    proposal = accepted(nell, evenings(now), now=now)
    notices.plan(now)
    proposals.confirm(proposal, now=now)

    assert sent() == []
    assert Notice.objects.filter(next_due_at=None, sent_at__isnull=False).count() == 3


def test_another_evening_is_asked_for_anew(nell, now):
    free = evenings(now)
    proposal = accepted(nell, free, now=now)
    notices.plan(now)
    proposals.reopen(proposal, now=now)
    proposals.release(proposals.accept(proposal, free[1], now=now), now=now)

    assert sent() == [("please_confirm", "nell@reader.example")] * 3


def held(now, **facts):
    times = {"starts_at": now + 20 * HOUR, "ends_at": now + 21 * HOUR, **facts}
    return lifecycle.schedule(wecops(), "soon", title="Soon", **times)


def test_hosts_and_who_comes_are_reminded_once(nell, now):
    chat = held(now)
    lifecycle.add_host(chat, "nell", user=nell)
    sam, tess, lou = member("Sam Oduvale"), member("Tess Ashgrove", address=""), member("Lou Penhallow")
    lou.mailed = []
    lou.save(update_fields=["mailed"])
    for member_ in (sam, sam, tess, lou):
        lifecycle.come(chat, member_, now=now)

    assert sent() == [("coming_reminder", "sam@reader.example"), ("host_reminder", "nell@reader.example")]
    assert sent() == []


def test_a_moved_chat_is_reminded_of_at_its_new_time(nell, now):
    chat = held(now)
    lifecycle.add_host(chat, "nell", user=nell)
    notices.plan(now)
    lifecycle.move(chat, now + 30 * HOUR, now + 31 * HOUR, "The hall is taken.", now=now)

    assert sent() == [("host_reminder", "nell@reader.example")]


def test_nobody_is_reminded_of_a_cancelled_chat(nell, now):
    chat = held(now)
    lifecycle.add_host(chat, "nell", user=nell)
    lifecycle.come(chat, nell, now=now)
    notices.plan(now)
    lifecycle.cancel(chat, "Ill.", now=now)

    assert sent() == []
    with pytest.raises(lifecycle.NotAllowed, match="is cancelled"):
        lifecycle.come(chat, member("Sam Oduvale"), now=now)


def test_a_notice_that_lost_its_letters_midway_writes_them_once(nell, now):
    chat = held(now)
    lifecycle.add_host(chat, "nell", user=nell)
    notices.plan(now)
    Notice.objects.update(next_due_at=now)
    claim = next(each for each in notices.claim_due() if Notice.objects.get(pk=each.id).occasion == Occasion.HOSTS)
    Notice.objects.filter(pk=claim.id).update(fence=F("fence") + 1)  # somebody else took it

    with pytest.raises(leases.LeaseLost):
        notices.send(claim)
    assert Mail.objects.count() == 0
    tasks.send_notice(claim.id, claim.fence + 1)
    tasks.send_notice(claim.id, claim.fence + 1)

    assert Mail.objects.count() == 1
