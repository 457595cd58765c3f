"""A host name -> the community whose pages it shows."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Value, When
from django.db.models.functions import Concat, Lower, Trim
from django.db.models.lookups import IsNull
from django.http import HttpRequest

from accounts.ready import Ready

MOST = 50  # communities of one portal
ON_HOLD = "Chats are on hold: none is held until we say so here."
SHEET = (264, 100, 100, 100)  # the numbers in static/css/design.css
HASHTAG = re.compile(r"\w{1,60}")
_ZONE_READ = models.Func(
    "time_zone",
    models.Value(datetime(2026, 1, 1, tzinfo=UTC)),
    function="timezone",
    output_field=models.DateTimeField(),
)


def bare_hashtag(tag: str) -> str:
    """A hashtag as somebody types it, without its sign; a sign alone stays."""
    return tag.strip().lstrip("#\uff03") or tag


def known_hashtags(tags: Iterable[str]) -> None:
    for tag in tags:
        if not HASHTAG.fullmatch(tag):
            raise ValidationError(f"{tag[:40]!r} is not a hashtag. One is written like #WeCops.")


def known_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(f"There is no time zone “{name}”. One is called Europe/London.") from error


class CommunityQuerySet(models.QuerySet["Community"]):
    def for_host(self, host: str) -> "Community | None":
        """The community at ``host`` (a name without a port): whose domain it is, else the only one, or the only one
        without a domain; else None.  Its ``notice`` is what its pages say while its crisis switch is on, else "", and
        ``has_chats_on_hold`` whether no chat of its is held meanwhile.
        """
        communities = _every_with_notice()
        found = [community for community in communities if community.domain == host.lower()]
        at_large = communities if len(communities) == 1 else [each for each in communities if not each.domain]
        return found[0] if found else at_large[0] if len(at_large) == 1 else None

    def for_request(self, request: HttpRequest) -> "Community | None":
        """The community whose pages ``request`` asks for; looked up once a request."""
        if not hasattr(request, "community"):
            host = request.get_host()
            request.community = self.for_host(host.rpartition(":")[0] or host)  # type: ignore[attr-defined]
        return request.community  # type: ignore[attr-defined]


class Community(models.Model):
    """One @We community: its names, hashtags, time zone and the four numbers of its colours."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    handle = models.CharField(max_length=30, help_text="On X, without the @.")
    hashtags = ArrayField(
        models.CharField(max_length=60),
        validators=[known_hashtags],
        help_text="Without the #, in the form people should read; the first is shown.",
    )
    domain = models.CharField(
        max_length=120, blank=True, help_text="The host name of its pages. Leave empty while there is one community."
    )
    time_zone = models.CharField(max_length=40, default="Europe/London", validators=[known_time_zone])
    has_email_sign_in = models.BooleanField(
        "sign-in by email", default=False, help_text="Lets people who are on no network in, with a code by email."
    )
    contact = models.EmailField(
        "letters to the team",
        max_length=254,
        blank=True,
        help_text="Where what people write by the contact form goes. Empty: to the sender of our mail.",
    )
    promise = models.CharField(max_length=120, help_text="What it is, in one line: the headline of the home page.")
    description = models.CharField(max_length=300)
    has_votes = models.BooleanField(
        "members vote on proposals", default=False, help_text="On those that the team opens to votes."
    )
    hue = models.PositiveSmallIntegerField(default=264, help_text="Of the brand colour, 0 to 360.")
    chroma = models.DecimalField(max_digits=3, decimal_places=2, default=1, help_text="Its strength, 0.5 to 1.")
    hue_accent = models.PositiveSmallIntegerField(default=100, help_text="Of the highlighter, 0 to 360.")
    chroma_accent = models.DecimalField(max_digits=3, decimal_places=2, default=1, help_text="Its strength, 0.6 to 1.")

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "communities"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("domain"), name="community_domain_is_unique", condition=~models.Q(domain="")),
            models.CheckConstraint(condition=models.Q(domain=Lower("domain")), name="community_domain_is_lower_case"),
            models.CheckConstraint(condition=models.Q(hashtags__len__gte=1), name="community_has_a_hashtag"),
            # PostgreSQL says no to a zone that it does not know, and would take "+03", which is none to anybody else.
            models.CheckConstraint(
                condition=models.Q(time_zone__regex=r"^[A-Z][A-Za-z]+(/[-+\w]+)*$")
                & models.Q(IsNull(_ZONE_READ, False)),
                name="community_zone_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    hue__lte=360, hue_accent__lte=360, chroma__range=(0.5, 1), chroma_accent__range=(0.6, 1)
                ),
                name="community_colours_stay_readable",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hashtag(self) -> str:
        return self.hashtags[0]

    @property
    def site(self) -> str:
        """The address before every path, without a slash at its end; all are reached as ``SITE_URL`` is."""
        if not self.domain:
            return settings.SITE_URL
        at = urlsplit(settings.SITE_URL)
        return f"{at.scheme}://{self.domain}{f':{at.port}' if at.port else ''}"

    @property
    def colours(self) -> tuple[int, int, int, int]:
        """Its four numbers as addresses have them: hues in degrees, strengths in hundredths."""
        return self.hue, round(self.chroma * 100), self.hue_accent, round(self.chroma_accent * 100)

    @property
    def theme(self) -> str:
        """The name of its colours; "" where they are those of the style sheet itself."""
        return "" if self.colours == SHEET else "theme-{}-{}-{}-{}".format(*self.colours)


def _with_notice() -> CommunityQuerySet:
    in_force = models.FilteredRelation("crises", condition=models.Q(crises__until__isnull=True))
    on_hold = Case(When(in_force__pauses_chats=True, then=Value(f" {ON_HOLD}")), default=Value(""))
    communities = Community.objects.annotate(in_force=in_force, has_chats_on_hold=models.F("in_force__pauses_chats"))
    return communities.annotate(notice=Trim(Concat("in_force__notice", on_hold)))[:MOST]


_every_with_notice = Ready(_with_notice)
