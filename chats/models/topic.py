"""A work stream that chats are passed into."""

from django.db import models

from accounts.models import Community, TeamMember


class Topic(models.Model):
    """What a community keeps coming back to, and who looks after it."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="topics")
    slug = models.SlugField()
    name = models.CharField(max_length=60)
    summary = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(TeamMember, models.SET_NULL, null=True, blank=True, related_name="topics")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["community", "slug"], name="topic_slug_is_unique")]

    def __str__(self) -> str:
        return self.name
