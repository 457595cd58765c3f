"""A newsletter -> what its letters say: a post's opening, or a week's posts and the chats ahead."""

from datetime import datetime
from html.parser import HTMLParser
from typing import Any, NamedTuple

from accounts.models import Community
from accounts.outbox.letters import tidy
from blog.followers.choices import Choice
from blog.models import Follower, Kind, Newsletter, Post, PostStatus
from blog.publishing import mailed
from chats.models import Chat
from chats.rendering import numbers, times

OPENING = 900  # characters of a post; the rest is read on its page
CHATS_AHEAD = 2
MOST = 10  # posts that a week's letter tells of; it stays under 10 kB
WORDS_A_MINUTE = 200
_BLOCKS = {"p": "paragraph", "h2": "section", "h3": "section", "li": "row"}


class Block(NamedTuple):
    """``name`` as parts of a letter are called: "paragraph", "section" or "row"."""

    name: str
    words: str


class Told(NamedTuple):
    """A post as letters tell of it."""

    title: str
    kind: str
    names: str
    day: str
    excerpt: str
    address: str
    blocks: list[Block]
    comments: int


class Ahead(NamedTuple):
    """A chat to come."""

    title: str
    when: str
    names: str
    address: str
    calendar: str


class _Opening(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._name, self._words = "", ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _BLOCKS and not (tag == "p" and self._name == "row"):
            self._name, self._words = _BLOCKS[tag], ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if _BLOCKS.get(tag) == self._name and tidy(self._words):
            self.blocks.append(Block(self._name, tidy(self._words)))
            self._name = ""


def opening(html: str) -> list[Block]:
    """The first blocks of a page, ``OPENING`` characters or a little more; no heading is the last."""
    parser = _Opening()
    parser.feed(html)
    shown: list[Block] = []
    for block in parser.blocks:
        if sum(len(each.words) for each in shown) >= OPENING:
            break
        shown.append(block)
    while shown and shown[-1].name == "section":
        shown.pop()
    return shown


def told(post: Post, community: Community) -> Told:
    """``post`` comes from ``Post.objects.told()`` and is out."""
    published_at: Any = post.published_at
    names = [f"@{each['handle']}" if each["handle"] else each["name"] for each in post.writer_facts]
    return Told(
        tidy(post.title),
        post.get_kind_display(),
        tidy(numbers.listed(names)),
        times.day(published_at, community.time_zone),
        tidy(post.excerpt),
        f"{community.site}{post.get_absolute_url()}",
        opening(post.html),
        post.comment_count,
    )


def ahead(community: Community, now: datetime) -> list[Ahead]:
    """The next chats."""
    chats = Chat.objects.of(community).upcoming(now).prefetch_related("hosts")[:CHATS_AHEAD]
    return [
        Ahead(
            tidy(chat.title),
            f"{times.day(chat.starts_at, chat.time_zone)}, {times.clock(chat.starts_at, chat.time_zone)} "
            f"{times.zone_word(chat.time_zone)}",
            tidy(numbers.listed([host.name for host in chat.hosts.all()])),
            f"{community.site}{chat.get_absolute_url()}",
            f"{community.site}{chat.get_absolute_url()}calendar.ics",
        )
        for chat in chats
    ]


def posts(newsletter: Newsletter, now: datetime) -> list[Post]:
    """What it tells of, as far as that is out at this moment; of a week the newest first."""
    rows = Post.objects.of(newsletter.community).published(now).told()
    if newsletter.post_id:
        return list(rows.filter(pk=newsletter.post_id))
    return list(rows.filter(published_at__gt=newsletter.since, published_at__lte=newsletter.until))


def taken_back(newsletter: Newsletter) -> list[str]:
    """The addresses, former ones too, of what its week told of and was taken down."""
    week = {"published_at__gt": newsletter.since, "published_at__lte": newsletter.until}
    gone = Post.objects.of(newsletter.community).filter(status=PostStatus.UNPUBLISHED, **week)
    posts = gone.select_related("community").only("slug", "published_on", "community").prefetch_related("old_addresses")
    return [address for post in posts for address in mailed.addresses(post)]


def for_choice(every: list[Post], choice: Choice) -> list[Post]:
    """Those of a week's posts that somebody has ticked."""
    return [
        post
        for post in every
        if (choice.has_write_ups if post.kind == Kind.WRITE_UP else choice.has_posts)
        and (not choice.topics or post.topic_id in choice.topics)
    ]


def template(newsletter: Newsletter) -> str:
    return "newsletter-post" if newsletter.post_id else "newsletter-week"


def context(newsletter: Newsletter, shown: list[Post], now: datetime, *, reader: str) -> dict[str, Any]:
    """What the template asks for; ``reader`` is whose links they are, "" where it is nobody's."""
    community = newsletter.community
    every = [told(post, community) for post in shown[:MOST]]
    words = sum(len(f"{post.title} {post.excerpt}".split()) for post in every)
    return {
        "posts": every,
        "post": every[0] if every else None,
        "more": max(0, len(shown) - MOST),
        "blog": f"{community.site}/blog/",
        "day": times.day(newsletter.until, community.time_zone) if newsletter.until else "",
        "minutes": max(1, round(words / WORDS_A_MINUTE)),
        "ahead": ahead(community, now),
        "mine": f"{community.site}/blog/follow/mine/{reader}/" if reader else "",
        "stop": stop_address(community, reader) if reader else "",
        "page": f"{community.site}{newsletter.get_absolute_url()}",
    }


def stop_address(community: Community, reader: str) -> str:
    """Where one press stops it all (RFC 8058)."""
    return f"{community.site}/blog/follow/stop/{reader}/"


def ticked(follower: Follower) -> Choice:
    """As ``choices.of``, of a row whose topics are at hand."""
    topics = tuple(sorted(topic.pk for topic in follower.topics.all()))
    return Choice(follower.has_write_ups, follower.has_posts, topics, follower.pace)
