"""A proposal of one's own -> where it stands, what its team says, and what its hosts decide about it."""

from collections.abc import Callable
from typing import Any

from allauth.core import ratelimit
from allauth.core.internal.httpkit import authenticated_user
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import Community, User
from chats import proposals
from chats.models import Proposal, Stage
from chats.proposals import NotAllowed, keys
from chats.proposals.drafts import settled
from chats.rendering import offering
from chats.views.kept import Members
from chats.views.proposing import STEPS, address, own

ANOTHER_DATE = "Another date, please."
NOT_NOW = "That cannot be done as things stand now. Here is where they are."
TOO_OFTEN = "That were many messages within an hour. What you wrote is below: send it a little later."


class OwnProposal(Members):
    """Where it stands, in plain words, and the one thing to do now."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        back = self.given_back()
        return self.shown(own(request, pk), text=back.get("text", "") if back else "")

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        proposal, user = own(request, pk), authenticated_user(request)
        do = request.POST.get("do", "message")
        if do == "message":
            return self.say(proposal, user)
        decide = self.decisions(proposal, user).get(do)
        if decide is None:
            messages.warning(request, NOT_NOW)
            return redirect(proposal)
        try:
            return redirect(decide())
        except NotAllowed as refusal:
            proposal.refresh_from_db()
            is_told = proposal.status not in (Stage.PENDING, Stage.CONFIRMED)
            messages.warning(request, str(refusal) if is_told else NOT_NOW)
            return redirect(proposal)

    def say(self, proposal: Proposal, user: User) -> HttpResponseBase:
        text, now = self.request.POST.get("text", ""), timezone.now()
        if not ratelimit.consume(self.request, action="message", user=user):
            return self.shown(proposal, text=text, error=TOO_OFTEN)
        try:
            proposals.message(proposal, user, text, is_from_team=False, now=now)
        except NotAllowed as refusal:
            return self.shown(proposal, text=text, error=str(refusal))
        self.done_with()
        messages.success(self.request, "Your message is with the team.")
        return redirect(f"{proposal.get_absolute_url()}#messages")

    def decisions(self, proposal: Proposal, user: User) -> dict[str, Callable[[], Any]]:
        """What somebody may do with it now, as far as its hosts know where it stands; each says where to go next."""
        may: dict[str, Callable[[], Any]] = {}
        stand = offering.stand(proposal, timezone.now()).name
        if stand == "invited":
            may["take-up"] = lambda: self.take_up(proposal, user)
            may["not-now"] = lambda: self.let_go(proposal, "The team knows. Thank you for thinking about it.")
        if stand == "offered":
            may["confirm"] = lambda: self.confirm(proposal)
        if stand in ("offered", "lapsed"):
            may["another-date"] = lambda: self.another_date(proposal, user)
        if is_led_by(proposal, user):
            if stand in ("draft", "sent", "asked", "voting", "offered", "lapsed"):
                may["withdraw"] = lambda: self.let_go(proposal, "Withdrawn. Nothing is lost: it can come back.")
            if stand == "withdrawn":
                may["bring-back"] = lambda: self.bring_back(proposal)
        if stand == "declined":
            may["once-more"] = lambda: self.once_more(proposal, user)
        return may

    def confirm(self, proposal: Proposal) -> Any:
        proposals.confirm(proposal, now=timezone.now())
        messages.success(self.request, "It is on. The chat is on the calendar for all to see.")
        return proposal

    def another_date(self, proposal: Proposal, user: User) -> Any:
        give_up(proposal, user, "")
        messages.success(self.request, "The evening is free again. Which others would do?")
        return address(proposal, "dates")

    def let_go(self, proposal: Proposal, said: str) -> Any:
        proposals.withdraw(proposal, now=timezone.now())
        messages.success(self.request, said)
        return proposal

    def bring_back(self, proposal: Proposal) -> Any:
        proposals.reopen(proposal, now=timezone.now())
        messages.success(self.request, "It is back.")
        return proposal

    def once_more(self, proposal: Proposal, user: User) -> Any:
        copy = proposals.duplicate(proposal, user, now=timezone.now())
        messages.success(self.request, "Here it is once more, as a draft. Change what you like.")
        return address(copy, "topic")

    def take_up(self, proposal: Proposal, user: User) -> Any:
        proposals.take_up(proposal, user, now=timezone.now())
        messages.success(self.request, "It is yours now. Change what you like, nobody else sees it yet.")
        return address(proposal, "topic")

    def shown(self, proposal: Proposal, *, text: str = "", error: str = "") -> HttpResponse:
        request, now, zone = self.request, timezone.now(), proposal.community.time_zone
        user = authenticated_user(request)
        said = list(proposal.messages.select_related("by"))
        stand = offering.stand(proposal, now, messages=said)
        hosts = list(proposal.hosts.select_related("user", "proposal"))
        page = {
            "proposal": proposal,
            "stand": stand,
            "way": offering.way(proposal, stand.name),
            "evening": offering.told_evening(proposal, stand),
            "wishes": [
                offering.evening(wish.slot, zone)
                for wish in proposal.wishes.select_related("slot")
                if wish.slot.starts_at > now
            ],
            "said": said,
            "text": text,
            "error": error,
            "hosts": hosts,
            "others": [host for host in hosts if host.user_id != user.pk],
            "links": [(host, link(proposal, host)) for host in hosts if host.user_id is None and host.position > 1],
            "may": self.decisions(proposal, user),
            "is_led": is_led_by(proposal, user),
            "settled": settled(proposal, now),
            "steps": [(STEPS[name], address(proposal, name)) for name in STEPS],
            "merged_into": merged_into(proposal, user),
            "now": now,
        }
        return TemplateResponse(request, "chats/proposal.html", page)


def listed(request: HttpRequest) -> list[tuple[Proposal, offering.Stand, offering.Evening | None]]:
    """The chats that the member would host, each with where it stands, and its evening once that is told."""
    community, now = Community.objects.for_request(request), timezone.now()
    if community is None:
        return []
    rows = Proposal.objects.of(community).of_host(authenticated_user(request))
    found = rows.select_related("community", "slot", "chat__build").prefetch_related("messages")
    told = [(each, offering.stand(each, now, messages=list(each.messages.all()))) for each in found]
    return [(each, stand, offering.told_evening(each, stand)) for each, stand in told]


def is_led_by(proposal: Proposal, user: User) -> bool:
    """Whether taking it back is theirs: who offered it, or any of its hosts where that person is gone."""
    return proposal.proposer_id in (None, user.pk)


def link(proposal: Proposal, host: Any) -> str:
    """What a co-host is to be sent, to join."""
    return f"{proposal.community.site}{keys.join_path(host)}"


def merged_into(proposal: Proposal, user: User) -> Proposal | None:
    """The one it has become part of, for whoever hosts that as well."""
    other = proposal.merged_into
    return other if other and Proposal.objects.of_host(user).filter(pk=other.pk).exists() else None


@transaction.atomic
def give_up(proposal: Proposal, by: User | None, why: str) -> None:
    """The evening that was offered will not do: it is free again, and the team reads why."""
    now = timezone.now()
    proposals.reopen(proposal, now=now)
    said = f"{ANOTHER_DATE}\n{why}" if why.strip() else ANOTHER_DATE
    proposals.message(proposal, by, said, is_from_team=False, now=now)
