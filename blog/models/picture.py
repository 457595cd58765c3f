"""The picture at the head of a post: our own copies of it, in two widths."""

from django.db import models
from django.db.models import Q

from accounts.models import Community


class Picture(models.Model):
    """WebP files made anew from the pixels of what somebody handed in; nothing else that it carried is kept.

    ``key`` is made of the pixels, so an address that ends in it can be kept for ever.
    """

    key = models.CharField(max_length=40, primary_key=True)
    community = models.ForeignKey(Community, models.CASCADE, related_name="pictures")
    wide = models.BinaryField()
    small = models.BinaryField()
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["-added_at"]
        constraints = [
            models.CheckConstraint(condition=Q(key__regex=r"^[0-9a-f]{20,40}$"), name="picture_key_is_a_hash"),
        ]

    def __str__(self) -> str:
        return self.key
