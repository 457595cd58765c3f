"""What a host offers, with several evenings it could be held on, and what the team makes of it."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from taggit.managers import TaggableManager

from accounts.models import Community, User
from accounts.models.community import HASHTAG
from chats.models.chat import Chat
from chats.models.slot import HOLDING, Slot
from chats.models.topic import Topic

FEWEST_QUESTIONS, MOST_QUESTIONS = 3, 6
FEWEST_SLOTS = 2


class Stage(models.TextChoices):
    """What people decided about a proposal: its status.  *Pending* is decided and not yet told."""

    DRAFT = "draft", "draft"
    INVITED = "invited", "invited"
    SUBMITTED = "submitted", "submitted"
    PENDING = "pending", "accepted, not yet told"
    ACCEPTED = "accepted", "accepted"
    CONFIRMED = "confirmed", "confirmed"
    DECLINED = "declined", "declined"
    WITHDRAWN = "withdrawn", "withdrawn"
    MERGED = "merged", "merged"


class Kind(models.TextChoices):
    TALK = "talk", "from experience"
    ACADEMIC = "academic", "about research"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def of(self, community: Community) -> Self:
        return self.filter(community=community)

    def holding(self) -> Self:
        """Those that a slot is kept for."""
        return self.filter(status__in=HOLDING)

    def open_to_votes(self, now: datetime) -> Self:
        """One that is decided and not yet told stays among them, or the list would tell before its host is told."""
        open_stages = (Stage.SUBMITTED, Stage.PENDING)
        return self.filter(status__in=open_stages, voting_until__gt=now, community__has_votes=True)

    def of_host(self, user: User) -> Self:
        """Those that somebody offered, is invited to or hosts with others."""
        return self.filter(Q(proposer=user) | Q(hosts__user=user)).distinct()


class Proposal(models.Model):
    """One offer, from its first word to the chat it becomes.

    Its status moves by ``chats.proposals`` alone.  ``slot`` is the evening kept for it; which ones would do stand in
    ``wishes``.  From ``freezes_at`` on a host asks the team for changes.  ``uid``, ``sequence`` and ``revised_at`` are
    what calendars know the evening by; its chat goes on with them.
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="proposals")
    proposer = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="proposals")
    title = models.CharField(max_length=160, blank=True, help_text="Short and plain, as you would say it.")
    why = models.TextField(blank=True, max_length=2000, help_text="Why now? Two or three sentences.")
    care = models.CharField(
        "care note", max_length=300, blank=True, help_text="What to say first, if it may be hard to read for some."
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.TALK)
    topic = models.ForeignKey(Topic, models.SET_NULL, null=True, blank=True, related_name="proposals")
    hashtag = models.CharField(max_length=60, help_text="Without the #, each word with a capital.")
    tags = TaggableManager(blank=True)
    house_rules_at = models.DateTimeField(null=True, blank=True, editable=False)
    status = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT, editable=False)
    decision = models.TextField(blank=True, editable=False, help_text="Why it was declined, for the host.")
    slot = models.ForeignKey(Slot, models.PROTECT, null=True, blank=True, related_name="proposals", editable=False)
    wanted = models.ManyToManyField(Slot, through="Wish", related_name="wanted_by")
    buddy = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False)
    invited_address = models.EmailField(blank=True, help_text="Of a host whom the team invites.")
    voting_until = models.DateTimeField(null=True, blank=True)
    freezes_at = models.DateTimeField(null=True, blank=True, help_text="From then on a host asks the team.")
    created_at = models.DateTimeField(editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    released_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )
    chat = models.OneToOneField(Chat, models.SET_NULL, null=True, blank=True, related_name="proposal", editable=False)
    uid = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    revised_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Stage.values), name="proposal_status_is_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="proposal_kind_is_known"),
            models.CheckConstraint(
                condition=Q(status__in=(Stage.DRAFT, Stage.INVITED, Stage.WITHDRAWN))
                | Q(submitted_at__isnull=False, house_rules_at__isnull=False) & ~Q(title=""),
                name="proposal_is_whole_once_submitted",
            ),
            # A confirmed one tells its first evening until that is closed; its chat says when it is.
            models.CheckConstraint(
                condition=Q(status__in=HOLDING, slot__isnull=False)
                | Q(status=Stage.CONFIRMED)
                | ~Q(status__in=(*HOLDING, Stage.CONFIRMED)) & Q(slot__isnull=True),
                name="proposal_has_a_slot_once_accepted",
            ),
            models.CheckConstraint(
                condition=Q(status__in=(Stage.ACCEPTED, Stage.CONFIRMED), released_at__isnull=False)
                | ~Q(status__in=(Stage.ACCEPTED, Stage.CONFIRMED)) & Q(released_at__isnull=True),
                name="proposal_is_released_once_accepted",
            ),
            # One whose chat was thrown away stays confirmed.
            models.CheckConstraint(
                condition=Q(chat__isnull=True) | Q(status=Stage.CONFIRMED), name="proposal_has_a_chat_once_confirmed"
            ),
            models.CheckConstraint(
                condition=Q(status=Stage.MERGED, merged_into__isnull=False)
                | ~Q(status=Stage.MERGED) & Q(merged_into__isnull=True),
                name="proposal_is_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="proposal_is_not_its_own"
            ),
            models.CheckConstraint(
                condition=~Q(status=Stage.DECLINED) | ~Q(decision=""), name="proposal_declined_with_a_reason"
            ),
            models.CheckConstraint(condition=Q(hashtag__regex=rf"^{HASHTAG.pattern}$"), name="proposal_has_a_hashtag"),
            models.UniqueConstraint(
                fields=["slot"], condition=Q(status__in=HOLDING), name="slot_is_held_for_one_proposal"
            ),
        ]
        indexes = [models.Index(fields=["community", "status"], name="proposal_by_status")]

    def __str__(self) -> str:
        return self.title or "A chat without a title yet"

    def get_absolute_url(self) -> str:
        return f"/me/proposals/{self.pk}/"

    @property
    def is_academic(self) -> bool:
        """Whether it is about research: because somebody says so, or for what is to be read for it."""
        return self.kind == Kind.ACADEMIC or any(reading.is_academic for reading in self.readings.all())


class ProposalQuestion(models.Model):
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=280)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="proposal_question_is_unique"),
            models.CheckConstraint(
                condition=Q(number__range=(1, MOST_QUESTIONS)), name="proposal_question_number_is_small"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="proposal_question_has_a_text"),
        ]

    def __str__(self) -> str:
        return f"Q{self.number} {self.text}"


class Reading(models.Model):
    """Something to read before the evening; ``is_academic`` by its DOI, or because somebody says #academicpony."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="readings")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    address = models.URLField(max_length=500)
    is_academic = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "position"], name="reading_position_is_unique"),
            models.CheckConstraint(condition=Q(address__regex="^https?://"), name="reading_is_on_the_web"),
            models.CheckConstraint(condition=~Q(title=""), name="reading_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title


class ProposalHost(models.Model):
    """Somebody who would run it: the first is the host, the others are co-hosts, or guests who are asked to come."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="hosts")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="proposed_as_host")
    position = models.PositiveSmallIntegerField()
    handle = models.CharField(max_length=100, help_text="Without the @.")
    name = models.CharField(max_length=120)
    biography = models.TextField(blank=True, max_length=600)
    is_guest = models.BooleanField(default=False, help_text="An invited expert, not a host.")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "position"], name="proposal_host_position_is_unique"),
            models.UniqueConstraint("proposal", Lower("handle"), name="proposal_host_stands_once"),
            models.CheckConstraint(condition=~Q(handle="") & ~Q(name=""), name="proposal_host_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Wish(models.Model):
    """An evening that would do for a proposal; the lowest ``position`` would do best."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="wishes")
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="wishes")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "wishes"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "slot"], name="wish_is_made_once"),
            models.UniqueConstraint(fields=["proposal", "position"], name="wish_position_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.slot}"


class Review(models.Model):
    """What one of the team thinks of it, for the team alone."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="reviews")
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1, not for us, to 5, as soon as we can.")
    note = models.TextField(blank=True, help_text="The host never sees it.")
    written_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["written_at"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "by"], name="review_is_one_each"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(1, 5)), name="review_score_is_1_to_5"
            ),
            models.CheckConstraint(condition=Q(score__isnull=False) | ~Q(note=""), name="review_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.score or 'a note'}"


class Vote(models.Model):
    """A member would come to it."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="votes")
    user = models.ForeignKey(User, models.CASCADE, related_name="votes")
    cast_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["cast_at"]
        constraints = [models.UniqueConstraint(fields=["proposal", "user"], name="vote_is_one_each")]

    def __str__(self) -> str:
        return f"{self.user} would come"


class Message(models.Model):
    """A word between host and team, which both see.  ``is_question``: the team waits for an answer to it."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="messages")
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    is_from_team = models.BooleanField()
    is_question = models.BooleanField(default=False)
    text = models.TextField(max_length=4000)
    sent_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["sent_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="message_says_something"),
            models.CheckConstraint(
                condition=Q(is_question=False) | Q(is_from_team=True), name="message_asks_for_the_team"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
