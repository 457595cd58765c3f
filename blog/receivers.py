"""What is told below -> what must follow here: whoever is gone leaves no words behind."""

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from accounts import leases
from accounts.models import User
from blog import comments, stories


@receiver(pre_delete, sender=User)
def take_back_what_they_said(instance: User, **_: Any) -> None:
    """However an account ends: the tables refuse words of nobody, so forgetting this would keep it from ending."""
    now = leases.clock()
    comments.withdraw_all(instance, now=now)
    stories.withdraw_all(instance, now=now)
