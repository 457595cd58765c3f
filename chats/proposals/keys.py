"""One host of one evening -> an address that answers for them without signing in, and back.

It goes by mail alone.  Once the evening is another one it opens nothing any more.  A second kind of address lets a
co-host say, signed in, that they are the one who is named; it holds as long as they are.
"""

from typing import Any

from django.core import signing

from chats.models import ProposalHost

SALT = "chats.proposals.answer"
JOIN_SALT = "chats.proposals.join"


def answer_path(host: ProposalHost) -> str:
    """Below it stand ``yes/`` and ``no/``."""
    told = [host.pk, host.proposal.sequence]
    return f"/host/answer/{signing.dumps(told, salt=SALT)}/"


def asked(token: str) -> ProposalHost | None:
    """Whom it was made for; None for what nobody made, and for an evening that is no longer offered."""
    host = answered(token)
    return host if host and host.proposal.sequence == _read(token, SALT)[1] else None


def answered(token: str) -> ProposalHost | None:
    """Whom it was made for, also where it has done its work; None for what nobody made."""
    told = _read(token, SALT)
    return _hosts().filter(pk=told[0]).first() if told else None


def join_path(host: ProposalHost) -> str:
    return f"/host/join/{signing.dumps([host.pk, host.handle.lower()], salt=JOIN_SALT)}/"


def named(token: str) -> ProposalHost | None:
    """Who may join by it; None for what nobody made, and for whoever is named no more."""
    told = _read(token, JOIN_SALT)
    return _hosts().filter(pk=told[0], handle__iexact=told[1]).first() if told else None


def _read(token: str, salt: str) -> Any:
    try:
        return signing.loads(token, salt=salt)
    except (signing.BadSignature, ValueError):
        return None


def _hosts() -> Any:
    related = ("proposal__community", "proposal__slot", "proposal__chat", "proposal__proposer", "user")
    return ProposalHost.objects.select_related(*related)
