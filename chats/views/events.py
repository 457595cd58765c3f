"""Gatherings in person -> the list of them, a page each, a calendar file and the picture that networks show."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.generic import TemplateView, View

from accounts import prose
from accounts.models import Community
from chats.models import Event, EventStatus, Status
from chats.rendering import beside, card, events, months
from chats.views import community_of
from chats.views.calendar import drawn, sent_as_file

LONGEST_LIST = 100


class Events(TemplateView):
    """What is to come, then what has been."""

    template_name = "chats/events.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        community, now = community_of(self.request), timezone.now()
        every = list(Event.objects.of(community).announced().reverse()[:LONGEST_LIST])
        ahead = [event for event in every if event.ends_at > now]
        return super().get_context_data(
            canonical=self.request.path,
            agenda=months.agenda(ahead, now=now, zone=community.time_zone),
            over=[(event, events.days(event)) for event in every if event.ends_at <= now],
            **kwargs,
        )


class EventDetail(View):
    """When, where, cost and access first, then the day, then what is to be had afterwards."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return render(request, "chats/event.html", told(_event(request, slug), community_of(request)))


class EventFile(View):
    """One event, to put into a calendar."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return sent_as_file(request, [_event(request, slug)], community_of(request).name, slug)


class EventCard(View):
    """The picture of an event."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        told: card.Card = events.drawing(_event(request, slug))
        return drawn(request, told)


def told(event: Event, community: Community) -> dict[str, Any]:
    """What the page of an event says, also before it is announced; the event as ``EventQuerySet.told`` gives it."""
    now, chat, is_off = timezone.now(), event.live_chat, event.status == EventStatus.CANCELLED
    event.community = community
    if chat:
        chat.community = community
    return {
        "event": event,
        "when": {"days": events.days(event), "hours": events.hours(event)},
        "is_long": len(event.days) > 1,
        "has_begun": event.starts_at <= now,
        "is_over": event.ends_at <= now,
        "is_ahead": event.ends_at > now and not is_off,
        "was_held": event.ends_at <= now and not is_off,
        "programme": events.programme(event),
        "parts": prose.parts(event.text),
        "speakers": events.speakers(event),
        "chat": chat if chat and chat.status != Status.CANCELLED else None,
        "is_chat_over": bool(chat and chat.ends_at <= now),
        "films": beside.films_of(event),
        "now": now,
        "writings": beside.writings(event, now),
        "facts": events.facts(event),
        "canonical": event.get_absolute_url(),
    }


def _event(request: HttpRequest, slug: str) -> Event:
    """The event of that name, if readers may know of it."""
    community = community_of(request)
    event = get_object_or_404(Event.objects.of(community).announced().told(), slug=slug)
    event.community = community
    return event
