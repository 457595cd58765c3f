"""What is told below -> what follows for chats: who is gone offers none and says nothing about themselves."""

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from accounts import leases
from accounts.models import User
from chats.proposals import leaving


@receiver(pre_delete, sender=User)
def take_back_what_they_offered(instance: User, **_: Any) -> None:
    """However an account ends."""
    leaving.leave(instance, now=leases.clock())
