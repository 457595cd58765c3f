"""Films -> their list, a page each, and the player for whoever presses Play; until then nobody else is asked."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.generic import ListView, View

from accounts.models import Community
from blog import captions, films
from blog.models import Carrier, Showing, Video, VideoStatus
from chats.views import community_of
from chats.views.calendar import drawn

IN_A_LIST = 24
FIRST = 6  # paragraphs of its words; the others are folded


class Videos(ListView):
    """All of them, the newest first; what is shown live one of these days stands on top."""

    template_name = "blog/videos.html"
    context_object_name = "videos"
    paginate_by = IN_A_LIST

    def get_queryset(self) -> Any:
        return Video.objects.of(community_of(self.request)).published().defer("transcript")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context, now = super().get_context_data(**kwargs), timezone.now()
        page = context["page_obj"]
        shown = [(video, video.showing(now)) for video in context["videos"]]
        return context | {
            "ahead": [each for each in shown if each[1] in (Showing.LATER, Showing.LIVE)],
            "shown": [video for video, showing in shown if showing not in (Showing.LATER, Showing.LIVE)],
            "page": page,
            "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
            "canonical": self.request.path + (f"?page={page.number}" if page.number > 1 else ""),
        }


class VideoPage(View):
    """One film.  Only the answer to Play holds a frame, and only it may show one."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        community = community_of(request)
        video = films.page(community, slug)
        if video is None or video.status == VideoStatus.DRAFT:
            raise Http404
        if video.status == VideoStatus.UNPUBLISHED:
            return render(request, "blog/video_gone.html", status=HTTPStatus.GONE)
        return shown(request, video)


def shown(request: HttpRequest, video: Video, **more: Any) -> HttpResponse:
    """The page of a film; with ``?play=1`` with its player, with ``&t=95`` from that second on."""
    now = timezone.now()
    showing = video.showing(now)
    is_playable = bool(video.key) and showing != Showing.LATER
    playing = _asked(request, video) if is_playable else None
    told = {"canonical": video.get_absolute_url(), **_words(video, showing), **_around(video, now)}
    told |= {
        "video": video,
        "showing": showing or "",
        "is_ahead": showing in (Showing.LATER, Showing.LIVE),
        "is_playable": is_playable,
        "carrier": Carrier(video.carrier).label if video.carrier else "",
        "elsewhere": films.elsewhere(video),
        "frame": films.frame(video, playing) if playing is not None else "",
        "current": _current(video, showing, playing),
        "card": f"{films.address(video)}card.png",
        "facts": films.facts(video),
    }
    response = render(request, "blog/video.html", told | more)
    if playing is not None:
        response.film_host = films.FRAMES[Carrier(video.carrier)]  # type: ignore[attr-defined]  # wecops.middleware
        # A browser that had kept it would be told "not modified" under the headers of a page without a player.
        response["Cache-Control"] = "no-store"
    return response


def _asked(request: HttpRequest, video: Video) -> int | None:
    """From which second on it is to be played; None until somebody presses Play."""
    if request.GET.get("play") != "1":
        return None
    at = request.GET.get("t", "")
    second = int(at) if at.isascii() and at.isdecimal() and len(at) < 7 else 0
    return second if second < (video.seconds or films.LONGEST) else 0


def _words(video: Video, showing: Showing | None) -> dict[str, Any]:
    """Its words, in their order; while it is shown live, the newest first."""
    cues = films.cues(video)
    paragraphs = captions.paragraphs(cues)
    if showing == Showing.LIVE:
        paragraphs.reverse()
    return {"has_words": bool(cues), "first_words": paragraphs[:FIRST], "more_words": paragraphs[FIRST:]}


def _around(video: Video, now: datetime) -> dict[str, Any]:
    """Other films: one that is shown live one of these days, and what to watch next."""
    others = [(each, each.showing(now)) for each in films.others(video)]
    ahead = [each for each in others if each[1] in (Showing.LATER, Showing.LIVE)]
    return {"live_next": ahead[:1], "watch_next": [each[0] for each in others if each not in ahead]}


def _current(video: Video, showing: Showing | None, playing: int | None) -> int | None:
    """Where the chapter begins that is played; while it is shown live, the newest one."""
    begun = [each["at"] for each in video.chapter_facts if playing is None or each["at"] <= playing]
    return begun[-1] if begun and (playing is not None or showing == Showing.LIVE) else None


def published(community: Community, slug: str) -> Video:
    """A film that everybody may see, with all that is told of it."""
    video = get_object_or_404(Video.objects.of(community).published().told(), slug=slug)
    video.community = community
    return video


class Captions(View):
    """The words of a film as WebVTT, for players that take a file."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        cues = films.cues(published(community_of(request), slug))
        if not cues:
            raise Http404
        return HttpResponse(captions.webvtt(cues), content_type="text/vtt; charset=utf-8")


class Card(View):
    """The picture of a film for other sites: drawn when somebody asks, and not again while it would be the same."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return drawn(request, films.drawing(published(community_of(request), slug)))
