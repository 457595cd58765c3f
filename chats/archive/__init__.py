"""A chat's tweets -> a published transcript: calculated and rendered outside any transaction, switched in a short one.

Safe to repeat: the same rows give the same bytes, and a version that says nothing new is not made.
"""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count

from django.conf import settings
from django.db import connection
from django.db.models import Max, Q

from accounts import crash, leases
from accounts.leases import Claim
from accounts.models import Community
from chats import exports, shelf
from chats.archive.conversation import converse, shown
from chats.archive.holding import hold_back
from chats.archive.publishing import Edition, publish
from chats.exports import Told
from chats.models import Build, Chat, StoredPage, Transcript
from chats.rendering import pages, reading
from chats.rendering.reading import Row
from chats.rendering.values import TranscriptValue

RENDERED_ANEW_A_TICK = 4
PAGES_A_RENEWAL = 10  # which take some seconds on the slowest machine; nobody builds on what he has lost
HTML = "text/html; charset=utf-8"

NUMBER = """
    UPDATE chats_tweet SET number = given.number
    FROM unnest(%s::bigint[], %s::int[]) AS given (id, number) WHERE chats_tweet.id = given.id
"""

# Once, by the handle a host had when this chat was first read: handles change owners later.
ROLES = """
    UPDATE chats_participation
    SET role = CASE WHEN lower(handle) = %(community)s THEN 'community' ELSE 'host' END
    WHERE chat_id = %(chat)s AND role = '' AND lower(handle) = ANY(%(handles)s)
"""


def claim_due(*, lapsed: bool = True) -> list[Claim[Build]]:
    return leases.claim_due(Build, settings.WORKER_SLOTS, lapsed=lapsed)


def claim(chat: Chat) -> Claim[Build] | None:
    """The right to build one chat now, due or not; None while a worker has it."""
    order, _ = Build.objects.get_or_create(chat=chat)
    return leases.claim_one(order)


def renew_stale_pages() -> None:
    """Make due what was rendered by other templates than today's, or before its community was called or coloured as it
    is: newest chats first, a few at a time.
    """
    todays = Q(pk=None)
    for community in Community.objects.all():
        todays |= Q(chat__community=community, renderer=pages.renderer(community))
    stale = Build.objects.filter(published__isnull=False, next_due_at__isnull=True).exclude(todays)
    for build in stale.order_by("-chat__starts_at")[:RENDERED_ANEW_A_TICK]:
        leases.make_due(build)


def build(held: Claim[Build], now: datetime) -> Transcript | None:
    """Do one claimed build; the transcript that is published then, or None while the chat has no tweets.

    Raises ``LeaseLost`` when somebody else took it over, and nothing of this build is seen then; any other error is
    raised after it was written into the row.
    """
    with leases.working(held):
        return _build(held, now)


def _build(held: Claim[Build], now: datetime) -> Transcript | None:
    order = Build.objects.select_related("chat__community", "chat__topic", "published").get(pk=held.id)
    rows = _numbered(held, order.chat)
    crash.point("build.after_read")
    if not rows and order.published is None:
        with leases.hold(held):
            leases.done(held)
        return None
    conversation = converse(order.chat, rows)
    leases.renew(held)
    site = order.chat.community.site
    old = order.published
    transcript = reading.read(conversation, version=old.version if old else 0, built_at=old.built_at if old else now)
    told = exports.tell(transcript, site=site)
    sha256 = exports.fingerprint(told)
    if old is None or sha256 != old.sha256:
        newest = order.chat.transcripts.aggregate(newest=Max("version"))["newest"] or 0
        transcript = replace(transcript, version=newest + 1, built_at=now)
    leases.renew(held)
    stored = []
    for page in stored_pages(transcript, told, order.chat, sha256):
        stored.append(page)
        if len(stored) % PAGES_A_RENEWAL == 0:
            leases.renew(held)
    edition = Edition(order, conversation, transcript, sha256, stored)
    crash.point("build.after_render")
    leases.renew(held)
    published = publish(held, edition, renderer=pages.renderer(order.chat.community))
    crash.point("build.after_publish")
    shelf.clear(order.chat)
    return published


def stored_pages(transcript: TranscriptValue, told: Told, chat: Chat, sha256: str) -> Iterator[StoredPage]:
    """Every answer below the chat's address, rendered and gzipped, not yet saved."""
    community = chat.community
    for name, body in exports.files(transcript, told, community, sha256, text=settings.EXPORT_TEXT):
        yield _stored_page(name, exports.TYPES[name], body)
    for path, html in pages.render(transcript, community):
        yield _stored_page(path, HTML, html.encode())


def _stored_page(path: str, content_type: str, body: bytes) -> StoredPage:
    packed = gzip.compress(body, compresslevel=6, mtime=0)
    etag = hashlib.blake2b(packed, digest_size=16).hexdigest()
    return StoredPage(path=path, content_type=content_type, body=packed, etag=etag)


def _numbered(held: Claim[Build], chat: Chat) -> tuple[Row, ...]:
    """The tweets that are shown.  Each that is so for the first time gets the next free number, in time order."""
    community = chat.community.handle.lower()
    hosts = [host.handle.lower() for host in chat.hosts.all()]
    with leases.hold(held) as order, connection.cursor() as cursor:
        cursor.execute(ROLES, {"chat": chat.pk, "community": community, "handles": [community, *hosts]})
        hold_back(chat)
        rows = shown(chat)
        given = dict(zip((row.pk for row in rows if row.number is None), count(order.last_number + 1)))
        cursor.execute(NUMBER, [list(given), list(given.values())])
        order.last_number += len(given)
        order.save(update_fields=["last_number"])
    return tuple(row._replace(number=given[row.pk]) if row.pk in given else row for row in rows)
