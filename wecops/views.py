"""The home page and what machines ask of the whole site -> HTML, JSON and plain text."""

import sys
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemaps
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from accounts.models import Community, Page, Tick
from blog.models import Post
from blog.sitemaps import Lists, Posts, Videos
from chats import health, impact
from chats.ingest import opening
from chats.models import Chat
from chats.rendering import reading
from chats.sitemaps import Chats, Events, OfCommunity, Topics, Transcripts
from chats.views import kept
from wecops import theme

LATEST = 5
LATEST_POSTS = 3
LATE_TICK_SECONDS = 60
RESTING_SECONDS = 30
SECURITY_READ_FOR = timedelta(days=180)


class CommunityPage(TemplateView):
    """A page of the community whose host name was asked for."""

    def facts(self, community: Community, now: datetime) -> dict[str, Any]:
        """What the page tells of the community at that moment."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        community = Community.objects.for_request(self.request)
        if community is None:
            raise Http404
        facts = self.facts(community, timezone.now())
        return super().get_context_data(canonical=self.request.path, **facts, **kwargs)


class Home(CommunityPage):
    """Who we are, the next chat, how to join in, and the latest chats."""

    template_name = "home.html"

    def facts(self, community: Community, now: datetime) -> dict[str, Any]:
        chats = Chat.objects.of(community)
        totals = impact.totals(community, now)
        return {
            "chats_held": totals.chats,
            "tweets_kept": totals.tweets,
            "people_joined": totals.people,
            "first_year": totals.first.year if totals.first else None,
            "latest": [reading.entry(chat) for chat in chats.archived(now).with_figures()[:LATEST]],
            "next_chat": chats.ahead(now).going_ahead().prefetch_related("hosts").first(),
            "now": now,
            "posts": Post.objects.of(community).published(now).for_lists()[:LATEST_POSTS],
        }


class Method(CommunityPage):
    """Every number that the site shows: what it says, what it does not, and the sum for one evening."""

    template_name = "method.html"

    def facts(self, community: Community, now: datetime) -> dict[str, Any]:
        return {"totals": impact.totals(community, now), "evening": impact.latest_evening(community, now)}


class Status(CommunityPage):
    """How each source does, what was collected last, and what is being mended."""

    template_name = "status.html"

    def facts(self, community: Community, now: datetime) -> dict[str, Any]:
        return {
            "incidents": [each for each in health.incidents(now) if not each.chat or each.chat.community == community],
            "sources": health.sources(opening.live_sources(), now),
            "latest": Chat.objects.of(community).archived(now).with_figures()[:LATEST],
            "checked_at": health.last_check(),
        }


@csrf_exempt
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """This process is alive.  Asks nobody."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@csrf_exempt
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether the parts answer: 200 when all do, else 503 and which does not.  Every ``age`` is in seconds.

    A source that does not answer keeps nobody from reading, so it is told and no more.
    """
    parts = {"database": _database_answers(), "cache": _cache_answers()}
    tick = _tick() if parts["database"] else {"count": 0, "age": None}
    parts["worker"] = tick["age"] is not None and tick["age"] <= LATE_TICK_SECONDS
    told = {**parts, "tick": tick, "sources": _sources() if parts["database"] else {}}
    return JsonResponse(told, status=200 if all(parts.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _cache_answers() -> bool:
    cache.set("readyz", "here", 10)
    return cache.get("readyz") == "here"


def _tick() -> dict[str, Any]:
    tick = Tick.objects.filter(name="plan").first()
    return {"count": tick.count, "age": _age(tick.last_at)} if tick else {"count": 0, "age": None}


def _sources() -> dict[str, Any]:
    found = health.sources(opening.live_sources(), timezone.now())
    return {source.network: {"state": source.state, "age": _age(source.answered_at)} for source in found}


def _age(moment: datetime | None) -> float | None:
    return round((timezone.now() - moment).total_seconds(), 1) if moment else None


@csrf_exempt
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read by machines; where somebody becomes somebody there is nothing to read."""
    community = Community.objects.for_request(request)
    lines = ["User-agent: *", "Disallow: /accounts/", "Disallow: /me/", "Disallow: /search/?", "Allow: /"]
    if community:
        lines.append(f"Sitemap: {community.site}{reverse('sitemap')}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@csrf_exempt
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a hole (RFC 9116); it is read for half a year from today."""
    community = Community.objects.for_request(request)
    if community is None:
        raise Http404
    lines = [
        f"Contact: {community.site}{reverse('accounts:contact')}?about=security",
        f"Expires: {timezone.now().date() + SECURITY_READ_FOR}T00:00:00Z",
        "Preferred-Languages: en",
        f"Canonical: {community.site}{reverse('security')}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


class Pages(OfCommunity):
    """The pages there is one of, and the months and years of the archive."""

    def items(self) -> list[str]:
        chats = (
            "home",
            "chats:calendar",
            "chats:archive",
            "topics",
            "videos:videos",
            "events",
            "propose",
            "stories:new",
        )
        about = ("team", "communities", "accounts:contact", "method", "status")
        days = Chat.objects.of(self.community).archived(self.now).order_by().dates("local_date", "month")
        return [
            *map(reverse, chats + about),
            *Page.objects.filter(community=self.community).values_list("path", flat=True),
            *(reverse("chats:archive-year", args=[year]) for year in sorted({day.year for day in days})),
            *(reverse("chats:archive-month", args=[day.year, day.month]) for day in days),
        ]

    def location(self, path: str) -> str:
        return path


def _sections(request: HttpRequest) -> dict[str, type[Sitemap] | Sitemap]:
    community = Community.objects.for_request(request)
    if community is None:
        raise Http404
    sections = {
        "pages": Pages, "chats": Chats, "topics": Topics, "events": Events, "transcripts": Transcripts, "blog": Lists,
        "posts": Posts,
        "videos": Videos,
    }  # fmt: skip
    return {name: section(community, timezone.now()) for name, section in sections.items()}


@csrf_exempt
@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The sections of the sitemap, each in as many files as it takes."""
    return sitemaps.index(request, _sections(request), sitemap_url_name="sitemap-section")


@csrf_exempt
@require_safe
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """One section; ``?p=2`` is its second file."""
    return sitemaps.sitemap(request, _sections(request), section=section)


@csrf_exempt
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for the icon without being told."""
    community = Community.objects.for_request(request)
    own = theme.icon(community) if community and community.theme else ""
    return HttpResponseRedirect(own or static("icons/favicon.ico"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Repeats nothing, and does not ask whose page this would be: the host name may be what is wrong."""
    return HttpResponseBadRequest(render_to_string("400.html"))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without the right token.  Nothing is done with it; who wrote something gets their words back."""
    page = getattr(request.resolver_match and request.resolver_match.func, "view_class", None)
    if not getattr(page, "gives_back", False):
        return render(request, "403_csrf.html", status=403)
    said = [(name, each) for name, every in kept.typed(request).lists() for each in every]
    response = render(request, "403_typed.html", {"typed": said, "path": request.get_full_path()}, status=403)
    response["Referrer-Policy"] = "same-origin"  # its address may be the key of a letter
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """Something broke.  A database that does not answer comes back by itself, so readers are told when to try again."""
    if not isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return HttpResponse(render_to_string("500.html"), status=500, headers={"Cache-Control": "no-store"})
    headers = {"Cache-Control": "no-store", "Retry-After": str(RESTING_SECONDS)}
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
