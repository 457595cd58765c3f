"""A person who has logged in."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from accounts.models.community import known_time_zone

HOME_ZONE = "Europe/London"


class Mailed(models.TextChoices):
    """What a member may want in their post, if they have confirmed an address."""

    WRITE_UPS = "write-ups", "The write-up after each chat"
    REMINDERS = "reminders", "A reminder of chats I said I would come to"
    REPLIES = "replies", "Replies to my comments"


def of_oneself() -> list[str]:
    """What somebody gets who has ticked nothing yet: what they asked for by saying that they come, and answers."""
    return [Mailed.REMINDERS.value, Mailed.REPLIES.value]


class User(AbstractUser):
    """A member.  ``handle`` is what X said when it was last asked (``handle_seen_at``); it may change owners.

    ``email`` is empty until its owner has confirmed it; ``email_confirmed_at`` is when they did, or when they took it
    away.  ``mailed`` are values of ``Mailed``.

    Identity is the network's id, which the sign-in keeps; never the handle, never ``username``.
    """

    name = models.CharField(max_length=120, blank=True, help_text="As shown beside what this person writes.")
    handle = models.CharField(max_length=30, blank=True, help_text="On X, without the @.")
    handle_seen_at = models.DateTimeField(null=True, blank=True)
    picture = models.URLField(blank=True, max_length=500)
    biography = models.TextField(blank=True)
    email_confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    mailed = ArrayField(models.CharField(max_length=20, choices=Mailed), default=of_oneself, blank=True)
    time_zone = models.CharField(max_length=40, blank=True, validators=[known_time_zone])

    class Meta(AbstractUser.Meta):
        verbose_name = "member"
        verbose_name_plural = "members"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(handle="") | models.Q(handle_seen_at__isnull=False),
                name="user_handle_says_when_it_was_seen",
            ),
            models.UniqueConstraint(Lower("email"), name="user_address_is_one_persons", condition=~models.Q(email="")),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def zone(self) -> str:
        """Where the times on their own pages are told."""
        return self.time_zone or HOME_ZONE

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)
