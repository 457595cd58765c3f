"""A network's word that a tweet is gone, or there again -> the rows of every chat that holds it.

What is gone leaves nothing but its place: no words, names, links, raw records, question texts or finished pages.  It
fails closed: the same transaction withdraws the pages of every chat it changes until they are built anew.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Now

from accounts import leases
from chats import shelf
from chats.ingest import echoes, forgetting, packing, tombstones
from chats.models import (
    Build,
    RawPage,
    StoredPage,
    Tombstone,
    Transcript,
    Tweet,
    TweetLink,
    Withheld,
)
from chats.models.tweet import GONE, PEOPLES_WISH

LONGEST_REMOVAL = timedelta(minutes=5)  # or page that is stored beside it
NOTHING = {"text": "", "url": "", "lang": "", "spans": [], "hashtags": [], "alt_texts": []}


@transaction.atomic
def take_back(network: str, ids: Collection[str], *, withheld: Withheld = Withheld.GONE_FROM_NETWORK) -> int:
    """Empty every row of these tweets, in whatever version, and of retweets of them, marked or told by their words.

    Returns how many there were.

    What is read of them from now on stays empty too.

    A person's wish stands above the network's word, which could be taken back.
    """
    ids = _versions(network, ids)
    repeats, marks = echoes.of(network, ids)
    tweets = Tweet.objects.filter(_of(network, ids) | Q(pk__in=repeats)).exclude(withheld__in=_settled(withheld))
    if not tombstones.write(network, ids, withheld) and not tweets.exists():
        return 0
    echoes.remember(network, marks)
    builds = _lock(network, ids, repeats)
    tweets = tweets.filter(chat__in=list(builds))
    gone = list(tweets.values_list("pk", "chat_id", "number", "author_id", "network_id"))
    keys = [key for key, *_ in gone]
    changed = Tweet.objects.filter(pk__in=keys)
    taken_along = Case(*[When(pk=key, then=Value(id_)) for key, id_ in repeats.items()], default=F("retweet_of"))
    changed.exclude(withheld__in=GONE).update(withheld_before=F("withheld"), gone_with=taken_along)
    changed.update(withheld=withheld, **NOTHING)
    Tweet.objects.filter(_is(network, ids), chat__in=list(builds)).exclude(gone_with="").update(gone_with="")
    TweetLink.objects.filter(tweet__in=keys).delete()
    had_records = _forget_records(builds, {*ids, *(id_ for *_, id_ in gone)})
    _forget_questions({(chat, number) for _, chat, number, _, _ in gone if number})
    forgetting.forget_names({author for *_, author, _ in gone})
    changed_chats = had_records.union(where for _, where, *_ in gone)
    withdrawn = [build for chat, build in builds.items() if chat in changed_chats]
    for build in withdrawn:
        _withdraw(build)
    shelf.clear(*(build.chat for build in withdrawn))
    return len(gone)


@transaction.atomic
def give_back(network: str, ids: Collection[str]) -> int:
    """Make tweets that their network shows again, and retweets that went with them, what they were before; a merge
    then fills them.  Returns how many.

    Only what the network took: nobody's own wish, and no moderator's, is undone by it.
    """
    stones = Tombstone.objects.filter(network=network, why=Withheld.GONE_FROM_NETWORK)
    if not stones.filter(network_id__in=ids).exists():
        return 0
    ids = _versions(network, ids)
    stones.filter(network_id__in=ids).delete()
    builds = _lock(network, ids)
    along = Tweet.objects.filter(network=network, gone_with__in=ids, withheld=Withheld.GONE_FROM_NETWORK)
    _await(network, along.filter(retweet_of=""))
    back = Tweet.objects.filter(
        _is(network, ids) | Q(pk__in=along.exclude(retweet_of="")),
        chat__in=list(builds),
        withheld=Withheld.GONE_FROM_NETWORK,
    )
    chats = set(back.values_list("chat_id", flat=True))
    # Not asked for yet: a retweet's own words, and its author's name, come with its network's word on itself.
    opened = back.update(withheld=F("withheld_before"), withheld_before="", gone_with="", checked_at=None)
    for chat in chats:
        leases.make_due(builds[chat])
    return opened


def _await(network: str, repeats: QuerySet[Tweet]) -> None:
    """What only its words told to be a retweet has none now, and would stand there empty: it stays gone until its
    network is asked for it too, which is done first, and shows it.
    """
    tombstones.write(network, set(repeats.values_list("network_id", flat=True)), Withheld.GONE_FROM_NETWORK)
    repeats.update(checked_at=None)


def catch_up(network: str) -> int:
    """Take back what was being stored while its removal was under way: whoever read it could not know of that yet.

    Returns how many tweets there were.
    """
    left = Tweet.objects.filter(network=network).exclude(withheld__in=GONE)
    found: dict[str, set[str]] = {}
    for name in ("network_id", "retweet_of"):
        stone = Tombstone.objects.filter(network=network, network_id=OuterRef(name)).values("why")
        for id_, why in left.annotate(why=Subquery(stone)).exclude(why=None).values_list(name, "why"):
            found.setdefault(why, set()).add(id_)
    _catch_records(network)
    return sum(take_back(network, ids, withheld=Withheld(why)) for why, ids in found.items())


@transaction.atomic
def _catch_records(network: str) -> None:
    """Others' records of what was being taken back, as with a quote: only pages stored about then have any."""
    stones = Tombstone.objects.filter(network=network)
    about = {"since__gte": OuterRef("kept_at") - LONGEST_REMOVAL, "since__lte": OuterRef("kept_at") + LONGEST_REMOVAL}
    for page in RawPage.objects.filter(Exists(stones.filter(**about))).order_by("pk"):
        named = tombstones.named_in(packing.unpacked(bytes(page.body)))
        ids = set(stones.filter(network_id__in=named).values_list("network_id", flat=True))
        if ids:
            Build.objects.select_for_update().get(chat=page.chat_id)
            _forget_records([page.chat_id], ids)


def _settled(withheld: Withheld) -> tuple[Withheld, ...]:
    """What stays as it is when somebody says ``withheld``."""
    return GONE if withheld == Withheld.GONE_FROM_NETWORK else PEOPLES_WISH


def _versions(network: str, ids: Collection[str]) -> set[str]:
    """These ids, and those of all other versions of the tweets they name."""
    rows = Tweet.objects.filter(_is(network, ids)).values_list("network_id", "edits")
    return {*ids, *(id_ for first, edits in rows for id_ in (first, *edits))}


def _is(network: str, ids: Collection[str]) -> Q:
    return Q(network=network) & (Q(network_id__in=ids) | Q(edits__overlap=list(ids)))


def _of(network: str, ids: Collection[str]) -> Q:
    return _is(network, ids) | Q(network=network, retweet_of__in=ids)


def _lock(network: str, ids: Collection[str], repeats: Collection[int] = ()) -> dict[int, Build]:
    """The builds of every chat in which one of these tweets, or somebody's word on it, stands: by chat, in order."""
    points_there = Q(network=network) & (Q(quote_of__in=ids) | Q(reply_to__in=ids))
    said = Tweet.objects.filter(_of(network, ids) | points_there | Q(pk__in=repeats))
    chats = said.values_list("chat_id", flat=True).distinct()
    builds = Build.objects.select_for_update(of=("self",)).select_related("chat__community")
    return {build.chat_id: build for build in builds.filter(chat__in=list(chats)).order_by("chat")}


def _forget_records(chats: Iterable[int], ids: Collection[str]) -> set[int]:
    """Keep no raw record that names one of these: a retweet's, a quote's and a reply's may hold the whole tweet.

    Returns the chats that had any.
    """
    had: set[int] = set()
    named = [id_.encode() for id_ in ids]
    for page in RawPage.objects.filter(chat__in=list(chats)).order_by("pk"):
        records = packing.unpacked(bytes(page.body))
        kept = [pair for pair in zip(page.tweets, records, strict=True) if not any(id_ in pair[1] for id_ in named)]
        if len(kept) == len(records):
            continue
        had.add(page.chat_id)
        if not kept:
            page.delete()
        else:
            page.tweets = [tweet for tweet, _ in kept]
            page.body = packing.packed([record for _, record in kept])
            page.save(update_fields=["tweets", "body"])
    return had


def _forget_questions(places: set[tuple[int, int]]) -> None:
    """The words of a question that was a tweet stand in every version that found it."""
    for transcript in Transcript.objects.filter(chat__in={chat for chat, _ in places}):
        emptied = [
            {**question, "text": ""} if (transcript.chat_id, question["tweet"]) in places else question
            for question in transcript.questions
        ]
        if emptied != transcript.questions:
            transcript.questions = emptied
            transcript.save(update_fields=["questions"])


def _withdraw(build: Build) -> None:
    """No finished page of the chat is served, or kept, until the next build has made it anew."""
    # Without its etag too, or a build that makes the very same page would find that there is nothing to write.
    StoredPage.objects.filter(transcript__chat=build.chat_id).update(body=b"", etag="")
    Build.objects.filter(pk=build.pk).update(withdrawn_at=Now())
    leases.make_due(build)
