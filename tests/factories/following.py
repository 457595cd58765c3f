"""Followers, one or thousands."""

from datetime import UTC, datetime

from blog.models import Follower, Pace
from tests.factories.chats import wecops

SINCE = datetime(2016, 1, 1, tzinfo=UTC)


def follower(address="ann@reader.example", *, topics=(), **fields):
    """Somebody who has confirmed long ago, and hears at once unless told otherwise."""
    told = {"community": wecops(), "pace": Pace.AT_ONCE, "confirmed_at": SINCE, **fields}
    made = Follower.objects.create(address=address, **told)
    made.topics.set(topics)
    return made


def crowd(number, **fields):
    """So many of them, 0@reader.example and on."""
    told = {"community": wecops(), "pace": Pace.AT_ONCE, "confirmed_at": SINCE, **fields}
    return Follower.objects.bulk_create(Follower(address=f"{n}@reader.example", **told) for n in range(number))
