"""Posts -> what stands around them: those before and after, those like it, the words and years, those of an event."""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, ExtractYear
from taggit.models import Tag

from accounts.models import Community, User
from accounts.ready import Ready, ReadyTuples
from blog.models import Byline, Contribution, Kind, Post, TaggedPost
from chats.models import Event, EventStatus, Topic
from chats.rendering.beside import Writing
from chats.rendering.numbers import listed

WORDS_SHOWN = 12
EARLIER, LATER, LIKE_IT = range(3)
MOST_ALIKE = 200  # the newest posts, among which those like another are looked for


class Neighbour(NamedTuple):
    """A post beside another: enough to lead there."""

    path: str
    title: str
    names: str


class Around(NamedTuple):
    """What stands around a post."""

    earlier: Neighbour | None
    later: Neighbour | None
    like_it: list[Neighbour]


def page(community: Community, *, slug: str = "", key: int = 0) -> Post | None:
    """The post named ``slug``, or that with the ``key``, with all that its own page shows, by one query.

    Also its topic, the chat behind it with the shape of its hour, and the event it is about if readers may know of it.
    """
    asked = {"community": community.pk}
    found = next(iter(_KNOWN(key=key, **asked) if key else _NAMED(slug=slug, **asked)), None)
    if found is None:
        return None
    for row in (found, found.chat, found.event, found.topic):
        if row:
            row.community = community
    if found.event and found.event.status == EventStatus.DRAFT:
        found.event = None
    return found


def _whole(community: int) -> Any:
    """Posts with all that their own pages show."""
    beside = ["chat__slug", "chat__title", "chat__starts_at", "chat__time_zone", "topic__slug", "topic__name"]
    beside += ["event__slug", "event__title", "event__starts_at", "event__time_zone", "event__status"]
    own = [field.name for field in Post._meta.concrete_fields]
    posts = Post.objects.filter(community=community).select_related("chat", "event", "topic").only(*own, *beside)
    stats = "chat__build__published__stats__"
    return posts.told().annotate(hour_minutes=F(f"{stats}minutes"), hour_questions=F(f"{stats}minute_questions"))


def about(event: Event, now: datetime) -> list[Writing]:
    """What was written about an event and is out: the write-up first, then what members add to, then all else."""
    posts = Post.objects.of(event.community).filter(event=event).published(now)
    shown = posts.only("slug", "title", "excerpt", "kind", "published_on")
    ordered = sorted(shown, key=lambda post: (post.kind != Kind.WRITE_UP, post.kind != Kind.COLLABORATIVE))
    return [Writing(post.get_absolute_url(), post.title, post.excerpt, _kind(post)) for post in ordered]


def on(topic: Topic, now: datetime) -> list[Writing]:
    """What was written on a topic, or about one of its chats, and is out, the newest first."""
    of_it = Q(topic=topic) | Q(topic=None, chat__topic=topic)
    posts = Post.objects.of(topic.community).filter(of_it).published(now)
    shown = posts.only("slug", "title", "excerpt", "kind", "published_on")
    return [Writing(post.get_absolute_url(), post.title, post.excerpt, _kind(post)) for post in shown]


def _kind(post: Post) -> str:
    """What readers call it."""
    return "By everybody" if post.kind == Kind.COLLABORATIVE else post.get_kind_display().capitalize()


def around(post: Post, now: datetime) -> Around:
    """The one before it, the one after it, and those that share most of its words, else its topic: by one query."""
    here = {"pk": post.pk, "at": post.published_at, "community": post.community_id, "topic": post.topic_id}
    found: dict[int, list[Neighbour]] = {EARLIER: [], LATER: [], LIKE_IT: []}
    for place, slug, title, published_on, names in _AROUND(now=now, **here):
        path = Post(slug=slug, published_on=published_on).get_absolute_url()
        found[place].append(Neighbour(path, title, listed(names)))
    return Around(next(iter(found[EARLIER]), None), next(iter(found[LATER]), None), found[LIKE_IT])


def _around(pk: int, at: datetime, community: int, topic: int, now: datetime) -> Any:
    """(which place, slug, title, day, names) of each, in the order of a place."""
    out = Post.objects.filter(community=community).published(now)
    earlier = out.filter(published_at__lte=at).exclude(published_at=at, pk__gte=pk)
    later = out.filter(published_at__gte=at).exclude(published_at=at, pk__lte=pk).order_by("published_at", "pk")
    dated = Post.objects.filter(community=community, published_at__lte=now).order_by("-published_at")
    oldest = dated.values("published_at")[MOST_ALIKE - 1 : MOST_ALIKE]
    same = TaggedPost.objects.filter(content_object=pk).values("tag")
    like_it = (
        out.filter(published_at__gte=Coalesce(Subquery(oldest), Value(datetime.min.replace(tzinfo=UTC))))
        .exclude(pk=pk)
        .annotate(alike=Count("tags", filter=Q(tags__in=same)))
        .filter(Q(alike__gt=0) | Q(topic=topic))
        .order_by("-alike", "-published_at", "-pk")
    )
    return _neighbours(earlier[:1], EARLIER).union(
        _neighbours(later[:1], LATER), _neighbours(like_it[:3], LIKE_IT), all=True
    )


def _neighbours(posts: Any, place: int) -> Any:
    names = Byline.objects.filter(post=OuterRef("pk")).order_by("position", "pk").values("writer__name")
    return posts.annotate(place=Value(place), names=ArraySubquery(names)).values_list(
        "place", "slug", "title", "published_on", "names"
    )


def pieces_of(user: User, community: Community) -> QuerySet[Contribution]:
    """What somebody has added there to posts of many, the newest first."""
    own = Contribution.objects.filter(user=user, post__community=community)
    return own.told().select_related("post").order_by("-created_at", "-pk")


def words(community: Community, now: datetime) -> list[Any]:
    """The words on most posts that are out: tags with ``posts``, how many."""
    return _WORDS(community=community.pk, now=now)


def _words(community: int, now: datetime) -> Any:
    posts = Post.objects.filter(community=community).published(now).order_by()
    here = Tag.objects.filter(blog_taggedpost_items__content_object__in=posts)
    counted = here.annotate(posts=Count("blog_taggedpost_items"))
    return counted.order_by("-posts", "name")[:WORDS_SHOWN]


def years(community: Community, now: datetime) -> list[tuple[int, int]]:
    """(year, how many posts) of all that is out, the newest first."""
    return _YEARS(community=community.pk, now=now)


def _years(community: int, now: datetime) -> Any:
    posts = Post.objects.filter(community=community).published(now).order_by()
    counted = posts.annotate(year=ExtractYear("published_on")).values_list("year").annotate(posts=Count("pk"))
    return counted.order_by("-year")


def months(community: Community, now: datetime) -> list[date]:
    """The first day of every month with a post that is out."""
    return list(Post.objects.of(community).published(now).order_by().dates("published_on", "month"))


def tagged(community: Community, slug: str, now: datetime) -> Tag | None:
    """The word, if a post of the community that is out has it: words of others are none of ours."""
    if "\0" in slug:  # which no text of the database can hold
        return None
    posts = Post.objects.of(community).published(now)
    found = TaggedPost.objects.filter(tag__slug=slug, content_object__in=posts).select_related("tag").first()
    return found.tag if found else None


_KNOWN = Ready(lambda community, key: _whole(community).filter(pk=key), community=int, key=int)
_NAMED = Ready(lambda community, slug: _whole(community).filter(slug=slug), community=int, slug=str)
_AROUND = ReadyTuples(_around, pk=int, at=datetime, community=int, topic=int, now=datetime)
_WORDS = Ready(_words, community=int, now=datetime)
_YEARS = ReadyTuples(_years, community=int, now=datetime)
