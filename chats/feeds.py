"""Chats and events to come and of late -> Atom and RSS: what was announced, moved or cancelled last stands first."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape

from accounts.models import Community
from accounts.outbox.letters import tidy
from chats.models import Chat, Event, Outcome, Status, Topic
from chats.rendering import numbers, times
from chats.views import community_of

OF_LATE = timedelta(days=90)
LONGEST = 100
NEWS = {Outcome.WAITING: "Handed on", Outcome.BACK: "Came back", Outcome.REFUSED: "Not taken up"}
PREFIXES = {Status.CANCELLED: "Cancelled: ", Status.MOVED: "New date: "}


class Atom(Atom1Feed):
    """Django's, without the parameter that some readers take for another type."""

    content_type = "application/atom+xml"


class Rss(Rss201rev2Feed):
    content_type = "application/rss+xml"


class OfCommunity(Feed):
    """A feed at ``address`` of the community that was asked, about ``what``; it leads to the page named ``page``."""

    feed_type: type[SyndicationFeed] = Atom
    address = page = what = ""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Without a date of its own in the header: what goes with an entry changes without it, and the ETag knows."""
        response = super().__call__(request, *args, **kwargs)
        del response["Last-Modified"]
        return response

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return community_of(request)

    def title(self, community: Any) -> str:
        return f"{community.name}: {self.what}"

    def subtitle(self, community: Any) -> str:
        return community.promise

    def description(self, community: Any) -> str:
        return self.subtitle(community)

    def link(self, community: Any) -> str:
        return f"{community.site}{reverse(self.page)}"

    def feed_url(self, community: Any) -> str:
        return f"{community.site}{reverse(self.address)}"

    def feed_guid(self, community: Any) -> str:
        return self.feed_url(community)

    item_guid_is_permalink = False


class Chats(OfCommunity):
    """Every entry is a chat or an event, known for ever by its UID; its date is when what it says was changed last."""

    address, page, what = "chats:feed", "chats:calendar", "chats"

    def items(self, community: Community) -> Any:
        since = timezone.now() - OF_LATE
        chats = Chat.objects.of(community).filter(starts_at__gte=since).for_calendars().order_by("-revised_at")
        events = Event.objects.of(community).announced().since(since).select_related("community")
        news: list[Any] = [*chats[:LONGEST], *events.order_by("-revised_at")[:LONGEST]]
        return sorted(news, key=self.item_pubdate, reverse=True)[:LONGEST]

    def item_title(self, chat: Any) -> str:
        return PREFIXES.get(chat.status, "") + tidy(chat.title)

    def item_description(self, chat: Any) -> str:
        """When, who, what about, and why it was moved or cancelled: words in HTML, which is what both formats hold."""
        hours = times.hours(chat.starts_at, chat.ends_at, chat.time_zone)
        when = f"{times.day(chat.starts_at, chat.time_zone)}, {hours} {times.zone_word(chat.time_zone)}."
        if isinstance(chat, Event):
            who = f"In person: {chat.place}."
        else:
            names = [host.name for host in chat.hosts.all()]
            who = f"With {numbers.listed(names)}." if names else ""
        return escape(" ".join(filter(None, map(tidy, (when, chat.status_reason, who, chat.summary)))))

    def item_link(self, chat: Any) -> str:
        return f"{chat.community.site}{chat.get_absolute_url()}"

    def item_guid(self, chat: Any) -> str:
        return f"urn:uuid:{chat.uid}"

    def item_pubdate(self, chat: Any) -> datetime:
        return chat.revised_at

    def item_updateddate(self, chat: Any) -> datetime:
        return chat.revised_at

    def item_categories(self, chat: Any) -> list[str]:
        if isinstance(chat, Event):
            return ["In person"]
        return [chat.topic.name] if chat.topic else []


class TopicNews(Chats):
    """A topic's chats, and what was handed on from it and came back: the latest news first."""

    def get_object(self, request: HttpRequest, slug: str = "") -> Any:
        return get_object_or_404(Topic.objects.of(community_of(request)).select_related("community"), slug=slug)

    def title(self, topic: Any) -> str:
        return f"{topic.community.name}: {tidy(topic.name)}"

    def subtitle(self, topic: Any) -> str:
        return topic.summary or topic.community.promise

    def description(self, topic: Any) -> str:
        return self.subtitle(topic)

    def link(self, topic: Any) -> str:
        return f"{topic.community.site}{topic.get_absolute_url()}"

    def feed_url(self, topic: Any) -> str:
        return f"{topic.community.site}{reverse('topic-feed', args=[topic.slug])}"

    def feed_guid(self, topic: Any) -> str:
        return self.feed_url(topic)

    def items(self, topic: Any) -> list[Any]:
        chats = topic.chats.for_calendars().order_by("-revised_at")[:LONGEST]
        handovers = topic.handovers.select_related("topic__community", "chat")[:LONGEST]
        news: list[Any] = [*chats, *handovers]
        return sorted(news, key=self.item_pubdate, reverse=True)[:LONGEST]

    def item_title(self, item: Any) -> str:
        return (
            super().item_title(item) if isinstance(item, Chat) else f"{NEWS[Outcome(item.outcome)]}: {tidy(item.said)}"
        )

    def item_description(self, item: Any) -> str:
        if isinstance(item, Chat):
            return super().item_description(item)
        return escape(" ".join(filter(None, map(tidy, (f"Handed on: {item.to}", item.answer)))))

    def item_link(self, item: Any) -> str:
        return super().item_link(item) if isinstance(item, Chat) else f"{self.link(item.topic)}#h{item.pk}"

    def item_guid(self, item: Any) -> str:
        return super().item_guid(item) if isinstance(item, Chat) else self.item_link(item)

    def item_pubdate(self, item: Any) -> datetime:
        if isinstance(item, Chat):
            return item.revised_at
        return datetime.combine(item.last_news_on, time(), tzinfo=ZoneInfo(item.topic.community.time_zone))

    def item_updateddate(self, item: Any) -> datetime:
        return self.item_pubdate(item)

    def item_categories(self, item: Any) -> list[str]:
        return super().item_categories(item) if isinstance(item, Chat) else [item.topic.name]


class ChatsRss(Chats):
    """The same for readers that know only RSS."""

    feed_type = Rss
    address = "chats:feed-rss"
