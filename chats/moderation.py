"""What people decide about tweets -> their rows, and builds that show it."""

from collections.abc import Collection

from django.db import transaction
from django.db.models.functions import Now

from accounts import leases
from chats.models import Build, Tweet, Withheld


@transaction.atomic
def clear(tweets: Collection[int]) -> int:
    """Say of tweets, by their keys, that they are no spam: they are shown from the next build on.  Returns how many."""
    return _move(tweets, Withheld.QUARANTINED, withheld=Withheld.SHOWN, held_for="", judged_at=Now())


@transaction.atomic
def hold_back(tweets: Collection[int]) -> int:
    """Take tweets, by their keys, for spam: the next build shows them no more.  Returns how many were shown."""
    return _move(tweets, Withheld.SHOWN, withheld=Withheld.QUARANTINED, held_for="", judged_at=Now())


def _move(keys: Collection[int], old: Withheld, **fields: object) -> int:
    """Change those of the tweets that stand as ``old`` says, with the builds of their chats locked against merges."""
    tweets = Tweet.objects.filter(pk__in=keys, withheld=old)
    chats = list(tweets.values_list("chat", flat=True).distinct())
    builds = list(Build.objects.select_for_update(of=("self",)).filter(chat__in=chats).order_by("chat"))
    moved = tweets.update(**fields)
    for build in builds:
        leases.make_due(build)
    return moved
