"""A short piece that a member adds to a post of many."""

from django.db import models
from django.db.models import Q
from django.utils.safestring import SafeString

from accounts.models import User
from blog.models.post import Post


class Standing(models.TextChoices):
    """Whether others see it: what a newcomer writes is held until an editor has read it."""

    HELD = "held", "held"
    SHOWN = "shown", "shown"
    HIDDEN = "hidden", "hidden"


class Contribution(models.Model):
    """Its words as plain Markdown and as HTML, and whose they are; it goes with the account."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="contributions")
    user = models.ForeignKey(User, models.CASCADE, related_name="contributions")
    text = models.TextField()
    html = models.TextField(editable=False)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.HELD)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text="") & ~Q(html=""), name="contribution_has_words"),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="contribution_standing_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.post}, piece {self.pk}"

    @property
    def body(self) -> SafeString:
        """What ``publishing`` made of the text, by the one way in which anybody's words become HTML."""
        return SafeString(self.html)
