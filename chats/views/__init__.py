"""Chats and their stored pages -> HTML and JSON."""

import gzip
import itertools
import re
from dataclasses import replace
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db.models import Count, prefetch_related_objects
from django.db.models.functions import ExtractYear
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.generic import ListView, MonthArchiveView, View, YearArchiveView
from django.views.generic.list import MultipleObjectMixin

from accounts.models import Community
from accounts.ready import Ready
from chats import shelf
from chats.models import Chat, Event, Phase
from chats.rendering import announcing, beside, completeness, part, people, reading
from chats.rendering.events import ways
from chats.shelf import Answer

ACCEPTS_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
A_CHAT = re.compile(r"/chats/(\d{1,9})/(\d{1,9})/(\d{1,9})/[-\w]+/")
MAIN = b'<main id="main">'  # templates/base.html
FILE = re.compile(r"/([-\w]+)/\w+\.(\w+)$")
UNSEEN = ("csv", "ris", "bib")  # browsers have nothing to show them with
UPDATING_SECONDS = 30


def accepts_gzip(request: HttpRequest) -> bool:
    return bool(ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "")))


def recalled(request: HttpRequest) -> HttpResponse | None:
    """The stored page that is asked for, if the cache has it: without a query, and before anything asks who reads."""
    if request.method not in ("GET", "HEAD") or _is_ahead(request.path):
        return None
    found = shelf.recall(request.get_host(), request.path)
    return sent(request, *found) if found else None


def _is_ahead(path: str) -> bool:
    """Whether the day of a chat's address is still to come everywhere: hardly any such chat has a page that is kept."""
    if not (chat := A_CHAT.match(path)):
        return False
    last = timezone.now() + timedelta(days=1)
    return tuple(map(int, chat.groups())) > (last.year, last.month, last.day)


class Stored(View):
    """A finished page below a chat's address that the cache has not: from its row."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        generation = shelf.CHANGING if _is_ahead(request.path) else shelf.generation(request.path)
        answer = self.fetch(request, kwargs["slug"])
        if isinstance(answer, HttpResponse):
            return answer
        notice = community_of(request).notice or ""  # type: ignore[attr-defined]
        shelf.remember(request.get_host(), request.path, answer, notice, generation)
        return sent(request, answer, notice)

    def fetch(self, request: HttpRequest, slug: str) -> Answer | HttpResponse:
        """The page from its row; else the answer that says why there is none."""
        community, is_ahead = community_of(request), _is_ahead(request.path)
        below = A_CHAT.sub("", request.path, count=1)
        found = None if is_ahead else shelf.fetch(community, slug, below)
        if found is None:
            rows = _NAMED(community=community.pk, slug=slug)
            if not rows:
                raise Http404
            chat = rows[0]
            chat.community = community
            if is_ahead and chat.is_archived:
                found = shelf.fetch(community, slug, below)
        if found is None:
            return self.missing(request, chat, below)
        if found.path != request.path:
            return redirect(found.path, permanent=True)
        if found.is_withdrawn:
            return _updating(request)
        return found

    def missing(self, request: HttpRequest, chat: Chat, below: str) -> HttpResponse:
        """A chat without a transcript has only its own page; one with a transcript lacks just this address."""
        if chat.is_archived:
            raise Http404
        return redirect(chat)


class ChatDetail(Stored):
    """The chat itself, at one address in every phase."""

    def missing(self, request: HttpRequest, chat: Chat, below: str) -> HttpResponse:
        if request.path != chat.get_absolute_url():
            return redirect(chat, permanent=True)
        if chat.is_archived:
            return _updating(request)
        now = timezone.now()
        phase = chat.phase(now)
        prefetch_related_objects([chat], "hosts")
        context = {
            "chat": chat,
            "phase": phase,
            "phases": Phase,
            "now": now,
            "stopped": () if phase == Phase.UPCOMING else completeness.stopped(chat),
            "canonical": request.path,
            "questions_from": announcing.questions_from(chat, settings.QUESTIONS_SHOWN_HOURS),
            "shares": announcing.shares(chat),
            "invitation": announcing.invitation(chat),
            "event": announcing.event(chat),
            "films": beside.films(chat),
            "events": ways(chat.event_facts),  # type: ignore[attr-defined]  # from ``fetch``
        }
        return render(request, "chats/chat_waiting.html", context)


class Person(View):
    """What one person said in a chat: of so many people no page is kept, so it is made when somebody asks."""

    def get(self, request: HttpRequest, slug: str, network: str, way: str, **kwargs: Any) -> HttpResponse:
        community = community_of(request)
        chats = Chat.objects.of(community).select_related("topic", "build__published__stats")
        chat = get_object_or_404(chats, slug=slug)
        transcript = chat.build.published if chat.is_archived else None
        if transcript is None:
            return redirect(chat)
        address = f"{chat.get_absolute_url()}people/{network}/{quote(way, safe='@')}/"
        if not request.path.startswith(chat.get_absolute_url()):
            return redirect(address, permanent=True)
        if chat.build.withdrawn_at:
            return _updating(request)
        found = part.read(chat, transcript, network, way)
        if found is None:
            raise Http404
        return render(request, "chats/person.html", people.page(found, community))


def sent(request: HttpRequest, answer: Answer, notice: str) -> HttpResponse:
    """The stored bytes as they are; unpacked for the rare reader who cannot take gzip.

    In a crisis pages, and no files, say so before their main part: another ETag, so that nobody keeps the page without.
    """
    packed, etag = accepts_gzip(request), answer.etag
    if notice and not FILE.search(request.path):
        answer = replace(answer, body=_with_notice(answer.body, notice))
        etag = f"{etag}-{blake2b(notice.encode(), digest_size=6).hexdigest()}"
    response = HttpResponse(answer.body if packed else gzip.decompress(answer.body), content_type=answer.content_type)
    if packed:
        response["Content-Encoding"] = "gzip"
    response["ETag"] = f'"{etag}{"" if packed else "-plain"}"'
    response["Cache-Control"] = "no-cache"
    response["Vary"] = "Accept-Encoding"
    if file := FILE.search(request.path):
        chat, kind = file.groups()
        response["Content-Disposition"] = str(content_disposition_header(kind in UNSEEN, f"{chat}.{kind}"))
    return response


def _with_notice(packed: bytes, notice: str) -> bytes:
    said = render_to_string("_notice.html", {"notice": notice}).encode()
    return gzip.compress(gzip.decompress(packed).replace(MAIN, said + MAIN, 1), compresslevel=1, mtime=0)


def _updating(request: HttpRequest) -> HttpResponse:
    response = render(request, "chats/updating.html", status=503)
    response["Retry-After"] = UPDATING_SECONDS
    response["Cache-Control"] = "no-store"
    return response


class ArchiveMixin(MultipleObjectMixin):
    """The archived chats of the community, newest first, each filed under the day in its address."""

    request: HttpRequest
    date_field: str | None = "local_date"
    allow_empty = True
    allow_future = True

    def get_queryset(self) -> Any:
        return Chat.objects.of(community_of(self.request)).archived(timezone.now()).with_figures()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(canonical=self.request.path, **kwargs)


class Archive(ArchiveMixin, ListView):
    """Every chat there has been, a page at a time."""

    template_name = "chats/archive.html"
    paginate_by = 25

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        chats = Chat.objects.of(community_of(self.request)).archived(timezone.now()).order_by()
        years = (
            chats.annotate(year=ExtractYear("local_date"))
            .values_list("year")
            .annotate(chats=Count("pk"))
            .order_by("-year")
        )
        page = context["page_obj"]
        return context | {
            "canonical": self.request.path + (f"?page={page.number}" if page.number > 1 else ""),
            "years": list(years),
            "entries": [reading.entry(chat) for chat in context["object_list"]],
            "page": page,
            "total": context["paginator"].count,
        }


class ArchiveYear(ArchiveMixin, YearArchiveView):
    """One year's chats, month by month."""

    template_name = "chats/archive_year.html"
    make_object_list = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        by_month = itertools.groupby(context["object_list"], key=lambda chat: chat.local_date.replace(day=1))
        months = [(month, [reading.entry(chat) for chat in chats]) for month, chats in by_month]
        return context | {"months": months, **_around(self, "year", context["year"], is_empty=not months)}


class ArchiveMonth(ArchiveMixin, MonthArchiveView):
    """One month's chats."""

    template_name = "chats/archive_month.html"
    month_format = "%m"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        entries = [reading.entry(chat) for chat in context["object_list"]]
        return context | {"entries": entries, **_around(self, "month", context["month"], is_empty=not entries)}


def _around(view: Any, period: str, first: date, *, is_empty: bool) -> dict[str, date | None]:
    """A day of the nearest other "year" or "month" with a chat, earlier and later: empty ones would never stop.

    An empty one is a page between two of them, and none before the first chat or after the last.
    """
    end = getattr(view, f"_get_next_{period}")(first)
    chats = Chat.objects.of(community_of(view.request)).archived(timezone.now())
    days = chats.order_by("local_date").values_list("local_date", flat=True)
    told = {"previous": days.filter(local_date__lt=first).last(), "next": days.filter(local_date__gte=end).first()}
    if is_empty and not all(told.values()):
        raise Http404
    return told


def community_of(request: HttpRequest) -> Community:
    community = Community.objects.for_request(request)
    if community is None:
        raise Http404
    return community


def _named(community: int, slug: str) -> Any:
    """A chat with what its page tells of it, and the events that it is part of."""
    chats = Chat.objects.filter(community=community, slug=slug).select_related("build", "proposal")
    return chats.annotate(event_facts=Event.objects.all().of_chat())


_NAMED = Ready(_named, community=int, slug=str)
