"""What work is due, who holds it, and when the clock last knocked."""

from django.db import models


class Leased(models.Model):
    """A piece of work that comes due.  ``accounts.leases`` claims, renews and settles it by the database's clock.

    ``fence`` rises with every claim: who commits must still hold the newest one.  ``attempts`` counts claims since the
    last progress; at ``lending.MOST_ATTEMPTS`` the row is put aside (``quarantined_at``) until a person looks at it.
    ``waits`` counts how often since then the outside was not ready; that is nobody's fault and puts nothing aside.
    """

    next_due_at = models.DateTimeField(null=True, blank=True, help_text="Empty: nothing to do.")
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    fence = models.PositiveBigIntegerField(default=0, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    waits = models.PositiveSmallIntegerField(default=0, editable=False)
    quarantined_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quarantined_at__isnull=True) | ~models.Q(error_code=""),
                name="%(class)s_quarantine_has_a_reason",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_due_at"],
                name="%(class)s_due",
                condition=models.Q(next_due_at__isnull=False, quarantined_at__isnull=True),
            )
        ]


class Tick(models.Model):
    """The proof of life of one beat entry: how often it went clock, broker, worker, database; and when last."""

    name = models.CharField(max_length=40, primary_key=True)
    count = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
