"""Tweets that were checked longest ago, and their network's word on them -> rows emptied, filled again or confirmed.

A network says nothing by being silent: only its word on the very tweet takes it away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from accounts import leases
from accounts.leases import Claim
from chats.ingest import opening, removal, sightings, spending
from chats.ingest.rows import merge
from chats.models import Build, Network, Recheck, Tweet, Withheld
from chats.models.tweet import PEOPLES_WISH
from chats.sources.base import Looked, SourceError, SourceTweet

AT_ONCE = 100  # tweets; what X answers in one request
DAY = timedelta(days=1)
GONE_AGAIN = timedelta(days=7)  # what is gone is asked for seldom: it rarely comes back
X_ID = r"^[0-9]{1,19}$"


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What a network said of so many tweets."""

    checked: int = 0
    gone: int = 0
    returned: int = 0

    def __add__(self, other: "Rechecked") -> "Rechecked":
        return Rechecked(self.checked + other.checked, self.gone + other.gone, self.returned + other.returned)


def plan_rechecks() -> None:
    """See that every network the portal has access to is asked, from now on, if any is to be."""
    if not settings.RECHECKS_A_DAY:
        return
    known = set(Recheck.objects.values_list("network", flat=True))
    for network in set(opening.live_sources()) - known:
        row, _ = Recheck.objects.get_or_create(network=network)
        leases.make_due(row)


def claim_due(*, lapsed: bool = True) -> list[Claim[Recheck]]:
    return leases.claim_due(Recheck, 1, lapsed=lapsed) if settings.RECHECKS_A_DAY else []


def recheck(claim: Claim[Recheck], *, most: int = AT_ONCE) -> Rechecked:
    """Ask for the ``most`` tweets of a network that were checked longest ago; the next are due a while later.

    Who answers slowly is asked for fewer, and for the rest in their turn.

    Raises ``LeaseLost`` when somebody else took it over; any other error is raised after it was written into the row.
    """
    total, asked, began_at = Rechecked(), 0, leases.clock()
    with leases.working(claim), opening.going_on(claim, began_at):
        network = Recheck.objects.get(pk=claim.id).network
        removal.catch_up(network)
        oldest = _oldest(network, most)
        for ids in opening.portions(network, list(dict.fromkeys(oldest.values()))):
            if asked and opening.is_long(began_at):
                break
            spending.check_rechecks(network, leases.clock(), tweets=len(ids))
            keys = [key for key, id_ in oldest.items() if id_ in ids]
            total += _ask(claim, network, keys, ids)
            asked += len(keys)
        with leases.hold(claim):
            portion = AT_ONCE if asked == len(oldest) else min(asked, AT_ONCE)
            a_day = max(1, settings.RECHECKS_A_DAY)  # it may have been set to 0 since the row was claimed
            leases.done(claim, again_at=leases.clock() + DAY * portion / a_day)
    return total


def _ask(claim: Claim[Recheck], network: str, keys: list[int], ids: Sequence[str]) -> Rechecked:
    """Ask for these, and at once for what was edited since: whoever is asked for an old version shows that one."""
    try:
        looked = opening.look_up(network, ids)
    except SourceError as error:
        if error.code == opening.TOO_SLOW:
            _put_back(keys)
        raise
    total = _store(claim, network, looked)
    newer = [tweet.edits[-1] for tweet in looked.tweets if tweet.edits and tweet.edits[-1] not in (tweet.id, *ids)]
    for later in opening.portions(network, newer):
        total += replace(_store(claim, network, opening.look_up(network, later)), checked=0)  # the same tweets
    _put_back(keys)
    return total


def _put_back(keys: list[int]) -> None:
    """What nothing was learnt of is asked again in its turn, too: it must not stand in the way of all others."""
    Tweet.objects.filter(pk__in=keys).update(checked_at=leases.clock())


def _oldest(network: str, most: int) -> dict[int, str]:
    """Tweets by their keys, and by which id their network knows them: that of the version that is kept."""
    kept = Tweet.objects.filter(network=network).exclude(withheld__in=PEOPLES_WISH)
    kept = kept.exclude(withheld=Withheld.GONE_FROM_NETWORK, checked_at__gt=leases.clock() - GONE_AGAIN)
    if network == Network.X:
        kept = kept.filter(network_id__regex=X_ID)  # some files had no ids, so theirs were made up
    rows = kept.order_by(F("checked_at").asc(nulls_first=True), "pk").values_list("pk", "version_id", "network_id")
    return {key: version or first for key, version, first in rows[:most]}


def _store(claim: Claim[Recheck], network: str, looked: Looked) -> Rechecked:
    """One answer in one transaction."""
    with leases.hold(claim) as row:
        gone = removal.take_back(network, [each.id for each in looked.gone]) if looked.gone else 0
        shown = {sightings.key_of(tweet)[1]: _frozen(tweet) for tweet in looked.tweets}
        versions = {id_ for tweet in looked.tweets for id_ in (tweet.id, *tweet.edits)}
        returned = removal.give_back(network, versions) if versions else 0
        _refresh(network, shown)
        Tweet.objects.filter(network=network, network_id__in=shown).update(confirmed_at=Now())
        found = Rechecked(len(looked.gone) + len(shown), gone, returned)
        spending.add(
            network,
            requests=looked.requests,
            cost=spending.price(network, reads=looked.reads, user_reads=looked.user_reads),
        )
        Recheck.objects.filter(pk=row.pk).update(
            checked=F("checked") + found.checked,
            gone=F("gone") + found.gone,
            returned=F("returned") + found.returned,
            answered_at=Now(),
        )
        leases.step(claim)
    return found


def _frozen(tweet: SourceTweet) -> SourceTweet:
    """Without what may grow for ever: a chat keeps the counts and followers of its own days."""
    author = tweet.author._replace(followers=None)
    return tweet._replace(author=author, likes=None, reposts=None, replies=None, quotes=None)


def _refresh(network: str, shown: dict[str, SourceTweet]) -> None:
    """Merge what is shown, by its first version's id, into every chat that keeps it: it may have been edited."""
    kept: dict[tuple[int, str], list[SourceTweet]] = {}
    rows = Tweet.objects.filter(network=network, network_id__in=shown).order_by("chat", "pk")
    for chat, id_, reasons in rows.values_list("chat", "network_id", "why_captured"):
        kept.setdefault((chat, reasons[0]), []).append(shown[id_])
    for (chat, why), tweets in kept.items():
        build = Build.objects.select_for_update(of=("self",)).select_related("chat").get(chat=chat)
        if merge(build.chat, tuple(tweets), why=why).updated:
            leases.make_due(build)
