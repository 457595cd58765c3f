"""The plan and the ledger of fetching a chat from one source."""

from django.db import models
from django.db.models import Q

from accounts.models import Leased
from chats.models.chat import Chat
from chats.models.tweet import Network

BUDGET_SPENT = "budget_spent"  # the error of a capture for which there is no money this month
NOT_SET_UP = "not_set_up"  # of one whose network the portal has no access to


class Why(models.TextChoices):
    """What made a tweet one of a chat's."""

    FILE = "file", "it stands in a file"
    HASHTAG = "hashtag", "it carries the hashtag"
    CONVERSATION = "conversation", "it answers in the conversation of a question"
    MENTION = "mention", "it mentions the community, or is its own"
    OWN = "own", "it is the community's own"


class Capture(Leased):
    """One source of one chat: what to ask it, how far it was read (``cursor``), and when to go on.

    For the source "file", ``query`` is the file's path and ``settings`` how to read it.
    ``began_at`` is when the look under way began, which may have been interrupted; ``looked_at`` when the last one
    began after which the source had nothing more to tell, ``swept_at`` when its whole window was last begun anew,
    ``completed_at`` when nothing more was expected of it.  ``counted`` is the network's own count of what
    matches, ``counted_at`` when it was asked.  ``missing`` is what the last look could not have, though the rest was
    there: [part, code, reason], and until when it wants to be left alone, where it said so.
    ``is_perilous`` says that an attempt ended without progress, perhaps by what it read.  ``refused`` is the
    fingerprint of the access that the network last refused, "" when it never did.
    """

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="captures")
    source = models.CharField(max_length=20)
    query = models.CharField(max_length=1000)
    why = models.CharField(max_length=12, choices=Why, default=Why.FILE)
    settings = models.JSONField(default=dict, blank=True)
    cursor = models.TextField(blank=True, editable=False)
    began_at = models.DateTimeField(null=True, blank=True, editable=False)
    looked_at = models.DateTimeField(null=True, blank=True, editable=False)
    swept_at = models.DateTimeField(null=True, blank=True, editable=False)
    completed_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="By a person, until they go on.")
    counted = models.PositiveIntegerField(null=True, blank=True, editable=False)
    counted_at = models.DateTimeField(null=True, blank=True, editable=False)
    missing = models.JSONField(default=list, blank=True, editable=False)
    is_perilous = models.BooleanField(default=False, editable=False)
    refused = models.CharField(max_length=16, blank=True, db_default="", editable=False)

    class Meta(Leased.Meta):
        constraints = [
            *Leased.Meta.constraints,
            models.UniqueConstraint(fields=["chat", "source", "query"], name="capture_is_unique"),
            models.CheckConstraint(condition=Q(why__in=Why.values), name="capture_why_is_known"),
            models.CheckConstraint(
                condition=Q(counted__isnull=True, counted_at__isnull=True)
                | Q(counted__isnull=False, counted_at__isnull=False),
                name="capture_count_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} for {self.chat}"

    def was_left(self, chat: Chat) -> bool:
        """Whether nobody asks a network this any more, though it was never asked after its ``chat`` had closed."""
        has_seen_the_end = self.looked_at is not None and self.looked_at >= chat.closes_at
        return self.source != "file" and self.completed_at is not None and not has_seen_the_end


class IngestRun(models.Model):
    """One stretch of a capture: what was read and what came of it.  Its counts move with every page, in one commit.

    It begins with the claim that ``fence`` numbers, and goes on through the looks after it that bring nothing.
    ``requests`` are questions put to the network, ``cost`` what it charges for them, in millionths of a dollar.
    ``error_code`` and ``error`` say why it ended early, ``failures`` how often it did so for the same reason.
    """

    capture = models.ForeignKey(Capture, models.CASCADE, related_name="runs")
    fence = models.PositiveBigIntegerField()
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    pages = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    outside_window = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    requests = models.PositiveIntegerField(default=0)
    cost = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)
    rejections = models.JSONField(default=list, help_text="The first ones: [line, reason].")

    class Meta:
        ordering = ["capture", "fence"]
        verbose_name = "run"
        constraints = [
            models.UniqueConstraint(fields=["capture", "fence"], name="ingest_run_is_one_claim"),
            models.CheckConstraint(condition=Q(last_at__gte=models.F("started_at")), name="ingest_run_goes_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.capture}, run {self.fence}"


class Spending(models.Model):
    """What one network was asked on one day (UTC), and what it charges for that, in millionths of a dollar."""

    network = models.CharField(max_length=20)
    day = models.DateField()
    requests = models.PositiveIntegerField(default=0)
    cost = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-day", "network"]
        verbose_name = "day of spending"
        verbose_name_plural = "days of spending"
        constraints = [models.UniqueConstraint(fields=["network", "day"], name="spending_is_one_row_a_day")]

    def __str__(self) -> str:
        return f"{self.network} on {self.day}"


class Recheck(Leased):
    """The standing order to ask one network whether the tweets kept of it are still there, the oldest check first.

    The counts are of all time: tweets ``checked``, found ``gone``, and shown again (``returned``); ``answered_at`` is
    when the network last said anything.
    """

    network = models.CharField(max_length=10, choices=Network, unique=True)
    checked = models.PositiveBigIntegerField(default=0)
    gone = models.PositiveBigIntegerField(default=0)
    returned = models.PositiveBigIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Leased.Meta):
        verbose_name = "re-check"

    def __str__(self) -> str:
        return f"re-check of {self.network}"
