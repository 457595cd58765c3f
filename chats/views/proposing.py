"""The five steps of a proposal -> its rows, saved at each, and off to the team at the end."""

from datetime import timedelta
from typing import Any

from allauth.core import ratelimit
from allauth.core.internal.httpkit import authenticated_user
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community
from chats import forms, proposals
from chats.forms.step import Mistake
from chats.models import Proposal, Slot, Stage
from chats.proposals import NotAllowed, Unfinished, problems
from chats.proposals.drafts import settled
from chats.rendering import offering
from chats.views import community_of
from chats.views.kept import Members

# The step's name, as addresses have it, and its word.
STEPS = {"topic": "Topic", "questions": "Questions", "reading": "Reading", "dates": "Dates", "people": "You and send"}
HAVE_NO_DATES = (Stage.ACCEPTED, Stage.CONFIRMED)
TWICE = timedelta(minutes=1)  # a button that is pressed twice begins one proposal
MOST_DRAFTS = 10


class Writing(Members):
    """One page of the form: shown with what is known, saved with what was typed."""

    name = ""
    form_class: type[forms.Step]

    def shown(self, form: forms.Step, *, is_back: bool = False) -> HttpResponse:
        proposal = form.proposal
        names = [name for name in STEPS if name != "dates" or proposal.status not in HAVE_NO_DATES]
        steps = [(name, STEPS[name], address(proposal, name)) for name in names]
        page = {
            "form": form,
            "proposal": proposal,
            "action": self.action(proposal),
            "is_draft": proposal.status == Stage.DRAFT,
            "steps": steps,
            "here": names.index(self.name),
            "number": names.index(self.name) + 1,
            "before": steps[names.index(self.name) - 1] if self.name != names[0] else None,
            "mistakes": [] if is_back else [(self.mended_at(form, each), each.said) for each in form.mistakes()],
            "is_back": is_back,
        }
        return TemplateResponse(self.request, f"chats/propose_{self.name}.html", page)

    def mended_at(self, form: forms.Step, mistake: Mistake) -> str:
        """The address of what is wrong: on this page, or on another that leads back to sending it."""
        there = "" if mistake.step in ("", self.name) else f"{address(form.proposal, mistake.step)}?send"
        return f"{there}#{mistake.anchor}" if mistake.anchor else ""

    def action(self, proposal: Proposal) -> str:
        """Where the form goes: what the address asks for beside the page goes with it."""
        kept = "?send" if "send" in self.request.GET else ""
        return f"{address(proposal, self.name)}{kept}" if proposal.pk else self.request.get_full_path()

    def kept(self, form: forms.Step, do: str) -> HttpResponseBase:
        """It is saved: whither now."""
        if do in ("more", "look"):
            return redirect(f"{self.request.path}{'?more' if do == 'more' else ''}#{do}")
        if do == "later":
            messages.success(self.request, "Saved. Come back whenever you like.")
            return redirect(form.proposal)
        if form.lacks():
            return self.shown(form)
        return self.onward(form.proposal)

    def onward(self, proposal: Proposal) -> HttpResponseBase:
        """To the next step of a draft; whoever changes something later comes back to where it stands."""
        names = list(STEPS)
        following = ["people"] if "send" in self.request.GET else names[names.index(self.name) + 1 :]
        if proposal.status != Stage.DRAFT or not following:
            messages.success(self.request, "Saved.")
            return redirect(proposal)
        return redirect(address(proposal, following[0]))


class Step(Writing):
    """A step of a proposal that is there."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now = timezone.now()
        return super().dispatch(request, *args, **kwargs)

    def find(self) -> Proposal:
        proposal = own(self.request, self.kwargs["pk"])
        if proposal.status == Stage.INVITED or (self.name == "dates" and proposal.status in HAVE_NO_DATES):
            raise Http404
        return proposal

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        proposal = self.find()
        back, more = self.given_back(), int("more" in request.GET)
        if back is None and (said := settled(proposal, self.now)):
            messages.info(request, said)
            return redirect(proposal)
        return self.shown(self.form_class(proposal, self.now, back, more=more), is_back=back is not None)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        proposal = self.find()
        form = self.form_class(proposal, self.now, request.POST)
        if not form.keep():
            return self.shown(form)
        self.done_with()
        return self.kept(form, request.POST.get("do", ""))


class Topic(Step):
    name, form_class = "topic", forms.TopicStep


class Questions(Step):
    name, form_class = "questions", forms.QuestionsStep


class Reading(Step):
    name, form_class = "reading", forms.ReadingStep


class Dates(Step):
    name, form_class = "dates", forms.DatesStep


class People(Step):
    name, form_class = "people", forms.PeopleStep

    def kept(self, form: forms.Step, do: str) -> HttpResponseBase:
        if not Proposal.objects.of_host(authenticated_user(self.request)).filter(pk=form.proposal.pk).exists():
            messages.success(self.request, f"Saved. You are not a host of “{form.proposal}” any more.")
            return redirect("me")
        if do != "send" or form.proposal.status != Stage.DRAFT:
            return super().kept(form, do)
        try:
            proposals.submit(form.proposal, now=self.now)
        except Unfinished as lacking:
            form.mark(lacking.problems)
            return self.shown(form)
        except NotAllowed as refusal:
            messages.info(self.request, str(refusal))
            return redirect(form.proposal)
        messages.success(self.request, "Sent. Thank you: a volunteer reads it within a week.")
        return redirect(form.proposal)


class Propose(Writing):
    """What hosting is, for whoever is signed out; else the first step, which begins a proposal."""

    name, form_class = "topic", forms.TopicStep

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated or request.method == "POST":
            return super().dispatch(request, *args, **kwargs)
        community = community_of(request)
        page = {"canonical": request.path, "wanted": self.wanted(community), "back": request.get_full_path()}
        return TemplateResponse(request, "chats/propose.html", page)

    def get(self, request: HttpRequest) -> HttpResponse:
        back = self.given_back()
        return self.shown(self.form_class(self.new(), timezone.now(), back), is_back=back is not None)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = self.form_class(self.new(), timezone.now(), request.POST)
        if not form.is_valid() or self.says_nothing(form) or not self.begin(form) or not form.keep():
            return self.shown(form)
        self.done_with()
        self.wish(form)
        return self.kept(form, request.POST.get("do", ""))

    def says_nothing(self, form: forms.Step) -> bool:
        if not any(form.cleaned_data[name].strip() for name in ("title", "why")):
            form.mark(problems.of_topic(form.proposal))
        return not form.is_valid()

    def begin(self, form: forms.Step) -> bool:
        """Give the form a row; a button that is pressed twice gets the same, and nobody gets them without end."""
        user, community = authenticated_user(self.request), community_of(self.request)
        drafts = Proposal.objects.of(community).filter(proposer=user, status=Stage.DRAFT)
        just_now = drafts.filter(title=form.cleaned_data["title"].strip(), created_at__gt=form.now - TWICE).first()
        if just_now is None and (
            drafts.count() >= MOST_DRAFTS or not ratelimit.consume(self.request, action="propose", user=user)
        ):
            form.add_error(None, "You have begun several already. Finish or withdraw one of them first.")
            return False
        form.proposal = just_now or proposals.begin(community, user, now=form.now)
        return True

    def wish(self, form: forms.Step) -> None:
        """The evening that was pressed in the calendar is the first that would do."""
        wanted = self.wanted(community_of(self.request))
        if wanted and not form.proposal.wishes.exists():
            try:
                proposals.want(form.proposal, list(Slot.objects.filter(pk=wanted.pk)), now=form.now)
            except NotAllowed:
                messages.info(self.request, "The date you came for has just been taken. Choose others.")

    def new(self) -> Proposal:
        """An empty one that is no row yet."""
        community = community_of(self.request)
        return Proposal(community=community, hashtag=community.hashtag, status=Stage.DRAFT)

    def shown(self, form: forms.Step, *, is_back: bool = False) -> HttpResponse:
        response = super().shown(form, is_back=is_back)
        community, user = community_of(self.request), authenticated_user(self.request)
        begun = Proposal.objects.of(community).filter(proposer=user, status=Stage.DRAFT)
        response.context_data |= {  # type: ignore[attr-defined]
            "begun": list(begun.exclude(pk=form.proposal.pk)),
            "wanted": self.wanted(community),
        }
        return response

    def wanted(self, community: Community) -> offering.Evening | None:
        """The free evening that somebody pressed in the calendar."""
        key = self.request.GET.get("slot", "")
        if not key.isdecimal() or len(key) > 18:
            return None
        slot = Slot.objects.of(community).free(timezone.now()).filter(pk=int(key)).first()
        return offering.evening(slot, community.time_zone) if slot else None


def own(request: HttpRequest, pk: int) -> Proposal:
    """One that the member offered, is invited to or hosts with others; raises ``Http404`` for all else."""
    related = ("community", "slot", "chat__build", "topic", "proposer", "merged_into")
    rows = Proposal.objects.of(community_of(request)).of_host(authenticated_user(request)).select_related(*related)
    return get_object_or_404(rows, pk=pk)


def address(proposal: Proposal, step: str) -> str:
    """Where a step of it is written; of one that is no row yet, where it begins."""
    return reverse(f"propose-{step}", args=[proposal.pk]) if proposal.pk else reverse("propose")
