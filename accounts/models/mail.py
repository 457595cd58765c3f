"""What is written to one person -> a row, from its draft to the mail server's answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.community import Community
from accounts.models.leased import Leased


class Status(models.TextChoices):
    """Where a letter stands.  *Sending* is written before it leaves, *sent* after the mail server has taken it."""

    DRAFT = "draft", "draft"
    WAITING = "waiting", "waiting"
    SENDING = "sending", "sending"
    SENT = "sent", "sent"
    UNSURE = "unsure", "unsure"
    DISCARDED = "discarded", "discarded"
    FAILED = "failed", "failed"


class Kind(models.TextChoices):
    """What somebody waits for or must do, and what many get alike.  The first goes out first: so the values sort."""

    ACTION = "action", "to one person"
    NEWSLETTER = "newsletter", "newsletter"


UNDER_WAY = (Status.WAITING, Status.SENDING)
AT_REST = (Status.DRAFT, Status.SENT, Status.DISCARDED, Status.FAILED)
# What stands in these opens an account: it is for its reader alone.
SECRET = ("confirm", "new-password", "sign-in-code", "follow-confirm", "follow-known")
# Letters to somebody who may never have asked for one: whom they went to is forgotten after ``PASSING_DAYS``.
PASSING = ("follow-confirm", "follow-known")
PASSING_DAYS = 3
ONE_LINE = ("to", "name", "reply_to", "subject", "unsubscribe", "message_id")


class Mail(Leased):
    """One message to one person.  ``accounts.outbox`` writes, changes and sends it; nobody else does.

    ``message_id`` is made with the row, so that whoever gets it twice can tell.  ``unsure_at`` is when it first was
    found between *sending* and *sent*: from then on nobody knows whether it arrived, and it stays written.
    ``series`` is what many get alike, each address once.  ``emptied_at`` is when its words were thrown away.
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="mails")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="mails")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ACTION)
    template = models.CharField(max_length=40, editable=False)
    series = models.CharField(max_length=80, blank=True, editable=False)
    to = models.EmailField("address", max_length=254)
    name = models.CharField(max_length=120, blank=True, help_text="Of whom it is for, beside the address.")
    reply_to = models.EmailField(max_length=254, blank=True, editable=False)
    unsubscribe = models.URLField(max_length=500, blank=True, editable=False)
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, editable=False)
    message_id = models.CharField("Message-ID", max_length=200, unique=True, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING, editable=False)
    created_at = models.DateTimeField(editable=False)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    unsure_at = models.DateTimeField(null=True, blank=True, editable=False)
    emptied_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "letter"
        ordering = ["-pk"]
        constraints = [
            *Leased.Meta.constraints,
            models.UniqueConstraint(
                fields=["community", "series", "to"], name="mail_of_a_series_goes_once", condition=~Q(series="")
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="mail_status_is_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="mail_kind_is_known"),
            models.CheckConstraint(
                condition=Q(status__in=UNDER_WAY, next_due_at__isnull=False)
                | Q(status__in=AT_REST, next_due_at__isnull=True)
                | Q(status=Status.UNSURE),
                name="mail_is_due_while_under_way",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.SENT, sent_at__isnull=False)
                | (~Q(status=Status.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.UNSURE) | Q(unsure_at__isnull=False), name="mail_unsure_has_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(Status.UNSURE, Status.FAILED)) | ~Q(error_code=""),
                name="mail_gone_wrong_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.NEWSLETTER) | ~Q(unsubscribe=""), name="mail_newsletter_can_be_stopped"
            ),
            models.CheckConstraint(
                condition=~Q(*(Q(**{f"{name}__regex": "[[:cntrl:]]"}) for name in ONE_LINE), _connector=Q.OR),
                name="mail_headers_are_one_line",
            ),
            models.CheckConstraint(
                condition=Q(emptied_at__isnull=True) | Q(text="", html=""), name="mail_emptied_holds_nothing"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "next_due_at", "id"], name="mail_due", condition=Q(next_due_at__isnull=False)),
            # How many are lent is asked with every claim, and a table of old mail is long.
            models.Index(fields=["lease_until"], name="mail_lent", condition=Q(lease_until__isnull=False)),
            models.Index(fields=["to"], name="mail_by_address"),  # whoever leaves is erased from all of them
        ]

    def __str__(self) -> str:
        return self.subject


class Attachment(models.Model):
    """A file that goes with a letter, say the calendar file of a chat."""

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(content_type__regex=r"^[a-z]+/[a-z0-9.+-]+(; method=[A-Z]+)?$"),
                name="attachment_has_a_type",
            ),
            models.CheckConstraint(condition=Q(name__regex=r"^[^[:cntrl:]/\\]+$"), name="attachment_name_is_no_path"),
        ]

    def __str__(self) -> str:
        return self.name
