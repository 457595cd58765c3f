"""Posts -> what stands around them: those before and after, those like it, the words and years, those of an event."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count
from django.db.models.functions import ExtractYear
from taggit.models import Tag

from accounts.models import Community
from blog.models import Kind, Post, TaggedPost
from chats.models import Chat, Event, Topic
from chats.rendering.beside import Writing
from chats.rendering.numbers import listed

WORDS_SHOWN = 12
EARLIER, LATER, LIKE_IT = range(3)
MOST_ALIKE = 200  # the newest posts, among which those like another are looked for
# Both are written out: Django takes longer to put them together than PostgreSQL to answer them.
PAGE = """
    SELECT post.*,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('slug', tag.slug, 'name', tag.name) ORDER BY tag.name), '[]')
            FROM blog_taggedpost AS tagged JOIN taggit_tag AS tag ON tag.id = tagged.tag_id
            WHERE tagged.content_object_id = post.id) AS tags_told,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('slug', writer.slug, 'name', writer.name, 'handle', writer.handle)
                ORDER BY byline.position, byline.id), '[]')
            FROM blog_byline AS byline JOIN blog_writer AS writer ON writer.id = byline.writer_id
            WHERE byline.post_id = post.id) AS writers_told,
        jsonb_build_object('slug', chat.slug, 'title', chat.title, 'time_zone', chat.time_zone) AS chat_told,
        jsonb_build_object('slug', event.slug, 'title', event.title, 'time_zone', event.time_zone) AS event_told,
        event.starts_at AS event_began_at,
        jsonb_build_object('slug', topic.slug, 'name', topic.name) AS topic_told,
        chat.starts_at AS chat_starts_at, stats.minutes AS hour_minutes, stats.minute_questions AS hour_questions
    FROM blog_post AS post
    LEFT JOIN chats_topic AS topic ON topic.id = post.topic_id
    LEFT JOIN chats_chat AS chat ON chat.id = post.chat_id
    LEFT JOIN chats_event AS event ON event.id = post.event_id AND event.status <> 'draft'
    LEFT JOIN chats_build AS build ON build.chat_id = chat.id
    LEFT JOIN chats_chatstats AS stats ON stats.transcript_id = build.published_id
    WHERE post.community_id = %(community)s AND (post.slug = %(slug)s OR post.id = %(key)s)
"""
_SHOWN = """
    SELECT id, slug, title, published_on, {place} AS place, ARRAY(
        SELECT writer.name FROM blog_byline AS byline JOIN blog_writer AS writer ON writer.id = byline.writer_id
        WHERE byline.post_id = post.id ORDER BY byline.position, byline.id
    ) AS names
    FROM {posts} AS post {more}
    WHERE community_id = %(community)s AND status IN ('scheduled', 'published') AND published_at <= %(now)s AND {which}
        AND NOT (status = 'scheduled' AND EXISTS (
            SELECT FROM accounts_crisis AS crisis WHERE crisis.community_id = post.community_id
            AND crisis.until IS NULL AND crisis.posts_paused_since <= post.published_at
        ))
"""
_ALIKE = """
    LEFT JOIN LATERAL (
        SELECT count(*) AS words FROM blog_taggedpost AS tagged WHERE tagged.content_object_id = post.id
        AND tagged.tag_id IN (SELECT tag_id FROM blog_taggedpost WHERE content_object_id = %(pk)s)
    ) AS alike ON TRUE
"""
_NEWEST = """(
    SELECT id, slug, title, published_on, published_at, community_id, status, topic_id FROM blog_post
    WHERE community_id = %(community)s AND published_at <= %(now)s
    ORDER BY published_at DESC, id DESC LIMIT %(most_alike)s
)"""
_IS_ALIKE = "id <> %(pk)s AND (alike.words > 0 OR topic_id = %(topic)s)"
_HERE = "(published_at, id) {} (%(at)s, %(pk)s)"
_PARTS = (
    (
        _SHOWN.format(place=EARLIER, posts="blog_post", more="", which=_HERE.format("<")),
        "published_at DESC, id DESC LIMIT 1",
    ),
    (_SHOWN.format(place=LATER, posts="blog_post", more="", which=_HERE.format(">")), "published_at, id LIMIT 1"),
    (
        _SHOWN.format(place=LIKE_IT, posts=_NEWEST, more=_ALIKE, which=_IS_ALIKE),
        "alike.words DESC, published_at DESC, id DESC LIMIT 3",
    ),
)
AROUND = " UNION ALL ".join(f"({rows} ORDER BY {order})" for rows, order in _PARTS)


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


def page(community: Community, *, slug: str = "", key: int | None = None) -> Post | None:
    """The post named ``slug``, or that with the ``key``, with all that its own page shows, by one query.

    Also its topic, the chat behind it with the shape of its hour, and the event it is about if readers may know of it.
    """
    asked = {"community": community.pk, "slug": slug, "key": key}
    found: Any = next(iter(Post.objects.raw(PAGE, asked)), None)
    if found is None:
        return None
    found.community = community
    found.chat = _chat(found, community) if found.chat_id else None
    found.event = _event(found, community) if found.event_began_at else None
    found.topic = (
        Topic(pk=found.topic_id, community=community, **json.loads(found.topic_told)) if found.topic_id else None
    )
    found.tag_facts, found.writer_facts = json.loads(found.tags_told), json.loads(found.writers_told)
    return found


def _chat(found: Any, community: Community) -> Chat:
    told = json.loads(found.chat_told)
    return Chat(pk=found.chat_id, community=community, starts_at=found.chat_starts_at, **told)


def _event(found: Any, community: Community) -> Event:
    told = json.loads(found.event_told)
    return Event(pk=found.event_id, community=community, starts_at=found.event_began_at, **told)


def about(event: Event, now: datetime) -> list[Writing]:
    """What was written about an event and is out: the write-up first, then what members add to, then all else."""
    posts = Post.objects.of(event.community).filter(event=event).published(now)
    shown = posts.only("slug", "title", "excerpt", "kind", "published_on")
    ordered = sorted(shown, key=lambda post: (post.kind != Kind.WRITE_UP, post.kind != Kind.COLLABORATIVE))
    return [Writing(post.get_absolute_url(), post.title, post.excerpt, _kind(post)) for post in ordered]


def _kind(post: Post) -> str:
    """What readers call it."""
    return "By everybody" if post.kind == Kind.COLLABORATIVE else post.get_kind_display().capitalize()


def around(post: Post, now: datetime) -> Around:
    """The one before it, the one after it, and those that share most of its words, else its topic: by one query."""
    asked = {
        "pk": post.pk,
        "at": post.published_at,
        "community": post.community_id,
        "topic": post.topic_id,
        "now": now,
        "most_alike": MOST_ALIKE,
    }
    found: dict[int, list[Neighbour]] = {EARLIER: [], LATER: [], LIKE_IT: []}
    beside: Iterable[Any] = Post.objects.raw(AROUND, asked)
    for each in beside:
        found[each.place].append(Neighbour(each.get_absolute_url(), each.title, listed(each.names)))
    return Around(next(iter(found[EARLIER]), None), next(iter(found[LATER]), None), found[LIKE_IT])


def words(community: Community, now: datetime) -> list[Any]:
    """The words on most posts that are out: tags with ``posts``, how many."""
    posts = Post.objects.of(community).published(now).order_by()
    here = Tag.objects.filter(blog_taggedpost_items__content_object__in=posts)
    counted = here.annotate(posts=Count("blog_taggedpost_items"))
    return list(counted.order_by("-posts", "name")[:WORDS_SHOWN])


def years(community: Community, now: datetime) -> list[tuple[int, int]]:
    """(year, how many posts) of all that is out, the newest first."""
    posts = Post.objects.of(community).published(now).order_by()
    counted = posts.annotate(year=ExtractYear("published_on")).values_list("year").annotate(posts=Count("pk"))
    return list(counted.order_by("-year"))


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
