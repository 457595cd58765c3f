"""What people decide about a proposal -> its status, what follows from it, and who is told."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from chats import lifecycle
from chats.lifecycle import NotAllowed, hours
from chats.lifecycle import letters as chat_letters
from chats.models import Chat, Proposal, ProposalHost, Slot, Stage, Status, Vote
from chats.proposals import briefing, drafts, letters, problems

TRANSITIONS = {
    Stage.DRAFT: {Stage.SUBMITTED, Stage.WITHDRAWN},
    Stage.INVITED: {Stage.DRAFT, Stage.WITHDRAWN},
    Stage.SUBMITTED: {Stage.PENDING, Stage.DECLINED, Stage.MERGED, Stage.WITHDRAWN},
    Stage.PENDING: {Stage.ACCEPTED, Stage.SUBMITTED, Stage.WITHDRAWN},
    Stage.ACCEPTED: {Stage.CONFIRMED, Stage.SUBMITTED, Stage.WITHDRAWN},
    Stage.CONFIRMED: {Stage.SUBMITTED},
    Stage.DECLINED: {Stage.SUBMITTED},
    Stage.WITHDRAWN: {Stage.DRAFT, Stage.INVITED, Stage.SUBMITTED},
    Stage.MERGED: {Stage.SUBMITTED},
}
FREEZE = timedelta(days=2)  # before the chat; a day later readers see the questions
# What one that is no longer accepted, confirmed, declined or merged does not keep.
_OPEN: dict[str, Any] = {
    "slot": None, "released_at": None, "freezes_at": None, "chat": None, "merged_into": None, "decision": "",
}  # fmt: skip


def _locked(proposal: Proposal, stage: Stage) -> Proposal:
    """The row as it stands now, held until the transaction ends; raises ``NotAllowed`` where it cannot move so."""
    row = _held(proposal)
    _check(row, stage)
    return row


def _held(proposal: Proposal) -> Proposal:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("community", "slot", "chat", "topic")
    return rows.get(pk=proposal.pk)


def _check(row: Proposal, stage: Stage) -> None:
    if stage not in TRANSITIONS[Stage(row.status)]:
        raise NotAllowed(f"“{row}” is {row.get_status_display()}, so it cannot become {stage.label}.")


def _move(row: Proposal, stage: Stage, **changes: Any) -> None:
    for field, value in {"status": stage, **changes}.items():
        setattr(row, field, value)
    row.save(update_fields=["status", *changes])


def _revised(row: Proposal, now: datetime) -> dict[str, Any]:
    """Calendars take what they have already for older than this."""
    return {"sequence": row.sequence + 1, "revised_at": now}


@transaction.atomic
def submit(proposal: Proposal, *, now: datetime) -> Proposal:
    """Hand it to the team.  Raises ``Unfinished`` with all that is missing."""
    row = _locked(proposal, Stage.SUBMITTED)
    if row.status != Stage.DRAFT:
        raise NotAllowed(f"“{row}” is with the team already.")
    if missing := problems.of(row, now):
        raise problems.Unfinished(missing)
    _move(row, Stage.SUBMITTED, submitted_at=now)
    letters.tell("offer_received", row)
    letters.tell_team("team_offer", row)
    return row


@transaction.atomic
def accept(proposal: Proposal, slot: Slot, *, now: datetime) -> Proposal:
    """Keep an evening for it.  Nobody is told before ``release``."""
    row = _locked(proposal, Stage.PENDING)
    hours.hold(row.community)  # before the slot, as whoever closes one does
    known = Slot.objects.select_for_update().filter(pk=slot.pk, community=row.community).first()
    if known is None:
        raise NotAllowed("There is no such evening any more.")
    if known.starts_at <= now:
        raise NotAllowed("That evening is over. Choose one to come.")
    hours.keep(row.community, known.starts_at, known.ends_at, proposal=row)
    _move(row, Stage.PENDING, slot=known)
    return row


@transaction.atomic
def release(proposal: Proposal, *, now: datetime) -> Proposal:
    """Tell its hosts that it is accepted, and ask them to confirm the evening."""
    row = _locked(proposal, Stage.ACCEPTED)
    starts_at = _slot(row).starts_at
    if starts_at <= now:
        raise NotAllowed("That evening is over. Take the decision back, and choose one to come.")
    _move(row, Stage.ACCEPTED, released_at=now, freezes_at=starts_at - FREEZE, **_revised(row, now))
    letters.ask_to_confirm(row)
    return row


def _slot(row: Proposal) -> Slot:
    if row.slot is None:
        raise NotAllowed(f"No evening is kept for “{row}”.")
    return row.slot


@transaction.atomic
def confirm(proposal: Proposal, *, now: datetime) -> Chat:
    """A host says yes: the chat is on the calendar at once, with its questions, hosts and tags."""
    row = _locked(proposal, Stage.CONFIRMED)
    slot = _slot(row)
    if slot.starts_at <= now:
        raise NotAllowed("That evening is over. Ask the team for another one.")
    _move(row, Stage.CONFIRMED)
    chat = lifecycle.schedule(
        row.community,
        drafts.free_slug(row.community, row.title),
        title=row.title,
        summary=briefing.summary(row),
        topic=row.topic,
        hashtags=[row.hashtag, *(tag for tag in row.community.hashtags if tag.lower() != row.hashtag.lower())],
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
    )
    revised = _revised(row, now)
    Chat.objects.filter(pk=chat.pk).update(uid=row.uid, **revised)
    briefing.fill(chat, row)
    _move(row, Stage.CONFIRMED, chat=chat, **revised)
    chat.refresh_from_db()
    chat_letters.of_chat("confirmed", chat, chat_letters.hosts(chat), proposal=row)
    letters.tell_team("team_confirmed", row, page=f"{row.community.site}{chat.get_absolute_url()}")
    return chat


@transaction.atomic
def freeze(proposal: Proposal, at: datetime, *, now: datetime) -> None:
    """From then on, at once at the earliest, its hosts ask the team for changes.

    Raises ``NotAllowed`` for a time not before the chat.
    """
    row = _held(proposal)
    if row.status not in (Stage.ACCEPTED, Stage.CONFIRMED):
        raise NotAllowed(f"“{row}” is {row.get_status_display()}: it freezes once its host knows the evening.")
    starts_at = row.chat.starts_at if row.chat else _slot(row).starts_at
    if now >= starts_at:
        raise NotAllowed("The evening has begun.")
    if at >= starts_at:
        raise NotAllowed("Its words are settled before the chat begins: choose an earlier time.")
    Proposal.objects.filter(pk=row.pk).update(freezes_at=max(at, now))


@transaction.atomic
def decline(proposal: Proposal, reason: str, *, now: datetime) -> Proposal:
    """Not this time; the host reads the ``reason``."""
    row = _locked(proposal, Stage.DECLINED)
    if not reason.strip():
        raise NotAllowed("Somebody offered an evening of their life: say why not.")
    _move(row, Stage.DECLINED, decision=reason.strip())
    letters.tell("declined", row)
    return row


@transaction.atomic
def merge(proposal: Proposal, into: Proposal, *, now: datetime) -> Proposal:
    """One chat of two offers: the hosts and votes of this one go to the other.  Returns the other."""
    if proposal.pk == into.pk:
        raise NotAllowed("A proposal cannot be merged into itself.")
    list(Proposal.objects.select_for_update(of=("self",)).filter(pk__in=(proposal.pk, into.pk)).order_by("pk"))
    row = _locked(proposal, Stage.MERGED)
    other = Proposal.objects.select_related("community").get(pk=into.pk)
    if other.status not in (Stage.SUBMITTED, Stage.PENDING) or other.community_id != row.community_id:
        raise NotAllowed(f"“{other}” is {other.get_status_display()}, so nothing can be merged into it.")
    there = {host.handle.lower(): host for host in other.hosts.all()}
    if len({*there, *(host.handle.lower() for host in row.hosts.all())}) > drafts.MOST_HOSTS:
        raise NotAllowed(f"Together they have more than {drafts.MOST_HOSTS} hosts. Take some out of one of them first.")
    last = max((host.position for host in there.values()), default=0)
    for host in row.hosts.all():
        known = there.get(host.handle.lower())
        if known and known.user_id is None:  # named there, and here they are themselves
            ProposalHost.objects.filter(pk=known.pk).update(user=host.user)
        elif not known:
            last += 1
            host.pk, host.proposal, host.position = None, other, last
            host._state.adding = True
            host.save(force_insert=True)
    votes = [Vote(proposal=other, user=each.user, cast_at=each.cast_at) for each in row.votes.select_related("user")]
    Vote.objects.bulk_create(votes, ignore_conflicts=True)
    _move(row, Stage.MERGED, merged_into=other)
    letters.tell("merged", row, other=other)
    return other


@transaction.atomic
def withdraw(proposal: Proposal, *, now: datetime) -> Proposal:
    """Its host, or the invited one, takes it back; a kept evening is free.  A confirmed one is a chat to cancel."""
    row = _locked(proposal, Stage.WITHDRAWN)
    if row.status != Stage.DRAFT:  # nobody knew of it
        letters.tell_team("team_withdrawn", row, was_invited=row.status == Stage.INVITED)
    return _let_go(row, Stage.WITHDRAWN, now)


@transaction.atomic
def reopen(proposal: Proposal, *, now: datetime, by_team: bool = False) -> Proposal:
    """Back to where the team, or before that the host, has it in hand; a kept evening is free.

    A confirmed one can come back once its chat is cancelled.  Where a host gives the evening back, or
    brings back what they withdrew, the team is told.
    """
    row = _held(proposal)
    stage = _stage_before(row)
    if row.status == Stage.DRAFT:
        raise NotAllowed(f"“{row}” is a draft already.")
    _check(row, stage)
    if row.status == Stage.CONFIRMED and row.chat and row.chat.status != Status.CANCELLED:
        raise NotAllowed(f"“{row}” is on the calendar. Cancel the chat first.")
    if row.status == Stage.ACCEPTED and not by_team:
        letters.tell_team("team_free_again", row)
    if row.status == Stage.WITHDRAWN and stage == Stage.SUBMITTED and not by_team:
        letters.tell_team("team_offer", row)
    if stage == Stage.INVITED and by_team:
        stage = _take_from_the_invited(row)
    return _let_go(row, stage, now)


def _take_from_the_invited(row: Proposal) -> Stage:
    """Whoever said no is not asked again; it is a draft of who invited them, and somebody else may be asked."""
    row.hosts.all().delete()
    row.proposer, row.invited_address = row.invited_by, ""
    row.save(update_fields=["proposer", "invited_address"])
    return Stage.DRAFT


def _stage_before(row: Proposal) -> Stage:
    if row.submitted_at or row.status != Stage.WITHDRAWN:
        return Stage.SUBMITTED
    return Stage.INVITED if row.invited_by_id and not row.proposer_id else Stage.DRAFT


def _let_go(row: Proposal, stage: Stage, now: datetime) -> Proposal:
    """It keeps no evening any more; whoever has it in their calendar is told, and a next evening is another one."""
    was, changes = row.status, {**_OPEN, **_revised(row, now)}
    if was == Stage.ACCEPTED:
        row.sequence, row.revised_at = changes["sequence"], now
        letters.tell(
            "date_free_again", row, entry=letters.held(row, "CANCELLED"), is_withdrawn=stage == Stage.WITHDRAWN
        )
    if was == Stage.CONFIRMED:
        changes["uid"] = uuid4()  # the old one stays with the chat that was cancelled
    _move(row, stage, **changes)
    return row


@transaction.atomic
def invite(host: drafts.Host, draft: Proposal, by: User, *, now: datetime, address: str = "") -> Proposal:
    """Ask somebody to host what the team has begun to write; ``address`` for whom we have none of.

    Raises ``NotAllowed`` where it is more than a draft.
    """
    row = _held(draft)
    if row.status != Stage.DRAFT:
        raise NotAllowed(f"“{row}” is {row.get_status_display()}, so nobody can be invited to it.")
    if not row.title:
        raise NotAllowed("Give the chat a title: they want to know what you ask them to.")
    drafts.name_hosts(row, [host], now=now)
    _move(row, Stage.INVITED, invited_by=by, invited_address=address, proposer=None)
    letters.invite(row, row.hosts.get())
    return row


@transaction.atomic
def take_up(proposal: Proposal, user: User, *, now: datetime) -> Proposal:
    """The invited host says yes, and goes on writing it as their own."""
    row = _locked(proposal, Stage.DRAFT)
    if row.status != Stage.INVITED:
        raise NotAllowed(f"“{row}” is nobody's to take up.")
    ProposalHost.objects.filter(proposal=row, position=1).update(user=user)
    _move(row, Stage.DRAFT, proposer=user)
    letters.tell_team("team_taken_up", row, besides=user)
    return row
