"""Stored pages -> answers: from the cache, else from their row.  A page in the cache is served without a query."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http.request import split_domain_port

from accounts import crisis
from accounts.models import Community
from chats.models import Chat, StoredPage

# Whole rows of four tables would cost more than the page.
WHERE_IT_STANDS = ("transcript__chat__starts_at", "transcript__chat__time_zone")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent: gzipped ``body``; ``path`` is its true address.

    ``is_withdrawn``: something was taken back, and the page is being made anew.
    """

    body: bytes
    content_type: str
    etag: str
    path: str
    is_withdrawn: bool = False


def recall(host: str, path: str) -> tuple[Answer, str] | None:
    """The page at ``path`` (the whole address) and what all pages there say at the moment, if the cache has both."""
    page, notice = _key(host, path), crisis.notice_key(_name(host))
    kept = cache.get_many([page, notice])
    return (Answer(*kept[page]), kept[notice]) if len(kept) == 2 else None


def fetch(community: Community, slug: str, below: str) -> Answer | None:
    """The published page ``below`` a chat's address, from its row: one query."""
    found = (
        StoredPage.objects.filter(
            transcript__publication__isnull=False,
            transcript__chat__community=community,
            transcript__chat__slug=slug,
            path=below,
        )
        .values_list("body", "content_type", "etag", "transcript__publication__withdrawn_at", *WHERE_IT_STANDS)
        .first()
    )
    if found is None:
        return None
    body, content_type, etag, withdrawn_at, starts_at, time_zone = found
    path = Chat(slug=slug, starts_at=starts_at, time_zone=time_zone).get_absolute_url() + below
    return Answer(bytes(body), content_type, etag, path, withdrawn_at is not None or not body)


def remember(host: str, path: str, answer: Answer, notice: str) -> None:
    """Keep an answer for ``PAGE_CACHE_SECONDS``: the longest a change can stay unseen when clearing fails."""
    crisis.remember_notice(_name(host), notice)
    cache.set(_key(host, path), (answer.body, answer.content_type, answer.etag, path), settings.PAGE_CACHE_SECONDS)


def clear(chat: Chat) -> None:
    """Forget every page of a chat at the addresses its community is known by."""
    paths = StoredPage.objects.filter(transcript__chat=chat).values_list("path", flat=True)
    forget(chat.community, [chat.get_absolute_url() + path for path in paths])


def forget(community: Community, paths: Iterable[str]) -> None:
    """Forget these pages at the addresses the community is known by."""
    hosts = sorted({urlsplit(community.site).netloc, urlsplit(settings.SITE_URL).netloc})
    cache.delete_many([_key(host, path) for path in paths for host in hosts])


def _key(host: str, path: str) -> str:
    """By the name alone: a host may come with any port and in any letters, and each would have a copy of its own.

    Hashed, because a path that somebody asks for may have any length and hold any sign, and a key may not.
    """
    name = _name(host)
    return "page:" + hashlib.blake2b(f"{name}{path}".encode(errors="surrogatepass"), digest_size=20).hexdigest()


def _name(host: str) -> str:
    return split_domain_port(host)[0]
