"""What the team did at the desk: a log that is only ever added to."""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now

from accounts.models.community import Community
from accounts.models.user import User


class AuditEntry(models.Model):
    """One thing that somebody did to one row.  The database lets nobody change or delete it, and it stays for good.

    ``key`` is the row's, ``label`` its name where that may stay; ``within`` says on whose page it was done.  ``before``
    and ``after`` hold what changed and may stay, ``unsaid`` the names of all other fields that changed.

    People are numbers here, and those of somebody who has left lead to nobody: no constraint ties them to a row.
    """

    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey(User, models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    community = models.ForeignKey(Community, models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    verb = models.CharField("what was done", max_length=60)
    model = models.CharField(max_length=60)
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=200, blank=True)
    within_model = models.CharField(max_length=60, blank=True)
    within_key = models.CharField(max_length=40, blank=True)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    unsaid = ArrayField(models.CharField(max_length=60), default=list)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "entry of the log"
        verbose_name_plural = "entries of the log"
        constraints = [models.CheckConstraint(condition=~models.Q(verb=""), name="audit_entry_says_what_was_done")]
        indexes = [
            models.Index(fields=["community", "-at"], name="audit_entry_by_time"),
            models.Index(fields=["model", "key"], name="audit_entry_by_row"),
            models.Index(fields=["within_model", "within_key"], name="audit_entry_by_page"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.label or f'{self.model} {self.key}'}"
