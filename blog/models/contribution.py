"""A short piece that a member adds to a post of many."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.safestring import SafeString

from accounts.models import User
from blog.models.comment import Rule
from blog.models.post import Post


class Standing(models.TextChoices):
    """Whether others see it: what a newcomer writes is held until an editor has read it."""

    HELD = "held", "waiting for a volunteer"
    SHOWN = "shown", "published"
    HIDDEN = "hidden", "removed"


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def waiting(self) -> Self:
        """What a volunteer has to read."""
        return self.filter(standing=Standing.HELD)

    def shown(self) -> Self:
        """What everybody may read where its post is out."""
        return self.filter(standing=Standing.SHOWN)

    def told(self) -> Self:
        """With whose it is, without what only a search reads."""
        return self.defer("searched").select_related("user")


class Contribution(models.Model):
    """Its words as plain Markdown and as HTML, and whose they are; it goes with the account.

    ``rule`` and ``said`` are why a volunteer has removed it, as its writer is told; what was hidden before such was
    kept has none.
    """

    post = models.ForeignKey(Post, models.CASCADE, related_name="contributions")
    user = models.ForeignKey(User, models.CASCADE, related_name="contributions")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, editable=False)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.HELD)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    rule = models.PositiveSmallIntegerField(choices=Rule, null=True, blank=True)
    said = models.TextField(blank=True)
    searched = models.GeneratedField(
        expression=SearchVector("html", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
        help_text="Its words, ready to be ranked.",
    )

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = "piece"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(~Q(text="") & ~Q(html="")) | Q(text="", html="", said="", standing=Standing.HIDDEN),
                name="contribution_has_words",
            ),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="contribution_standing_is_known"),
            models.CheckConstraint(
                condition=Q(standing=Standing.HIDDEN) | Q(rule__isnull=True, said=""),
                name="contribution_has_a_reason_only_if_hidden",
            ),
        ]
        indexes = [GinIndex(fields=["searched"], name="contribution_by_words")]

    def __str__(self) -> str:
        return f"{self.post}, piece {self.pk}"

    def get_absolute_url(self) -> str:
        """Where everybody finds it, in its place."""
        return f"{self.post.get_absolute_url()}#piece-{self.pk}"

    @property
    def own_path(self) -> str:
        """Among its writer's own: all there is to know and do."""
        return f"{self.post.get_absolute_url()}pieces/#piece-{self.pk}"

    @property
    def body(self) -> SafeString:
        """What ``publishing`` made of the text, by the one way in which anybody's words become HTML."""
        return SafeString(self.html)
