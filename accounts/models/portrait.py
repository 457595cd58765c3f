"""A member's picture: where X says it is, and our small copy of it."""

from django.conf import settings
from django.db import models

from accounts.models.leased import Leased


class Portrait(Leased):
    """``image`` is a PNG of ``accounts.portraits.PIXELS`` square, without anything else that the file carried."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="portrait")
    address = models.URLField(max_length=500)
    image = models.BinaryField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Picture of {self.user}"
