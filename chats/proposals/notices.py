"""Evenings that come near -> letters that are due, each written once: please confirm, and reminders.

What is due follows from the rows of chats and proposals alone, so whoever moves one need not think of it.  A notice
that finds its evening moved, called off or confirmed meanwhile says nothing.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts import crisis, leases
from accounts.leases import Claim
from accounts.models.user import Mailed
from chats.lifecycle import letters as chat_letters
from chats.models import Chat, Notice, Occasion, Proposal, Stage
from chats.proposals import letters

SLOTS = 2
CONFIRM = {Occasion.CONFIRM_28: 4, Occasion.CONFIRM_21: 3, Occasion.CONFIRM_14: 2}  # weeks before
HOSTS_BEFORE = timedelta(days=1)
COMING_BEFORE = timedelta(hours=1)
PAUSED = f"""
    coalesce((SELECT community_id FROM chats_chat WHERE id = chat_id),
             (SELECT community_id FROM chats_proposal WHERE id = proposal_id))
    IN {crisis.communities_that("pauses_chats")}
"""  # noqa: S608 - of our own names
LATE = timedelta(hours=12)  # after that a reminder would only puzzle


def plan(now: datetime) -> None:
    """Write down what comes due within the next days and is not written yet."""
    wanted = [*_of_proposals(now), *_of_chats(now)]
    Notice.objects.bulk_create(wanted, ignore_conflicts=True)


def _of_proposals(now: datetime) -> Iterator[Notice]:
    offered = Proposal.objects.filter(status=Stage.ACCEPTED, slot__starts_at__gt=now).select_related("slot")
    known = set(Notice.objects.filter(proposal__status=Stage.ACCEPTED).values_list("proposal", "occasion", "starts_at"))
    for proposal in offered:
        starts_at = proposal.slot.starts_at  # type: ignore[union-attr]
        for occasion, weeks in CONFIRM.items():
            due_at = starts_at - timedelta(weeks=weeks)
            is_to_come = due_at > proposal.released_at and due_at > now - LATE  # type: ignore[operator]
            if is_to_come and (proposal.pk, occasion, starts_at) not in known:
                yield Notice(proposal=proposal, occasion=occasion, starts_at=starts_at, next_due_at=due_at)


def _of_chats(now: datetime) -> Iterator[Notice]:
    near = {"starts_at__gt": now, "starts_at__lt": now + 2 * HOSTS_BEFORE}
    known = set(Notice.objects.filter(chat__isnull=False, **near).values_list("chat", "occasion", "starts_at"))
    for chat in Chat.objects.going_ahead().filter(**near):
        for occasion, before in ((Occasion.HOSTS, HOSTS_BEFORE), (Occasion.COMING, COMING_BEFORE)):
            due_at = chat.starts_at - before
            if due_at > now - LATE and (chat.pk, occasion, chat.starts_at) not in known:
                yield Notice(chat=chat, occasion=occasion, starts_at=chat.starts_at, next_due_at=due_at)


def claim_due(*, lapsed: bool = True) -> list[Claim[Notice]]:
    """The next notices; those of a community whose crisis switch pauses them wait, until what they tell of is over."""
    return leases.claim_due(Notice, SLOTS, lapsed=lapsed, unless=PAUSED)


def send(claim: Claim[Notice]) -> None:
    """Write the letters of a notice, and that they are written, in one transaction."""
    with leases.working(claim), leases.hold(claim) as notice:
        now = leases.clock()
        if notice.sent_at is None and notice.starts_at > now:
            _write(notice)
            Notice.objects.filter(pk=notice.pk).update(sent_at=now)
        leases.done(claim)


def _write(notice: Notice) -> None:
    if notice.proposal:
        _ask(notice.proposal, notice)
    if notice.chat:
        _remind(notice.chat, notice)


def _ask(proposal: Proposal, notice: Notice) -> None:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("community", "slot", "topic")
    offered = rows.filter(pk=proposal.pk, status=Stage.ACCEPTED, slot__starts_at=notice.starts_at).first()
    if offered:
        letters.ask_to_confirm(offered, weeks=CONFIRM[Occasion(notice.occasion)])


def _remind(chat: Chat, notice: Notice) -> None:
    rows = Chat.objects.select_for_update(of=("self",)).going_ahead()
    held = rows.filter(pk=chat.pk, starts_at=notice.starts_at).first()
    if held and notice.occasion == Occasion.HOSTS:
        chat_letters.of_chat("host_reminder", held, chat_letters.hosts(held))
    elif held:
        wanted = held.coming.filter(user__mailed__contains=[Mailed.REMINDERS.value])
        coming = chat_letters.readers(wanted.values_list("user", flat=True))
        chat_letters.of_chat("coming_reminder", held, coming)
