"""What is on the calendar -> its pages, files for calendar programs, and the pictures that networks show of chats."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import F, Subquery, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.views.generic import TemplateView, View

from accounts.models import Community
from accounts.ready import Ready
from chats import calendar
from chats.models import Chat, Event, Slot, Status, Topic
from chats.models.chat import EARLIEST, LATEST
from chats.rendering import card, months
from chats.views import community_of

LONGEST_AGENDA = 60
MOST_OF_A_MONTH = 70
MOST_EVENTS = 200  # of a community, in all its years
MOST_FREE = 3  # evenings without a host that stand among the chats: half a year of them would hide those
KEPT = timedelta(days=180)  # how long a chat that is over stays in calendars that subscribe
CARD_SECONDS = 24 * 3600


class Months(TemplateView):
    """One month on the wall, and the nearest months before and after it that have a chat or an event.

    Events are few: all are read at once, and where each belongs is found among them.
    """

    def chats(self, community: Community, now: datetime, events: list[Event]) -> tuple[date, list[Chat]]:
        """The first day of the month, and chats among which are all that its wall shows, the earliest first."""
        raise NotImplementedError

    def after(self, community: Community, first: date, chats: list[Chat]) -> date | None:
        """A day of the nearest month after it that has a chat."""
        following = _following(first)
        since = datetime(following.year, following.month, following.day, tzinfo=UTC) - months.A_DAY
        return _since(community, since).filter(local_date__gte=following).values_list("local_date", flat=True).first()

    def listed(self, page: dict[str, Any], chats: list[Chat]) -> tuple[list[Chat], list[Slot]]:
        """What stands in the list beside the wall."""
        raise NotImplementedError

    def listed_events(self, page: dict[str, Any], events: list[Event]) -> list[Event]:
        """Those that stand among them."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        community, now = community_of(self.request), timezone.now()
        events = _EVENTS(community=community.pk)[::-1]
        first, chats = self.chats(community, now, events)
        earlier = [event.local_date for event in events if event.local_date < first]
        later = [event.local_date for event in events if event.local_date >= _following(first)]
        propose = reverse("propose")
        page = super().get_context_data(**kwargs) | {
            "canonical": self.request.path,
            "month": first,
            "now": now,
            "slots": _FREE(community=community.pk, now=now),
            "previous": max(filter(None, [_before(community, first, chats), *earlier]), default=None),
            "next": min(filter(None, [self.after(community, first, chats), *later]), default=None),
        }
        told: dict[str, Any] = {"now": now, "zone": community.time_zone, "propose": propose}
        shown, free = self.listed(page, chats)
        prefetch_related_objects(shown, "hosts")
        return page | {
            "propose": propose,
            "weeks": months.weeks(first, [*chats, *events], slots=page["slots"], **told),
            "agenda": months.agenda([*shown, *self.listed_events(page, events)], slots=free, **told),
        }


class Calendar(Months):
    """What is coming: the next chat, the month, the agenda, and how to subscribe."""

    template_name = "chats/calendar.html"

    def chats(self, community: Community, now: datetime, events: list[Event]) -> tuple[date, list[Chat]]:
        """The month of today; on its last days, when nothing more is ahead in it, that of what comes next."""
        today = now.astimezone(ZoneInfo(community.time_zone)).date()
        this_month = today.replace(day=1)
        begin, _ = months.span(this_month)
        found = _AHEAD(community=community.pk, begin=begin, first=this_month, until=_until(this_month))
        day = min((each.local_date for each in [*found, *events] if each.ends_at > now), default=today)
        return max(day, today).replace(day=1), found

    def after(self, community: Community, first: date, chats: list[Chat]) -> date | None:
        """What is to come has been read already."""
        return next((chat.local_date for chat in chats if chat.local_date.replace(day=1) > first), None)

    def listed(self, page: dict[str, Any], chats: list[Chat]) -> tuple[list[Chat], list[Slot]]:
        ahead = [chat for chat in chats if chat.ends_at > page["now"]]
        coming: list[Any] = ahead[:LONGEST_AGENDA]
        site = community_of(self.request).site
        page |= {
            "next_chat": next((chat for chat in coming if chat.status != Status.CANCELLED), None),
            "is_cut": len(ahead) > LONGEST_AGENDA,
            "more_free": len(page["slots"][MOST_FREE:]),
            "topics": sorted({(chat.topic_name, chat.topic_slug) for chat in coming if chat.topic_id}),
            "subscription": f"webcal://{site.partition('://')[2]}/chats/calendar.ics",
            "file": f"{site}/chats/calendar.ics",
        }
        return coming, page["slots"][:MOST_FREE]

    def listed_events(self, page: dict[str, Any], events: list[Event]) -> list[Event]:
        return [event for event in events if event.ends_at > page["now"]]


class Month(Months):
    """Any month, with a list of its chats: a phone shows only that."""

    template_name = "chats/calendar_month.html"

    def chats(self, community: Community, now: datetime, events: list[Event]) -> tuple[date, list[Chat]]:
        year, month = self.kwargs["year"], self.kwargs["month"]
        if not (EARLIEST.year <= year < LATEST.year and 1 <= month <= 12):
            raise Http404
        begin, end = months.span(date(year, month, 1))
        first = date(year, month, 1)
        found = _OF_A_MONTH(community=community.pk, begin=begin, end=end, first=first, until=_until(first))
        return first, found

    def listed(self, page: dict[str, Any], chats: list[Chat]) -> tuple[list[Chat], list[Slot]]:
        zone, month = ZoneInfo(community_of(self.request).time_zone), page["month"]
        held = [chat for chat in chats if chat.local_date.replace(day=1) == month]
        days = [(slot, slot.starts_at.astimezone(zone).date()) for slot in page["slots"]]
        return held, [slot for slot, day in days if day.replace(day=1) == month]

    def listed_events(self, page: dict[str, Any], events: list[Event]) -> list[Event]:
        return [event for event in events if page["month"] in {day.replace(day=1) for day in event.days}]


class Next(View):
    """Wherever the next chat is: the one that goes on, else the one after; without one, the calendar."""

    def get(self, request: HttpRequest) -> HttpResponse:
        chat = Chat.objects.of(community_of(request)).ahead(timezone.now()).going_ahead().first()
        return redirect(chat or "chats:calendar")


class CommunityFile(View):
    """Every chat and event that is to come, and those of the last half year, for calendars that subscribe."""

    def get(self, request: HttpRequest) -> HttpResponse:
        community = community_of(request)
        events = Event.objects.of(community).announced().since(timezone.now() - KEPT).select_related("community")
        return sent_as_file(request, [*_of_late(community), *events], community.name, "chats")


class TopicFile(View):
    """The same of one topic."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        community = community_of(request)
        topic = get_object_or_404(Topic, community=community, slug=slug)
        return sent_as_file(request, _of_late(community).filter(topic=topic), f"{community.name}: {topic.name}", slug)


class ChatFile(View):
    """One chat, to put into a calendar."""

    def get(self, request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        chat = _chat(request, slug)
        if not request.path.startswith(chat.get_absolute_url()):
            return redirect(f"{chat.get_absolute_url()}calendar.ics", permanent=True)
        return sent_as_file(request, [chat], chat.community.name, slug)


class Card(View):
    """The picture of a chat: drawn when somebody asks, and not again while it would be the same."""

    def get(self, request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        chat = _chat(request, slug)
        if not request.path.startswith(chat.get_absolute_url()):
            return redirect(f"{chat.get_absolute_url()}card.png", permanent=True)
        return drawn(request, card.of(chat))


def drawn(request: HttpRequest, told: card.Card) -> HttpResponse:
    """A card as a picture."""
    etag = quote_etag(told.etag)
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    key = f"card:{told.etag}"
    picture = cache.get(key)
    if picture is None:
        picture = card.draw(told)
        cache.set(key, picture, CARD_SECONDS)
    headers = {"ETag": etag, "Cache-Control": "public, max-age=3600"}
    response = HttpResponse(picture, content_type="image/png", headers=headers)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # it is made to be shown elsewhere
    return response


def sent_as_file(request: HttpRequest, evenings: Iterable[Chat | Event], name: str, saved_as: str) -> HttpResponse:
    """A calendar file that is called ``name`` in calendars."""
    address = f"{community_of(request).site}{request.path}"
    response = HttpResponse(calendar.ics(evenings, name=name, address=address), content_type=calendar.CONTENT_TYPE)
    response["Content-Disposition"] = str(content_disposition_header(False, f"{saved_as}.ics"))
    return response


def _of_late(community: Community) -> Any:
    since = timezone.now() - KEPT
    return Chat.objects.of(community).filter(starts_at__gte=since).for_calendars().order_by("starts_at", "pk")


def _chat(request: HttpRequest, slug: str) -> Chat:
    return get_object_or_404(Chat.objects.of(community_of(request)).for_calendars(), slug=slug)


def _following(first: date) -> date:
    """The first day of the month after it."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def _since(community: Community | int, begin: datetime) -> Any:
    return Chat.objects.filter(community=community, starts_at__gte=begin).order_by("starts_at", "pk")


def _before(community: Community, first: date, chats: list[Chat]) -> date | None:
    """A day of the nearest month before that has a chat: months without one would never stop.

    Chats that were read know it: what is among them, or as each has it, ``before`` them all.
    """
    if not chats:
        return _days_before(community.pk, first, _until(first)).first()
    among = [chat.local_date for chat in chats if chat.local_date < first]
    return max(among, default=chats[0].before)  # type: ignore[attr-defined]


def _days_before(community: int, first: date, until: datetime) -> Any:
    """The newest day before ``first`` with a chat."""
    chats = Chat.objects.filter(community=community, starts_at__lt=until, local_date__lt=first).order_by("-starts_at")
    return chats.values_list("local_date", flat=True)[:1]


def _until(first: date) -> datetime:
    """The index knows moments, and days begin when they do where the chat is held."""
    return datetime(first.year, first.month, first.day, tzinfo=UTC) + months.A_DAY


def _listed(community: int, begin: datetime, first: date, until: datetime) -> Any:
    """With ``before``, the newest day before ``first`` that has a chat."""
    before = Subquery(_days_before(community, first, until))
    topic = {"topic_name": F("topic__name"), "topic_slug": F("topic__slug")}
    return _since(community, begin).annotate(before=before, **topic)


_FREE = Ready(lambda community, now: Slot.objects.of(community).free(now), community=int, now=datetime)
_EVENTS = Ready(
    lambda community: Event.objects.of(community).announced().defer("text").reverse()[:MOST_EVENTS], community=int
)
_AHEAD = Ready(
    lambda **of: _listed(**of)[: LONGEST_AGENDA + MOST_OF_A_MONTH],
    community=int, begin=datetime, first=date, until=datetime,
)  # fmt: skip
_OF_A_MONTH = Ready(
    lambda end, **of: _listed(**of).filter(starts_at__lt=end),
    community=int, begin=datetime, end=datetime, first=date, until=datetime,
)  # fmt: skip
