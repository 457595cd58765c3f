"""What members say under a post, what was decided about it, and who asked a volunteer to look."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.safestring import SafeString

from accounts.models import User
from blog.models.post import Post

CAN_EDIT = timedelta(minutes=15)


class CommentState(models.TextChoices):
    """Whether others see it, and if not, who comes next."""

    HELD = "held", "waiting for a volunteer"
    CHANGE = "change", "waiting for its writer"
    SHOWN = "shown", "published"
    REMOVED = "removed", "removed"
    WITHDRAWN = "withdrawn", "taken back"


class HeldFor(models.TextChoices):
    """Why it waits, in words for its writer."""

    FIRST = "first", "Until one comment of yours is published here, a volunteer reads each first."
    LOOK = "look", "A comment of yours was removed lately, so a volunteer reads this one first."
    REPORTED = "reported", "Somebody asked us to look at it."
    CHANGED = "changed", "You changed it as we asked."
    CRISIS = "crisis", "At the moment a volunteer reads every comment first."
    APPEAL = "appeal", "You asked for somebody else to look again."


class Rule(models.IntegerChoices):
    """The house rules by their numbers; whatever is removed is removed under one of them."""

    WELCOME = 1, "Everyone is welcome"
    CASES = 2, "Never share a real case"
    YOURSELF = 3, "Speak for yourself"
    IDEAS = 4, "Disagree with the idea"
    FAMILIES = 5, "Families are in the room"
    OPEN = 6, "Keep it open"


class Worry(models.TextChoices):
    """What is wrong with a comment, as whoever reports it puts it."""

    CASE = "case", "It names or points at a real case or person"
    UNKIND = "unkind", "It is unkind, or picks on somebody"
    WELFARE = "welfare", "I am worried about the person who wrote it"
    ADVERT = "advert", "It is an advertisement"
    OTHER = "other", "Something else"


class Outcome(models.TextChoices):
    """What came of a report."""

    KEPT = "kept", "A volunteer read it, and it stays."
    REMOVED = "removed", "A volunteer read it, and it is gone."


class CommentQuerySet(models.QuerySet["Comment"]):
    def waiting(self) -> Self:
        """What a volunteer has to read: held, reported, or removed and seen differently by its writer."""
        reported = Exists(CommentReport.objects.filter(comment=OuterRef("pk"), outcome=""))
        appealed = Q(state=CommentState.REMOVED, held_for=HeldFor.APPEAL)
        return self.filter(Q(state=CommentState.HELD) | (Q(state=CommentState.SHOWN) & reported) | appealed)


class Comment(models.Model):
    """``number`` is its place under the post, ``#comment-3``: given once, never again.  ``html`` is made of ``text``.

    A reply has a ``parent``, which has none.  ``shown_at`` is when everybody first saw it: from then on its place
    stays, whatever becomes of its words.  ``said`` is what a volunteer told its writer.  ``sent_from`` tells networks
    apart for a day, and names none.
    """

    post = models.ForeignKey(Post, models.CASCADE, related_name="comments")
    number = models.PositiveIntegerField()
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="comments")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, editable=False)
    state = models.CharField(max_length=10, choices=CommentState, default=CommentState.HELD)
    held_for = models.CharField(max_length=10, choices=HeldFor, blank=True)
    sent_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    shown_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    rule = models.PositiveSmallIntegerField(choices=Rule, null=True, blank=True)
    said = models.TextField(blank=True)
    appeal = models.TextField(blank=True)
    sent_from = models.CharField(max_length=32, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["post", "number"]
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="comment_number_is_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="comment_numbers_start_at_one"),
            models.CheckConstraint(condition=Q(state__in=CommentState.values), name="comment_state_is_known"),
            models.CheckConstraint(
                condition=Q(text="", html="", state__in=(CommentState.REMOVED, CommentState.WITHDRAWN))
                | (~Q(text="") & ~Q(html="") & ~Q(state=CommentState.WITHDRAWN)),
                name="comment_has_words_until_it_is_taken_back",
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=False) | Q(text="", html="", said="", appeal=""),
                name="comment_of_nobody_has_no_words",
            ),
            models.CheckConstraint(
                condition=~Q(state=CommentState.REMOVED) | Q(rule__isnull=False, decided_at__isnull=False),
                name="comment_is_removed_under_a_rule",
            ),
            models.CheckConstraint(
                condition=~Q(state=CommentState.SHOWN) | Q(shown_at__isnull=False), name="comment_shown_has_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state=CommentState.HELD) | ~Q(held_for=""), name="comment_held_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["author", "-sent_at"], name="comment_by_author"),
            models.Index(fields=["sent_from", "sent_at"], name="comment_by_place", condition=~Q(sent_from="")),
            models.Index(fields=["sent_at"], name="comment_waiting", condition=Q(state=CommentState.HELD)),
        ]

    def __str__(self) -> str:
        return f"{self.post}, comment {self.number}"

    def get_absolute_url(self) -> str:
        """Where everybody finds it, in its place."""
        return f"{self.post.get_absolute_url()}#comment-{self.number}"

    @property
    def own_path(self) -> str:
        """Its own page: for its writer all there is to know and do, for others the way to its place."""
        return f"{self.post.get_absolute_url()}comments/{self.number}/"

    @property
    def body(self) -> SafeString:
        """What ``accounts.prose`` made of the text, the one way in which anybody's words become HTML."""
        return SafeString(self.html)


class CommentReport(models.Model):
    """That somebody asked a volunteer to look at a comment, and what came of it."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reports")
    by = models.ForeignKey(User, models.CASCADE, related_name="reports")
    why = models.CharField(max_length=10, choices=Worry)
    made_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "by"], name="comment_is_reported_once_by_each"),
            models.CheckConstraint(condition=Q(why__in=Worry.values), name="comment_report_says_why"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True) | (~Q(outcome="") & Q(answered_at__isnull=False)),
                name="comment_report_outcome_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment}, report {self.pk}"
