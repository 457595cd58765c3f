"""How the capture of a chat does -> a page of it, and buttons for one chat or for several in the list."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from accounts import audit, door
from accounts.admin.base import Titled
from chats import health
from chats.admin import orders, words
from chats.admin.captures import with_costs
from chats.admin.forms import FileForm
from chats.ingest import importing, opening, planning
from chats.models import Chat, IngestRun, Withheld
from chats.models.chat import LIVE_NETWORKS
from chats.models.tweet import GONE
from chats.rendering import completeness, times
from chats.rendering.numbers import counted
from chats.sources.base import SourceError

ORPHANS_SHOWN = 20
RUNS_SHOWN = 12


class Collected(Titled):
    """A list of chats that are captured."""

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """To press buttons about captures, which cost money: hosts may not."""
        return door.standing(request).may("chats.change_capture")

    @admin.action(description="Capture now", permissions=["decide"])
    def capture_now(self, request: HttpRequest, chats: QuerySet[Chat]) -> None:
        self._obey(request, "now", chats)

    @admin.action(description="Pause every capture", permissions=["decide"])
    def pause(self, request: HttpRequest, chats: QuerySet[Chat]) -> None:
        self._obey(request, "pause", chats)

    @admin.action(description="Let paused captures go on", permissions=["decide"])
    def go_on(self, request: HttpRequest, chats: QuerySet[Chat]) -> None:
        self._obey(request, "go-on", chats)

    @admin.action(description="Re-plan the captures", permissions=["decide"])
    def replan(self, request: HttpRequest, chats: QuerySet[Chat]) -> None:
        for chat in chats.select_related("community"):
            planned = planning.replan(chat, timezone.now())
            if planned:
                now = audit.stored(chat)
                audit.record(request, "plans anew", before=now, after=now, note=counted(planned, "capture,captures"))
                messages.success(request, f"{chat}: {counted(planned, 'capture is,captures are')} planned.")
            else:
                said = "nothing can be planned. Is it cancelled, without a network, or is no access set up?"
                messages.warning(request, f"{chat}: {said}")

    def _obey(self, request: HttpRequest, order: str, chats: QuerySet[Chat]) -> None:
        for chat in chats:
            orders.obey(request, order, chat.captures.select_related("chat").order_by("pk"), timezone.now())

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.captures)
        return [path("<int:key>/captures/", view, name="chats_chat_captures"), *super().get_urls()]

    def captures(self, request: HttpRequest, key: int) -> HttpResponse:
        """How the capture of one chat does: what is here and missing, what each source was asked, and buttons."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        chat = get_object_or_404(self.get_queryset(request).select_related("community"), pk=key)
        form = FileForm()
        if request.method == "POST":
            if not self.has_decide_permission(request):
                raise PermissionDenied
            form = FileForm(request.POST, request.FILES) if request.POST.get("order") == "import" else form
            with transaction.atomic():
                is_understood = self._press(request, chat, form)
            if is_understood:
                return HttpResponseRedirect(request.path)
        return TemplateResponse(request, "admin/chats/captures.html", self._told(request, chat, form))

    def _press(self, request: HttpRequest, chat: Chat, form: FileForm) -> bool:
        """Do what a button of the page asks for; whether it could be understood."""
        order = request.POST.get("order", "")
        if order == "import":
            return self._import(request, chat, form)
        if order == "replan":
            self.replan(request, Chat.objects.filter(pk=chat.pk))
        elif order in orders.ORDERS:
            every = chat.captures.select_related("chat").order_by("pk")
            named = request.POST.get("capture")  # compared as it is written: it may be anything
            chosen = [capture for capture in every if named in (None, str(capture.pk))]
            orders.obey(request, order, chosen, timezone.now())
        return True

    def _import(self, request: HttpRequest, chat: Chat, form: FileForm) -> bool:
        if not form.is_valid():
            return False
        file = form.cleaned_data["file"]
        try:
            capture = importing.take_in(chat, file.name, file.chunks())
        except SourceError as error:
            form.add_error("file", str(error))
            return False
        messages.success(request, f"The file {words.query(capture)} is read by the next free worker.")
        audit.record(request, "hands in a file", after=audit.stored(capture), within=chat)
        return True

    def _not_set_up(self, chat: Chat, planned: set[str]) -> list[str]:
        """What the chat wants to be captured from and nobody can ask."""
        unasked = set(chat.networks) - planned - set(opening.live_sources())
        return [label for name, label in LIVE_NETWORKS if name in unasked]

    def _told(self, request: HttpRequest, chat: Chat, form: FileForm) -> dict[str, Any]:
        now = timezone.now()
        captures: list[Any] = list(with_costs(chat.captures.order_by("source", "pk")))
        orphans = health.orphans(chat)
        removed = chat.tweets.filter(withheld__in=GONE).count()
        runs = IngestRun.objects.filter(capture__chat=chat).select_related("capture__chat").order_by("-last_at")
        return {
            **self.admin_site.each_context(request),
            "title": f"Capture of {chat}",
            "opts": self.opts,
            "chat": chat,
            "form": form,
            "phase": words.of_phase(chat, now),
            "when": f"{times.day(chat.starts_at, chat.time_zone)}, "
            f"{times.hours(chat.starts_at, chat.ends_at, chat.time_zone)} {times.zone_word(chat.time_zone)}",
            "window": f"{times.clock(chat.opens_at, chat.time_zone)} to {times.clock(chat.closes_at, chat.time_zone)}",
            "captures": [words.row(capture, now) for capture in captures],
            "cost": words.dollars(sum(capture.cost or 0 for capture in captures)),
            "copy": completeness.of(chat, missing_parents=len(orphans), removed=removed),
            "not_set_up": self._not_set_up(chat, {capture.source for capture in captures}),
            "orphans": orphans[:ORPHANS_SHOWN],
            "more_orphans": max(0, len(orphans) - ORPHANS_SHOWN),
            "shown": chat.tweets.filter(withheld=Withheld.SHOWN).count(),
            "held_back": chat.tweets.filter(withheld=Withheld.QUARANTINED).count(),
            "runs": [words.told(run) for run in runs[:RUNS_SHOWN]],
            "may_decide": self.has_decide_permission(request),
        }
