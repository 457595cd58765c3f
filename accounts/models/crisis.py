"""What a community holds back while something grave goes on, and what its pages say meanwhile."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q

from accounts.models.community import Community
from accounts.models.user import User

SWITCHES = ("holds_comments", "pauses_posts", "pauses_newsletters", "pauses_chats")


class CrisisQuerySet(models.QuerySet["Crisis"]):
    def in_force(self) -> Self:
        return self.filter(until=None)

    def pausing(self, moment: datetime | OuterRef) -> Self:
        """Those in force that keep a post from coming out at that moment."""
        return self.in_force().filter(posts_paused_since__lte=moment)


class Crisis(models.Model):
    """One position of the crisis switch.  Where there is none without an end, everything goes its usual way.

    ``posts_paused_since`` is when scheduled posts were first paused: positions that go on pausing them hand it on.
    What people wait for (a code, a confirmation, a new date) is never held back.
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="crises")
    notice = models.CharField(
        "what every page says", max_length=300, blank=True, help_text="One or two sentences, plain words. Empty: none."
    )
    holds_comments = models.BooleanField("hold every comment", default=False)
    pauses_posts = models.BooleanField("pause posts that are scheduled", default=False)
    pauses_newsletters = models.BooleanField("pause newsletters", default=False)
    pauses_chats = models.BooleanField("put chats on hold", default=False)
    reason = models.CharField("why, for the team", max_length=300)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    posts_paused_since = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CrisisQuerySet.as_manager()

    class Meta:
        verbose_name = "crisis switch"
        verbose_name_plural = "crisis switch"
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["community"], name="crisis_in_force_is_one", condition=Q(until=None)),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="crisis_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(notice="") | Q(*((name, True) for name in SWITCHES), _connector=Q.OR),
                name="crisis_holds_something",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="crisis_has_a_reason"),
            models.CheckConstraint(
                condition=Q(pauses_posts=True, posts_paused_since__lte=F("since"))
                | Q(pauses_posts=False, posts_paused_since__isnull=True),
                name="crisis_knows_since_when_posts_wait",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community}: {'now' if self.until is None else 'before'}"
