"""An account that ends -> its drafts are gone, its offers taken back, and of the person only that they hosted stays."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from chats.models import Chat, ChatHost, Proposal, ProposalHost
from chats.models.proposal import Stage
from chats.proposals import moves, talking

GONE = "The account of this chat's host has ended. Somebody else has to run it, or it has to be called off."
_KEPT = (Stage.CONFIRMED, Stage.MERGED)  # a chat came of it, or another offer


@transaction.atomic
def leave(user: User, *, now: datetime) -> None:
    """Evenings that were kept for them are free, and the team is told, also of chats to come that lack a host now.

    What they wrote about themselves is erased.
    """
    for proposal in Proposal.objects.filter(proposer=user, chat__in=Chat.objects.going_ahead().filter(ends_at__gt=now)):
        talking.message(proposal, None, GONE, is_from_team=False, now=now)
    for proposal in Proposal.objects.filter(proposer=user).exclude(status__in=_KEPT):
        if Stage.WITHDRAWN in moves.TRANSITIONS[Stage(proposal.status)]:
            moves.withdraw(proposal, now=now)
        if not proposal.merged.exists():
            proposal.delete()
    named = ProposalHost.objects.filter(user=user)
    named.filter(position__gt=1).exclude(proposal__status__in=_KEPT).delete()
    named.update(biography="")
    ChatHost.objects.filter(user=user).update(biography="")
