"""Who said that they come to a chat, and what is told by mail at its time."""

from django.db import models
from django.db.models import Q

from accounts.models import Leased, User
from chats.models.chat import Chat
from chats.models.proposal import Proposal


class Coming(models.Model):
    """A member says "I'm coming", and is reminded."""

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="coming")
    user = models.ForeignKey(User, models.CASCADE, related_name="coming_to")
    said_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name_plural = "coming"
        ordering = ["said_at"]
        constraints = [models.UniqueConstraint(fields=["chat", "user"], name="coming_is_said_once")]

    def __str__(self) -> str:
        return f"{self.user} comes to {self.chat}"


class Occasion(models.TextChoices):
    """Why a notice goes out."""

    CONFIRM_28 = "confirm-28", "four weeks before, nobody confirmed"
    CONFIRM_21 = "confirm-21", "three weeks before, nobody confirmed"
    CONFIRM_14 = "confirm-14", "two weeks before, nobody confirmed"
    HOSTS = "hosts", "the day before, to hosts"
    COMING = "coming", "an hour before, to those who come"


class Notice(Leased):
    """Letters that go out at their time, once for each beginning.  What was moved meanwhile is told of anew."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, null=True, blank=True, related_name="notices")
    chat = models.ForeignKey(Chat, models.CASCADE, null=True, blank=True, related_name="notices")
    occasion = models.CharField(max_length=12, choices=Occasion)
    starts_at = models.DateTimeField(help_text="Of the evening it tells of.")
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            *Leased.Meta.constraints,
            models.CheckConstraint(
                condition=Q(proposal__isnull=False, chat__isnull=True, occasion__startswith="confirm")
                | Q(proposal__isnull=True, chat__isnull=False, occasion__in=(Occasion.HOSTS, Occasion.COMING)),
                name="notice_is_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(occasion__in=Occasion.values), name="notice_occasion_is_known"),
            models.UniqueConstraint(fields=["proposal", "occasion", "starts_at"], name="notice_of_proposal_goes_once"),
            models.UniqueConstraint(fields=["chat", "occasion", "starts_at"], name="notice_of_chat_goes_once"),
        ]
        indexes = Leased.Meta.indexes

    def __str__(self) -> str:
        return f"{self.get_occasion_display()}: {self.proposal or self.chat}"
