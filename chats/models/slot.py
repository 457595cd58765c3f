"""Evenings that can hold a chat, and the rule that makes them."""

from datetime import date, datetime, time
from functools import cache
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils.timezone import localtime

from accounts.models import Community, known_time_zone
from chats.models.chat import Apart, Chat

HOLDING = ("pending", "accepted")  # proposals that a slot is kept for, until they are chats


class Standing(models.TextChoices):
    """What became of a slot.  Never stored: proposals and chats say it."""

    FREE = "free", "free"
    HELD = "held", "held"
    TAKEN = "taken", "taken"


class Series(models.Model):
    """Every so many weeks from a first day, at a time of day where the community is at home, except on ``skipped``.

    ``planned_until`` is the day up to which its slots are made.
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="series")
    name = models.CharField(max_length=60)
    first_on = models.DateField(help_text="The first evening; its weekday is that of all.")
    last_on = models.DateField(null=True, blank=True, help_text="Empty: it goes on.")
    every_weeks = models.PositiveSmallIntegerField(default=2)
    starts = models.TimeField(default=time(21))
    minutes = models.PositiveSmallIntegerField(default=60)
    time_zone = models.CharField(max_length=40, default="Europe/London", validators=[known_time_zone])
    skipped = ArrayField(models.DateField(), default=list, blank=True, help_text="Days without a chat, with commas.")
    planned_until = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "series"
        ordering = ["first_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(every_weeks__range=(1, 52), minutes__range=(10, 600)), name="series_is_of_a_sensible_length"
            ),
            models.CheckConstraint(
                condition=Q(last_on__isnull=True) | Q(last_on__gte=F("first_on")), name="series_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(time_zone__regex=r"^[A-Z][A-Za-z]+(/[-+\w]+)*$"), name="series_zone_is_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def skips(self, day: date) -> bool:
        return day in self.skipped


class SlotQuerySet(models.QuerySet["Slot"]):
    def of(self, community: Community) -> Self:
        return self.filter(community=community)

    def with_standing(self) -> Self:
        """Each with ``standing``: *taken* by a chat of that hour, *held* for a proposal, or *free*."""
        return self.annotate(
            standing=Case(
                When(_is_taken(), then=Value(Standing.TAKEN)),
                When(_is_held(), then=Value(Standing.HELD)),
                default=Value(Standing.FREE),
                output_field=models.CharField(),
            )
        )

    def free(self, now: datetime) -> Self:
        """Those to come that nobody has, the next first."""
        return self.filter(~_is_taken(), ~_is_held(), starts_at__gt=now).order_by("starts_at")


@cache  # asked on every look at the calendar, and dear to put together
def _is_taken() -> Exists:
    chats = Chat.objects.going_ahead().filter(
        holds_slot=True,
        community=OuterRef("community"),
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    return Exists(chats)


@cache
def _is_held() -> Exists:
    return Exists(Slot.objects.filter(pk=OuterRef("pk"), proposals__status__in=HOLDING))


class Slot(models.Model):
    """One evening that can hold a chat.  Two of a community never overlap, so one chat fits where one slot is."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="slots")
    series = models.ForeignKey(Series, models.SET_NULL, null=True, blank=True, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_it_starts"),
            Apart(name="slots_do_not_overlap"),
        ]

    def __str__(self) -> str:
        local = localtime(self.starts_at)
        return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"
