"""The plan and the ledger of fetching a chat from one source."""

from django.db import models
from django.db.models import Q

from accounts.models import Leased
from chats.models.chat import Chat


class Capture(Leased):
    """One source of one chat: what to ask it, how far it was read (``cursor``), and when to go on.

    For the source "file", ``query`` is the file's path and ``settings`` how to read it.
    """

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="captures")
    source = models.CharField(max_length=20)
    query = models.CharField(max_length=1000)
    settings = models.JSONField(default=dict, blank=True)
    cursor = models.TextField(blank=True, editable=False)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta(Leased.Meta):
        constraints = [
            *Leased.Meta.constraints,
            models.UniqueConstraint(fields=["chat", "source", "query"], name="capture_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.source} for {self.chat}"


class IngestRun(models.Model):
    """One attempt at a capture: what it read and what came of it.  Its counts move with every page, in one commit."""

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
    rejections = models.JSONField(default=list, help_text="The first ones: [line, reason].")

    class Meta:
        ordering = ["capture", "fence"]
        constraints = [
            models.UniqueConstraint(fields=["capture", "fence"], name="ingest_run_is_one_claim"),
            models.CheckConstraint(condition=Q(last_at__gte=models.F("started_at")), name="ingest_run_goes_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.capture}, run {self.fence}"
