"""A story that a member sends: their draft, the words they agreed to, and what they and the team say about it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from accounts.models import Community, User
from blog.models.post import Post, PostRevision


class StoryQuerySet(models.QuerySet["Story"]):
    def with_last_word(self) -> Self:
        """Each with ``last_said_at``, and ``last_from_team``: whether the team said it; both None where nobody did."""
        said = StoryMessage.objects.filter(story=OuterRef("pk")).order_by("-sent_at", "-pk")
        last = {"last_said_at": "sent_at", "last_from_team": "is_from_team"}
        return self.annotate(**{name: Subquery(said.values(field)[:1]) for name, field in last.items()})

    def unanswered(self, since: datetime) -> Self:
        """Those whose writer had the last word, after that moment."""
        return self.with_last_word().filter(last_from_team=False, last_said_at__gt=since)


class Story(models.Model):
    """A draft is its writer's alone.  From when it is sent a ``post`` holds its words, and the team sees it.

    ``consent`` is what its writer agreed to, word for word, and ``agreed`` the text that they agreed to: where the team
    changes it, consent is asked for again (``asked_at``, until they answer).  A story that was taken back has neither
    words nor post, unless readers could know it: then the post stays, emptied, so that its address says so.
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="stories")
    author = models.ForeignKey(User, models.CASCADE, related_name="stories")
    title = models.CharField(max_length=160, blank=True)
    text = models.TextField(blank=True)
    post = models.OneToOneField(Post, models.SET_NULL, null=True, blank=True, related_name="story")
    consent = models.TextField(blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    agreed = models.ForeignKey(PostRevision, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "stories"
        ordering = ["-saved_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(consent="", consented_at__isnull=True) | (~Q(consent="") & Q(consented_at__isnull=False)),
                name="story_consent_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(post__isnull=True) | (Q(title="", text="") & ~Q(consent="")),
                name="story_with_a_post_was_agreed_to",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(title="", text=""), name="story_taken_back_has_no_words"
            ),
        ]

    def __str__(self) -> str:
        return f"Story {self.pk}"

    def get_absolute_url(self) -> str:
        return f"/stories/{self.pk}/"

    @property
    def heading(self) -> str:
        """Its title, wherever that stands at the moment."""
        return (self.post.title if self.post else self.title) or "Without a title yet"

    @property
    def words(self) -> str:
        return self.post.text if self.post else self.text


class StoryMessage(models.Model):
    """What its writer or the team says about a story."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="messages")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    is_from_team = models.BooleanField()
    text = models.TextField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["sent_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="story_message_has_words")]

    def __str__(self) -> str:
        return f"{self.story}, message {self.pk}"
