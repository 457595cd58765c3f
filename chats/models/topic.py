"""A work stream that chats are passed into, and what was handed on from it."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Count, F, Q

from accounts.models import Community, TeamMember


class TopicQuerySet(models.QuerySet["Topic"]):
    def of(self, community: Community) -> Self:
        return self.filter(community=community)

    def with_counts(self, now: datetime) -> Self:
        """Each with ``held`` (its archived chats), ``handed_on`` and ``came_back``, by name."""
        held = Q(chats__build__published__isnull=False, chats__ends_at__lte=now)
        back = Q(handovers__outcome=Outcome.BACK)
        counted = self.select_related("owner").annotate(
            held=Count("chats", filter=held, distinct=True),
            handed_on=Count("handovers", distinct=True),
            came_back=Count("handovers", filter=back, distinct=True),
        )
        return counted.order_by("name")  # what counts forgets the order of its model


class Topic(models.Model):
    """What a community keeps coming back to.  One with an ``owner`` is a work stream: what is said is handed on."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="topics")
    slug = models.SlugField()
    name = models.CharField(max_length=60)
    summary = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(TeamMember, models.SET_NULL, null=True, blank=True, related_name="topics")

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["community", "slug"], name="topic_slug_is_unique")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/topics/{self.slug}/"


class Outcome(models.TextChoices):
    """What became of it."""

    WAITING = "waiting", "waiting for an answer"
    BACK = "back", "something changed"
    REFUSED = "refused", "not taken up"


class Handover(models.Model):
    """Something said in chats that was handed to somebody who can act on it, and what came back.

    ``said`` is told in our own words: a tweet that is taken back could not be taken out of it.  ``tweet`` is the number
    of one that says it, on the transcript of ``chat``.
    """

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="handovers")
    chat = models.ForeignKey(
        "chats.Chat", models.SET_NULL, null=True, blank=True, related_name="handovers", help_text="Where it was said."
    )
    said = models.CharField(
        "what was said", max_length=300, help_text="In your own words, not in somebody's: tweets may be taken back."
    )
    tweet = models.PositiveIntegerField(
        "number of a tweet", null=True, blank=True, help_text="The one after #t in its address, if one says it."
    )
    to = models.CharField("handed to", max_length=200, help_text="Whom, and as what: “to three forces, as two pages”.")
    by = models.ForeignKey(TeamMember, models.SET_NULL, null=True, blank=True, related_name="handovers")
    handed_on = models.DateField("handed on")
    ask_again_on = models.DateField("ask again on", null=True, blank=True)
    outcome = models.CharField("what became of it", max_length=10, choices=Outcome, default=Outcome.WAITING)
    answer = models.CharField("what came back", max_length=600, blank=True, help_text="Also where the answer was no.")
    answered_on = models.DateField("came back on", null=True, blank=True)
    is_checked = models.BooleanField(
        "we have checked it", default=False, help_text="Seen by us, or told by two who do not know each other."
    )
    source = models.URLField("where it can be read", max_length=500, blank=True)

    class Meta:
        verbose_name = "hand-over"
        ordering = ["-handed_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="handover_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.WAITING, answered_on__isnull=True, is_checked=False)
                | (~Q(outcome=Outcome.WAITING) & Q(answered_on__isnull=False) & ~Q(answer="")),
                name="handover_says_what_came_back",
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | Q(answered_on__gte=F("handed_on")),
                name="handover_is_answered_after_it",
            ),
            models.CheckConstraint(condition=~Q(said="") & ~Q(to=""), name="handover_says_what_and_to_whom"),
            models.CheckConstraint(
                condition=Q(tweet__isnull=True) | Q(chat__isnull=False), name="handover_tweet_is_of_a_chat"
            ),
        ]

    def __str__(self) -> str:
        return self.said

    @property
    def place(self) -> str:
        """Where it can be read that it was said; "" where that is no one chat."""
        if self.chat is None:
            return ""
        below = f"transcript/#t{self.tweet}" if self.tweet else ""
        return f"{self.chat.get_absolute_url()}{below}"

    @property
    def last_news_on(self) -> date:
        return self.answered_on or self.handed_on
