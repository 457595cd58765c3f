"""What is on the calendar -> its pages, files for calendar programs, and the pictures that networks show of chats."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header, quote_etag
from django.views.generic import TemplateView, View

from accounts.models import Community
from chats import calendar
from chats.models import Chat, Topic
from chats.models.chat import EARLIEST, LATEST
from chats.rendering import card, months
from chats.rendering.months import Slot
from chats.views import community_of

LONGEST_AGENDA = 60
KEPT = timedelta(days=180)  # how long a chat that is over stays in calendars that subscribe
CARD_SECONDS = 24 * 3600


class Months(TemplateView):
    """One month on the wall, and the nearest months before and after it that have a chat."""

    def first_day(self, community: Community, now: datetime) -> date:
        raise NotImplementedError

    def slots(self, community: Community, now: datetime) -> list[Slot]:
        """Evenings ahead that nobody has yet, soonest first."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        community, now = community_of(self.request), timezone.now()
        today = now.astimezone(ZoneInfo(community.time_zone)).date()
        first, slots = self.first_day(community, now), self.slots(community, now)
        begin, end = months.span(first)
        chats = Chat.objects.of(community)
        shown = chats.filter(starts_at__range=(begin, end)).order_by("starts_at")
        before, after = _around(chats, first)
        return super().get_context_data(**kwargs) | {
            "canonical": self.request.path,
            "month": first,
            "weeks": months.weeks(first, shown, today=today, zone=community.time_zone, slots=slots),
            "previous": before,
            "next": after,
            "now": now,
            "slots": slots,
        }


class Calendar(Months):
    """What is coming: the next chat, the month, the agenda, and how to subscribe."""

    template_name = "chats/calendar.html"

    @cached_property
    def ahead(self) -> list[Chat]:
        """What is to come, and one more where that is too much for one page."""
        chats = Chat.objects.of(community_of(self.request)).ahead(timezone.now())
        return list(chats.for_calendars()[: LONGEST_AGENDA + 1])

    def first_day(self, community: Community, now: datetime) -> date:
        """That of the first month that has something ahead: on its last days a month is mostly over."""
        today = now.astimezone(ZoneInfo(community.time_zone)).date()
        day = self.ahead[0].local_date if self.ahead else today
        return max(day, today).replace(day=1)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        community, coming = community_of(self.request), self.ahead[:LONGEST_AGENDA]
        file = f"{community.site.partition('://')[2]}/chats/calendar.ics"
        return context | {
            "next_chat": next((chat for chat in coming if chat.status != "cancelled"), None),
            "agenda": months.agenda(coming, context["slots"]),
            "is_cut": len(self.ahead) > LONGEST_AGENDA,
            "topics": sorted({chat.topic for chat in coming if chat.topic}, key=lambda topic: topic.name),
            "subscription": f"webcal://{file}",
            "file": f"{community.site}/chats/calendar.ics",
        }


class Month(Months):
    """Any month, with a list of its chats."""

    template_name = "chats/calendar_month.html"

    def first_day(self, community: Community, now: datetime) -> date:
        year, month = self.kwargs["year"], self.kwargs["month"]
        if not (EARLIEST.year <= year < LATEST.year and 1 <= month <= 12):
            raise Http404
        return date(year, month, 1)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The chats on the wall that are of this very month, once more as a list: a phone shows only that."""
        context = super().get_context_data(**kwargs)
        fields = [field for week in context["weeks"] for field in week if not field.is_outside]
        held = [chat for field in fields for chat in field.chats]
        prefetch_related_objects(held, "hosts")
        return context | {"agenda": months.agenda(held, [slot for field in fields for slot in field.slots])}


class Next(View):
    """Wherever the next chat is: the one that goes on, else the one after; without one, the calendar."""

    def get(self, request: HttpRequest) -> HttpResponse:
        chat = Chat.objects.of(community_of(request)).ahead(timezone.now()).going_ahead().first()
        return redirect(chat or "chats:calendar")


class CommunityFile(View):
    """Every chat that is to come, and those of the last half year, for calendars that subscribe."""

    def get(self, request: HttpRequest) -> HttpResponse:
        community = community_of(request)
        return _file(request, _of_late(community), community.name, "chats")


class TopicFile(View):
    """The same of one topic."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        community = community_of(request)
        topic = get_object_or_404(Topic, community=community, slug=slug)
        return _file(request, _of_late(community).filter(topic=topic), f"{community.name}: {topic.name}", slug)


class ChatFile(View):
    """One chat, to put into a calendar."""

    def get(self, request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        chat = _chat(request, slug)
        if not request.path.startswith(chat.get_absolute_url()):
            return redirect(f"{chat.get_absolute_url()}calendar.ics", permanent=True)
        return _file(request, [chat], chat.community.name, slug)


class Card(View):
    """The picture of a chat: drawn when somebody asks, and not again while it would be the same."""

    def get(self, request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        chat = _chat(request, slug)
        if not request.path.startswith(chat.get_absolute_url()):
            return redirect(f"{chat.get_absolute_url()}card.png", permanent=True)
        told = card.of(chat)
        etag = quote_etag(told.etag)
        unchanged = get_conditional_response(request, etag=etag)
        if unchanged is not None:
            return unchanged
        key = f"card:{told.etag}"
        drawn = cache.get(key)
        if drawn is None:
            drawn = card.draw(told)
            cache.set(key, drawn, CARD_SECONDS)
        headers = {"ETag": etag, "Cache-Control": "public, max-age=3600"}
        response = HttpResponse(drawn, content_type="image/png", headers=headers)
        response["Cross-Origin-Resource-Policy"] = "cross-origin"  # it is made to be shown elsewhere
        return response


def _file(request: HttpRequest, chats: Any, name: str, saved_as: str) -> HttpResponse:
    address = f"{community_of(request).site}{request.path}"
    response = HttpResponse(calendar.ics(chats, name=name, address=address), content_type=calendar.CONTENT_TYPE)
    response["Content-Disposition"] = str(content_disposition_header(False, f"{saved_as}.ics"))
    return response


def _of_late(community: Community) -> Any:
    since = timezone.now() - KEPT
    return Chat.objects.of(community).filter(starts_at__gte=since).for_calendars().order_by("starts_at", "pk")


def _chat(request: HttpRequest, slug: str) -> Chat:
    return get_object_or_404(Chat.objects.of(community_of(request)).for_calendars(), slug=slug)


def _around(chats: Any, first: date) -> tuple[date | None, date | None]:
    """A day of the nearest months before and after that have a chat: months without one would never stop."""
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (first, following))
    a_day = timedelta(days=1)  # the index knows moments, and days begin when they do where the chat is held
    before = chats.filter(starts_at__lt=begin + a_day, local_date__lt=first).order_by("-starts_at")
    after = chats.filter(starts_at__gte=end - a_day, local_date__gte=following).order_by("starts_at")
    found = before.values_list("local_date", flat=True)[:1].union(after.values_list("local_date", flat=True)[:1])
    around = list(found)
    return (
        next((day for day in around if day < first), None),
        next((day for day in around if day >= following), None),
    )
