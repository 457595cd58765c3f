"""A proposal and the time -> the plain words in which the desk tells how it stands, and who is to do what next."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Avg, Count, Max, OuterRef, Prefetch, QuerySet, Subquery
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chats.admin.words import NONE, State, Tone, moment
from chats.models import Message, Proposal, Review, Slot, Stage, Standing, Status
from chats.rendering import times
from chats.rendering.numbers import counted

WORDS: dict[str, tuple[Tone, str]] = {
    Stage.DRAFT: ("", "being written"),
    Stage.INVITED: ("brand", "host invited"),
    Stage.SUBMITTED: ("warn", "to decide"),
    Stage.PENDING: ("warn", "accepted, not told"),
    Stage.ACCEPTED: ("brand", "date offered"),
    Stage.CONFIRMED: ("good", "confirmed"),
    Stage.DECLINED: ("bad", "declined"),
    Stage.WITHDRAWN: ("", "withdrawn"),
    Stage.MERGED: ("", "merged"),
}
TEAM, HOST = "the team", "its host"
# Messages of both sides, by proposal.
_SAID = Message.objects.filter(proposal=OuterRef("pk")).order_by().values("proposal")
ASKED = Subquery(_SAID.filter(is_question=True).annotate(at=Max("sent_at")).values("at"))
ANSWERED = Subquery(_SAID.filter(is_from_team=False).annotate(at=Max("sent_at")).values("at"))
_REVIEWS = Review.objects.filter(proposal=OuterRef("pk")).order_by().values("proposal")


class Step(NamedTuple):
    """What is to be done next, by whom, and since when it waits for them; nobody's where nothing is."""

    said: str
    whom: str = ""
    since: datetime | None = None

    def waits(self, now: datetime) -> str:
        """For whom, and how long: "12 days for the team"."""
        if not self.whom:
            return ""
        days = (now - self.since).days if self.since else 0
        return f"{counted(days, 'day,days')} for {self.whom}" if days > 0 else f"since today for {self.whom}"


def with_standing(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """With what a list says of each, in so many queries however many there are."""
    scores = _REVIEWS.annotate(mean=Avg("score"), number=Count("pk"))
    return (
        proposals.select_related("community", "slot", "chat", "proposer")
        .prefetch_related("hosts", Prefetch("wishes__slot", Slot.objects.with_standing()))
        .annotate(asked_at=ASKED, answered_at=ANSWERED)
        .annotate(score=Subquery(scores.values("mean")), reviewed=Subquery(scores.values("number")))
    )


def of_proposal(proposal: Proposal, now: datetime) -> State:
    if proposal.status == Stage.SUBMITTED and proposal.voting_until and proposal.voting_until > now:
        return State("brand", "open to votes")
    if proposal.status == Stage.CONFIRMED and is_off(proposal):
        return State("bad", "chat cancelled")
    return State(*WORDS[proposal.status])


def is_off(proposal: Proposal) -> bool:
    """Whether the chat that it became is cancelled, or gone."""
    return proposal.chat is None or proposal.chat.status == Status.CANCELLED


def is_asked(proposal: Any) -> bool:
    """Whether the team waits for an answer."""
    return bool(proposal.asked_at and (proposal.answered_at is None or proposal.answered_at < proposal.asked_at))


def step(proposal: Any, now: datetime) -> Step:
    stage, slot = proposal.status, proposal.slot
    if stage == Stage.SUBMITTED and is_asked(proposal):
        return Step("Answers a question", HOST, proposal.asked_at)
    if stage == Stage.ACCEPTED and slot and slot.starts_at <= now:
        return Step("Its evening went by: take the decision back", TEAM, slot.starts_at)
    if stage == Stage.CONFIRMED and is_off(proposal):
        return Step("Nothing, or take it back for another evening")
    return {
        Stage.DRAFT: Step("Goes on writing", HOST, proposal.created_at),
        Stage.INVITED: Step("Says yes or no", "the invited host", proposal.created_at),
        Stage.SUBMITTED: Step("Review it, then decide", TEAM, _latest(proposal.submitted_at, proposal.answered_at)),
        Stage.PENDING: Step("Tell the host", TEAM, proposal.submitted_at),
        Stage.ACCEPTED: Step("Confirms the evening", HOST, proposal.released_at),
        Stage.CONFIRMED: Step("It is on the calendar"),
        Stage.DECLINED: Step("Nothing more"),
        Stage.WITHDRAWN: Step("Nothing more"),
        Stage.MERGED: Step("Goes on in another one"),
    }[Stage(stage)]


def _latest(*moments: datetime | None) -> datetime | None:
    return max(filter(None, moments), default=None)


def evening(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """The whole of it: "Wednesday 9 December 2026, 9 to 10 pm"."""
    return f"{times.day(starts_at, zone)}, {times.hours(starts_at, ends_at, zone)}"


def warned(said: Any, starts_at: datetime, zone: str) -> SafeString | str:
    """With a word where clocks in the US stand differently than usual that week."""
    odd = times.odd_week(starts_at, zone)
    if not odd:
        return said
    return format_html('{} <span class="pill pill--warn">US clocks</span> <span class="quiet">{}</span>', said, odd)


def kept(proposal: Any) -> SafeString | str:
    """The evening of its chat, or else the one that is kept for it, whole; "" without one."""
    at = proposal.chat or proposal.slot
    if at is None:
        return ""
    zone = proposal.community.time_zone
    return warned(evening(at.starts_at, at.ends_at, zone), at.starts_at, zone)


def unreached(proposal: Proposal) -> list[str]:
    """Its hosts whom no letter finds: nobody knows who they are here, or they confirmed no address."""
    if proposal.status == Stage.INVITED and proposal.invited_address:
        return []
    hosts = proposal.hosts.select_related("user")
    return [host.name for host in hosts if not (host.user and host.user.email and host.user.email_confirmed_at)]


def dates(proposal: Proposal) -> SafeString | str:
    """The evening it has; else those that would do, the best first, and which of them are taken."""
    zone = proposal.community.time_zone
    if proposal.chat:
        return moment(proposal.chat.starts_at, proposal.chat.time_zone)
    if proposal.slot:
        return format_html('{} <span class="quiet">kept for it</span>', moment(proposal.slot.starts_at, zone))
    wanted = [wish.slot for wish in proposal.wishes.all()]
    told = ((_struck(times.short_day(slot.starts_at, zone).replace(" ", "\u00a0"), slot),) for slot in wanted)
    return format_html_join(", ", "{}", told) or NONE


def _struck(day: str, slot: Any) -> SafeString | str:
    if slot.standing == Standing.FREE:
        return day
    return format_html('<s>{}</s><span class="visually-hidden"> (no longer free)</span>', day)


def score(proposal: Any) -> SafeString | str:
    """The mean, and of how many."""
    if not proposal.reviewed:
        return "nobody yet"
    by = counted(proposal.reviewed, "review,reviews")
    if proposal.score is None:
        return format_html('no score <span class="quiet">in {}</span>', by)
    return format_html('<b>{}</b> of 5 <span class="quiet">in {}</span>', f"{proposal.score:.1f}", by)
