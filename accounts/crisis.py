"""What somebody presses on the crisis switch -> its row; and what the rest of the house asks before it speaks.

Whoever is about to show a comment or publish a post asks ``position`` of its community.  Whoever claims leased rows
leaves out those of the communities in ``communities_that``.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from accounts.models import Community, Crisis, User
from accounts.models.crisis import SWITCHES


class NothingToUndo(ValueError):
    """The switch was never touched; the sentence says so."""


@dataclass(frozen=True, slots=True)
class Position:
    """What is held back, and what every page says meanwhile."""

    notice: str = ""
    holds_comments: bool = False
    pauses_posts: bool = False
    pauses_newsletters: bool = False
    pauses_chats: bool = False

    @property
    def is_normal(self) -> bool:
        return self == NORMAL


NORMAL = Position()


def position(community: Community) -> Position:
    """Where the switch stands now: one query."""
    row = community.crises.in_force().first()
    return _of(row) if row else NORMAL


def communities_that(switch: str) -> str:
    """SQL of the keys of all communities with this switch on (one of ``SWITCHES``), for whoever claims rows."""
    if switch not in SWITCHES:
        raise ValueError(f"There is no switch {switch!r}.")
    return f"(SELECT community_id FROM accounts_crisis WHERE until IS NULL AND {switch})"  # noqa: S608 - of our names


def _of(row: Crisis) -> Position:
    return Position(row.notice, *(getattr(row, name) for name in SWITCHES))


@transaction.atomic
def switch(community: Community, to: Position, *, reason: str, by: User | None, now: datetime) -> bool:
    """Put the switch there; whether it stood elsewhere before.  Pages say so within seconds."""
    Community.objects.select_for_update().get(pk=community.pk)  # two who press at once stand in a row
    row = community.crises.in_force().first()
    if (_of(row) if row else NORMAL) == to:
        return False
    community.crises.in_force().update(until=now)
    if not to.is_normal:
        paused = ((row and row.posts_paused_since) or now) if to.pauses_posts else None
        told = {"reason": reason, "posts_paused_since": paused, **asdict(to)}
        Crisis.objects.create(community=community, since=now, by=by, **told)
    transaction.on_commit(lambda: forget_notices([community]))
    return True


def before(community: Community) -> Position:
    """Where the switch stood before it was touched last.  Raises ``NothingToUndo``."""
    latest = community.crises.first()
    if latest is None:
        raise NothingToUndo("The switch has never been touched.")
    if latest.until is not None:
        return _of(latest)
    earlier = community.crises.filter(until=latest.since).first()
    return _of(earlier) if earlier else NORMAL


def undo(community: Community, *, by: User | None, now: datetime) -> bool:
    """Put the switch back to where it stood before.  Raises ``NothingToUndo``."""
    return switch(community, before(community), reason="undone", by=by, now=now)


def remember_notice(host: str, notice: str) -> None:
    """As long as a stored page: the longest a change can stay unseen when forgetting fails."""
    cache.set(notice_key(host), notice, settings.PAGE_CACHE_SECONDS)


def forget_notices(communities: Iterable[Community]) -> None:
    """Have pages in the cache say what is to be said now: at the addresses of the communities, and at all we answer."""
    named = [urlsplit(each.site).hostname or "" for each in communities]
    cache.delete_many([notice_key(name) for name in {*named, *settings.ALLOWED_HOSTS}])


def notice_key(host: str) -> str:
    """By the name alone, without a port and in small letters."""
    return f"notice:{host.lower()}"
