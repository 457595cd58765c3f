"""Proposals that are open to votes -> a page that anybody may read, and a vote of whoever is signed in."""

from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from allauth.core.internal.httpkit import authenticated_user
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.generic import View

from accounts.models import Community
from chats import proposals
from chats.models import Proposal, Vote
from chats.proposals import NotAllowed
from chats.views import community_of


class Proposals(View):
    """404 where members do not vote.  What is open stands in another order each day, so nobody wins by being first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        community, now = self.community(), timezone.now()
        rows = Proposal.objects.of(community).open_to_votes(now).select_related("topic", "proposer")
        found = rows.prefetch_related("hosts", "readings").annotate(votes_cast=Count("votes"))
        mine = Vote.objects.filter(user=request.user.pk, proposal__in=found) if request.user.is_authenticated else ()
        page = {
            "proposals": sorted(found, key=lambda each: shuffled(each.pk, now, community)),
            "voted": {vote.proposal_id for vote in mine},
            "canonical": request.path,
        }
        return TemplateResponse(request, "chats/proposals.html", page)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        community = self.community()
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        takes_back = "un" in request.POST
        key = request.POST.get("un" if takes_back else "yes", "")
        proposal = Proposal.objects.of(community).filter(pk=int(key)).first() if is_key(key) else None
        if proposal is None:
            raise Http404
        try:
            act = proposals.take_vote_back if takes_back else proposals.vote
            act(proposal, authenticated_user(request), now=timezone.now())
        except NotAllowed:
            messages.warning(request, "Votes on that one are closed.")
        return redirect(f"{request.path}#p{proposal.pk}")

    def community(self) -> Community:
        community = community_of(self.request)
        if not community.has_votes:
            raise Http404
        return community


def is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def shuffled(key: int, now: datetime, community: Community) -> Any:
    """Where it stands today: the same for all who look on one day."""
    today = now.astimezone(ZoneInfo(community.time_zone)).date()
    return sha256(f"{today} {key}".encode()).digest()
