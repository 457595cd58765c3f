"""What hosts tick on their checklist -> the rows of what is done."""

from collections.abc import Collection

from django.db import transaction

from chats.models import Chat, Preparation


@transaction.atomic
def tick(chat: Chat, done: Collection[str], undone: Collection[str]) -> None:
    """These tasks are done, and those are not, whatever was said of them before; all others stay as they are."""
    Preparation.objects.bulk_create([Preparation(chat=chat, task=task) for task in done], ignore_conflicts=True)
    Preparation.objects.filter(chat=chat, task__in=undone).delete()
