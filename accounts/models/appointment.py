"""Who does what for which community, and who asked them to."""

from django.contrib.auth.models import Group
from django.db import models

from accounts.models.community import Community
from accounts.models.user import User


class Appointment(models.Model):
    """Somebody's role in one community.  ``accounts.roles`` says what it lets them do there, and nowhere else."""

    user = models.ForeignKey(User, models.CASCADE, related_name="appointments")
    community = models.ForeignKey(Community, models.CASCADE, related_name="appointments")
    role = models.ForeignKey(Group, models.PROTECT, related_name="appointments")
    given_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False)
    given_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["community", "role", "given_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "community", "role"], name="appointment_is_made_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.role} of {self.community}"
