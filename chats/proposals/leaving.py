"""An account that ends -> its drafts are gone, its offers taken back, and of the person only that they hosted stays."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from chats.models import ChatHost, Proposal, ProposalHost
from chats.models.proposal import Stage
from chats.proposals import moves

_KEPT = (Stage.CONFIRMED, Stage.MERGED)  # a chat came of it, or another offer


@transaction.atomic
def leave(user: User, *, now: datetime) -> None:
    """Evenings that were kept for them are free, and the team is told.  What they wrote about themselves is erased."""
    for proposal in Proposal.objects.filter(proposer=user).exclude(status__in=_KEPT):
        if Stage.WITHDRAWN in moves.TRANSITIONS[Stage(proposal.status)]:
            moves.withdraw(proposal, now=now)
        if not proposal.merged.exists():
            proposal.delete()
    named = ProposalHost.objects.filter(user=user)
    named.filter(position__gt=1).exclude(proposal__status__in=_KEPT).delete()
    named.update(biography="")
    ChatHost.objects.filter(user=user).update(biography="")
