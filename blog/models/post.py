"""A piece of writing: what was decided about it, its words, and the page that was made of them."""

from datetime import datetime, timedelta
from typing import NamedTuple, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import JSONObject, Left
from django.utils.safestring import SafeString
from taggit.managers import TaggableManager

from accounts.models import Community, Crisis, User
from blog.models.picture import Picture
from blog.models.tag import TaggedPost
from blog.models.writer import Byline, Writer
from chats.models import Chat, Event, Topic
from chats.models.tweet import SEARCHED

COLLECTED = timedelta(days=7)  # before and after an event, during which members add their pieces


class Kind(models.TextChoices):
    """What sort of writing it is."""

    NEWS = "news", "news"
    BRIEFING = "briefing", "briefing"
    WRITE_UP = "write-up", "write-up"
    STORY = "story", "story"
    GUEST = "guest", "guest post"
    EVENT = "event", "event"
    COLLABORATIVE = "collaborative", "collaborative"


class PostStatus(models.TextChoices):
    """What people decided.  What is scheduled is out as soon as its time has come: nothing has to happen then."""

    DRAFT = "draft", "draft"
    REVIEW = "review", "in review"
    SCHEDULED = "scheduled", "scheduled"
    PUBLISHED = "published", "published"
    UNPUBLISHED = "unpublished", "unpublished"


class Word(NamedTuple):
    """A tag on a post."""

    slug: str
    name: str


class Signer(NamedTuple):
    """Somebody who signed a post."""

    slug: str
    name: str
    handle: str

    @property
    def signature(self) -> str:
        """How they sign: "@WeCops", or their name where they have no handle."""
        return f"@{self.handle}" if self.handle else self.name


OUT = (PostStatus.SCHEDULED, PostStatus.PUBLISHED)
UNFINISHED = (PostStatus.DRAFT, PostStatus.REVIEW)


class PostQuerySet(models.QuerySet["Post"]):
    def of(self, community: Community) -> Self:
        return self.filter(community=community)

    def published(self, now: datetime) -> Self:
        """What everybody may read at that moment, the newest first."""
        out = self.filter(status__in=OUT, published_at__lte=now)
        pausing = Crisis.objects.pausing(OuterRef("published_at")).filter(community=OuterRef("community"))
        paused = Q(status=PostStatus.SCHEDULED) & Exists(pausing)
        return out.exclude(paused).order_by("-published_at", "-pk")

    def told(self) -> Self:
        """With ``tag_facts`` ({slug, name} each) and ``writer_facts`` ({slug, name, handle} each) by the same query,
        and without what only a search reads.
        """
        tags = TaggedPost.objects.filter(content_object=OuterRef("pk")).order_by("tag__name")
        bylines = Byline.objects.filter(post=OuterRef("pk")).order_by("position", "pk")
        named = JSONObject(slug="writer__slug", name="writer__name", handle="writer__handle")
        return self.defer("searched").annotate(
            tag_facts=ArraySubquery(tags.values(fact=JSONObject(slug="tag__slug", name="tag__name"))),
            writer_facts=ArraySubquery(bylines.values(fact=named)),
        )

    def for_lists(self) -> Self:
        """As cards show them, by one query: without their words."""
        return self.told().defer("text", "html")


class Post(models.Model):
    """One piece.  ``text`` is Markdown and ``html`` what ``publishing`` made of it, so that a page costs little.

    ``slug`` is unique within a community; a post that is renamed leaves an ``OldAddress``.  ``published_on`` is the day
    of ``published_at`` where the community is at home: the address stands on it.  ``changed_at`` is when readers last
    got other words.  ``comment_count`` is kept by the writer of comments, so that lists need not count.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=15, choices=Kind, default=Kind.NEWS)
    status = models.CharField(max_length=15, choices=PostStatus, default=PostStatus.DRAFT, editable=False)
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=160)
    excerpt = models.CharField(max_length=300, blank=True, help_text="One or two sentences under the title.")
    text = models.TextField(blank=True, help_text="Markdown, without HTML.")
    html = models.TextField(blank=True, editable=False)
    rendered_by = models.CharField(max_length=20, blank=True, editable=False)
    minutes = models.PositiveSmallIntegerField(default=1, editable=False, help_text="That it takes to read.")
    writers = models.ManyToManyField(Writer, through=Byline, related_name="posts")
    chat = models.ForeignKey(Chat, models.SET_NULL, null=True, blank=True, related_name="posts")
    topic = models.ForeignKey(Topic, models.SET_NULL, null=True, blank=True, related_name="posts")
    event = models.ForeignKey(Event, models.SET_NULL, null=True, blank=True, related_name="posts")
    tags = TaggableManager(blank=True, through=TaggedPost)
    hero = models.ForeignKey(Picture, models.PROTECT, null=True, blank=True, editable=False, related_name="posts")
    hero_alt = models.CharField(
        "what the picture shows", max_length=300, blank=True, help_text="For whoever cannot see it: in a sentence."
    )
    event_starts_at = models.DateTimeField(null=True, blank=True)
    event_ends_at = models.DateTimeField(null=True, blank=True)
    takes_comments = models.BooleanField("takes comments", default=True)
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    uid = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    opened_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False)
    created_at = models.DateTimeField(editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_on = models.DateField(null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(editable=False)
    searched = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("excerpt", weight="B", config="english")
        + SearchVector(Left("html", SEARCHED), weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
        help_text="Its words, ready to be ranked: to read a long post for every search would take too long.",
    )

    objects = PostQuerySet.as_manager()

    # From ``told``.
    tag_facts: list[dict[str, str]]
    writer_facts: list[dict[str, str]]

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["community", "slug"], name="post_slug_is_unique"),
            models.CheckConstraint(condition=Q(slug__regex=r"^[-a-zA-Z0-9_]+$"), name="post_slug_fits_an_address"),
            models.CheckConstraint(condition=~Q(title=""), name="post_has_a_title"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="post_kind_is_known"),
            models.CheckConstraint(condition=Q(status__in=PostStatus.values), name="post_status_is_known"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_on__isnull=True)
                | Q(published_at__isnull=False, published_on__isnull=False),
                name="post_day_goes_with_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(status__in=UNFINISHED) | (~Q(html="") & Q(published_at__isnull=False)),
                name="post_that_is_out_has_words_and_a_day",
            ),
            models.CheckConstraint(condition=Q(hero__isnull=True) | ~Q(hero_alt=""), name="post_picture_has_its_words"),
            models.CheckConstraint(
                condition=Q(event_starts_at__isnull=True, event_ends_at__isnull=True)
                | Q(event_ends_at__gt=F("event_starts_at")),
                name="post_event_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.COLLABORATIVE) | Q(event_starts_at__isnull=False, event_ends_at__isnull=False),
                name="post_of_many_has_its_event",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-published_at", "-id"], name="post_by_time"),
            GinIndex(fields=["searched"], name="post_by_words"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where readers find it; "" while it has no day."""
        return f"/blog/{self.published_on:%Y/%m}/{self.slug}/" if self.published_on else ""

    @property
    def body(self) -> SafeString:
        """What ``publishing`` made of the text, by the one way in which anybody's words become HTML."""
        return SafeString(self.html)

    @property
    def words(self) -> list[Word]:
        return [Word(**fact) for fact in self.tag_facts]

    @property
    def signers(self) -> list[Signer]:
        return [Signer(**fact) for fact in self.writer_facts]

    def is_out(self, now: datetime) -> bool:
        """Whether everybody may read it at that moment."""
        at = self.published_at
        if self.status not in OUT or at is None or at > now:
            return False
        if self.status != PostStatus.SCHEDULED:
            return True
        return not Crisis.objects.pausing(at).filter(community=self.community_id).exists()

    def takes_pieces(self, now: datetime) -> bool:
        """Whether members may add theirs: from a week before the event to a week after it."""
        starts_at, ends_at = self.event_starts_at, self.event_ends_at
        if self.kind != Kind.COLLABORATIVE or starts_at is None or ends_at is None or not self.is_out(now):
            return False
        return starts_at - COLLECTED <= now < ends_at + COLLECTED


class PostRevision(models.Model):
    """The words of a post as somebody once saved them; none is ever changed."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    excerpt = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["post", "number"]
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="post_revision_number_is_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="post_revision_numbers_start_at_one"),
            models.CheckConstraint(condition=~Q(text=""), name="post_revision_has_a_text"),
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.number}"
