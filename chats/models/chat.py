"""A scheduled conversation under a hashtag: what was decided about it, and what the clock makes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast, Now
from taggit.managers import TaggableManager

from accounts.models import Community, User, known_hashtags, known_time_zone
from chats.models.topic import Topic

# Twitter opened in 2006.  Beyond the other end the tail of a chat would leave the calendar.
EARLIEST = datetime(2006, 1, 1, tzinfo=UTC)
LATEST = datetime(2101, 1, 1, tzinfo=UTC)


# People arrive before a chat and go on after it.
LEAD_IN_MINUTES = 15
TAIL_MINUTES = 90
LIVE_NETWORKS = [("x", "X"), ("mastodon", "Mastodon"), ("bluesky", "Bluesky")]


def every_live_network() -> list[str]:
    return [name for name, _ in LIVE_NETWORKS]


class Status(models.TextChoices):
    """What people decided."""

    SCHEDULED = "scheduled", "scheduled"
    MOVED = "moved", "moved"
    CANCELLED = "cancelled", "cancelled"


class Phase(models.TextChoices):
    """What the clock and the archive say.  Never stored."""

    UPCOMING = "upcoming", "upcoming"
    LIVE = "live", "live"
    CLOSED = "closed", "closed"
    ARCHIVED = "archived", "archived"


class Hours(Func):
    """From when to when, the end not included: two hours that follow each other do not overlap."""

    function = "TSTZRANGE"

    def __init__(self) -> None:
        super().__init__("starts_at", "ends_at", RangeBoundary())


class Apart(ExclusionConstraint):
    """No two rows of one community overlap in time.

    No form checks it, for no form knows the whole row; ``lifecycle.hours`` tells people, with a name and a date.
    """

    def __init__(self, *, name: str, condition: Q | None = None, **told: Any) -> None:
        told.setdefault("expressions", [("community", RangeOperators.EQUAL), (Hours(), RangeOperators.OVERLAPS)])
        super().__init__(name=name, condition=condition, **told)

    def validate(self, *args: Any, **named: Any) -> None: ...


class ChatQuerySet(models.QuerySet["Chat"]):
    def of(self, community: Community) -> Self:
        return self.filter(community=community)

    def going_ahead(self) -> Self:
        return self.exclude(status=Status.CANCELLED)

    def upcoming(self, now: datetime) -> Self:
        return self.going_ahead().filter(starts_at__gt=now).order_by("starts_at")

    def live(self, now: datetime) -> Self:
        return self.going_ahead().filter(starts_at__lte=now, ends_at__gt=now).order_by("starts_at")

    def ahead(self, now: datetime) -> Self:
        """What goes on or is to come, soonest first, also where it is cancelled.  Nothing lasts longer than a day."""
        return self.filter(starts_at__gt=now - timedelta(days=1), ends_at__gt=now).order_by("starts_at", "pk")

    def hosted_by(self, member: int | None) -> Self:
        """What a member, by their key, hosts, soonest first; what is over stays for a week, as there is work to do."""
        own = self.filter(hosts__user=member, ends_at__gt=Now() - timedelta(days=7))
        return own.order_by("starts_at", "pk").distinct()

    def archived(self, now: datetime) -> Self:
        """Chats that are over and whose transcript is published, newest first."""
        return self.filter(build__published__isnull=False, ends_at__lte=now).order_by("-starts_at", "pk")

    def for_calendars(self) -> Self:
        """With what calendar files say of a chat."""
        return self.select_related("community", "topic").prefetch_related("hosts")

    def with_figures(self) -> Self:
        return self.select_related("topic", "build__published__stats").prefetch_related("hosts", "tags")


class Chat(models.Model):
    """One conversation.  It is collected from ``opens_at`` (the lead-in) to ``closes_at`` (the tail) and shown so.

    ``slug`` is unique within a community and never changes: the chat's address stands on it.  Calendars know the chat
    by ``uid``, also while it is still a proposal; with every change that they should show, ``sequence`` rises and
    ``revised_at`` is when.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="chats")
    topic = models.ForeignKey(Topic, models.SET_NULL, null=True, blank=True, related_name="chats")
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=300, blank=True, help_text="One or two sentences under the title.")
    hashtags = ArrayField(
        models.CharField(max_length=60), validators=[known_hashtags], help_text="With commas; the first is shown."
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=40, default="Europe/London", validators=[known_time_zone])
    networks = ArrayField(
        models.CharField(max_length=10, choices=LIVE_NETWORKS),
        default=every_live_network,
        blank=True,
        help_text="Where it is captured; each only if its access is set up.",
    )
    lead_in_minutes = models.PositiveSmallIntegerField(default=LEAD_IN_MINUTES)
    tail_minutes = models.PositiveSmallIntegerField(default=TAIL_MINUTES)
    status = models.CharField(max_length=10, choices=Status, default=Status.SCHEDULED)
    status_reason = models.CharField(
        max_length=300, blank=True, help_text="Why it was moved or cancelled, for readers."
    )
    holds_slot = models.BooleanField(
        default=True,
        db_default=False,
        editable=False,
        help_text="Whether no other chat of the community can be at its time. Two from files may have met there.",
    )
    tags = TaggableManager(blank=True)
    uid = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    revised_at = models.DateTimeField(db_default=Now(), editable=False)
    local_date = models.GeneratedField(
        expression=Cast(Func("time_zone", "starts_at", function="timezone"), models.DateField()),
        output_field=models.DateField(),
        db_persist=True,
        help_text="The day it began where it was held: that of its address.",
    )

    objects = ChatQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["community", "slug"], name="chat_slug_is_unique"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="chat_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(hashtags__len__gte=1) & ~Q(hashtags__contains=[""]), name="chat_has_a_hashtag"
            ),
            models.CheckConstraint(
                condition=Q(starts_at__gte=EARLIEST, ends_at__lt=LATEST), name="chat_is_of_our_time"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="chat_status_is_known"),
            models.CheckConstraint(condition=Q(slug__regex=r"^[-a-zA-Z0-9_]+$"), name="chat_slug_fits_an_address"),
            models.CheckConstraint(condition=~Q(title=""), name="chat_has_a_title"),
            # PostgreSQL also takes "+03", which is no zone to anybody else.
            models.CheckConstraint(
                condition=Q(time_zone__regex=r"^[A-Z][A-Za-z]+(/[-+\w]+)*$"), name="chat_zone_is_a_name"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.CANCELLED) | ~Q(status_reason=""), name="chat_cancelled_with_a_reason"
            ),
            Apart(
                name="chats_of_a_community_do_not_overlap",
                condition=Q(holds_slot=True) & ~Q(status=Status.CANCELLED),
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-starts_at"], name="chat_by_time"),
            GinIndex(SearchVector("title", "summary", config="english"), name="chat_by_words"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/chats/{self.starts_at.astimezone(ZoneInfo(self.time_zone)):%Y/%m/%d}/{self.slug}/"

    @property
    def pack_path(self) -> str:
        """Where its hosts find all that they need for the evening."""
        return f"/host/{self.slug}/pack/"

    @property
    def opens_at(self) -> datetime:
        return self.starts_at - timedelta(minutes=self.lead_in_minutes)

    @property
    def closes_at(self) -> datetime:
        return self.ends_at + timedelta(minutes=self.tail_minutes)

    @property
    def is_archived(self) -> bool:
        return hasattr(self, "build") and self.build.published_id is not None

    def phase(self, now: datetime) -> Phase:
        """What the clock says at ``now``; a published transcript counts only once the chat is over."""
        if now < self.starts_at:
            return Phase.UPCOMING
        if now < self.ends_at:
            return Phase.LIVE
        return Phase.ARCHIVED if self.is_archived else Phase.CLOSED


class ChatHost(models.Model):
    """Somebody who runs a chat or is invited to it, by the handle they tweet with."""

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="hosts")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="hosted")
    handle = models.CharField(max_length=100, help_text="Without the @.")
    name = models.CharField(max_length=120)
    biography = models.TextField(blank=True)
    is_guest = models.BooleanField(default=False, help_text="An invited expert, not a host.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint("chat", models.functions.Lower("handle"), name="chat_host_stands_once"),
            models.CheckConstraint(condition=~Q(handle=""), name="chat_host_has_a_handle"),
        ]

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """A question the host declared.  Where and when it was asked is found anew by every build.

    ``asked_at`` is the host's own correction of that moment; it wins over what the build finds.
    """

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    planned_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="Only to correct the moment it was asked.")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["chat", "number"], name="question_number_is_unique"),
            models.CheckConstraint(condition=Q(number__range=(1, 30)), name="question_number_is_small"),
            models.CheckConstraint(condition=~Q(text=""), name="question_has_a_text"),
        ]
        indexes = [GinIndex(SearchVector("text", config="english"), name="question_by_words")]

    def __str__(self) -> str:
        return f"Q{self.number} {self.text}"
