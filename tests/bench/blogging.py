"""A blog of 2,000 posts -> what a post and the lists cost: with every cache empty, and warm."""

from contextlib import nullcontext
from datetime import timedelta

import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone
from taggit.models import Tag

from accounts import prose
from accounts.models import Community, User
from blog import publishing
from blog.models import Byline, Post, TaggedPost
from blog.publishing import words
from tests.bench import chats
from tests.bench.measure import database_server, median, report
from tests.bench.serving import COLD_REQUESTS, OTHERS, PEER_REQUESTS, POST, RUNS, UNIT, WARM_REQUESTS
from tests.bench.sites import Servers, peers, served, wagtail

POSTS, COMMENTS = 2000, 50
TAGS = ("rest", "custody", "families", "academicpony", "leadership", "international")
PARAGRAPH = "A promise made in a meeting lasts about a week. A promise made in front of 187 people lasts **longer**. "


def run():
    path = _filled()
    cache = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    servers = Servers(database=database_server(connection), cache=cache.info("server")["process_id"])
    with (
        served("portal", "wecops.wsgi:application", servers) as site,
        wagtail() if peers() else nullcontext() as peer,
        wagtail(SITE_CACHE="1") if peers() else nullcontext() as kept,
    ):
        for name, address in {"post": path, "index": "/blog/", "feed": "/blog/feed/"}.items():
            runs = [dict(_costs(site, peer, kept, address, cache)) for _ in range(RUNS)]
            for part in runs[0]:
                _report(f"blog.{name}.{part}", part, runs)
    Post.objects.all().delete()


def _costs(site, peer, kept, path, cache):
    """One run of every contender, in turn."""
    cache.flushdb()
    yield "warm", site.cost(path, WARM_REQUESTS).served
    yield "uncached", site.cost(f"{path}?plain", PEER_REQUESTS).served  # with a question mark nothing is remembered
    yield "cold", site.cost(path, COLD_REQUESTS, before_each=cache.flushdb).served
    if peer:
        yield "wagtail", peer.cost(POST, PEER_REQUESTS).served
        yield "wagtail_kept", kept.cost(POST, WARM_REQUESTS).served


def _report(name, part, runs):
    figure = median([run[part] for run in runs])
    if part.startswith("wagtail") or "wagtail" not in runs[0]:
        report(name, figure, UNIT)
    else:
        ratio = median([run[part] / run["wagtail"] for run in runs])
        report(name, figure, UNIT, ratio=ratio, against=OTHERS["wagtail"])


def _filled():
    """The address of one of so many posts, each with a writer, two tags and ten paragraphs."""
    Post.objects.all().delete()
    community, now = Community.objects.get(slug="wecops"), timezone.now()
    text = "\n\n".join(["## A head", *[PARAGRAPH * 3] * 10])
    writers = [publishing.writer(community, f"Writer {n}", handle=f"writer_{n}") for n in range(20)]
    tags = [Tag.objects.get_or_create(name=name, defaults={"slug": name})[0] for name in TAGS]
    rows = [_row(community, number, now - timedelta(days=number), text) for number in range(POSTS)]
    Post.objects.bulk_create(rows)
    Byline.objects.bulk_create(Byline(post=post, writer=writers[n % len(writers)]) for n, post in enumerate(rows))
    TaggedPost.objects.bulk_create(
        TaggedPost(content_object=post, tag=tags[place % len(tags)])
        for number, post in enumerate(rows)
        for place in (number, number + 1)
    )
    _talk(rows[POSTS // 2])
    chats.tidy()
    return rows[POSTS // 2].get_absolute_url()


def _talk(post):
    """Fifty comments below the post that is measured, every second one a reply."""
    said, at, parent = "It was the *third* day that did it, and nobody had asked before. " * 3, post.published_at, None
    for number in range(1, COMMENTS + 1):
        named = {"name": f"Reader {number}", "handle": f"reader_{number}", "handle_seen_at": at}
        author, _ = User.objects.get_or_create(username=f"bench-{number}", defaults=named)
        facts = {"author": author, "text": said, "html": prose.remark(said), "state": "shown"}
        made = post.comments.create(number=number, parent=parent, sent_at=at, shown_at=at, **facts)
        parent = None if parent else made
    Post.objects.filter(pk=post.pk).update(comment_count=COMMENTS)


def _row(community, number, at, text):
    facts = {"title": f"Post {number}", "slug": f"bench-{number}", "excerpt": "What it is about, in a sentence."}
    moments = {"created_at": at, "changed_at": at, "published_at": at, "published_on": at.date()}
    return Post(community=community, status="published", **facts, **moments, **words.made(text))
