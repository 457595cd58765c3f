"""What a community keeps coming back to -> the list of it, and a page each: the relay, then the chats."""

from collections import Counter
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import ListView, TemplateView

from accounts.models import Community
from chats.models import Chat, Topic
from chats.rendering import beside, reading, streams
from chats.views import community_of

FEWEST_QUARTERS, MOST_QUARTERS = 12, 48  # three years, lest a bar be as broad as a page, to twelve
MOST_AHEAD = 5


class Stream(NamedTuple):
    """A topic with its numbers, and how many chats it had in each quarter of the latest years."""

    topic: Topic
    quarters: tuple[int, ...]

    @property
    def untoned(self) -> tuple[None, ...]:
        return (None,) * len(self.quarters)


class Topics(TemplateView):
    """Work streams first, for somebody looks after them; then every topic by its name."""

    template_name = "chats/topics.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        community, now = community_of(self.request), timezone.now()
        topics = list(Topic.objects.of(community).with_counts(now))
        quarters = _quarters(community, now)
        shaped = [Stream(topic, quarters.get(topic.pk, ())) for topic in topics if topic.owner]
        streams = sorted(shaped, key=lambda stream: -stream.topic.held)  # type: ignore[attr-defined]
        return super().get_context_data(canonical=self.request.path, topics=topics, streams=streams, **kwargs)


def _quarters(community: Community, now: datetime) -> dict[int, tuple[int, ...]]:
    """By topic, the number of its archived chats in every quarter to now, for as many years as are drawn."""
    held = Chat.objects.of(community).archived(now).order_by()
    days = list(held.filter(topic__isnull=False).values_list("topic", "local_date"))
    if not days:
        return {}
    last = _quarter(now.date())
    since = last + 1 - min(_quarter(day) for _, day in days)
    first = last + 1 - min(max(since, FEWEST_QUARTERS), MOST_QUARTERS)
    counts = Counter((topic, _quarter(day)) for topic, day in days)
    return {topic: tuple(counts[topic, each] for each in range(first, last + 1)) for topic, _ in days}


def _quarter(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3


class TopicPage(ListView):
    """What it is and who looks after it, what was handed on and what came back, and its chats a page at a time."""

    template_name = "chats/topic.html"
    paginate_by = 10

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        topics = Topic.objects.of(community_of(request)).with_counts(self.now)
        self.topic = get_object_or_404(topics, slug=kwargs["slug"])
        self.topic.community = community_of(request)

    def get_queryset(self) -> QuerySet[Chat]:
        return self.topic.chats.archived(self.now).with_figures()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page, topic = context["page_obj"], self.topic
        latest = list(context["object_list"]) if page.number == 1 else []
        handovers = list(topic.handovers.select_related("chat", "by"))
        today = self.now.astimezone(ZoneInfo(topic.community.time_zone)).date()
        return context | {
            "canonical": self.request.path + (f"?page={page.number}" if page.number > 1 else ""),
            "topic": topic,
            "page": page,
            "writings": beside.writings_on(topic, self.now),
            "links": streams.shared(latest) if latest else [],
            "bites": streams.liked(latest) if latest else [],
            "entries": [reading.entry(chat) for chat in context["object_list"]],
            "ahead": topic.chats.ahead(self.now).prefetch_related("hosts")[:MOST_AHEAD],
            "since": topic.chats.archived(self.now).order_by("local_date").values_list("local_date", flat=True).first(),
            "today": today,
            "handovers": [(each, (today - each.handed_on).days) for each in handovers],
            "others": Topic.objects.of(topic.community).with_counts(self.now).exclude(pk=topic.pk),
        }
