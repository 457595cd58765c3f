"""What people wrote: authors, their part in a chat, tweets, links, and what hosts corrected."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left, Now

from accounts.models import User
from chats.models.chat import Chat

SEARCHED = 100_000  # characters of a tweet that a search looks through; X takes 25,000


class Network(models.TextChoices):
    """What carried a tweet."""

    X = "x", "X"
    MASTODON = "mastodon", "Mastodon"
    BLUESKY = "bluesky", "Bluesky"
    PORTAL = "portal", "this site"


class Withheld(models.TextChoices):
    """Why a tweet is not shown.  Removed ones keep their place and nothing else."""

    SHOWN = "", "shown"
    HIDDEN = "hidden", "hidden by its author"
    REMOVED_BY_AUTHOR = "author", "removed by its author"
    GONE_FROM_NETWORK = "network", "gone from its network"
    REMOVED_BY_MODERATOR = "moderator", "removed by a moderator"
    QUARANTINED = "quarantined", "held back as spam"


class Role(models.TextChoices):
    """What somebody was in a chat."""

    GUEST = "", "took part"
    HOST = "host", "host"
    COMMUNITY = "community", "the community's own account"


# Nothing is kept of these but their place.  Only what is gone from its network may come back, with the network's word.
PEOPLES_WISH = (Withheld.REMOVED_BY_AUTHOR, Withheld.REMOVED_BY_MODERATOR)
GONE = (Withheld.REMOVED_BY_AUTHOR, Withheld.GONE_FROM_NETWORK, Withheld.REMOVED_BY_MODERATOR)


class AuthorQuerySet(models.QuerySet["Author"]):
    def who_spoke_in(self, chats: models.QuerySet[Chat]) -> Self:
        """Who stands in the published transcripts of these chats."""
        return self.filter(participations__chat__in=chats, participations__first_at__isnull=False)


class Author(models.Model):
    """Somebody on a network.  The network's id is who they are; handle and name are what was seen last."""

    network = models.CharField(max_length=10, choices=Network)
    network_id = models.CharField(max_length=200)
    handle = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    seen_at = models.DateTimeField(help_text="When this handle and name were seen: the time of the newest tweet.")
    joined_at = models.DateTimeField(
        null=True, blank=True, help_text="When the account was opened, where that is known."
    )

    objects = AuthorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "network_id"], name="author_is_unique"),
            models.CheckConstraint(condition=Q(network__in=Network.values), name="author_network_is_known"),
            models.CheckConstraint(condition=~Q(network_id=""), name="author_has_an_id"),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"


class Participation(models.Model):
    """An author's part in a chat, under the name they had in it.  The counts belong to the newest build.

    ``followers`` is the most they were seen with.  What other chats say of the author later changes nothing here.

    ``role`` is set by the first build that knows the author by a host's handle, and stays: handles change hands.
    """

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="participations", db_index=False)  # unique with author
    author = models.ForeignKey(Author, models.CASCADE, related_name="participations")
    handle = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    seen_at = models.DateTimeField(help_text="When this handle and name were seen: the time of the newest tweet here.")
    followers = models.PositiveIntegerField(null=True, blank=True)
    role = models.CharField(max_length=9, choices=Role, default=Role.GUEST, blank=True)
    first_at = models.DateTimeField(null=True, blank=True)
    sent = models.PositiveIntegerField(default=0)
    replies_got = models.PositiveIntegerField(default=0)
    repliers = models.PositiveIntegerField(default=0)
    quotes_got = models.PositiveIntegerField(default=0)
    retweets_got = models.PositiveIntegerField(default=0)
    retweets_given = models.PositiveIntegerField(default=0)
    impressions = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chat", "author"], name="participation_is_unique"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="participation_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.author} in {self.chat}"


class Tweet(models.Model):
    """One public message in one chat.

    ``network_id`` is the id of its first version; ``edits`` are the ids of all versions when it was edited, and
    ``version_id`` the one whose text is held.
    ``number`` is given once per chat by the first build that shows the tweet, and never again to another.
    ``asked`` is the question that it asks in the newest version which shows it, and stays when that is taken back.
    References are network ids, "" for none: what they point to may never have been captured.
    ``spans`` are the meaning parts of ``text``: [kind, start, end, target, shown, leads_to] in code points.
    """

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="tweets", db_index=False)  # unique with network id
    author = models.ForeignKey(Author, models.CASCADE, related_name="tweets")
    network = models.CharField(max_length=10, choices=Network)
    network_id = models.CharField(max_length=300)
    version_id = models.CharField(max_length=300, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    asked = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True)
    created_at = models.DateTimeField()
    url = models.CharField(max_length=500, blank=True)
    lang = models.CharField(max_length=20, blank=True)
    conversation = models.CharField(max_length=300, blank=True)
    reply_to = models.CharField(max_length=300, blank=True)
    quote_of = models.CharField(max_length=300, blank=True)
    retweet_of = models.CharField(max_length=300, blank=True)
    hashtags = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    spans = models.JSONField(default=list, blank=True)
    alt_texts = ArrayField(models.TextField(blank=True), default=list, blank=True)
    likes = models.PositiveIntegerField(null=True, blank=True)
    reposts = models.PositiveIntegerField(null=True, blank=True)
    replies = models.PositiveIntegerField(null=True, blank=True)
    quotes = models.PositiveIntegerField(null=True, blank=True)
    edits = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    why_captured = ArrayField(models.CharField(max_length=20), default=list)
    is_sensitive = models.BooleanField(default=False)
    withheld = models.CharField(max_length=12, choices=Withheld, default=Withheld.SHOWN, blank=True)
    withheld_before = models.CharField(
        max_length=12, choices=Withheld, blank=True, db_default="", editable=False, help_text="Until it was gone."
    )
    gone_with = models.CharField(
        max_length=300, blank=True, db_default="", editable=False, help_text="The retweeted tweet that took it along."
    )
    held_for = models.CharField(
        max_length=20, blank=True, db_default="", editable=False, help_text="The rule that holds it back."
    )
    judged_at = models.DateTimeField(
        null=True, blank=True, help_text="When a person said whether it is spam; no rule says otherwise then."
    )
    checked_at = models.DateTimeField(
        null=True, blank=True, help_text="When its network was last read for it, or asked if it is there."
    )
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When its network last said, because it was asked, that it is there."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chat", "network", "network_id"], name="tweet_is_unique"),
            models.UniqueConstraint(fields=["chat", "number"], name="tweet_number_is_unique"),
            models.CheckConstraint(condition=Q(network__in=Network.values), name="tweet_network_is_known"),
            models.CheckConstraint(condition=~Q(network_id=""), name="tweet_has_an_id"),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__gte=1), name="tweet_numbers_start_at_one"
            ),
            models.CheckConstraint(
                condition=Q(asked__isnull=True) | Q(asked__range=(1, 30)), name="tweet_asks_a_small_number"
            ),
            models.CheckConstraint(condition=Q(withheld__in=Withheld.values), name="tweet_withheld_is_known"),
            models.CheckConstraint(condition=Q(why_captured__len__gte=1), name="tweet_says_why_it_was_captured"),
            models.CheckConstraint(
                condition=~Q(withheld__in=GONE) | Q(text="", url="", hashtags=[], spans=[], alt_texts=[]),
                name="tweet_removed_keeps_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["network", "network_id"], name="tweet_by_network_id"),
            models.Index(fields=["chat"], name="tweet_edited", condition=~Q(edits=[])),
            models.Index(F("checked_at").asc(nulls_first=True), name="tweet_by_last_check"),
            # The beginning only: a text of a megabyte has more words than an index takes.
            GinIndex(SearchVector(Left("text", SEARCHED), config="english"), name="tweet_by_words"),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.network_id}"


class Tombstone(models.Model):
    """One version of a tweet that was taken back, whether it is stored or not: what is read of it later stays empty.

    ``words`` are keyed hashes of what it said: they tell who repeats it word for word, and nothing else.
    """

    network = models.CharField(max_length=10, choices=Network)
    network_id = models.CharField(max_length=300)
    why = models.CharField(max_length=12, choices=Withheld)
    since = models.DateTimeField(db_default=Now())
    words = ArrayField(models.CharField(max_length=32), db_default=[], editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "network_id"], name="tombstone_is_unique"),
            models.CheckConstraint(condition=Q(network__in=Network.values), name="tombstone_network_is_known"),
            models.CheckConstraint(condition=Q(why__in=GONE), name="tombstone_says_why"),
        ]
        indexes = [GinIndex(fields=["words"], name="tombstone_by_words")]

    def __str__(self) -> str:
        return f"{self.network} {self.network_id} is gone"


class RawPage(models.Model):
    """The tweets of one page as their source gave them: evidence, and what a mended parser reads again.

    ``body`` holds a line of JSON for each of ``tweets`` ("network id"), compressed together by zlib.  Of several
    records of one tweet the one kept last says most.
    """

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="raw_pages")
    tweets = ArrayField(models.CharField(max_length=311))
    body = models.BinaryField()
    kept_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"raw records of {len(self.tweets)} tweets"


class TweetLink(models.Model):
    """A link somebody shared: where it leads, tweet by tweet."""

    tweet = models.ForeignKey(Tweet, models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField()
    url = models.TextField(help_text="As it stands in the tweet: the network's short address.")
    leads_to = models.TextField(help_text="Where it ends.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tweet", "position"], name="tweet_link_position_is_unique")]

    def __str__(self) -> str:
        return self.leads_to


class Correction(models.Model):
    """A host's word on which question a tweet belongs to.  It wins over every rule and survives every rebuild."""

    tweet = models.OneToOneField(Tweet, models.CASCADE, primary_key=True, related_name="correction")
    question = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Its number; empty: no question.")
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(question__isnull=True) | Q(question__range=(1, 30)), name="correction_question_is_small"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tweet} belongs to question {self.question}"
