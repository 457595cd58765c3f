"""What a member says of their part in a chat -> its row."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from chats.lifecycle.hours import NotAllowed
from chats.models import Chat, Coming, Status


@transaction.atomic
def come(chat: Chat, user: User, *, now: datetime) -> None:
    """They come, and are reminded; whoever said so already has said so.  Raises ``NotAllowed`` once it is too late."""
    known = Chat.objects.select_for_update(of=("self",)).get(pk=chat.pk)
    if known.status == Status.CANCELLED or now >= known.ends_at:
        raise NotAllowed(f"“{known}” is {'cancelled' if known.status == Status.CANCELLED else 'over'}.")
    Coming.objects.get_or_create(chat=known, user=user, defaults={"said_at": now})


def stay_away(chat: Chat, user: User) -> None:
    Coming.objects.filter(chat=chat, user=user).delete()
