"""A gathering in person: where and when it is, who speaks about what, and what was decided about it."""

from datetime import date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Func, OuterRef, Q
from django.db.models.functions import Cast, JSONObject, Now

from accounts.models import Community, known_time_zone
from chats.models.chat import EARLIEST, LATEST, Chat

LONGEST = timedelta(days=14)
only_https = URLValidator(schemes=["https"], message="Give the whole address, which begins with https://.")


class EventStatus(models.TextChoices):
    """What people decided.  Whoever has it in a calendar is told when it is called off, so it never goes back."""

    DRAFT = "draft", "draft"
    PUBLISHED = "published", "published"
    CANCELLED = "cancelled", "cancelled"


class EventQuerySet(models.QuerySet["Event"]):
    def of(self, community: Community) -> Self:
        return self.filter(community=community)

    def announced(self) -> Self:
        """What readers may know of, the earliest first."""
        return self.exclude(status=EventStatus.DRAFT).order_by("starts_at", "pk")

    def since(self, moment: datetime) -> Self:
        """What goes on then or later; the index knows when events begin, and none lasts longer than ``LONGEST``."""
        return self.filter(starts_at__gt=moment - LONGEST, ends_at__gt=moment)

    def of_chat(self) -> ArraySubquery:
        """What ``OuterRef("pk")``, a chat, is part of: {slug, title} each, for whoever asks for the chat itself."""
        here = self.announced().filter(live_chat=OuterRef("pk"))
        return ArraySubquery(here.values(fact=JSONObject(slug="slug", title="title")))

    def told(self) -> Self:
        """With ``programme_facts``, ``speaker_facts`` and ``partner_facts``, and the chat, by the same query."""
        return self.select_related("live_chat__build").annotate(
            programme_facts=_facts(ProgrammeItem, "day", "starts", "title", "text", "speakers", "room", "is_pause"),
            speaker_facts=_facts(Speaker, "name", "role", "link"),
            partner_facts=_facts(Partner, "name", "gives", "link"),
        )


class Event(models.Model):
    """One gathering.  Its moments are told in ``time_zone``, that of the place.

    ``slug`` is unique within a community and never changes: the address stands on it.  Calendars know the event by
    ``uid``; with every change that they should show, ``sequence`` rises and ``revised_at`` is when.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="events")
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=300, blank=True, help_text="One or two sentences under the title.")
    text = models.TextField(
        blank=True, help_text="Markdown, without HTML; headings with ##. What the rest of the page does not say."
    )
    starts_at = models.DateTimeField("starts")
    ends_at = models.DateTimeField("ends")
    time_zone = models.CharField(
        max_length=40,
        default="Europe/London",
        validators=[known_time_zone],
        help_text="That of the place, such as Europe/London: start, end and programme are in it.",
    )
    place = models.CharField(max_length=120, help_text="The house and the town.")
    address = models.CharField(max_length=200, blank=True, help_text="Street, number and postcode.")
    way = models.CharField("getting there", max_length=600, blank=True)
    map = models.URLField("address of a map", max_length=500, blank=True, validators=[only_https])
    cost = models.CharField(max_length=120, help_text="In words: “Free, lunch included”.")
    access = models.CharField(max_length=300, help_text="Steps, hearing loop, quiet room, toilets, parking.")
    places = models.CharField("places left", max_length=80, blank=True, help_text="In words: “34 of 180 left”.")
    tickets = models.URLField("where one books", max_length=500, blank=True, validators=[only_https])
    live_chat = models.ForeignKey(
        Chat,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
        help_text="The chat that goes with it, for those who cannot be there.",
    )
    status = models.CharField(max_length=10, choices=EventStatus, default=EventStatus.DRAFT)
    status_reason = models.CharField(
        "why", max_length=300, blank=True, help_text="Why it is called off, or is not as it was announced; for readers."
    )
    uid = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    revised_at = models.DateTimeField(db_default=Now(), editable=False)
    local_date = models.GeneratedField(
        expression=Cast(Func("time_zone", "starts_at", function="timezone"), models.DateField()),
        output_field=models.DateField(),
        db_persist=True,
        help_text="The first day, where it is held.",
    )

    objects = EventQuerySet.as_manager()

    # From ``told``.
    programme_facts: list[dict[str, Any]]
    speaker_facts: list[dict[str, str]]
    partner_facts: list[dict[str, str]]

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["community", "slug"], name="event_slug_is_unique"),
            models.CheckConstraint(condition=Q(slug__regex=r"^[-a-zA-Z0-9_]+$"), name="event_slug_fits_an_address"),
            models.CheckConstraint(condition=~Q(title=""), name="event_has_a_title"),
            models.CheckConstraint(
                condition=~Q(place="") & ~Q(cost="") & ~Q(access=""), name="event_says_where_and_for_whom"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), ends_at__lte=F("starts_at") + LONGEST),
                name="event_lasts_two_weeks_at_most",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__gte=EARLIEST, ends_at__lt=LATEST), name="event_is_of_our_time"
            ),
            models.CheckConstraint(
                condition=Q(time_zone__regex=r"^[A-Z][A-Za-z]+(/[-+\w]+)*$"), name="event_zone_is_a_name"
            ),
            models.CheckConstraint(condition=Q(status__in=EventStatus.values), name="event_status_is_known"),
            models.CheckConstraint(
                condition=~Q(status=EventStatus.CANCELLED) | ~Q(status_reason=""), name="event_cancelled_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(tickets__regex="^(https://|$)") & Q(map__regex="^(https://|$)"),
                name="event_leads_to_safe_addresses",
            ),
        ]
        indexes = [models.Index(fields=["community", "-starts_at"], name="event_by_time")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/events/{self.slug}/"

    @property
    def file_path(self) -> str:
        """Where its calendar file is."""
        return f"/events/{self.slug}.ics"

    @property
    def is_announced(self) -> bool:
        return self.status != EventStatus.DRAFT

    @property
    def last_date(self) -> date:
        """The last day, where it is held; what ends at midnight ends on the day before."""
        return (self.ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def days(self) -> list[date]:
        """Every day of it, where it is held."""
        first = self.starts_at.astimezone(ZoneInfo(self.time_zone)).date()
        return [first + timedelta(days=number) for number in range((self.last_date - first).days + 1)]


class ProgrammeItem(models.Model):
    """What happens when, by the clock of the place; ``day`` is 1 on the event's first."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="programme")
    day = models.PositiveSmallIntegerField(default=1, help_text="1 is the first day.")
    starts = models.TimeField()
    title = models.CharField(max_length=160)
    text = models.CharField(max_length=300, blank=True)
    speakers = models.CharField("who", max_length=200, blank=True)
    room = models.CharField(max_length=80, blank=True)
    is_pause = models.BooleanField("a pause", default=False, help_text="Tea, lunch.")

    class Meta:
        verbose_name_plural = "programme"
        ordering = ["day", "starts", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(day__range=(1, LONGEST.days)), name="programme_day_is_one_of_the_event"),
            models.CheckConstraint(condition=~Q(title=""), name="programme_item_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title


class Speaker(models.Model):
    """Somebody who speaks at an event, in the order of its page."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="speakers")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120, blank=True, help_text="Who they are, in three words.")
    link = models.URLField(max_length=500, blank=True, validators=[only_https])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & Q(link__regex="^(https://|$)"), name="speaker_has_a_name_and_a_safe_address"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Partner(models.Model):
    """Somebody who gives something to an event, in the order of its page."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="partners")
    name = models.CharField(max_length=120)
    gives = models.CharField(max_length=120, blank=True, help_text="“The room, at cost”.")
    link = models.URLField(max_length=500, blank=True, validators=[only_https])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & Q(link__regex="^(https://|$)"), name="partner_has_a_name_and_a_safe_address"
            )
        ]

    def __str__(self) -> str:
        return self.name


def _facts(model: type[models.Model], *names: str) -> ArraySubquery:
    """The rows of an event in the order of their model, each as a dictionary of ``names``."""
    rows = model._default_manager.filter(event=OuterRef("pk"))
    return ArraySubquery(rows.values(fact=JSONObject(**{name: name for name in names})))
