"""Stored pages -> answers: from the cache, else from their row.  A page in the cache is served without a query."""

import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http.request import split_domain_port

from accounts import crisis
from accounts.models import Community
from chats.models import Chat, StoredPage

# Whole rows of four tables would cost more than the page.
WHERE_IT_STANDS = ("transcript__chat__starts_at", "transcript__chat__time_zone")
DAY = 86_400  # seconds
BLOG = "/blog/"
CHANGING = ""  # the generation while a change is being written: no page is of it


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
    """The page at ``path`` (the whole address) and what all pages there say at the moment, if the cache has both.

    What was drawn before the newest change there (``renew``) is none.
    """
    page, notice, generation = _key(host, path), crisis.notice_key(_name(host)), _generation_key(path)
    kept = cache.get_many([page, notice, generation])
    if len(kept) < 3 or kept[page][0] != kept[generation]:
        return None
    return Answer(*kept[page][1:]), kept[notice]


def generation(path: str) -> str:
    """Which state of things a page there shows that is drawn from now on: ask before reading a row for it."""
    return cache.get_or_set(_generation_key(path), _new_generation, DAY) or CHANGING


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


def remember(host: str, path: str, answer: Answer, notice: str, generation: str) -> None:
    """Keep an answer of that generation for ``PAGE_CACHE_SECONDS``; of one that is over it is never recalled."""
    if generation == CHANGING:
        return
    crisis.remember_notice(_name(host), notice)
    told = (generation, answer.body, answer.content_type, answer.etag, path)
    cache.set(_key(host, path), told, settings.PAGE_CACHE_SECONDS)


def clear(*chats: Chat) -> None:
    """Forget every page of these chats, and those of the blog, which quote them."""
    for chat in chats:
        renew(chat.get_absolute_url())
    if chats:
        renew(BLOG)


def renew(path: str) -> None:
    """Forget every page of the chat there, else of the blog and its films, with the change that is being written.

    A page that is being drawn while the change is committed is not recalled later either; and if whoever commits it
    dies at that moment, none is until all that were kept are too old.
    """
    key = _generation_key(path)
    cache.set(key, CHANGING, settings.PAGE_CACHE_SECONDS)
    transaction.on_commit(lambda: cache.set(key, _new_generation(), DAY))


def _new_generation() -> str:
    return secrets.token_hex(8)


def _generation_key(path: str) -> str:
    """One for each chat, and one for all else that is kept, under whichever host."""
    parts = path.split("/", 6)
    return "generation:" + (_hashed("/".join(parts[:6])) if parts[1:2] == ["chats"] else "blog")


def _key(host: str, path: str) -> str:
    """By the name alone: a host may come with any port and in any letters, and each would have a copy of its own.

    Hashed, because a path that somebody asks for may have any length and hold any sign, and a key may not.
    """
    return "page:" + _hashed(f"{_name(host)}{path}")


def _hashed(words: str) -> str:
    return hashlib.blake2b(words.encode(errors="surrogatepass"), digest_size=20).hexdigest()


def _name(host: str) -> str:
    return split_domain_port(host)[0]
