"""A chat -> what others are told of it: texts to share, and the facts that machines read from its page."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote

from accounts.outbox.letters import tidy
from chats.analysis import lengths
from chats.models import Chat, Status
from chats.rendering import times

SCHEMA_STATUS = {
    Status.SCHEDULED: "https://schema.org/EventScheduled",
    Status.MOVED: "https://schema.org/EventRescheduled",
    Status.CANCELLED: "https://schema.org/EventCancelled",
}


class Share(NamedTuple):
    """One way to tell others: ``address`` opens ``where`` with the words ready."""

    where: str
    icon: str
    address: str


def address(chat: Chat) -> str:
    """The whole address of a chat's page."""
    return f"{chat.community.site}{chat.get_absolute_url()}"


def invitation(chat: Chat) -> str:
    """A tweet that asks others to come, as long as X allows; a long title is cut at a word."""
    when = f"{times.day(chat.starts_at, chat.time_zone)}, {times.hours(chat.starts_at, chat.ends_at, chat.time_zone)}"
    rest = f"\n{when} {times.zone_word(chat.time_zone)} #{chat.hashtags[0]}\n{address(chat)}"
    return lengths.shortened(tidy(chat.title), lengths.LONGEST - lengths.counted(rest)) + rest


def shares(chat: Chat) -> list[Share]:
    """Plain links that open a text ready to be sent; nobody is asked anything before they are followed."""
    text = quote(invitation(chat), safe="")
    return [
        Share("X", "x", f"https://x.com/intent/tweet?text={text}"),
        Share("Bluesky", "", f"https://bsky.app/intent/compose?text={text}"),
        Share("Email", "", f"mailto:?subject={quote(tidy(chat.title), safe='')}&body={text}"),
    ]


def questions_from(chat: Chat, hours_ahead: int) -> datetime:
    """From when on readers see what will be asked: so many hours before the chat."""
    return chat.starts_at - timedelta(hours=hours_ahead)


def event(chat: Chat) -> dict[str, Any]:
    """A chat to come as schema.org's Event."""
    community, here = chat.community, address(chat)
    return {
        "@context": "https://schema.org",
        "@type": "SocialEvent",
        "@id": here,
        "name": chat.title,
        "description": chat.summary or community.description,
        "url": here,
        "image": [f"{here}card.png"],
        "startDate": times.stamp(chat.starts_at, chat.time_zone),
        "endDate": times.stamp(chat.ends_at, chat.time_zone),
        "eventStatus": SCHEMA_STATUS[Status(chat.status)],
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": f"https://x.com/hashtag/{quote(chat.hashtags[0])}"},
        "isAccessibleForFree": True,
        "inLanguage": "en-GB",
        "organizer": {"@type": "Organization", "name": community.name, "url": f"{community.site}/"},
        "performer": [{"@type": "Person", "name": host.name} for host in chat.hosts.all()],
    }
