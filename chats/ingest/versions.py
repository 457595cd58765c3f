"""Tweets of a page, and the histories that anybody told -> every version under its first, whoever forgot to say so.

X tells with a tweet which versions it had; some of its answers do not, and few files do.  What was once told of a tweet
holds for all that is read of it, before and after: it is kept once, with its newest words.
"""

from collections.abc import Iterable, Sequence

from django.db.models import F

from chats.ingest import sightings
from chats.ingest.sightings import CHANGEABLE, COLUMNS, Sighting
from chats.models import Chat, Correction, Network, Tweet, TweetLink, Withheld
from chats.sources.base import SourceTweet

UNSEEN = (Withheld.HIDDEN, Withheld.QUARANTINED)  # the removals have tombstones, which hold for every version


def told(chat: Chat, seen: Sequence[SourceTweet]) -> Sequence[SourceTweet]:
    """The same tweets, each with the history that the page or the chat knows; the very same where none lacks one."""
    if not any(tweet.network == Network.X for tweet in seen):
        return seen
    stored = chat.tweets.filter(network=Network.X).exclude(edits=[]).values_list("edits", flat=True)
    known: dict[str, tuple[str, ...]] = {}
    for history in sorted([*map(tuple, stored), *(tweet.edits for tweet in seen if tweet.edits)], key=len):
        known |= dict.fromkeys(history, history)
    lacking = [n for n, tweet in enumerate(seen) if not tweet.edits and tweet.id in known and tweet.network == "x"]
    if not lacking:
        return seen
    whole = list(seen)
    for n in lacking:
        whole[n] = whole[n]._replace(edits=known[whole[n].id])
    return whole


def joined(chat: Chat, seen: Iterable[SourceTweet]) -> int:
    """Put the rows of later versions under their first, in the transaction of a merge; how many there were."""
    histories = {later: tweet.edits for tweet in seen for later in tweet.edits[1:]}
    rows = list(chat.tweets.filter(network=Network.X, network_id__in=histories).order_by("pk")) if histories else []
    for row in rows:
        history = histories[row.network_id]
        known = {"version_id": row.version_id or row.network_id, "edits": list(history)}
        first = chat.tweets.filter(network=Network.X, network_id=history[0]).first()
        if first is None:
            Tweet.objects.filter(pk=row.pk).update(network_id=history[0], **known)
        else:
            _join(first, row, known)
    return len(rows)


def _join(first: Tweet, later: Tweet, known: dict) -> None:
    """Of two rows one: what people said of either stays."""
    Tweet.objects.filter(pk=later.pk).update(**known)
    one, other = _sighting(first), _sighting(later)
    after = sightings.merged(one, other._replace(network_id=one.network_id))
    if not Correction.objects.filter(tweet=first).exists():
        Correction.objects.filter(tweet=later).update(tweet=first)
    if after.text == other.text:
        TweetLink.objects.filter(tweet=first).delete()
        TweetLink.objects.filter(tweet=later).update(tweet=first)
    kept = {"number": first.number or later.number, "asked": first.asked or later.asked}
    if first.withheld == Withheld.SHOWN and later.withheld in UNSEEN:
        kept |= {name: getattr(later, name) for name in ("withheld", "held_for", "judged_at")}
    later.delete()
    Tweet.objects.filter(pk=first.pk).update(**{name: getattr(after, name) for name in CHANGEABLE}, **kept)


def _sighting(tweet: Tweet) -> Sighting:
    row = Tweet.objects.filter(pk=tweet.pk).annotate(writer=F("author__network_id"))
    return sightings.of_row(row.values_list(*COLUMNS, "writer").get())
