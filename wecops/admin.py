"""What is wrong at the moment, and every admin page -> the desk: the place where the team works."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib import admin, auth
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache

from accounts import door, outbox, telling
from accounts.door import Missing
from accounts.models import AuditEntry, Community
from blog.models import Comment, Contribution, Post, PostStatus, Story
from chats import health
from chats.health import Incident
from chats.models import Chat, Proposal, Stage
from chats.rendering.numbers import counted, listed

LISTS = {
    "Proposal": "Proposals",
    "Chat": "Chats",
    "Slot": "Slots",
    "Series": "Series",
    "Event": "Events",
    "Capture": "Captures",
    "IngestRun": "Runs",
    "Tweet": "Tweets",
    "Correction": "Corrections",
    "Recheck": "Re-checks",
    "Spending": "Spending",
    "Topic": "Topics",
    "Handover": "Handed on",
    "Post": "Posts",
    "Contribution": "Pieces by members",
    "Writer": "Those who sign",
    "OldAddress": "Old addresses",
    "Story": "Stories",
    "Comment": "Comments",
    "Video": "Videos",
    "Newsletter": "Newsletters",
    "Feed": "Other sites",
    "User": "Members",
    "Mail": "Mail",
    "TeamMember": "Team",
    "Page": "Pages",
    "Community": "Communities",
    "Crisis": "Crisis switch",
    "AuditEntry": "Log",
}
APPS = ["chats", "blog", "accounts"]
DONE_SHOWN = 8
PATIENCE = timedelta(days=7)
FORGOTTEN = timedelta(days=14)  # what a member wrote before that, and nobody answered, needed no answer
# By what is missing, the address where it is done.
WAYS = {
    Missing.SIGN_IN: "account_login",
    Missing.SIGN_IN_AGAIN: "account_login",
    Missing.PASSWORD: "account_set_password",
    Missing.SECOND_STEP: "mfa_activate_totp",
    Missing.PASSWORD_TYPED: "account_reauthenticate",
    Missing.CODE_TYPED: "mfa_reauthenticate",
}


# What nobody but a person can mend, by what the outbox calls it.
UNDECIDED = {
    "failed": (
        "letter could,letters could",
        "not be delivered. Read why under Mail, then send it again or discard it.",
    ),
    "stuck": ("letter waits,letters wait", "for a mail server that does not take them. Read under Mail what it says."),
    "unsure": ("letter has,letters have", "perhaps arrived, perhaps not. Send it again under Mail, or discard it."),
}


def undecided_mail() -> list[Incident]:
    """Mail that waits for somebody.  Only the desk tells of it: to whom what was written concerns nobody else."""
    return [
        Incident(f"mail_{status}", f"{counted(number, UNDECIDED[status][0])} {UNDECIDED[status][1]}", None)
        for status, number in sorted(outbox.wanting().items())
    ]


def waiting_proposals(proposals: QuerySet[Proposal], now: datetime) -> list[Incident]:
    """Offers of somebody's evening that nobody has answered for a week."""
    waiting = proposals.order_by("submitted_at").filter(status=Stage.SUBMITTED, submitted_at__lt=now - PATIENCE)
    submitted = list(waiting.values_list("submitted_at", flat=True))
    if not submitted:
        return []
    told = counted(len(submitted), "proposal has,proposals have")
    return [Incident("proposals_wait", f"{told} waited for the team for a week. Decide under Proposals.", submitted[0])]


@dataclass(frozen=True, slots=True)
class ToDo(Incident):
    """What nothing is wrong with, and waits for somebody; ``place`` is the address where they see to it, or ""."""

    place: str = ""


# What waits until somebody reads it: the right to decide about it, its rows, and how the desk tells of them.
UNREAD: dict[str, tuple[str, Callable[[], QuerySet[Any]], str, str]] = {
    "comments": (
        "blog.change_comment", Comment.objects.waiting,
        "comment waits,comments wait", "for a volunteer. Read them under Comments.",
    ),
    "pieces": (
        "blog.change_contribution", Contribution.objects.waiting,
        "piece by a member waits,pieces by members wait", "to be read. Do so under Pieces by members.",
    ),
    "posts": (
        "blog.change_post", lambda: Post.objects.filter(status=PostStatus.REVIEW),
        "post is,posts are", "in review: see Posts, and Stories for what members tell.",
    ),
    "stories": (
        "blog.change_story", lambda: Story.objects.unanswered(timezone.now() - FORGOTTEN),
        "member who tells a story waits,members who tell a story wait", "for an answer. Write it under Stories.",
    ),
}  # fmt: skip


def unread(request: HttpRequest) -> list[Incident]:
    """How much waits for somebody to read it, told to whoever decides about it."""
    found: list[Incident] = []
    for name, (right, waiting, counting, told) in UNREAD.items():
        if door.standing(request).may(right):
            rows = waiting()
            shown = admin.site.get_model_admin(rows.model).get_queryset(request).values("pk")
            if number := rows.filter(pk__in=shown).count():
                opens = reverse(f"admin:{rows.model._meta.label_lower.replace('.', '_')}_changelist")
                place = f"{opens}#result_list"  # where the keys of the list work at once
                found.append(ToDo(name, f"{counted(number, counting)} {told}", None, place=place))
    return found


HELD_BACK = {
    "holds_comments": "every comment waits for a volunteer",
    "pauses_posts": "scheduled posts wait",
    "pauses_newsletters": "newsletters wait",
    "pauses_chats": "chats are on hold",
}


def crisis_in_force(request: HttpRequest) -> list[Incident]:
    """That the crisis switch is on and what it holds back, for whoever wonders why nothing comes out."""
    community = Community.objects.for_request(request)
    now = community.crises.in_force().first() if community else None
    if now is None:
        return []
    held = [words for name, words in HELD_BACK.items() if getattr(now, name)]
    told = f"The crisis switch is on: {listed(held or ['every page says why'])}."
    place = reverse("admin:accounts_crisis_changelist") if door.standing(request).may("accounts.view_crisis") else ""
    return [ToDo("crisis", told, now.since, place=place)]


class Desk(admin.AdminSite):
    """The admin under the name of the community whose host it is opened at."""

    index_title = "What needs you"
    enable_nav_sidebar = True

    def get_urls(self) -> list[Any]:
        return [each for each in super().get_urls() if getattr(each, "name", None) != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        return door.standing(request).missing is None

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Whoever has the desk open is signed out after two hours without a look at it."""

        def watched(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            request.session.set_expiry(settings.DESK_SESSION_AGE)
            return view(request, *args, **kwargs)

        return super().admin_view(update_wrapper(watched, view), cacheable)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """On to what is still missing; where that is a role, a page that says so."""
        missing = door.standing(request).missing
        asked = request.GET.get("next", "")
        wanted = asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}) else reverse("admin:index")
        if missing is None:
            return HttpResponseRedirect(wanted)
        if missing is Missing.ROLE:
            return TemplateResponse(request, "account/not_yours.html", status=403)
        if missing is Missing.SIGN_IN_AGAIN:
            auth.logout(request)
        return HttpResponseRedirect(f"{reverse(WAYS[missing])}?{urlencode({'next': wanted})}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return HttpResponseRedirect(reverse("account_logout"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return HttpResponseRedirect(reverse("account_change_password"))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        community = Community.objects.for_request(request)
        name = community.name if community else "The desk"
        return {**super().each_context(request), "site_header": name, "site_title": f"{name} desk"}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The lists in the order in which somebody needs them, under our words."""
        apps = sorted(super().get_app_list(request, app_label), key=lambda app: APPS.index(app["app_label"]))
        for app in apps:
            app["models"].sort(key=lambda model: list(LISTS).index(model["object_name"]))
            for model in app["models"]:
                model["name"] = LISTS[model["object_name"]]
        return apps

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        own = AuditEntry.objects.filter(by=request.user.pk).select_related("by")[:DONE_SHOWN]
        told = {"incidents": self._incidents(request), "own_entries": telling.told(own), **(extra_context or {})}
        return super().index(request, told)

    def _incidents(self, request: HttpRequest) -> list[Incident]:
        """What is wrong with the chats that somebody may see, and for the team also behind them all."""
        now = timezone.now()
        incidents = health.incidents(now)
        named = {incident.chat.pk for incident in incidents if incident.chat}
        shown = set(self.get_model_admin(Chat).get_queryset(request).filter(pk__in=named).values_list("pk", flat=True))
        is_team = not door.standing(request).is_host_only
        told = [each for each in incidents if (each.chat.pk in shown if each.chat else is_team)]
        told += unread(request)
        if not is_team:
            return told
        proposals = self.get_model_admin(Proposal).get_queryset(request)
        told = [*crisis_in_force(request), *told]
        return [*told, *undecided_mail(), *waiting_proposals(proposals, now)]
