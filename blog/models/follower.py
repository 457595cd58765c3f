"""Who follows by email, what is due to them, and what came back: rows say it all, and tasks only carry it out."""

from datetime import date
from typing import Self

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from accounts.models import Community, Leased
from blog.models.post import Kind, Post
from chats.models import Topic


class Pace(models.TextChoices):
    """How often somebody wants to hear."""

    AT_ONCE = "at-once", "as it happens"
    WEEKLY = "weekly", "once a week"


class FollowerQuerySet(models.QuerySet["Follower"]):
    def of(self, community: Community) -> Self:
        return self.filter(community=community)

    def awake(self, today: date) -> Self:
        """Without those who pause."""
        return self.filter(Q(paused_until__isnull=True) | Q(paused_until__lte=today))

    def wanting(self, post: Post) -> Self:
        """Those whose ticks it meets: its kind, and its topic or all of them."""
        ticked = Follower.topics.through.objects.filter(follower=OuterRef("pk"))
        of_topic = ~Exists(ticked) | Exists(ticked.filter(topic=post.topic_id))
        wanted = Q(has_write_ups=True) if post.kind == Kind.WRITE_UP else Q(has_posts=True)
        return self.filter(of_topic, wanted)


class Follower(models.Model):
    """An address that its owner has confirmed, and what they ticked.  Whoever leaves is deleted, row and all.

    No ``topics`` means all of them.  ``paused_until`` is the first day on which they want to hear again.
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="followers")
    address = models.EmailField(max_length=254)
    has_write_ups = models.BooleanField(default=True)
    has_posts = models.BooleanField(default=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="followers")
    pace = models.CharField(max_length=10, choices=Pace, default=Pace.WEEKLY)
    paused_until = models.DateField(null=True, blank=True)
    confirmed_at = models.DateTimeField()

    objects = FollowerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("community", Lower("address"), name="follower_follows_once"),
            models.CheckConstraint(condition=Q(pace__in=Pace.values), name="follower_pace_is_known"),
            models.CheckConstraint(
                condition=Q(has_write_ups=True) | Q(has_posts=True), name="follower_wants_something"
            ),
        ]
        indexes = [models.Index(fields=["community", "pace", "id"], name="follower_by_pace")]

    def __str__(self) -> str:
        return f"follower {self.pk}"


class Bounce(models.Model):
    """That a letter to a follower came back for good.  ``letter`` is the name it went under, so it counts once."""

    follower = models.ForeignKey(Follower, models.CASCADE, related_name="bounces")
    letter = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["follower", "letter"], name="bounce_counts_once")]

    def __str__(self) -> str:
        return f"bounce {self.pk}"


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    def of(self, community: Community) -> Self:
        return self.filter(community=community)

    def open(self) -> Self:
        """Those of which letters may yet leave."""
        return self.filter(stopped_at__isnull=True, settled_at__isnull=True)


class Newsletter(Leased):
    """What is due to many: a ``post``, or all that was out between ``since`` and ``until``.

    Letters are written in the order of followers; ``cursor`` is the last who has one, in the same transaction.  They
    leave by the outbox under ``series``.  ``written_at`` is when the last was written, ``settled_at`` when none was
    under way any more; ``paused_at`` and ``stopped_at`` are somebody's decision.
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="newsletters")
    uid = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    post = models.OneToOneField(Post, models.CASCADE, null=True, blank=True, related_name="newsletter")
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    cursor = models.BigIntegerField(default=0, editable=False)
    readers = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(editable=False)
    written_at = models.DateTimeField(null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            *Leased.Meta.constraints,
            models.UniqueConstraint(fields=["community", "until"], name="newsletter_of_a_week_is_one"),
            models.CheckConstraint(
                condition=Q(post__isnull=False, since__isnull=True, until__isnull=True)
                | Q(post__isnull=True, since__lt=models.F("until")),
                name="newsletter_is_of_a_post_or_a_week",
            ),
            models.CheckConstraint(
                condition=Q(next_due_at__isnull=True)
                | Q(paused_at__isnull=True, stopped_at__isnull=True, written_at__isnull=True),
                name="newsletter_rests_when_it_should",
            ),
        ]
        indexes = Leased.Meta.indexes

    def __str__(self) -> str:
        return str(self.post) if self.post else f"The week to {self.until:%-d %B %Y}"

    @property
    def series(self) -> str:
        """Under which the outbox knows its letters."""
        return f"newsletter-{self.pk}"

    def get_absolute_url(self) -> str:
        """The letter as a page."""
        return f"/blog/follow/letters/{self.uid}/"
