"""Other people's feeds -> the titles and links of what they wrote last, asked for now and then.

What a feed says is a stranger's word: of each entry a line of plain words and an address on the web are kept.  When it
does not answer, what was read last stays, and its age is told.
"""

import calendar
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import feedparser
import nh3
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.safestring import SafeString
from feedparser.encodings import convert_to_utf8

from accounts import leases, prose
from accounts.leases import Claim
from accounts.models import Community
from blog.models import Feed, FeedItem
from chats.models import Chat, Participation, Tweet
from chats.models.tweet import Role, Withheld
from chats.rendering import text
from chats.sources.answers import Answer
from chats.sources.base import SourceError, Span
from chats.sources.http import Door

SLOTS = 1
EVERY = timedelta(hours=1)
KEPT, SHOWN, SHOWN_TWEETS, LATEST_CHATS = 10, 6, 3, 3
DEADLINE = timedelta(seconds=10)
MOST_BYTES = 2**20
MOST_TAGS, LONGEST_TAG = 40_000, 4096  # what reads feeds takes seconds over more, and minutes over one endless tag
LONGEST = 200
OK, NOT_MODIFIED = 200, 304
_TAG = re.compile(rb"""<[^<>"']*+(?:(?:"[^"]*+"|'[^']*+')[^<>"']*+)*+""")
_is_address = URLValidator(schemes=["http", "https"])


class Entry(NamedTuple):
    """What is kept of one; ``at`` is None where the feed does not say, or says a time to come."""

    link: str
    title: str
    at: datetime | None


def claim_due(*, lapsed: bool = True) -> list[Claim[Feed]]:
    return leases.claim_due(Feed, SLOTS, lapsed=lapsed)


def look_anew(feed: Feed) -> None:
    """It is asked at once, and for all it has."""
    Feed.objects.filter(pk=feed.pk).update(etag="", last_modified="")
    leases.make_due(feed)


def fetch(claim: Claim[Feed]) -> None:
    """Ask for the feed and keep what is new.  What goes wrong is written into its row, which comes due again later."""
    with leases.working(claim):
        feed = Feed.objects.get(pk=claim.id)
        with _patiently():
            answer = _asked(feed)
            entries = None if answer.status == NOT_MODIFIED else read(answer.body, answer.url)
        with leases.hold(claim):
            now = leases.clock()
            if entries is not None:
                _keep(feed, entries, now)
                Feed.objects.filter(pk=feed.pk).update(**_marks(answer.headers))
            Feed.objects.filter(pk=feed.pk).update(fetched_at=now)
            leases.done(claim, again_at=now + EVERY)


@contextmanager
def _patiently() -> Iterator[None]:
    """Whatever is wrong with somebody else's site, it is asked again, more and more seldom, and at least every hour.

    Unless its address may not be asked at all: that waits for a person.
    """
    try:
        yield
    except SourceError as error:
        if error.permanent:
            raise
        told = {"code": error.code, "waiting": True, "is_refusal": True, "retry_after": error.retry_after}
        raise SourceError(str(error), **told) from error  # type: ignore[arg-type]


def _asked(feed: Feed) -> Answer:
    """The answer, or that nothing has changed.  Only the host that was named is asked, if it is public."""
    marks = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    headers = {"Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1"}
    headers |= {name: value for name, value in marks.items() if value}
    parts = urlsplit(feed.address)
    base = f"{parts.scheme}://{parts.netloc}"
    with Door(base, trusted=base in settings.BLOGROLL_TRUSTED, deadline=DEADLINE, most_bytes=MOST_BYTES) as door:
        return _checked(door.get(feed.address, headers=headers))


def _checked(answer: Answer) -> Answer:
    answer.check_available()
    if answer.status not in (OK, NOT_MODIFIED):
        raise SourceError(f"{answer.host} answered {answer.status}.", code="refused", retry_after=answer.retry_after)
    return answer


def _marks(headers: Mapping[str, str]) -> dict[str, str]:
    """What to show next time, so that only what has changed is sent again; nothing of what is too long."""
    told = {"etag": headers.get("ETag", ""), "last_modified": headers.get("Last-Modified", "")}
    fits = {"etag": 200, "last_modified": 60}
    return {name: value if len(value) <= fits[name] and value.isprintable() else "" for name, value in told.items()}


def read(body: bytes, address: str) -> list[Entry]:
    """The entries of a feed, as it lists them.  Raises ``SourceError`` for what is none."""
    try:
        plain = _bounded(body)
        # Given as a file: what it would take for a name or an address, it would open.
        parsed = feedparser.parse(BytesIO(plain), sanitize_html=False, resolve_relative_uris=False)
    except SourceError:
        raise
    except Exception as error:  # numbers of characters that there are none of, and whatever else it trips over
        raise SourceError("What it answered cannot be read as a feed.", code="no_feed") from error
    if not parsed.get("version"):
        raise SourceError("What it answered is no feed.", code="no_feed")
    found: dict[str, Entry] = {}
    for each in parsed.entries:
        if entry := _entry(each, address):
            found.setdefault(entry.link, entry)
        if len(found) == KEPT:
            break
    return list(found.values())


def _bounded(body: bytes) -> bytes:
    """The same in UTF-8, so that it can be counted.  Raises ``SourceError`` for what would keep a hand busy."""
    plain = convert_to_utf8({}, body, {})
    longest = max((tag.end() - tag.start() for tag in _TAG.finditer(plain)), default=0)
    if plain.count(b"<") > MOST_TAGS or longest > LONGEST_TAG:
        raise SourceError("What it answered is more markup than a feed needs.", code="too_large")
    return plain


def _entry(each: Any, address: str) -> Entry | None:
    try:
        link = urljoin(address, str(each.get("link", "")))
        _is_address(link)
        if not link.isprintable():  # nor could a table hold it
            return None
    except (ValueError, ValidationError):
        return None
    title = prose.one_line(_plain(str(each.get("title", ""))), LONGEST)
    return Entry(link, title, _moment(each)) if title and len(link) <= 500 else None


def _plain(title: str) -> str:
    """Without the markup that some write into titles; what then still looks like some is words, and escaped as such."""
    from_html = nh3.clean(title, tags=set())
    return from_html.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&")


def _moment(each: Any) -> datetime | None:
    stated = each.get("published_parsed") or each.get("updated_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(stated), UTC) if stated else None
    except (ValueError, OverflowError, OSError):
        return None


def _keep(feed: Feed, entries: list[Entry], now: datetime) -> None:
    """The newest of what it lists; what it lists no longer goes."""
    known = dict(feed.items.values_list("link", "published_at"))
    rows = [
        FeedItem(feed=feed, link=link, title=title, published_at=min(at or known.get(link, now), now))
        for link, title, at in entries
    ]
    feed.items.exclude(link__in=[row.link for row in rows]).delete()
    FeedItem.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["feed", "link"], update_fields=["title", "published_at"]
    )


class Said(NamedTuple):
    """A tweet of the community's own account, as it stands in one of our transcripts."""

    html: SafeString
    at: datetime
    chat: Chat


class Elsewhere(NamedTuple):
    """What other sites say, for a page; ``old`` are those of its feeds whose last good copy is long ago."""

    items: list[FeedItem]
    old: list[Feed]
    tweets: list[Said]


def elsewhere(community: Community, now: datetime) -> Elsewhere:
    """The newest of all feeds, and the community account's own latest tweets from our rows."""
    items = list(FeedItem.objects.shown(community)[:SHOWN])
    feeds = {item.feed_id: item.feed for item in items}.values()
    return Elsewhere(items, [feed for feed in feeds if feed.is_old(now)], _own_tweets(community, now))


def _own_tweets(community: Community, now: datetime) -> list[Said]:
    chats = {chat.pk: chat for chat in Chat.objects.of(community).archived(now)[:LATEST_CHATS]}
    ours = Participation.objects.filter(chat__in=chats, role=Role.COMMUNITY).values("author")
    shown = {"withheld": Withheld.SHOWN, "reply_to": "", "lines__transcript__publication__isnull": False}
    shown |= {"lines__retweet_of": ""}  # of the published transcript, which knows also repeats that nothing marks
    rows = Tweet.objects.filter(chat__in=chats, author__in=ours, is_sensitive=False, **shown).exclude(text="")
    return [
        Said(
            text.html(each.text, [Span(*span) for span in each.spans], network=each.network),
            each.created_at,
            chats[each.chat_id],
        )
        for each in rows.order_by("-created_at", "-pk")[:SHOWN_TWEETS]
    ]
