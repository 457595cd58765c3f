"""The people behind a community, as "About We" shows them."""

from django.db import models

from accounts.models.community import Community
from accounts.models.user import User


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    def serving(self) -> "TeamMemberQuerySet":
        return self.filter(left_on__isnull=True)

    def alumni(self) -> "TeamMemberQuerySet":
        return self.filter(left_on__isnull=False)


class TeamMember(models.Model):
    """Somebody of the team.  Those who left stay, with the day they left."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="team")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="team_memberships")
    name = models.CharField(max_length=120)
    handle = models.CharField(max_length=30, blank=True, help_text="On X, without the @.")
    role = models.CharField(max_length=120, help_text="What they do for the community.")
    background = models.CharField(max_length=160, blank=True, help_text="Rank, trade or university, in their words.")
    biography = models.TextField(blank=True)
    is_academic = models.BooleanField(default=False)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        ordering = ["position", "joined_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(left_on__isnull=True) | models.Q(left_on__gte=models.F("joined_on")),
                name="team_member_left_after_joining",
            ),
            models.UniqueConstraint(fields=["community", "user"], name="team_member_stands_once"),
        ]

    def __str__(self) -> str:
        return self.name
