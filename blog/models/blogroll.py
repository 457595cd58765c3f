"""Other people's sites, and the last good copy of what they wrote: titles and links, no more."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Community, Leased

OLD = timedelta(hours=12)  # a copy that age is told


class Feed(Leased):
    """A feed to look at now and then.  ``fetched_at`` is when it last answered well, also that nothing is new."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="feeds")
    name = models.CharField(max_length=80, help_text="What readers see it called.")
    site = models.URLField(max_length=300, help_text="The page that people read.")
    address = models.URLField("feed", max_length=300, help_text="Its Atom or RSS, at an https:// address.")
    is_shown = models.BooleanField("shown", default=True)
    position = models.PositiveSmallIntegerField(default=0)
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=60, blank=True, editable=False)
    fetched_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["position", "name", "pk"]
        constraints = [
            *Leased.Meta.constraints,
            models.UniqueConstraint(fields=["community", "address"], name="feed_is_read_once"),
            models.CheckConstraint(
                condition=Q(address__regex=r"^https?://") & Q(site__regex=r"^https?://"),
                name="feed_is_on_the_web",
                violation_error_message="Both addresses begin with https://.",
            ),
        ]
        indexes = Leased.Meta.indexes

    def __str__(self) -> str:
        return self.name

    def is_old(self, now: datetime) -> bool:
        """Whether readers should be told how old the copy is."""
        return self.fetched_at is None or now - self.fetched_at > OLD


class FeedItemQuerySet(models.QuerySet["FeedItem"]):
    def shown(self, community: Community) -> Self:
        """Of feeds that are shown, the newest first."""
        rows = self.filter(feed__community=community, feed__is_shown=True)
        return rows.select_related("feed").order_by("-published_at", "-pk")


class FeedItem(models.Model):
    """One entry.  ``published_at`` is what the feed says, or when it was first seen there."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="items")
    link = models.URLField(max_length=500)
    title = models.CharField(max_length=200)
    published_at = models.DateTimeField()

    objects = FeedItemQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["feed", "link"], name="feed_item_is_one"),
            models.CheckConstraint(condition=Q(link__regex=r"^https?://"), name="feed_item_is_on_the_web"),
            models.CheckConstraint(condition=~Q(title=""), name="feed_item_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title
