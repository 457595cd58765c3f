"""What the hosts of a chat have done of their checklist."""

from django.db import models

from chats.models.chat import Chat


class Preparation(models.Model):
    """One thing that is done: ``task`` is a key of ``chats.rendering.checklist``.  Who did it is nobody's business."""

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="preparations")
    task = models.CharField(max_length=30)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["chat", "task"], name="preparation_is_done_once"),
            models.CheckConstraint(condition=~models.Q(task=""), name="preparation_has_a_task"),
        ]

    def __str__(self) -> str:
        return self.task
