"""An address and some ticks -> a letter that asks -> a follower, what they change, and nothing at all once they leave.

Before its owner answers, an address stands in that one letter only.  Whoever leaves is erased, with the address on
every letter that they were sent.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from accounts import leases, outbox
from accounts.models import Community
from accounts.outbox import Refused, To, headers
from blog.followers import choices
from blog.followers.choices import AGAIN, CONFIRM, LASTS, Asked, Choice, NotConfirmed, found, word
from blog.models import Follower, Pace
from chats.rendering import times

__all__ = [
    "LASTS",
    "Choice",
    "Counts",
    "NotConfirmed",
    "Refused",
    "again",
    "ask",
    "ask_to_move",
    "change",
    "confirm",
    "counts",
    "found",
    "leave",
    "read",
    "set_out",
    "word",
]

PAUSE = timedelta(days=30)


class Counts(NamedTuple):
    """How many follow, and how."""

    all: int
    at_once: int
    weekly: int
    paused: int


def counts(community: Community, today: date) -> Counts:
    pauses = Q(paused_until__gt=today)
    told = Follower.objects.of(community).aggregate(
        all=Count("pk"),
        at_once=Count("pk", filter=Q(pace=Pace.AT_ONCE) & ~pauses),
        weekly=Count("pk", filter=Q(pace=Pace.WEEKLY) & ~pauses),
        paused=Count("pk", filter=pauses),
    )
    return Counts(**told)


def ask(community: Community, address: str, choice: Choice) -> None:
    """Write to it: please confirm, or that it follows already.  Raises ``Refused`` for what is no address."""
    address = headers.address("The address", address.strip())
    known = Follower.objects.of(community).filter(address__iexact=address).first()
    if known:
        mine = f"{community.site}/blog/follow/mine/{word(known)}/"
        outbox.compose("follow-known", community, To(known.address), {"mine": mine})
    else:
        _write(community, Asked(address, choice))


def ask_to_move(follower: Follower, address: str) -> None:
    """Write to the new one; the old one stays until that is answered.  Raises ``Refused``."""
    address = headers.address("The address", address.strip())
    _write(follower.community, Asked(address, choices.of(follower), follower.pk))


def _write(community: Community, asked: Asked) -> None:
    ends = leases.clock() + LASTS - timedelta(hours=1)
    told = {
        "link": f"{community.site}/blog/follow/yes/{choices.sealed(CONFIRM, community, asked)}/",
        "until": times.day(ends, community.time_zone),
        "what": asked.choice.said,
    }
    outbox.compose("follow-confirm", community, To(asked.address), told)


def read(community: Community, token: str) -> Asked:
    """What a link to confirm says.  Raises ``NotConfirmed``."""
    return choices.opened(CONFIRM, community, token)


def confirm(community: Community, token: str, now: datetime) -> Follower:
    """They follow from now on.  Safe to repeat.  Raises ``NotConfirmed``."""
    asked = read(community, token)
    mover = Follower.objects.of(community).filter(pk=asked.follower).first() if asked.follower else None
    return _moved(mover, asked.address) if mover else _made(community, asked, now)


def again(community: Community, token: str, now: datetime) -> Follower:
    """Whoever left is back as they were.  Raises ``NotConfirmed`` a day later."""
    return _made(community, choices.opened(AGAIN, community, token), now)


def _made(community: Community, asked: Asked, now: datetime) -> Follower:
    known = Follower.objects.of(community).filter(address__iexact=asked.address)
    try:
        with transaction.atomic():
            follower = Follower.objects.create(community=community, address=asked.address, confirmed_at=now)
            change(follower, asked.choice)
    except IntegrityError:  # the link was followed before
        follower = known.get()
    return follower


def _moved(follower: Follower, address: str) -> Follower:
    try:
        with transaction.atomic():
            before = follower.address
            Follower.objects.filter(pk=follower.pk).update(address=address)
            follower.bounces.all().delete()
            if before != address:
                outbox.erase(follower.community, before)
    except IntegrityError as error:
        raise NotConfirmed("That address follows already.") from error
    follower.address = address
    return follower


@transaction.atomic
def change(follower: Follower, choice: Choice, *, paused_until: date | None = None) -> None:
    """From now on they get what they ``choice``."""
    kept = {"has_write_ups": choice.has_write_ups, "has_posts": choice.has_posts, "pace": choice.pace}
    Follower.objects.filter(pk=follower.pk).update(**kept, paused_until=paused_until)
    follower.topics.set(follower.community.topics.filter(pk__in=choice.topics))


@transaction.atomic
def leave(follower: Follower) -> str:
    """Erase them, and every letter they were sent; returns what brings them back while they look at the page."""
    asked = Asked(follower.address, choices.of(follower))
    community = follower.community
    Follower.objects.filter(pk=follower.pk).delete()  # first: it waits for whoever writes to them at this moment
    outbox.erase(community, asked.address)
    return choices.sealed(AGAIN, community, asked)


def set_out(follower: Follower) -> Choice:
    """What they get, as plain values."""
    return choices.of(follower)
