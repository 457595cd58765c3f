"""What host, team and members say about a proposal -> rows beside it; nothing here moves it."""

from datetime import datetime

from django.db import transaction

from accounts import prose
from accounts.models import Community, User
from chats.lifecycle import NotAllowed
from chats.models import ChatHost, Message, Proposal, ProposalHost, Review, Vote
from chats.proposals import letters

LONGEST = 4000


@transaction.atomic
def message(proposal: Proposal, by: User | None, text: str, *, is_from_team: bool, now: datetime) -> Message:
    """A word that both sides see; a host's goes to the team by mail as well."""
    said = _said(proposal, by, text, is_from_team=is_from_team, is_question=False, now=now)
    if not is_from_team:
        name = prose.one_line(str(by or "")) or "A host"
        letters.tell_team("team_message", proposal, besides=by, text=said.text, by=name)
    return said


@transaction.atomic
def ask(proposal: Proposal, by: User | None, text: str, *, now: datetime) -> Message:
    """The team wants to know something: it stands beside the proposal, and goes to its hosts by mail."""
    asked = _said(proposal, by, text, is_from_team=True, is_question=True, now=now)
    letters.tell("question", proposal, text=asked.text, by=str(by) if by else proposal.community.name)
    return asked


def _said(
    proposal: Proposal, by: User | None, text: str, *, is_from_team: bool, is_question: bool, now: datetime
) -> Message:
    words = prose.lines(text)
    if not words:
        raise NotAllowed("Write something first.")
    if len(words) > LONGEST:
        raise NotAllowed(f"That is {len(words) - LONGEST} characters too long.")
    facts = {"is_from_team": is_from_team, "is_question": is_question, "sent_at": now}
    return Message.objects.create(proposal=proposal, by=by, text=words, **facts)


def review(proposal: Proposal, by: User, *, score: int | None, note: str = "", now: datetime) -> Review:
    """What one of the team thinks, in the place of what they thought before."""
    words = prose.lines(note)
    if score is None and not words:
        raise NotAllowed("Give a score or write a note.")
    if score is not None and not 1 <= score <= 5:
        raise NotAllowed("A score is 1 to 5.")
    facts = {"score": score, "note": words, "written_at": now}
    return Review.objects.update_or_create(proposal=proposal, by=by, defaults=facts)[0]


def open_to_votes(proposal: Proposal, until: datetime | None) -> None:
    """Members may say until then that they would come, if their community votes at all; None ends it."""
    Proposal.objects.filter(pk=proposal.pk).update(voting_until=until)


def let_members_vote(community: Community) -> None:
    """From now on, on what the team opens to votes."""
    Community.objects.filter(pk=community.pk).update(has_votes=True)


def vote(proposal: Proposal, user: User, *, now: datetime) -> None:
    """They would come; whoever said so already has said so."""
    _check_open(proposal, now)
    Vote.objects.get_or_create(proposal=proposal, user=user, defaults={"cast_at": now})


def take_vote_back(proposal: Proposal, user: User, *, now: datetime) -> None:
    _check_open(proposal, now)
    Vote.objects.filter(proposal=proposal, user=user).delete()


def _check_open(proposal: Proposal, now: datetime) -> None:
    if not Proposal.objects.open_to_votes(now).filter(pk=proposal.pk).exists():
        raise NotAllowed(f"“{proposal}” is not open to votes.")


@transaction.atomic
def join(host: ProposalHost, user: User, *, now: datetime) -> None:
    """Somebody shows, by the link that went to them, that a named host is they; of its chat too, once it has one."""
    row = Proposal.objects.select_for_update(of=("self",)).select_related("community", "slot").get(pk=host.proposal_id)
    known = ProposalHost.objects.filter(pk=host.pk).first()
    if known is None:
        raise NotAllowed(f"@{host.handle} is named no more.")
    if known.user_id not in (None, user.pk):
        raise NotAllowed(f"@{known.handle} is somebody else.")
    if known.user_id is None:
        ProposalHost.objects.filter(pk=known.pk).update(user=user)
        ChatHost.objects.filter(chat=row.chat_id, handle__iexact=known.handle, user=None).update(user=user)
        letters.catch_up(row, {user.pk}, now=now)
