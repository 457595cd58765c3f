"""A link out of a letter, or from one host to another -> a page that asks, and a press that answers."""

from typing import Any

from allauth.core.internal.httpkit import authenticated_user
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import View

from accounts.models import User
from chats import proposals
from chats.models import ProposalHost, Stage
from chats.proposals import NotAllowed, keys
from chats.rendering import offering
from chats.views import community_of
from chats.views.kept import Members
from chats.views.offers import give_up
from chats.views.proposing import address

GONE = 410
LONGEST_REASON = 1000


@method_decorator(never_cache, name="dispatch")
class Letter(View):
    """A page whose address is a key: no other site learns it, and no machine keeps it."""

    gives_back = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        # Not "no-referrer": browsers would then not tell of a form where it came from, and we would refuse it.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response


class Answer(Letter):
    """A GET asks, since programs open the links of a letter as well; a POST does it, signed in or not."""

    http_method_names = ["get", "post"]
    is_yes = True

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        host = self.host(token)
        if host is None:
            return self.worn(token)
        slot = host.proposal.slot
        if slot and slot.starts_at <= timezone.now():
            return self.shown(host, "worn", said="That evening is over. Ask for another one.", status=GONE)
        return self.shown(host, "ask")

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        host = self.host(token)
        if host is None:
            return self.worn(token)
        try:
            return self.answer(host)
        except NotAllowed as refusal:
            host.proposal.refresh_from_db()
            said = str(refusal) if host.proposal.status != Stage.PENDING else ""
            return self.shown(host, "worn", said=said, status=GONE)

    def host(self, token: str) -> ProposalHost | None:
        """Whom it asks now; None where it asks nobody any more."""
        host = keys.asked(token)
        if host is None or host.proposal.community != community_of(self.request):
            return None
        return host if host.proposal.status in (Stage.ACCEPTED, Stage.INVITED) else None

    def answer(self, host: ProposalHost) -> HttpResponseBase:
        proposal, now = host.proposal, timezone.now()
        if proposal.status == Stage.INVITED:
            return self.answer_invitation(host)
        if self.is_yes:
            chat = proposals.confirm(proposal, now=now)
            return self.shown(host, "confirmed", chat=chat)
        why = self.request.POST.get("why", "")
        if len(why) > LONGEST_REASON:
            raise NotAllowed(f"That is {len(why) - LONGEST_REASON} characters too long.")
        give_up(proposal, host.user, why)
        return self.shown(host, "freed")

    def answer_invitation(self, host: ProposalHost) -> HttpResponseBase:
        """Whoever takes it up goes on writing it, so that needs somebody who is signed in."""
        proposal, user = host.proposal, self.request.user
        if not self.is_yes:
            proposals.withdraw(proposal, now=timezone.now())
            return self.shown(host, "thanks")
        if not isinstance(user, User):
            return self.shown(host, "ask")
        if host.user_id not in (None, user.pk):
            raise NotAllowed(f"This went to @{host.handle}. Sign in as they, or write to us.")
        proposals.take_up(proposal, user, now=timezone.now())
        return redirect(address(proposal, "topic"))

    def worn(self, token: str) -> HttpResponse:
        host = keys.answered(token)
        known = host if host and host.proposal.community == community_of(self.request) else None
        return self.shown(known, "worn", status=GONE)

    def shown(self, host: ProposalHost | None, state: str, *, status: int = 200, **told: Any) -> HttpResponse:
        """``state``: "ask", "confirmed", "freed", "thanks", or "worn" for a link that has done its work."""
        proposal = host.proposal if host else None
        slot = proposal.slot if proposal and state == "ask" else None
        page = {
            "host": host,
            "proposal": proposal,
            "state": state,
            "is_yes": self.is_yes,
            "is_invitation": bool(proposal and proposal.status == Stage.INVITED),
            "evening": offering.evening(slot, proposal.community.time_zone) if proposal and slot else None,
            "chat": proposal.chat if proposal and proposal.status == Stage.CONFIRMED else None,
            "text": self.request.POST.get("why", ""),
            **told,
        }
        return TemplateResponse(self.request, "chats/host_answer.html", page, status=status)


class Join(Letter, Members):
    """A co-host says that they are the one who is named."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        host = self.host(token)
        if host is None:
            return self.shown(None, status=GONE)
        if host.user_id == authenticated_user(request).pk:
            return redirect(host.proposal)
        return self.shown(host, said=mistaken(host, authenticated_user(request)))

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        host, user = self.host(token), authenticated_user(request)
        if host is None:
            return self.shown(None, status=GONE)
        if said := mistaken(host, user):
            return self.shown(host, said=said)
        try:
            proposals.join(host, user, now=timezone.now())
        except NotAllowed as refusal:
            return self.shown(host, said=str(refusal))
        return redirect(host.proposal)

    def host(self, token: str) -> ProposalHost | None:
        host = keys.named(token)
        return host if host and host.proposal.community == community_of(self.request) else None

    def shown(self, host: ProposalHost | None, *, said: str = "", status: int = 200) -> HttpResponse:
        return TemplateResponse(self.request, "chats/host_join.html", {"host": host, "said": said}, status=status)


def mistaken(host: ProposalHost, user: User) -> str:
    """Why somebody cannot be the one who is named; "" where they may be."""
    if host.user_id not in (None, user.pk):
        return f"@{host.handle} has joined already."
    is_of_x = "@" not in host.handle
    if is_of_x and user.handle and user.handle.lower() != host.handle.lower():
        return (
            f"This is for @{host.handle}, and you are signed in as @{user.handle}. "
            "If that is you as well, ask whoever sent you the link to change the handle."
        )
    return ""
