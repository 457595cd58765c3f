"""A film of the work, or one that is shown live: where it can be seen, and what is said in it at which second."""

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject, Left, Now

from accounts.models import Community
from blog.models.picture import Picture
from chats.models import Chat, Event
from chats.models.tweet import SEARCHED


class Carrier(models.TextChoices):
    """Whose player shows it.  The short list: no page of ours opens a frame of anybody else."""

    YOUTUBE = "youtube", "YouTube"
    VIMEO = "vimeo", "Vimeo"


class VideoStatus(models.TextChoices):
    """What people decided."""

    DRAFT = "draft", "draft"
    PUBLISHED = "published", "published"
    UNPUBLISHED = "unpublished", "unpublished"


class Showing(models.TextChoices):
    """What the clock says of a film that is or was shown live.  Never stored."""

    LATER = "later", "later"
    LIVE = "live", "live"
    OVER = "over", "over"


class VideoQuerySet(models.QuerySet["Video"]):
    def of(self, community: Community) -> Self:
        return self.filter(community=community)

    def published(self) -> Self:
        """What everybody may see, the newest first."""
        return self.filter(status=VideoStatus.PUBLISHED).order_by("-published_at", "-pk")

    def told(self) -> Self:
        """With everything that its page tells, by the same query: lists of facts by the names of their fields."""
        return (
            self.defer("searched")
            .select_related("chat", "event")
            .annotate(
                chapter_facts=_facts(Chapter, "at", "title"),
                takeaway_facts=_facts(Takeaway, "at", "title", "words"),
                bite_facts=_facts(SoundBite, "at", "words", "marked", "by"),
                speaker_facts=_facts(Speaker, "position", "name", "role"),
                partner_facts=_facts(Partner, "position", "name", "gave", "address"),
            )
        )


def _facts(model: type[models.Model], first: str, *names: str) -> ArraySubquery:
    rows = model._default_manager.filter(video=OuterRef("pk")).order_by(first, "pk")
    return ArraySubquery(rows.values(fact=JSONObject(**{name: name for name in (first, *names)})))


class Video(models.Model):
    """One film.  ``carrier`` and ``key`` say where it is played; both are "" until that is known.

    ``transcript`` is kept as it was typed, and read by ``blog.captions``; all that is counted in seconds counts from
    the beginning of the film.  ``starts_at`` and ``ends_at`` are there only where it is or was shown live.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="videos")
    status = models.CharField(max_length=15, choices=VideoStatus, default=VideoStatus.DRAFT, editable=False)
    slug = models.SlugField("name in its address", max_length=80)
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=300, blank=True, help_text="One or two sentences under the title.")
    carrier = models.CharField(max_length=10, choices=Carrier, blank=True, editable=False)
    key = models.CharField(max_length=20, blank=True, editable=False)
    seconds = models.PositiveIntegerField("how long it is", null=True, blank=True)
    download = models.URLField("file to download", max_length=500, blank=True)
    channel = models.URLField(max_length=500, blank=True)
    channel_name = models.CharField("what the channel is called", max_length=80, blank=True)
    chat = models.ForeignKey(Chat, models.SET_NULL, null=True, blank=True, related_name="videos")
    event = models.ForeignKey(Event, models.SET_NULL, null=True, blank=True, related_name="videos")
    hero = models.ForeignKey(Picture, models.PROTECT, null=True, blank=True, editable=False, related_name="videos")
    starts_at = models.DateTimeField("shown live from", null=True, blank=True)
    ends_at = models.DateTimeField("until", null=True, blank=True)
    behind_minutes = models.PositiveSmallIntegerField(
        "minutes behind", default=0, help_text="By how many it is shown later, so that a mistake can be cut."
    )
    promises = models.TextField(
        "how we film work", blank=True, help_text="A line each: that it is an exercise, and who has said yes."
    )
    trouble = models.CharField(
        "what has happened", max_length=300, blank=True, help_text="Where the film has stopped: readers see this first."
    )
    transcript = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    searched = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("summary", weight="B", config="english")
        + SearchVector(Left("transcript", SEARCHED), weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
        help_text="Its words, ready to be ranked.",
    )

    objects = VideoQuerySet.as_manager()

    # From ``told``.
    chapter_facts: list[dict[str, Any]]
    takeaway_facts: list[dict[str, Any]]
    bite_facts: list[dict[str, Any]]
    speaker_facts: list[dict[str, Any]]
    partner_facts: list[dict[str, Any]]

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["community", "slug"], name="video_slug_is_unique"),
            models.CheckConstraint(condition=Q(slug__regex=r"^[-a-zA-Z0-9_]+$"), name="video_slug_fits_an_address"),
            models.CheckConstraint(condition=~Q(title=""), name="video_has_a_title"),
            models.CheckConstraint(condition=Q(status__in=VideoStatus.values), name="video_status_is_known"),
            models.CheckConstraint(
                condition=Q(carrier="", key="") | Q(carrier__in=Carrier.values, key__regex=r"^[-\w]{5,20}$"),
                name="video_is_played_by_somebody_we_know",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="video_ends_after_it_starts",
                violation_error_message="A film that is shown live has a start, and an end after it.",
            ),
            models.CheckConstraint(
                condition=Q(status=VideoStatus.DRAFT)
                | (Q(published_at__isnull=False) & (~Q(key="") | Q(starts_at__isnull=False))),
                name="video_that_is_out_can_be_seen_some_time",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-published_at", "-id"], name="video_by_time"),
            GinIndex(fields=["searched"], name="video_by_words"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/videos/{self.slug}/"

    def showing(self, now: datetime) -> Showing | None:
        """What the clock says; None where it never was live."""
        if self.starts_at is None or self.ends_at is None:
            return None
        if now < self.starts_at:
            return Showing.LATER
        return Showing.LIVE if now < self.ends_at else Showing.OVER

    @property
    def minutes(self) -> int | None:
        """How many it takes to see, 1 at least; None where nobody knows yet."""
        return max(1, round(self.seconds / 60)) if self.seconds else None


class Part(models.Model):
    """Something about a film that stands in a list on its page."""

    video = models.ForeignKey(Video, models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True


class Timed(Part):
    """Something at one second of it."""

    at = models.PositiveIntegerField("at")

    class Meta:
        abstract = True
        ordering = ["at", "pk"]


class Placed(Part):
    """Somebody who has to do with it, in the order in which an editor put them."""

    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class Chapter(Timed):
    """Where another part of it begins."""

    title = models.CharField(max_length=120)

    class Meta(Timed.Meta):
        constraints = [models.UniqueConstraint(fields=["video", "at"], name="chapter_begins_by_itself")]

    def __str__(self) -> str:
        return self.title


class Takeaway(Timed):
    """What somebody may take home, and from when on it is said."""

    title = models.CharField(max_length=120)
    words = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.title


class SoundBite(Timed):
    """Words as they were said.  ``marked`` are those among them that the pen marks."""

    words = models.CharField(max_length=300, help_text="At most 30 words, as they were said.")
    marked = models.CharField("to be marked", max_length=120, blank=True, help_text="Some of these words, or none.")
    by = models.CharField("said by", max_length=120)

    def __str__(self) -> str:
        return self.words


class Speaker(Placed):
    """Somebody who is heard in it."""

    name = models.CharField(max_length=120)
    role = models.CharField("who they are", max_length=120, blank=True)

    class Meta(Placed.Meta):
        constraints = [models.UniqueConstraint(fields=["video", "name"], name="speaker_is_named_once")]

    def __str__(self) -> str:
        return self.name


class Partner(Placed):
    """Whoever made it possible, and with what."""

    name = models.CharField(max_length=120)
    gave = models.CharField("what they gave", max_length=160, blank=True)
    address = models.URLField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.name
