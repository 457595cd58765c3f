"""Proposals -> the team's list of what waits for whom, and a page each to read, edit, judge, talk and decide on."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import audit, door
from accounts.admin.base import OfCommunity
from accounts.models import AuditEntry, Community
from chats import proposals
from chats.admin import offers, stages, words
from chats.admin.deciding import Decided
from chats.admin.decisions import DECISIONS, ON_THE_PAGE
from chats.admin.filters import ByKind, ByStage
from chats.admin.refusals import Refused, Refusing
from chats.models import Proposal, Stage
from chats.proposals import keys, problems
from chats.proposals.drafts import FROZEN, OVER
from chats.rendering import times

# What waits for the team stands first, and within that what has waited longest.
RANK = (Stage.SUBMITTED, Stage.PENDING, Stage.ACCEPTED, Stage.INVITED, Stage.DRAFT, Stage.CONFIRMED)


@admin.register(Proposal)
class ProposalAdmin(Refusing, Decided):
    title = "Proposals: what hosts offer, and what waits for whom"
    form = offers.ProposalForm
    change_form_template = "admin/chats/proposal.html"
    list_display = ["offered", "state", "wanted_said", "judged", "next_step"]
    list_filter = [ByStage, ByKind, ("topic", OfCommunity)]
    search_fields = ["title", "why", "hosts__name", "hosts__handle"]
    looked_up = ("wanted",)
    actions = ["release"]
    inlines = [offers.Questions, offers.Readings, offers.Wishes, offers.Hosts]
    fieldsets = [("What it is about", {"fields": [*offers.FACTS]})]
    decisions = DECISIONS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        return stages.with_standing(super().get_queryset(request))

    def get_ordering(self, request: HttpRequest) -> Any:
        whens = [When(status=stage, then=Value(rank)) for rank, stage in enumerate(RANK)]
        return [Case(*whens, default=Value(len(RANK)), output_field=IntegerField()), "submitted_at", "-pk"]

    def own(self, request: HttpRequest) -> QuerySet[Proposal]:
        return Proposal.objects.of_host(request.user)  # type: ignore[arg-type]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [each for each in self.list_display if each != "judged" or self.may_judge(request)]

    def may_judge(self, request: HttpRequest) -> bool:
        """What the team thinks is for the team alone."""
        return door.standing(request).may("chats.view_review") and not door.standing(request).is_host_only

    def has_release_permission(self, request: HttpRequest) -> bool:
        return self.may_decide(request, DECISIONS["release"])

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it is withdrawn or declined, and its host keeps what they wrote

    def has_change_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        """Whether its words can be written; whoever began to while they could is told in a sentence why not."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or request.method == "POST" or not self._settled(request, obj, timezone.now()))

    def _settled(self, request: HttpRequest, row: Proposal, now: datetime) -> str:
        """Why nobody writes in it now; "" where somebody may."""
        if row.status in OVER:
            return f"It is {row.get_status_display()}, so nobody writes in it. Take it back first."
        if row.chat and now >= row.chat.starts_at:
            return "Its chat has begun. What that says is changed on the chat's own page."
        if row.freezes_at and now >= row.freezes_at and door.standing(request).is_host_only:
            return FROZEN
        return ""

    def _entries(self, request: HttpRequest, row: Any) -> QuerySet[AuditEntry]:
        entries = super()._entries(request, row)
        return entries if self.may_judge(request) else entries.exclude(verb=DECISIONS["review"].logged)

    @admin.display(description="Proposal", ordering="title")
    def offered(self, row: Proposal) -> SafeString:
        hosts = ", ".join(host.name for host in row.hosts.all()) or "no host yet"
        return format_html('{} <span class="quiet">{}</span>', row, hosts)

    @admin.display(description="State", ordering="status")
    def state(self, row: Proposal) -> SafeString:
        return stages.of_proposal(row, timezone.now()).pill

    @admin.display(description="Dates")
    def wanted_said(self, row: Proposal) -> SafeString | str:
        return stages.dates(row)

    @admin.display(description="Score", ordering="score")
    def judged(self, row: Proposal) -> SafeString | str:
        return stages.score(row)

    @admin.display(description="Next step", ordering="submitted_at")
    def next_step(self, row: Proposal) -> SafeString:
        now = timezone.now()
        step = stages.step(row, now)
        return format_html('{} <span class="quiet">{}</span>', step.said, step.waits(now))

    @admin.action(description="Tell the hosts that they are accepted", permissions=["release"])
    def release(self, request: HttpRequest, rows: QuerySet[Proposal]) -> None:
        for row in rows:
            before = audit.stored(row)
            try:
                proposals.release(row, now=timezone.now())
            except proposals.NotAllowed as refusal:
                messages.warning(request, str(refusal))
            else:
                audit.record(request, DECISIONS["release"].logged, before=before, after=audit.stored(row))
                messages.success(request, f"The hosts of “{row}” are told.")

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return None  # the page that it has elsewhere is its host's

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return self.inlines if obj else []  # first it needs a row to stand beside

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        community = Community.objects.for_request(request)
        return {"hashtag": community.hashtag if community else "", **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "why":
            field.widget = forms.Textarea(attrs={"rows": 5, "class": "vLargeTextField"})
        return field

    def save_model(self, request: HttpRequest, obj: Proposal, form: Any, change: bool) -> None:
        """Begin it; what is typed the writers write, table by table, when all of it is there."""
        form.before = audit.stored(obj) if change else None
        if change:
            return
        community = Community.objects.for_request(request)
        if community is None:
            raise Refused([("", "Open the desk at the address of a community: a proposal is one's.")])
        row = proposals.begin(community, request.user, now=timezone.now())  # type: ignore[arg-type]
        obj.pk, obj._state.adding = row.pk, False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        row = Proposal.objects.get(pk=form.instance.pk)
        by_team = not door.standing(request).is_host_only
        done = offers.write(row, form, formsets, by_team=by_team, now=timezone.now())
        form.instance.refresh_from_db()
        after = audit.stored(row)
        if form.before is None:
            audit.record(request, "adds", after=after)
        elif done:
            audit.record(request, "changes", before=form.before, after=after, note=f"Its {', '.join(done)}.")

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> list[Any]:
        return []

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        messages.success(request, "It is begun. Questions, dates and hosts come next, on this page.")
        return HttpResponseRedirect(self.page_of(obj))

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        row: Any = self.get_object(request, object_id) if object_id else None
        told = {"show_save_and_add_another": False, **(self._beside(request, row) if row else {})}
        return super().changeform_view(request, object_id, extra_context=told)

    def _beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What stands around the form: how it stands, what may be decided, what was said and thought of it."""
        now = timezone.now()
        step = stages.step(row, now)
        offered = [each for each in self.on_offer(request, row) if each["name"] not in ON_THE_PAGE]
        told: dict[str, Any] = {
            "settled": self._settled(request, row, now),
            "state": stages.of_proposal(row, now),
            "step": step.said,
            "missing": self._missing(row, now),
            "waits": step.waits(now),
            "facts": self._facts(row),
            "decisions": offered,
            "letters": row.messages.select_related("by"),
            "writing": self._on_the_page(request, row, "message", "ask"),
        }
        if self.may_judge(request):
            told["reviews"] = row.reviews.select_related("by")
            told["mean"] = stages.score(row)
            told["judging"] = self._on_the_page(request, row, "review")
        return told

    def _missing(self, row: Any, now: datetime) -> list[str]:
        """What a draft lacks before the team can look at it; the house rules are asked when it is handed in."""
        if row.status != Stage.DRAFT:
            return []
        return [each.said for each in problems.of(row, now) if each.field != "house-rules"]

    def _on_the_page(self, request: HttpRequest, row: Any, *names: str) -> dict[str, Any] | None:
        """The form that the first of these asks, and their addresses; None for whoever may do none."""
        may = [name for name in names if self.may_decide(request, DECISIONS[name])]
        if not may:
            return None
        form = self.asking(request, row, DECISIONS[may[0]])
        buttons = [(DECISIONS[name].label, self.address(row, name)) for name in may]
        return {"form": form, "buttons": buttons}

    def told_of(self, row: Any, now: datetime) -> dict[str, Any]:
        return {"state": stages.of_proposal(row, now), "facts": self._facts(row)}

    def _facts(self, row: Any) -> list[tuple[str, Any]]:
        """What is known of it besides its words."""
        by = row.proposer or (f"{row.invited_by}, who invited a host" if row.invited_by_id else words.NONE)
        frozen = row.freezes_at and words.moment(row.freezes_at, row.community.time_zone)
        chat = row.chat and format_html('<a href="{}">{}</a>', self.page_of(row.chat), row.chat)
        other = row.merged_into and format_html('<a href="{}">{}</a>', self.page_of(row.merged_into), row.merged_into)
        told = [
            ("Hosts", ", ".join(f"{host.name} (@{host.handle})" for host in row.hosts.all())),
            ("No mail reaches", ", ".join(stages.unreached(row))),
            ("Their link, to send them", self._invitation(row)),
            ("Offered by", by),
            ("Evening" if row.chat or row.slot else "Dates", stages.kept(row) or stages.dates(row)),
            ("Handed in", row.submitted_at and times.day(row.submitted_at, row.community.time_zone)),
            ("Hosts ask the team from", frozen),
            ("Why not", row.decision),
            ("Its chat", chat),
            ("Goes on in", other),
            ("Votes", row.votes.count() if row.voting_until else ""),
        ]
        return [(name, said) for name, said in told if said not in ("", None)]

    def _invitation(self, row: Any) -> str:
        """By which the invited one answers, also where no mail of ours found them; "" for all else."""
        host = row.hosts.first() if row.status == Stage.INVITED else None
        return f"{row.community.site}{keys.answer_path(host)}yes/" if host else ""
