"""Chats, topics and events -> the addresses that search engines may read, a thousand in a file."""

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import F, Max, QuerySet

from accounts.models import Community
from chats.models import Chat, Event, Topic


class OfCommunity(Sitemap):
    """Addresses begin as those of the community do, whatever the request was made to."""

    limit = 1000

    def __init__(self, community: Community, now: datetime) -> None:
        self.community, self.now = community, now
        self.protocol, _, self._domain = community.site.partition("://")

    def get_domain(self, site: Any = None) -> str:
        return self._domain


class Chats(OfCommunity):
    """The page of every chat, in whatever phase it is."""

    def items(self) -> QuerySet[Chat]:
        built_at = F("build__published__built_at")
        return Chat.objects.of(self.community).annotate(built_at=built_at).order_by("-starts_at", "pk")

    def lastmod(self, chat: Any) -> datetime:
        return max(chat.built_at or chat.revised_at, chat.revised_at)

    def get_latest_lastmod(self) -> datetime | None:
        """By one query, and not by looking at every chat."""
        chats = Chat.objects.of(self.community)
        latest = chats.aggregate(revised=Max("revised_at"), built=Max("build__published__built_at"))
        return max(filter(None, latest.values()), default=None)


class Transcripts(OfCommunity):
    """What stands below the page of a chat that is archived."""

    limit = 500

    def items(self) -> QuerySet[Chat]:
        chats = Chat.objects.of(self.community).archived(self.now)
        return chats.annotate(built_at=F("build__published__built_at"))

    def location(self, chat: Chat) -> str:
        return f"{chat.get_absolute_url()}transcript/"

    def lastmod(self, chat: Any) -> datetime:
        return chat.built_at

    def get_latest_lastmod(self) -> datetime | None:
        latest = Chat.objects.of(self.community).aggregate(latest=Max("build__published__built_at"))
        return latest["latest"]


class Topics(OfCommunity):
    """The page of every topic."""

    def items(self) -> QuerySet[Topic]:
        return Topic.objects.of(self.community).order_by("slug")


class Events(OfCommunity):
    """The page of every gathering that was announced."""

    def items(self) -> QuerySet[Event]:
        return Event.objects.of(self.community).announced()

    def lastmod(self, event: Event) -> datetime:
        return event.revised_at

    def get_latest_lastmod(self) -> datetime | None:
        return Event.objects.of(self.community).announced().aggregate(latest=Max("revised_at"))["latest"]
