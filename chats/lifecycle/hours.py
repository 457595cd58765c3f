"""Hours that somebody wants -> kept from all others until the transaction ends, or a sentence about who has them."""

from datetime import datetime

from accounts.models import Community
from chats.models import Chat, Proposal
from chats.models.chat import EARLIEST, LATEST
from chats.rendering import times

NOBODY = 0  # no row has this key


class NotAllowed(Exception):
    """What was asked cannot be done; the message says why, in a sentence for the person who asked."""


def check(starts_at: datetime, ends_at: datetime) -> None:
    """Raises ``NotAllowed`` for hours that no chat can be held at."""
    if ends_at <= starts_at:
        raise NotAllowed("A chat ends after it starts: look at its start and its end.")
    if not (starts_at >= EARLIEST and ends_at < LATEST):
        raise NotAllowed("A chat is held between 2006 and 2100: look at its start and its end.")


def hold(community: Community) -> None:
    """Inside a transaction: whoever else wants hours of the community, or changes its slots, waits."""
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)


def keep(
    community: Community,
    starts_at: datetime,
    ends_at: datetime,
    *,
    chat: Chat | None = None,
    proposal: Proposal | None = None,
) -> None:
    """Inside a transaction: these hours are for the ``chat`` or the ``proposal``, or for what is about to be made.

    Whoever else wants hours of the community waits.  Raises ``NotAllowed`` where they are somebody's already.
    """
    hold(community)
    overlapping = {"starts_at__lt": ends_at, "ends_at__gt": starts_at}
    held = Chat.objects.of(community).going_ahead().filter(holds_slot=True, **overlapping)
    if other := held.exclude(pk=chat.pk if chat else NOBODY).first():
        raise NotAllowed(f"“{other}” is held {_when(other.starts_at, other.time_zone)}. Choose another time.")
    kept = Proposal.objects.of(community).holding().filter(**{f"slot__{key}": at for key, at in overlapping.items()})
    if offer := kept.exclude(pk=proposal.pk if proposal else NOBODY).select_related("slot").first():
        when = _when(offer.slot.starts_at, community.time_zone) if offer.slot else ""
        raise NotAllowed(f"The evening is kept for “{offer}”, {when}. Choose another time.")


def _when(moment: datetime, zone: str) -> str:
    return f"on {times.day(moment, zone)} at {times.clock(moment, zone)} {times.zone_word(zone)}"
