"""Chats to come and of late -> Atom and RSS: what was announced, moved or cancelled last stands first."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape

from accounts.models import Community
from accounts.outbox.letters import tidy
from chats.models import Chat, Status
from chats.rendering import numbers, times
from chats.views import community_of

OF_LATE = timedelta(days=90)
LONGEST = 100
PREFIXES = {Status.CANCELLED: "Cancelled: ", Status.MOVED: "New date: "}


class Atom(Atom1Feed):
    """Django's, without the parameter that some readers take for another type."""

    content_type = "application/atom+xml"


class Rss(Rss201rev2Feed):
    content_type = "application/rss+xml"


class Chats(Feed):
    """Every entry is a chat, known for ever by its UID; its date is when what it says was changed last."""

    feed_type: type[SyndicationFeed] = Atom
    address = "chats:feed"

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Without a date of its own in the header: a chat's hosts change without it, and the ETag knows."""
        response = super().__call__(request, *args, **kwargs)
        del response["Last-Modified"]
        return response

    def get_object(self, request: HttpRequest) -> Community:
        return community_of(request)

    def title(self, community: Community) -> str:
        return f"{community.name}: chats"

    def subtitle(self, community: Community) -> str:
        return community.promise

    description = subtitle

    def link(self, community: Community) -> str:
        return f"{community.site}{reverse('chats:calendar')}"

    def feed_url(self, community: Community) -> str:
        return f"{community.site}{reverse(self.address)}"

    def feed_guid(self, community: Community) -> str:
        return self.feed_url(community)

    def items(self, community: Community) -> Any:
        since = timezone.now() - OF_LATE
        return Chat.objects.of(community).filter(starts_at__gte=since).for_calendars().order_by("-revised_at")[:LONGEST]

    def item_title(self, chat: Chat) -> str:
        return PREFIXES.get(Status(chat.status), "") + tidy(chat.title)

    def item_description(self, chat: Chat) -> str:
        """When, who, what about, and why it was moved or cancelled: words in HTML, which is what both formats hold."""
        hours = times.hours(chat.starts_at, chat.ends_at, chat.time_zone)
        when = f"{times.day(chat.starts_at, chat.time_zone)}, {hours} {times.zone_word(chat.time_zone)}."
        names = [host.name for host in chat.hosts.all()]
        hosts = f"With {numbers.listed(names)}." if names else ""
        return escape(" ".join(filter(None, map(tidy, (when, chat.status_reason, hosts, chat.summary)))))

    def item_link(self, chat: Chat) -> str:
        return f"{chat.community.site}{chat.get_absolute_url()}"

    def item_guid(self, chat: Chat) -> str:
        return f"urn:uuid:{chat.uid}"

    item_guid_is_permalink = False

    def item_pubdate(self, chat: Chat) -> datetime:
        return chat.revised_at

    def item_updateddate(self, chat: Chat) -> datetime:
        return chat.revised_at

    def item_categories(self, chat: Chat) -> list[str]:
        return [chat.topic.name] if chat.topic else []


class ChatsRss(Chats):
    """The same for readers that know only RSS."""

    feed_type = Rss
    address = "chats:feed-rss"
