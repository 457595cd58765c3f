"""What people decide about a chat -> its rows."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from accounts.models import Community, TeamMember, User, bare_hashtag, known_hashtags
from chats.lifecycle import hours
from chats.lifecycle.coming import come, stay_away
from chats.lifecycle.gathering import gather
from chats.lifecycle.handing_on import come_back, hand_on
from chats.lifecycle.hours import NotAllowed
from chats.lifecycle.moving import TRANSITIONS, cancel, move, renew
from chats.lifecycle.preparing import tick
from chats.models import Build, Chat, ChatHost, Question, Topic
from chats.models.chat import LEAD_IN_MINUTES, TAIL_MINUTES, every_live_network

__all__ = [
    "TRANSITIONS",
    "NotAllowed",
    "add_host",
    "cancel",
    "come",
    "come_back",
    "declare_question",
    "gather",
    "hand_on",
    "move",
    "open_topic",
    "renew",
    "schedule",
    "stay_away",
    "tick",
    "tie_hosts",
]

HANDLE = re.compile(r"[\w.@-]{1,100}")  # also of Mastodon: ann@example.org


@transaction.atomic
def schedule(  # noqa: PLR0913 - a chat is what it is
    community: Community,
    slug: str,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    hashtags: list[str] | None = None,
    summary: str = "",
    topic: Topic | None = None,
    networks: list[str] | None = None,
    lead_in_minutes: int = LEAD_IN_MINUTES,
    tail_minutes: int = TAIL_MINUTES,
    holds_slot: bool = True,
) -> Chat:
    """Put a chat on the calendar, to be captured from these networks, or from all when none are named.

    One that ``holds_slot`` has its hours for itself; one that is read from a file, or only rehearsed, need not.
    Raises ``NotAllowed`` where its address or its hours cannot be.
    """
    if not slug or slug != slugify(slug):
        raise NotAllowed(f"{slug!r} cannot stand in an address. {slugify(slug) or 'a-short-name'!r} can.")
    hours.check(starts_at, ends_at)
    if Chat.objects.of(community).filter(slug=slug).exists():
        raise NotAllowed(f"There is a chat {slug!r} already.")
    if holds_slot:
        hours.keep(community, starts_at, ends_at)
    chat = Chat(
        community=community,
        slug=slug,
        title=title,
        summary=summary,
        topic=topic,
        hashtags=_bare(hashtags or community.hashtags),
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=community.time_zone,
        networks=every_live_network() if networks is None else networks,
        lead_in_minutes=lead_in_minutes,
        tail_minutes=tail_minutes,
        holds_slot=holds_slot,
    )
    _save(chat)
    Build.objects.create(chat=chat)
    return chat


def add_host(
    chat: Chat, handle: str, *, name: str = "", biography: str = "", user: User | None = None, is_guest: bool = False
) -> None:
    """Name somebody who asks the questions; a handle that is there already stays as it is."""
    handle = handle.lstrip("@")
    if not HANDLE.fullmatch(handle):
        raise NotAllowed(f"{handle[:40]!r} is not a handle. One is written like @WeCops.")
    if not chat.hosts.filter(handle__iexact=handle).exists():
        facts = {"name": name or handle, "biography": biography, "user": user, "is_guest": is_guest}
        _save(ChatHost(chat=chat, handle=handle, position=chat.hosts.count(), **facts))


def tie_hosts(community: Community, user: User) -> int:
    """Let somebody see at the desk the chats that name their handle and are tied to nobody; returns how many.

    Only for who is known to have had the handle all the time: handles change hands.
    """
    named = ChatHost.objects.filter(chat__community=community, user=None, handle__iexact=user.handle)
    return named.update(user=user) if user.handle else 0


def _bare(hashtags: list[str]) -> list[str]:
    """The hashtags without their signs."""
    bare = [bare_hashtag(tag) for tag in hashtags]
    try:
        known_hashtags(bare)
    except ValidationError as error:
        raise NotAllowed(error.message) from error
    return bare


def _save(row: Chat | ChatHost) -> None:
    """Write a new row down, or say which of its fields does not fit."""
    try:
        row.full_clean(validate_constraints=False)
    except ValidationError as error:
        field, (message, *_) = next(iter(error.message_dict.items()))
        raise NotAllowed(f"The {field} does not fit: {message}") from error
    row.save(force_insert=True)


def declare_question(chat: Chat, number: int, text: str, *, planned_at: datetime | None = None) -> None:
    """Write down a question before it is asked, or change its words."""
    values = {"text": text, "planned_at": planned_at}
    Question.objects.update_or_create(chat=chat, number=number, defaults=values)


def open_topic(
    community: Community, slug: str, *, name: str, summary: str = "", owner: TeamMember | None = None
) -> Topic:
    """Begin a work stream; one that is there already stays as it is."""
    facts = {"name": name, "summary": summary, "owner": owner}
    return Topic.objects.get_or_create(community=community, slug=slug, defaults=facts)[0]
