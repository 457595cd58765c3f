"""One host of one evening -> an address that answers for them without signing in, and back.

It goes by mail alone.  Once the evening is another one it opens nothing any more.
"""

from django.core import signing

from chats.models import ProposalHost

SALT = "chats.proposals.answer"


def answer_path(host: ProposalHost) -> str:
    """Below it stand ``yes/`` and ``no/``."""
    told = [host.pk, host.proposal.sequence]
    return f"/host/answer/{signing.dumps(told, salt=SALT)}/"


def asked(token: str) -> ProposalHost | None:
    """Whom it was made for; None for what nobody made, and for an evening that is no longer offered."""
    try:
        key, sequence = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    hosts = ProposalHost.objects.select_related("proposal__community", "proposal__slot", "user")
    return hosts.filter(pk=key, proposal__sequence=sequence).first()
