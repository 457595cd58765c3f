"""A person who has logged in."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from accounts.models.community import known_time_zone


class User(AbstractUser):
    """A member.  ``handle`` is what X said when it was last asked (``handle_seen_at``); it may change owners.

    Identity is the network's id, which the sign-in keeps; never the handle, never ``username``.
    """

    name = models.CharField(max_length=120, blank=True, help_text="As shown beside what this person writes.")
    handle = models.CharField(max_length=30, blank=True, help_text="On X, without the @.")
    handle_seen_at = models.DateTimeField(null=True, blank=True)
    picture = models.URLField(blank=True, max_length=500)
    biography = models.TextField(blank=True)
    time_zone = models.CharField(max_length=40, blank=True, validators=[known_time_zone])

    class Meta(AbstractUser.Meta):
        verbose_name = "member"
        verbose_name_plural = "members"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(handle="") | models.Q(handle_seen_at__isnull=False),
                name="user_handle_says_when_it_was_seen",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username
