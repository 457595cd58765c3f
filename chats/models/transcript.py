"""What is made of a chat's tweets: numbered versions, their lines and figures, and the pages ready to be served."""

from typing import get_args

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Leased
from chats.analysis.records import Kind, PlacedBy
from chats.models.chat import Chat
from chats.models.tweet import Tweet


class Transcript(models.Model):
    """One version of a chat's transcript.  ``sha256`` is over its canonical content (``chats.exports``).

    ``questions`` is the index this build found: [{number, text, asked_at, tweet}], tweet being a number in the chat.
    Only the published version keeps its lines, figures and pages.
    """

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="transcripts")
    version = models.PositiveIntegerField()
    built_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    questions = models.JSONField(default=list)

    class Meta:
        ordering = ["chat", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["chat", "version"], name="transcript_version_is_unique"),
            # A build refers to both, so that it can publish a version of its own chat only: migration 0005.
            models.UniqueConstraint(fields=["id", "chat"], name="transcript_is_of_its_chat"),
            models.CheckConstraint(condition=Q(version__gte=1), name="transcript_versions_start_at_one"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="transcript_sha256_is_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.chat}, version {self.version}"


class TranscriptLine(models.Model):
    """A tweet's place in a version: where it stands, under which question, and what put it there.

    ``retweet_of`` is the network id of what it only passes on, told by its source or by its words; "" for its own.
    """

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="lines")
    tweet = models.ForeignKey(Tweet, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    depth = models.PositiveIntegerField()
    question = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(max_length=12)
    placed_by = models.CharField(max_length=8)
    confidence = models.FloatField()
    retweet_of = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["transcript", "position"]
        constraints = [
            models.UniqueConstraint(fields=["transcript", "tweet"], name="transcript_line_tweet_is_unique"),
            models.UniqueConstraint(fields=["transcript", "position"], name="transcript_line_position_is_unique"),
            models.CheckConstraint(condition=Q(confidence__range=(0, 1)), name="transcript_line_confidence_is_a_share"),
            models.CheckConstraint(condition=Q(kind__in=get_args(Kind)), name="transcript_line_kind_is_known"),
            models.CheckConstraint(condition=Q(placed_by__in=get_args(PlacedBy)), name="transcript_line_has_a_reason"),
            models.CheckConstraint(
                condition=Q(question__isnull=True) | Q(question__range=(1, 30)),
                name="transcript_line_question_is_small",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transcript}, line {self.position}"


class ChatStats(models.Model):
    """Counted facts of a version.  Reach is None when nobody's followers are known; None is never shown as 0."""

    transcript = models.OneToOneField(Transcript, models.CASCADE, primary_key=True, related_name="stats")
    people = models.PositiveIntegerField()
    tweets = models.PositiveIntegerField()
    replies = models.PositiveIntegerField()
    retweets = models.PositiveIntegerField()
    followers_known = models.PositiveIntegerField()
    potential_impressions = models.PositiveBigIntegerField(null=True)
    potential_audience = models.PositiveBigIntegerField(null=True)
    busiest_minute = models.DateTimeField(null=True)
    busiest_count = models.PositiveIntegerField()
    minutes = ArrayField(models.PositiveIntegerField())
    minute_questions = ArrayField(models.PositiveSmallIntegerField(null=True))

    class Meta:
        verbose_name_plural = "chat stats"
        constraints = [
            models.CheckConstraint(
                condition=Q(followers_known__lte=models.F("people")), name="chat_stats_knows_no_more_than_all"
            ),
            models.CheckConstraint(
                condition=Q(minutes__len=models.F("minute_questions__len")),
                name="chat_stats_minutes_have_a_question_each",
            ),
        ]

    def __str__(self) -> str:
        return f"stats of {self.transcript}"


class StoredPage(models.Model):
    """A finished answer: what stands below the chat's address at ``path``, gzipped, ready to be sent."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="pages")
    path = models.CharField(max_length=60, blank=True, help_text='Below the chat, for example "transcript/".')
    content_type = models.CharField(max_length=60)
    body = models.BinaryField()
    etag = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["transcript", "path"], name="stored_page_path_is_unique")]

    def __str__(self) -> str:
        return f"{self.transcript}, {self.path or 'chat page'}"


class Build(Leased):
    """The standing order to keep a chat's transcript up to date: when that is due, and which version is published.

    ``renderer`` says with which templates the stored pages were made; ``last_number`` the newest number given to a
    tweet; ``withdrawn_at`` that something was taken back and the published pages must not be served until rebuilt.
    """

    chat = models.OneToOneField(Chat, models.CASCADE, primary_key=True, related_name="build")
    published = models.OneToOneField(Transcript, models.SET_NULL, null=True, blank=True, related_name="publication")
    renderer = models.CharField(max_length=64, blank=True, editable=False)
    last_number = models.PositiveIntegerField(default=0, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(Leased.Meta):
        pass

    def __str__(self) -> str:
        return f"build of {self.chat}"
